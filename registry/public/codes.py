"""The code that its holder gets for an application, and how it is read when it is typed."""

from __future__ import annotations

import secrets
import unicodedata

# Nothing that is taken for something else on paper: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. 18 of 27 signs are 85 bits.
ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
LENGTH = 18
GROUP = 3
_READ_AS = str.maketrans({"Z": "2", "S": "5", "B": "8", "U": "V"})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """The code in what was typed, in any case and grouping; None for what cannot be one."""
    letters = unicodedata.normalize("NFKC", typed[:200]).upper()
    code = "".join(sign for sign in letters if sign.isalnum()).translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """K7Q MX3 …, as it is printed."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
