"""Interviews with random answers, and files of them as other programs read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.models import User
from registry.models import Business
from surveys.actions import record_response
from surveys.models import Response, Wave
from surveys.questionnaire import DECLINED, Definition, Kind, Value, Values, check
from surveys.questionnaire.storing import to_answers
from tests.surveys.importing.making import AT

HELD = AT - timedelta(days=1)


def random_values(definition: Definition, random: Random) -> Values:
    """Answers that pass the check, of every kind there is."""
    given: dict[str, Value] = {}
    for item in definition:
        if not item.required and random.random() < 0.4:
            continue
        codes = [code for code, _ in item.choices if code != "none"]
        if item.kind is Kind.SINGLE:
            given[item.code] = random.choice([code for code, _ in item.offered])
        elif item.kind is Kind.MULTIPLE:
            alone = [code for code, _ in item.offered if code in ("none", DECLINED)]
            several = tuple(random.sample(codes, random.randint(1, len(codes))))
            given[item.code] = (random.choice(alone),) if alone and random.random() < 0.3 else several
        elif item.kind is Kind.TEXT:
            given[item.code] = random.choice(["Beras", "=1+1", "Toko “Jaya”; lama"])
        elif item.kind is Kind.DATE:
            given[item.code] = (date(2020, 1, 1) + timedelta(days=random.randint(0, 2_000))).isoformat()
        else:
            given[item.code] = str(random.randint(0, 500))
    checked = check(definition, given)
    assert checked.problems == {}
    return checked.values


def interviewed(
    wave: Wave, businesses: list[Business], by: User, *, seed: int = 1, state: str = "accepted"
) -> dict[str, Values]:
    """What was answered, by the public id of the interview."""
    random = Random(seed)
    version = wave.questionnaires.latest("number")
    stored = {}
    for business in businesses:
        values = random_values(version.definition, random)
        answers = to_answers(version.definition, values, interviewed_at=HELD)
        response, _ = record_response(
            wave=wave, business=business, submission_id=uuid4(), answers=answers, by=by, at=AT
        )
        stored[str(response.public_id)] = values
    Response.objects.filter(public_id__in=stored).update(state=state)
    return stored


def taken(user: User, wave: Wave, file_format: str, **more: str) -> bytes:
    client = Client()
    client.force_login(user)
    address = reverse("surveys:response-export", args=[wave.code])
    answer = client.post(address, {"format": file_format, **more})
    assert answer.status_code == 200, answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def rows_of(user: User, wave: Wave, file_format: str, **more: str) -> list[dict[str, Any]]:
    content = taken(user, wave, file_format, **more)
    if file_format == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    return list(of_sheet(content, "Data"))


def of_sheet(content: bytes, name: str) -> Iterator[dict[str, Any]]:
    header, *rows = load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True)
    for row in rows:
        yield {heading: "" if cell is None else cell for heading, cell in zip(header, row, strict=True)}
