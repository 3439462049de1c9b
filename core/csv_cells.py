"""Cells of files that a spreadsheet will not take for formulas. Pure: imports no Django."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LIVE = (*FORMULA_STARTS, "\0", "'")  # the apostrophe too, so that a text which has one gets it back


def safe_cell(text: str) -> str:
    """The text, with a leading apostrophe where a spreadsheet would compute it."""
    return f"'{text}" if text.lstrip(" \0").startswith(FORMULA_STARTS) else text


def unquoted(text: str) -> str:
    """The text before a file of ours put an apostrophe in front of it, so that nothing computes it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(LIVE) else text
