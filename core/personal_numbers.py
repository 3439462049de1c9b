"""Numbers that may be a NIK or a telephone, which must not stand in an address. Pure: imports no Django."""

import re

# So many digits in a row, however they are set apart; fewer are no NIK, NPWP or NIB. Or a mobile telephone.
_LONG = r"(?:[0-9][\s.\-]*){12,}"
_MOBILE = r"(?<![0-9])(?:\+?62|0)[\s.\-]?8(?:[\s.\-]?[0-9]){8,}"
PERSONAL_NUMBER = re.compile(rf"{_LONG}|{_MOBILE}")
# The same for the `pattern` of a search box, with which the browser never sends it.
NO_PERSONAL_NUMBER = r"(?!.*(?:[0-9][ .\-]*){12}).*"
NO_NIK_HERE = "NIK dan nomor telepon tidak dicari di sini, agar tidak tercatat pada alamat halaman."
LOOKED_THROUGH = 1_000  # characters of a text; nobody types more into a search box


def has_personal_number(text: str) -> bool:
    return PERSONAL_NUMBER.search(text[:LOOKED_THROUGH]) is not None
