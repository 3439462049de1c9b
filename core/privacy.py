"""Personal data, declared field by field.

Law 27/2022 (UU PDP) article 4 knows general and specific personal data; the amounts of a sole
trader are treated as specific ("data keuangan pribadi"). A model says it of every field of its own:

    privacy = declare(none="id code", general="name", specific="net_assets")

A test walks all models and fails on a field that is not declared.
"""

from enum import StrEnum


class Privacy(StrEnum):
    NONE = "none"
    GENERAL = "general"
    SPECIFIC = "specific"


def declare(*, none: str = "", general: str = "", specific: str = "") -> dict[str, Privacy]:
    """Field names, separated by blanks, to their class; a name given twice raises ValueError."""
    declared: dict[str, Privacy] = {}
    for names, privacy in ((none, Privacy.NONE), (general, Privacy.GENERAL), (specific, Privacy.SPECIFIC)):
        for name in names.split():
            if name in declared:
                raise ValueError(f"{name} is declared twice")
            declared[name] = privacy
    return declared
