"""Cells of CSV files that a spreadsheet will not take for formulas. Pure: imports no Django."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text, with a leading apostrophe where a spreadsheet would compute it."""
    return f"'{text}" if text.lstrip(" \0").startswith(FORMULA_STARTS) else text
