"""Lists of interviews stored, told of, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit_verification import problems
from core.formats import JAKARTA
from core.importing import batches
from core.importing.committing import commit_rows, undo_rows
from core.models import AuditEvent, ImportBatch, ImportState, Verb
from registry.models import Business
from surveys.actions import change_response, record_response
from surveys.models import Response, ResponseChoice, Wave
from surveys.questionnaire.storing import to_answers
from tests.factories import WaveFactory
from tests.factories.imports import committed, errors_of, row_of
from tests.people import People
from tests.surveys.importing.making import AT, HEADERS, line, listed, shops, wave_with_questions
from tests.surveys.interviews import some_answers

pytestmark = pytest.mark.django_db
OWN = {"id", "public_id", "submission_id", "business_id", "door"}


@pytest.fixture
def wave(people: People) -> Wave:
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def stored(people: People, wave: Wave, businesses: list[Business], **more: Any) -> ImportBatch:
    batch = listed(people.supervisor_a, wave, [line(business) for business in businesses], **more)
    return committed(batch, people.supervisor_a)


def undone(batch: ImportBatch, people: People) -> ImportBatch:
    batches.start_undo(batch, by=people.supervisor_a, at=AT)
    undo_rows(batch, by=people.supervisor_a, at=AT)
    batch.refresh_from_db()
    assert batch.state == ImportState.UNDONE
    return batch


def facts(response: Response) -> dict[str, Any]:
    columns = {field.attname for field in Response._meta.concrete_fields} - OWN
    return {name: getattr(response, name) for name in columns}


def test_an_interview_of_a_list_is_stored_and_told_as_one_of_the_page(people):
    wave = wave_with_questions()
    first, second = shops(people.a.ward, 2)
    headers = (*HEADERS, "Cabang", "Pelatihan", "Banyaknya pegawai", "Catatan pewawancara")
    cells = {"Cabang": "Satu", "Pelatihan": "Digital; Keuangan", "Banyaknya_pegawai": "012"}
    row = line(first, headers=headers, Catatan_pewawancara="Ramai pagi hari", **cells)
    batch = listed(people.supervisor_a, wave, [row], headers)
    values = row_of(batch).stored_content[1][4]
    committed(batch, people.supervisor_a)
    imported = Response.objects.get()

    given = {code: tuple(value) if isinstance(value, list) else value for code, value in values.items()}
    answers = to_answers(
        wave.questionnaires.get().definition,
        given,
        interviewed_at=imported.interviewed_at.astimezone(JAKARTA),
    )
    options = {"wave": wave, "business": second, "submission_id": uuid4(), "by": people.supervisor_a}
    typed, _ = record_response(answers=answers, at=AT, **options)

    assert facts(imported) == facts(Response.objects.get(pk=typed.pk))
    assert imported.door == "import"
    chosen = imported.choices.values_list("question", "value")
    assert sorted(chosen) == sorted(typed.choices.values_list("question", "value"))
    events = AuditEvent.objects.filter(verb=Verb.INTERVIEWED).order_by("pk")
    told, expected = (event.changes for event in events)
    for name in ("submission_id", "public_id", "business", "door"):
        told.pop(name, None), expected.pop(name, None)
    assert told == expected
    assert events[0].object_label == f"{first.name} – Survei UMKM 2026"
    assert (events[0].district_id, events[0].batch) == (people.a.district.pk, batch.public_id)
    assert list(problems()) == []


def test_a_list_is_told_once_as_a_whole_too(people, wave):
    batch = stored(people, wave, shops(people.a.ward, 3))
    event = AuditEvent.objects.get(verb=Verb.IMPORTED)
    assert event.changes == {"created": [0, 3]}
    assert batch.counts["outcome_created"] == 3
    assert set(Response.objects.values_list("state", "enumerator")) == {("sent", people.supervisor_a.pk)}


def test_two_lists_bring_an_interview_in_once(people, wave):
    [shop] = shops(people.a.ward, 1)
    first, second = (listed(people.supervisor_a, wave, [line(shop)]) for _ in range(2))
    committed(first, people.supervisor_a)
    committed(second, people.supervisor_a)
    assert Response.objects.count() == 1
    [(_, reason)] = errors_of(row_of(second))
    assert reason == f"Sudah diwawancarai pada 3 Maret 2026 oleh {people.supervisor_a.full_name}."
    assert second.counts["outcome_failed"] == 1


def test_a_business_closed_or_moved_since_is_left_out(people, wave):
    gone, closed, good = shops(people.a.ward, 3)
    batch = listed(people.supervisor_a, wave, [line(shop) for shop in (gone, closed, good)])
    Business.objects.filter(pk=gone.pk).update(ward=people.b.ward, district=people.b.district)
    Business.objects.filter(pk=closed.pk).update(status="closed", status_since=AT.date())
    committed(batch, people.supervisor_a)
    assert Response.objects.get().business == good
    assert "tidak ada di wilayah" in errors_of(row_of(batch, 2))[0][1]
    assert "sudah tutup" in errors_of(row_of(batch, 3))[0][1]


def test_a_run_that_broke_off_goes_on_without_doubling(people, wave, monkeypatch):
    monkeypatch.setattr("core.importing.pace.MOST", 2)
    businesses = shops(people.a.ward, 5)
    batch = listed(people.supervisor_a, wave, [line(business) for business in businesses])
    batches.start_commit(batch, by=people.supervisor_a, at=AT)

    def dies(done: int) -> None:
        if done > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit_rows(batch, by=people.supervisor_a, at=AT, progress=dies)
    assert Response.objects.count() == 2
    commit_rows(batch, by=people.supervisor_a, at=AT)
    assert Response.objects.count() == 5
    assert AuditEvent.objects.filter(verb=Verb.INTERVIEWED).count() == 5


class TestTakingBack:
    def test_what_nobody_touched_goes_with_its_answers(self, people, wave):
        batch = undone(stored(people, wave, shops(people.a.ward, 3)), people)
        assert not Response.objects.exists()
        assert not ResponseChoice.objects.exists()
        assert batch.counts["outcome_undone"] == 3
        told = AuditEvent.objects.filter(verb=Verb.UNDONE, object_type="surveys.response")
        assert told.count() == 3
        assert list(problems()) == []

    def test_what_was_reviewed_or_changed_stays_and_is_told(self, people, wave):
        reviewed, changed, untouched = shops(people.a.ward, 3)
        batch = stored(people, wave, [reviewed, changed, untouched])
        Response.objects.filter(business=reviewed).update(state="accepted")
        own = Response.objects.get(business=changed)
        change_response(
            response=own, answers=some_answers(), expected_version=1, by=people.supervisor_a, at=AT
        )
        undone(batch, people)
        assert set(Response.objects.values_list("business", flat=True)) == {reviewed.pk, changed.pk}
        assert batch.conflicts == [2, 3]
        found = {one.record: one.what for one in batches.conflicts_of(batch)}
        assert found == {reviewed.name: "sudah diperiksa", changed.name: "diubah"}

    def test_after_it_the_list_comes_in_again(self, people, wave):
        businesses = shops(people.a.ward, 2)
        undone(stored(people, wave, businesses), people)
        stored(people, wave, businesses)
        assert Response.objects.count() == 2


def test_storing_costs_a_chunk_the_same_whatever_it_holds(people, wave, monkeypatch):
    monkeypatch.setattr("core.importing.pace.FEWEST", 500)

    def queries(count: int) -> tuple[int, int]:
        businesses = shops(people.a.ward, count, owner=None, registration=None)
        batch = listed(people.supervisor_a, wave, [line(business) for business in businesses])
        with CaptureQueriesContext(connection) as storing:
            committed(batch, people.supervisor_a)
        with CaptureQueriesContext(connection) as taking_back:
            undone(batch, people)
        return len(storing), len(taking_back)

    queries(1)
    few, many = queries(3), queries(300)
    assert many[0] == few[0]
    assert many[1] <= few[1] + 3  # Django removes a hundred rows at a time
