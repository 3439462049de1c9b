"""Numbers that may be a NIK, which must not stand in an address. Pure: imports no Django."""

import re

# So many digits in a row, however they are set apart; fewer are no NIK, NPWP or NIB.
PERSONAL_NUMBER = re.compile(r"(?:[0-9][\s.\-]*){12,}")
# The same for the `pattern` of a search box, with which the browser never sends it.
NO_PERSONAL_NUMBER = r"(?!.*(?:[0-9][ .\-]*){12}).*"
NO_NIK_HERE = "NIK tidak dicari di sini, agar tidak tercatat pada alamat halaman."
LOOKED_THROUGH = 1_000  # characters of a text; nobody types more into a search box


def has_personal_number(text: str) -> bool:
    return PERSONAL_NUMBER.search(text[:LOOKED_THROUGH]) is not None
