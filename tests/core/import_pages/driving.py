"""A list on its way through the pages, step by step."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import ImportBatch, ImportState, User
from tests.core.importing.working import work_off_the_queue
from tests.factories.imports import HEADERS
from tests.people import People

LIST = reverse("core:import-list")


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def line(people: People, name: str, **cells: str) -> list[str]:
    ward = people.a.ward
    values = {
        "Nama usaha": name,
        "Nama pelaku usaha": f"Pemilik {name}",
        "Jenis usaha": "I",
        "Kecamatan": people.a.district.name,
        "Kelurahan": ward.name,
        **cells,
    }
    return [values.get(header, "") for header in HEADERS]


def csv_file(*rows: list[str], headers: tuple[str, ...] = HEADERS, name: str = "daftar.csv") -> Any:
    text = StringIO()
    csv.writer(text, delimiter=";").writerows([headers, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode(), content_type="image/png")


def uploaded(client: Client, file: Any) -> ImportBatch:
    answer = client.post(LIST, {"kind": "businesses", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.latest("pk")


def address(batch: ImportBatch, step: str, *more: int) -> str:
    return reverse(f"core:import-{step}", args=[batch.public_id, *more])


def page(client: Client, batch: ImportBatch, query: str = "") -> str:
    answer = client.get(address(batch, "detail") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def chosen(batch: ImportBatch, **more: str) -> dict[str, str]:
    columns = {f"column_{place}": name for place, name in batch.mapping.items()}
    return {**columns, "policy": "overwrite", **more}


def checked(client: Client, *rows: list[str], **more: str) -> ImportBatch:
    batch = uploaded(client, csv_file(*rows))
    answer = client.post(address(batch, "staging"), chosen(batch, **more))
    assert answer.status_code == 302, answer.content.decode()
    work_off_the_queue()
    batch.refresh_from_db()
    assert batch.state == ImportState.STAGED
    return batch
