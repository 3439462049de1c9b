"""What a file is by its first bytes, never by its name; a name fit to be shown."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath

MAX_FILE_BYTES = 20 * 1024 * 1024
SPREADSHEET_NAMES = (".xlsx", ".ods", ".xls", ".xlsm")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|meta|\?xml)", re.IGNORECASE)
_OTHER = {
    b"%PDF": "PDF",
    b"\x89PNG": "gambar",
    b"\xff\xd8\xff": "gambar",
    b"Rar!": "arsip RAR",
    b"7z\xbc": "arsip 7z",
}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(ValueError):
    """The file can't be taken; str() tells why, in Indonesian, and holds nothing of what its cells say."""


def is_archive(path: Path, *, name: str = "") -> bool:
    """Whether it is a zip (a spreadsheet) rather than text; raises UnreadableFile for anything else.

    `name` is what its owner called it: it decides nothing, but a name that promises another kind is told.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile("Berkas kosong.")
    if size > MAX_FILE_BYTES:
        raise UnreadableFile("Berkas lebih besar dari 20 MB. Bagi menjadi beberapa berkas.")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        return True
    if head.startswith(_OLE):
        locked = _LOCKED in path.read_bytes()
        raise UnreadableFile(
            "Berkas terkunci kata sandi. Hapus kata sandinya, simpan, lalu unggah lagi."
            if locked
            else "Berkas berformat Excel lama (.xls). Simpan sebagai .xlsx, lalu unggah lagi."
        )
    for start, what in _OTHER.items():
        if head.startswith(start):
            raise UnreadableFile(f"Berkas ini {what}, bukan lembar kerja. Unggah XLSX, ODS, atau CSV.")
    if _PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise UnreadableFile(
            "Isi berkas ini halaman web (HTML atau XML). Buka di Excel, simpan sebagai .xlsx, lalu unggah lagi."
        )
    if (
        not head.startswith(_UTF_16)
        and len(_CONTROL.findall(head)) > len(head) // 10
        and not _like_utf_16(head)
    ):
        raise UnreadableFile("Berkas ini bukan XLSX, ODS, atau CSV.")
    if name.lower().endswith(SPREADSHEET_NAMES):
        raise UnreadableFile(
            f"Berkas ini bernama {PurePosixPath(name).suffix.lower()}, tetapi isinya teks biasa."
            " Beri nama berakhiran .csv, lalu unggah lagi."
        )
    return False


def _like_utf_16(head: bytes) -> bool:
    """Plain letters of UTF-16 without its mark: every second byte is NUL."""
    return max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 4


def shown_name(name: str, *, longest: int = 100) -> str:
    """The last part of a file's name, without marks that turn or hide letters; never a path on our disk."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > longest and dot and len(ending) < 10:
        return f"{stem[: longest - len(ending) - 2]}….{ending}"
    return plain[:longest] or "tanpa nama"
