"""What becomes of a send: an interview, a visit, a correction, a found business, or held with the reason."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from core.models import AuditEvent
from registry.models import Business, BusinessStatus, DuplicatePair, Owner
from surveys.actions import DifferentPayload, ingest, publish_questionnaire
from surveys.actions import ingesting as module
from surveys.answers import Circumstances
from surveys.ingesting.phone_json import parse
from surveys.models import Outcome, Response, ResponseState, Submission, SubmissionState, Visit
from tests.factories import BusinessFactory, UserFactory, WaveFactory
from tests.surveys.ingesting.sends import ANSWERS, AT, body, frozen, ingested, one_business

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(people):
    """A wave, a business in kecamatan A, and how its enumerator sends."""
    wave, business = one_business(people)

    def send(by=people.enumerator_a, at=AT, **changes):
        return ingested(body(wave, business) | changes, by, at)

    send.wave, send.business, send.people = wave, business, people
    return send


def held(ingested) -> str:
    """Why it was held; nothing else was stored of it."""
    submission = Submission.objects.get(pk=ingested.submission.pk)
    assert submission.state == SubmissionState.HELD, submission.state
    assert submission.response is None
    assert submission.visit is None
    assert AuditEvent.objects.about(submission).get().verb == "held"
    return submission.problem


def test_an_interview_and_its_visit_and_what_was_sent_stand_together(sent):
    submission = sent(note="Diterima dengan ramah").submission

    response = submission.response
    assert (response.state, response.door) == (ResponseState.SENT, "phone")
    assert response.enumerator == sent.people.enumerator_a
    assert response.marketing_channel == "online"
    assert {choice.value for choice in response.choices.filter(question="platforms")} == {
        "social_media",
        "marketplace",
    }
    assert (response.duration_seconds, response.accuracy_m) == (840, 12)
    assert str(response.latitude) == "-7.754300"
    assert response.interviewed_at == datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    visit = submission.visit
    assert (visit.outcome, visit.note) == (Outcome.DONE, "Diterima dengan ramah")
    assert submission.receipt == response.receipt
    assert AuditEvent.objects.about(response).get().verb == "interviewed"


def test_what_was_sent_is_kept_to_the_byte_and_encrypted(sent):
    document = body(sent.wave, sent.business, note="Rumah hijau di pojok")
    submission = ingested(document, sent.people.enumerator_a).submission

    assert Submission.objects.get().payload.encode() == frozen(document)
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM surveys_submission WHERE id = %s", [submission.pk])
        assert "hijau" not in cursor.fetchone()[0]


def test_sent_twice_it_is_one(sent):
    document = body(sent.wave, sent.business)
    first = ingested(document, sent.people.enumerator_a)
    again = ingested(document, sent.people.enumerator_a, AT + timedelta(hours=1))

    assert (first.is_new, again.is_new) == (True, False)
    assert again.submission == first.submission
    assert Response.objects.count() == Visit.objects.count() == Submission.objects.count() == 1


def test_the_same_id_with_other_content_is_refused_and_the_first_stands(sent):
    first = body(sent.wave, sent.business)
    ingested(first, sent.people.enumerator_a)

    with pytest.raises(DifferentPayload):
        ingested(first | {"note": "lain"}, sent.people.enumerator_a)
    assert Visit.objects.get().note == ""


@pytest.mark.parametrize("outcome", ["not_found", "closed", "refused", "moved", "reserve_used"])
def test_another_outcome_is_a_visit_without_an_interview(sent, outcome):
    submission = sent(outcome=outcome, answers={}, note="Pintu tertutup").submission

    assert submission.state == SubmissionState.STORED
    assert submission.response is None
    assert Visit.objects.get().outcome == outcome
    assert AuditEvent.objects.about(submission.visit).get().verb == "visited"
    assert len(submission.receipt) == 9


def test_several_visits_then_an_interview(sent):
    sent(outcome="closed", answers={})
    sent(outcome="not_found", answers={})
    sent()

    assert Visit.objects.filter(business=sent.business).count() == 3
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"wave": "tidak-ada"}, "Gelombang pada kiriman ini tidak dikenal."),
        ({"version": 7}, "Versi 7 kuesioner gelombang ini tidak dikenal."),
        ({"business": str(uuid.uuid4())}, "tidak ada di wilayah kerja"),
        ({"business": None}, "tidak menyebut UMKM"),
        ({"outcome": "mungkin"}, "Hasil kunjungan pada kiriman ini tidak dikenal."),
        ({"answers": {}}, "Belum diisi"),
        ({"answers": ANSWERS | {"mode": "mungkin"}}, "pilih salah satu dari jawaban yang ada"),
        ({"answers": ANSWERS | {"mode": ["direct"]}}, "tidak terbaca"),
        ({"answers": ANSWERS | {"shoe_size": "42"}}, "pertanyaan yang tidak ada pada versi ini: shoe_size"),
        ({"answers": ANSWERS | {"note": "x" * 2_001}}, "paling banyak 2.000 huruf"),
        ({"note": "x" * 1_001}, "paling banyak 1000 huruf"),
    ],
)
def test_what_does_not_fit_is_held_with_the_reason(sent, changes, reason):
    assert reason in held(sent(**changes))


def test_a_held_one_sent_again_is_the_same_and_still_held(sent):
    document = body(sent.wave, sent.business) | {"wave": "tidak-ada"}
    ingested(document, sent.people.enumerator_a)
    again = ingested(document, sent.people.enumerator_a)

    assert not again.is_new
    assert again.submission.is_held
    assert AuditEvent.objects.filter(verb="held").count() == 1


def test_a_wave_that_was_over_on_that_day_holds_it(sent):
    sent.wave.period_end = date(2026, 3, 2)
    sent.wave.save()

    assert "menerima wawancara pada" in held(sent())


def test_an_interview_of_the_last_day_may_arrive_later(sent):
    sent.wave.period_end = date(2026, 3, 3)
    sent.wave.save()

    submission = sent(at=AT + timedelta(days=5)).submission

    assert submission.state == SubmissionState.STORED
    assert submission.response.received_at == AT + timedelta(days=5)
    assert submission.response.interviewed_at == datetime(2026, 3, 3, 3, 30, tzinfo=UTC)


def test_a_business_elsewhere_is_not_told_from_none(sent):
    elsewhere = BusinessFactory(ward=sent.people.b.ward)

    assert held(sent(business=str(elsewhere.public_id))) == held(sent(business=str(uuid.uuid4())))


def test_of_a_merged_business_the_one_that_stands_is_interviewed(sent):
    kept = BusinessFactory(ward=sent.people.a.ward)
    Business.objects.filter(pk=sent.business.pk).update(merged_into=kept)

    assert sent().submission.response.business == kept


def test_a_closed_business_is_visited_but_not_interviewed(sent):
    Business.objects.filter(pk=sent.business.pk).update(
        status=BusinessStatus.CLOSED, status_since=date(2026, 3, 1)
    )

    assert sent(outcome="closed", answers={}).submission.state == SubmissionState.STORED
    assert "sudah tutup" in held(sent())


def test_what_somebody_else_interviewed_is_held_and_not_overwritten(sent):
    first = sent().submission.response
    colleague = UserFactory(role="enumerator", whole_city=True)

    assert "Sudah diwawancarai" in held(sent(by=colleague))
    assert "Sudah diwawancarai" in held(sent())
    assert Response.objects.get() == first


def test_a_returned_interview_is_corrected_by_the_next_send(sent):
    first = sent().submission.response
    Response.objects.update(state=ResponseState.RETURNED)

    again = sent(answers=ANSWERS | {"marketing_channel": "offline"}, duration_seconds=99).submission

    assert again.response == first
    response = Response.objects.get()
    assert (response.state, response.version) == (ResponseState.CORRECTED, 2)
    assert (response.marketing_channel, response.duration_seconds) == ("offline", 99)
    assert Visit.objects.count() == 2


def test_an_own_interview_is_replaced_while_nobody_passed_it(sent):
    first = sent().submission
    second = sent(
        answers=ANSWERS | {"marketing_channel": "both"}, replaces_id=str(first.instance_id)
    ).submission

    assert second.response == first.response
    assert Response.objects.get().marketing_channel == "both"
    Response.objects.update(state=ResponseState.PASSED)
    assert "sudah lolos pemeriksaan" in held(sent(replaces_id=str(second.instance_id)))


def test_a_replacement_of_somebody_elses_interview_is_held(sent):
    first = sent().submission
    colleague = UserFactory(role="enumerator", whole_city=True)

    assert "Sudah diwawancarai" in held(sent(by=colleague, replaces_id=str(first.instance_id)))


def found(people, **changes):
    return {
        "public_id": str(uuid.uuid4()),
        "name": "Warung Baru",
        "sector": "G",
        "ward": people.a.ward.code,
        "owner_name": "Ibu Contoh",
        "address": "Jalan Contoh 1",
        **changes,
    }


def test_a_business_found_in_the_field_is_recorded_and_interviewed(sent):
    met = found(sent.people)
    response = sent(business=None, found=met).submission.response

    business = response.business
    assert (business.status, business.name) == (BusinessStatus.FOUND_IN_FIELD, "Warung Baru")
    assert str(business.public_id) == met["public_id"]
    assert business.owner.name == "Ibu Contoh"
    assert not DuplicatePair.objects.exists()


def test_met_twice_it_is_one_business(sent):
    met = found(sent.people)
    sent(business=None, found=met, outcome="closed", answers={})
    sent(business=None, found=met)

    assert Business.objects.filter(public_id=met["public_id"]).count() == 1
    assert Owner.objects.filter(name="Ibu Contoh").count() == 1
    assert Visit.objects.count() == 2


def test_a_likely_double_is_noted_instead_of_standing_in_the_way(sent):
    known = BusinessFactory(ward=sent.people.a.ward, name="Warung Barokah Jaya", owner__name="Siti Contoh")
    met = found(sent.people, name="Warung Barokah Jaya", owner_name="Siti Contoh")

    response = sent(business=None, found=met).submission.response

    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {known.pk, response.business_id}
    created = AuditEvent.objects.about(response.business).get(verb="created")
    assert "mungkin ganda" in created.reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "  "}, "Nama usaha yang ditemukan belum diisi."),
        ({"name": "x" * 151}, "paling banyak 150 huruf"),
        ({"sector": "?"}, "Jenis usaha yang ditemukan tidak dikenal."),
        ({"ward": "99"}, "tidak ada di wilayah kerja"),
    ],
)
def test_a_found_business_that_does_not_fit_is_held(sent, changes, reason):
    assert reason in held(sent(business=None, found=found(sent.people, **changes)))
    assert not Business.objects.filter(status=BusinessStatus.FOUND_IN_FIELD).exists()


def test_an_interview_that_is_held_leaves_no_found_business(sent):
    assert "Belum diisi" in held(sent(business=None, found=found(sent.people), answers={}))
    assert not Business.objects.filter(status=BusinessStatus.FOUND_IN_FIELD).exists()


def test_a_fault_of_ours_holds_what_was_sent(sent, monkeypatch, caplog):
    def broken(**kwargs):
        raise ValueError("a fault of the program")

    monkeypatch.setattr(module, "record_visit", broken)

    assert "kesalahan pada sistem" in held(sent())
    assert "a fault of the program" in caplog.text
    assert not Response.objects.exists()


def test_an_older_version_is_what_it_answers(sent):
    definition = sent.wave.questionnaires.get().definition
    publish_questionnaire(
        wave=sent.wave, by=None, at=AT, definition=replace(definition, consent="Bersedia diwawancarai?")
    )

    assert sent(version=1).submission.response.questionnaire.number == 1


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_wrong_clock_never_stands_in_the_way(sent, year):
    response = sent(
        visited_at=f"{year}-01-01T00:00:00Z", started_at=f"{year}-01-01T00:00:00Z"
    ).submission.response

    assert response.started_at.year == year
    assert response.interviewed_at == AT


def test_a_clock_known_to_be_wrong_is_set_right(sent):
    raw = frozen(body(sent.wave, sent.business, visited_at="2026-03-05T10:30:00+07:00"))
    payload = replace(parse(raw), circumstances=Circumstances(clock_skew_seconds=2 * 86_400))
    submission = ingest(
        payload=payload, raw=raw, door="phone", by=sent.people.enumerator_a, device=None, at=AT
    ).submission

    assert submission.response.interviewed_at == datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    assert submission.response.clock_skew_seconds == submission.clock_skew_seconds == 2 * 86_400


def test_a_reconstructed_wave_takes_nothing(people):
    wave = WaveFactory(is_reconstruction=True)
    business = BusinessFactory(ward=people.a.ward)

    assert "rekonstruksi" in held(ingested(body(wave, business), people.enumerator_a))
