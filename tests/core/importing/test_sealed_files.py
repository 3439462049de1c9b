"""What was uploaded lies on the disk as nobody can read it, and is read whole or not at all."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from core import keys
from core.importing import sealed_files, storage
from core.importing.files import UnreadableFile
from core.importing.sealed_files import PIECE, TAG
from core.models import ImportBatch
from tests.core.importing.making import sheet, table, xlsx
from tests.factories import UserFactory
from tests.factories.imports import AT, uploaded

NIK = "9901014101900001"
TEXT = f"Nama usaha;NIK\r\nWarung Satu;{NIK}\r\n"


def sealed(path: Path, content: bytes, chunk: int = 64 * 1024) -> str:
    chunks = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    return sealed_files.write(path, chunks, most=10 * PIECE, too_large="terlalu besar")[0]


def read(path: Path, key: str) -> bytes:
    with sealed_files.plain(path, key) as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_any_length_comes_back_as_it_was(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    for chunk in (64 * 1024, 3 * PIECE):
        path = tmp_path / f"{chunk}"
        assert read(path, sealed(path, content, chunk)) == content
        assert path.stat().st_mode & 0o777 == 0o600


def test_26_the_same_content_has_one_fingerprint_and_never_the_same_bytes(tmp_path: Path) -> None:
    made = [
        sealed_files.write(tmp_path / name, [text], most=99, too_large="")
        for name, text in (("a", b"isi"), ("b", b"isi"), ("c", b"isi lain"))
    ]
    assert made[0][1] == made[1][1] != made[2][1]
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()


def without_the_last_piece(content: bytes) -> bytes:
    return content[: 2 * (PIECE + TAG)]


def two_pieces_swapped(content: bytes) -> bytes:
    first, second = content[: PIECE + TAG], content[PIECE + TAG : 2 * (PIECE + TAG)]
    return second + first + content[2 * (PIECE + TAG) :]


def one_bit_turned(content: bytes) -> bytes:
    return content[:500] + bytes([content[500] ^ 1]) + content[501:]


@pytest.mark.parametrize(
    "alter", [without_the_last_piece, two_pieces_swapped, one_bit_turned, lambda content: content[:-1], bytes]
)
def test_what_was_altered_is_refused(tmp_path: Path, alter: Any) -> None:
    key = sealed(tmp_path / "a", b"x" * (2 * PIECE + 7))
    altered = alter((tmp_path / "a").read_bytes()) if alter is not bytes else b""
    (tmp_path / "a").write_bytes(altered)
    with pytest.raises(UnreadableFile, match="sudah berubah"):
        read(tmp_path / "a", key)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    sealed(tmp_path / "a", b"isi")
    with pytest.raises(UnreadableFile):
        read(tmp_path / "a", sealed(tmp_path / "b", b"isi"))


@pytest.mark.django_db
def test_neither_the_disk_nor_the_database_holds_a_number_or_the_key_in_plain_text() -> None:
    batch = uploaded(UserFactory(), TEXT)
    stored = storage.path_of(batch.stored_as).read_bytes()
    assert NIK.encode() not in stored
    assert b"Warung" not in stored
    with connection.cursor() as cursor:
        cursor.execute("SELECT file_key FROM core_importbatch")
        assert batch.file_key not in str(cursor.fetchone()[0])
    with storage.open_rows(batch) as rows:
        assert list(rows) == [(2, ["Warung Satu", NIK])]


@pytest.mark.django_db
def test_a_workbook_is_read_by_the_child_from_its_open_file(tmp_path: Path) -> None:
    made = xlsx(tmp_path / "berkas", sheet(table(["Nama usaha", "NIK"], ["Warung Satu", NIK])))
    batch = storage.create_batch(
        "businesses", file_name="a.xlsx", content=[made.read_bytes()], by=UserFactory(), at=AT
    )
    storage.read_headers(batch)
    with storage.open_rows(batch) as rows:
        assert list(rows) == [(2, ["Warung Satu", NIK])]


@pytest.mark.django_db
def test_a_file_given_up_leaves_no_key() -> None:
    batch = uploaded(UserFactory(), TEXT)
    storage.forget_file(batch)
    assert ImportBatch.objects.get().file_key is None
    with pytest.raises(UnreadableFile, match="sudah dihapus"):
        storage.open_rows(batch)


@pytest.mark.django_db
def test_a_rotation_of_the_keys_touches_no_file(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    keys.forget()
    call_command("make_keys", stdout=StringIO())
    batch = uploaded(UserFactory(), TEXT)
    call_command("rotate_keys", stdout=StringIO())
    call_command("rotate_keys", remove_old=True, stdout=StringIO())
    with storage.open_rows(ImportBatch.objects.get(pk=batch.pk)) as rows:
        assert len(list(rows)) == 1
    keys.forget()


@pytest.mark.django_db
def test_a_file_that_is_too_large_leaves_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.IMPORT_DIR = tmp_path
    monkeypatch.setattr(storage, "MAX_FILE_BYTES", 10)
    with pytest.raises(UnreadableFile, match="terlalu besar"):
        uploaded(UserFactory(), TEXT)
    assert not ImportBatch.objects.exists()
    assert list(Path(settings.IMPORT_DIR).glob("*")) == []
