"""Zip archives of strangers: what is inside is counted and looked at before anything else opens it."""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from core.importing.files import UnreadableFile

MAX_MEMBERS = 200
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_UNPACKED_ODS = 160 * 1024 * 1024  # which says the same in four times as many letters
CHUNK = 1 << 20
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PICTURES = ("xl/media/", "Pictures/", "Thumbnails/")
_WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
BROKEN = "Berkas rusak atau terpotong. Simpan ulang dari Excel atau LibreOffice, lalu unggah lagi."
LOCKED = "Berkas terkunci kata sandi. Hapus kata sandinya, simpan, lalu unggah lagi."
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class Archive:
    """An archive that passed: few members, harmless names, small when unpacked, no declarations in its XML."""

    def __init__(self, source: str | IO[bytes]) -> None:
        """Raises UnreadableFile. Every byte is unpacked once, as the sizes an archive declares may lie."""
        try:
            self.zip = zipfile.ZipFile(source)
            self._inspect()
        except UnreadableFile:
            raise
        except _DAMAGE as error:
            raise UnreadableFile(BROKEN) from error
        self.names = set(self.zip.namelist())

    def _inspect(self) -> None:
        members = self.zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise UnreadableFile("Berkas berisi terlalu banyak bagian.")
        for member in members:
            self._refuse_by_name(member)
        unpacked = 0
        limit = MAX_UNPACKED_ODS if members[:1] and members[0].filename == "mimetype" else MAX_UNPACKED_BYTES
        for member in members:
            for chunk in self._chunks(member):
                unpacked += len(chunk)
                if unpacked > limit:
                    raise UnreadableFile(
                        "Isi berkas terlalu besar setelah dibuka. Bagi menjadi beberapa berkas."
                    )

    @staticmethod
    def _refuse_by_name(member: zipfile.ZipInfo) -> None:
        name = member.filename.replace("\\", "/").lower()
        if member.flag_bits & 1:
            raise UnreadableFile(LOCKED)
        if name.startswith("/") or ".." in name.split("/"):
            raise UnreadableFile("Berkas memuat bagian yang mencurigakan dan tidak diterima.")
        if "vbaproject" in name or name.startswith("basic/"):
            raise UnreadableFile("Berkas dengan makro tidak diterima. Simpan sebagai .xlsx tanpa makro.")
        if name.endswith("workbook.bin"):
            raise UnreadableFile("Berkas berformat .xlsb. Simpan sebagai .xlsx, lalu unggah lagi.")

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """What really comes out of a member, and no declaration in it."""
        honest = copy.copy(member)
        honest.file_size = 1 << 60  # else the reader stops at the size the header claims
        is_picture = member.filename.startswith(_PICTURES)
        is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
        end = b""
        with self.zip.open(honest) as part:
            while chunk := part.read(CHUNK):
                if is_xml and not end and chunk.startswith(_WIDE_XML):
                    raise UnreadableFile("Berkas memuat XML dengan pengodean yang tidak diterima.")
                if not is_picture and _DECLARATION.search(end + chunk):
                    raise UnreadableFile("Berkas memuat deklarasi XML (DTD) yang tidak diterima.")
                end = chunk[-16:]
                yield chunk

    def text(self, name: str) -> bytes:
        """A small part as a whole; b"" where there is none."""
        return self.zip.read(name) if name in self.names else b""

    def stream(self, name: str) -> Iterator[bytes]:
        with self.zip.open(name) as part:
            while chunk := part.read(CHUNK):
                yield chunk
