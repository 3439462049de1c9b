"""What Collect posts is stored once, held or refused, and answered as Collect understands it."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime

import pytest
from django.test import Client
from PIL import Image

from registry.models import Business, BusinessStatus
from surveys.models import (
    Door,
    Response,
    ResponseState,
    Submission,
    SubmissionPhoto,
    SubmissionState,
    Visit,
)
from tests.factories import SectorFactory
from tests.people import People
from tests.surveys.fieldwork.people import businesses, census
from tests.surveys.openrosa.collect import Collect, collect_of, instance, message_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 3, 4, 0, tzinfo=UTC))
    settings.MEDIA_DIR = tmp_path


@pytest.fixture
def collect(people: People) -> Collect:
    return collect_of(people.enumerator_a)


@pytest.fixture
def wave():
    return census()


@pytest.fixture
def business(people: People) -> Business:
    return businesses(people.a, "Warung A")[0]


def jpeg(colour: str = "red") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "JPEG")
    return content.getvalue()


def test_an_interview_arrives_with_all_it_tells(collect, wave, business) -> None:
    answer = collect.send(instance(wave, business))
    assert answer.status_code == 201
    response = Response.objects.get()
    assert message_of(answer) == f"Tersimpan. Tanda terima {response.receipt}."
    assert (response.business, response.wave, response.door) == (business, wave, Door.ODK)
    assert response.enumerator == collect.device.user
    assert response.state == ResponseState.SENT
    assert response.capital_source == "own_capital"
    assert {choice.value for choice in response.choices.filter(question="methods")} == {
        "interview",
        "observation",
    }
    assert (str(response.latitude), str(response.longitude)) == ("-7.754300", "113.215900")
    assert (response.accuracy_m, response.duration_seconds) == (8, 900)
    assert response.consented_at == datetime(2026, 3, 3, 3, 31, tzinfo=UTC)
    assert Visit.objects.get().outcome == "done"
    collect.device.refresh_from_db()
    assert collect.device.last_seen_at is not None


def test_the_same_again_is_202_and_stored_once(collect, wave, business) -> None:
    sent = instance(wave, business)
    first, second = collect.send(sent), collect.send(sent)
    assert (first.status_code, second.status_code) == (201, 202)
    assert message_of(first) == message_of(second)
    assert (Response.objects.count(), Submission.objects.count(), Visit.objects.count()) == (1, 1, 1)


def test_other_answers_under_the_same_number_are_409(collect, wave, business) -> None:
    number = f"uuid:{uuid.uuid4()}"
    collect.send(instance(wave, business, instanceID=number))
    answer = collect.send(instance(wave, business, instanceID=number, partnership="independent"))
    assert answer.status_code == 409
    assert "isi yang berbeda" in message_of(answer)
    assert Response.objects.get().partnership == "partnered"


def test_a_picture_in_a_later_post_is_new_and_then_known(collect, wave, business) -> None:
    sent = instance(wave, business, photo="1772.jpg")
    assert collect.send(sent).status_code == 201
    assert collect.send(sent, **{"1772__jpg": jpeg()}).status_code == 201
    assert collect.send(sent, **{"1772__jpg": jpeg()}).status_code == 202
    assert collect.send(sent, **{"1772__jpg": jpeg("blue")}).status_code == 409
    photo = SubmissionPhoto.objects.get()
    assert (photo.name, photo.submission.response) == ("1772.jpg", Response.objects.get())
    assert Response.objects.count() == 1


def test_several_posts_marked_as_parts_of_one(collect, wave, business) -> None:
    sent = instance(wave, business, photo="1772.jpg")
    parts = {"xml_submission_file": io.BytesIO(sent), "*isIncomplete*": "yes"}
    first = Client().post(f"{collect.server}/submission", parts)
    assert first.status_code == 201
    assert collect.send(sent, **{"1772__jpg": jpeg()}).status_code == 201
    assert Submission.objects.get().photos.count() == 1


def test_a_picture_that_is_none_never_stands_in_the_way(collect, wave, business) -> None:
    answer = collect.send(instance(wave, business, photo="1.jpg"), **{"1__jpg": b"bukan foto"})
    assert answer.status_code == 201
    assert "Foto tidak disimpan" in message_of(answer)
    assert Response.objects.count() == 1


def test_a_file_the_interview_does_not_name_is_left_alone(collect, wave, business) -> None:
    assert collect.send(instance(wave, business), audit__csv=b"event,node").status_code == 201
    assert not SubmissionPhoto.objects.exists()


def test_no_consent_is_a_refusal_and_keeps_no_answer(collect, wave, business) -> None:
    answer = collect.send(instance(wave, business, consent="no", answers=None, consented_at=None))
    assert answer.status_code == 201
    assert not Response.objects.exists()
    assert Visit.objects.get().outcome == "refused"


def test_answers_without_consent_are_not_taken(collect, wave, business) -> None:
    collect.send(instance(wave, business, consent="no"))
    assert not Response.objects.exists()
    collect.send(instance(wave, business, consent=None))
    assert not Response.objects.exists()
    assert Submission.objects.filter(state=SubmissionState.HELD).count() == 1


@pytest.mark.parametrize("outcome", ["not_found", "closed", "refused", "moved"])
def test_a_visit_without_an_interview(collect, wave, business, outcome: str) -> None:
    sent = instance(wave, business, outcome=outcome, consent=None, answers=None, note="Pintu tertutup.")
    assert collect.send(sent).status_code == 201
    visit = Visit.objects.get()
    assert (visit.outcome, visit.note) == (outcome, "Pintu tertutup.")


def test_a_business_found_in_the_field_comes_into_the_register(people, collect, wave) -> None:
    found = {
        "found_id": str(uuid.uuid4()),
        "found_name": "Kedai Tepi Kali",
        "found_sector": "I",
        "found_ward": people.a.ward.code,
        "found_owner": "Bu Contoh",
        "found_address": "Jalan Mawar 3",
    }
    SectorFactory(code="I")
    assert collect.send(instance(wave, **found)).status_code == 201
    business = Business.objects.get()
    assert (business.name, business.status) == ("Kedai Tepi Kali", BusinessStatus.FOUND_IN_FIELD)
    assert business.public_id == uuid.UUID(found["found_id"])
    first = Submission.objects.get()
    edited = instance(wave, **found, deprecatedID=f"uuid:{first.instance_id}", partnership="independent")
    assert collect.send(edited).status_code == 201
    assert Business.objects.count() == 1
    assert Response.objects.get().partnership == "independent"


def test_an_edited_interview_replaces_the_own_one(collect, wave, business) -> None:
    collect.send(instance(wave, business))
    first = Submission.objects.get().instance_id
    edited = instance(wave, business, deprecatedID=f"uuid:{first}", partnership="independent")
    assert collect.send(edited).status_code == 201
    assert Response.objects.get().partnership == "independent"
    assert Submission.objects.get(replaces_id=first).state == SubmissionState.STORED


def test_a_returned_interview_is_corrected_by_a_new_form(collect, wave, business) -> None:
    collect.send(instance(wave, business))
    Response.objects.update(state=ResponseState.RETURNED)
    assert collect.send(instance(wave, business, partnership="independent")).status_code == 201
    response = Response.objects.get()
    assert (response.state, response.partnership) == (ResponseState.CORRECTED, "independent")


def test_what_is_elsewhere_is_held_and_no_telephone_is_stuck(people, collect, wave) -> None:
    (elsewhere,) = businesses(people.b, "Toko di tempat lain")
    answer = collect.send(instance(wave, elsewhere))
    assert answer.status_code == 201
    assert "ditahan" in message_of(answer)
    assert Submission.objects.get().state == SubmissionState.HELD


def test_a_version_nobody_published_is_held(collect, wave, business) -> None:
    assert collect.send(instance(wave, business, version=7)).status_code == 201
    assert "Versi 7" in Submission.objects.get().problem


ENTITY = b'<!DOCTYPE data [<!ENTITY x "y">]><data id="umkm-sensus" version="1">&x;</data>'
BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><data id="umkm-sensus" version="1">&b;</data>'


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"bukan xml",
        b"<data",
        b'<!DOCTYPE data><data id="umkm-sensus" version="1"/>',
        ENTITY,
        BOMB,
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="latin1"?><data id="umkm-sensus" version="1">\xe9</data>',
        b'<?xml version="1.0" encoding="utf-7"?><data/>',
        b'<data id="lain" version="1"/>',
        b'<data id="umkm-sensus" version="x"/>',
        b'<data id="umkm-sensus" version="1"/>',
        b"<a>" * 50_000 + b"</a>" * 50_000,
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(collect, wave, sent: bytes) -> None:
    answer = collect.send(sent)
    assert answer.status_code == 400
    assert message_of(answer)
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"instanceID": None},
        {"instanceID": "uuid:123"},
        {"start": None, "end": None},
        {"deprecatedID": "uuid:x"},
    ],
)
def test_without_a_number_or_a_time_nothing_can_be_read(collect, wave, business, changes) -> None:
    assert collect.send(instance(wave, business, **changes)).status_code == 400


@pytest.mark.parametrize("named", ["", "warung"])
def test_without_a_business_nothing_can_be_read(collect, wave, named: str) -> None:
    assert collect.send(instance(wave, named)).status_code == 400


def test_a_post_without_an_interview_is_refused(collect) -> None:
    assert Client().post(f"{collect.server}/submission", {"x": "y"}).status_code == 400
    broken = Client().post(f"{collect.server}/submission", b"x", "multipart/form-data; boundary=")
    assert broken.status_code == 400
    assert Client().get(f"{collect.server}/submission").status_code == 405


def test_an_interview_that_is_far_too_long_is_413(collect, wave, business) -> None:
    answer = collect.send(instance(wave, business, note="x" * 600_000))
    assert answer.status_code == 413


def test_the_date_of_the_telephone_is_never_looked_at(collect, wave, business) -> None:
    parts = {"xml_submission_file": io.BytesIO(instance(wave, business))}
    answer = Client().post(
        f"{collect.server}/submission", parts, headers={"Date": "Tue, 03 Mar 2026 04:00:00 GMT+07:00"}
    )
    assert answer.status_code == 201
