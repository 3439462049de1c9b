"""The door of the field app: what it answers to a telephone, and to anything else."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import office_key
from surveys.models import FieldDevice, Response, Submission, Visit
from tests.surveys.ingesting.sends import AT, Phone, body, frozen, one_business, phone_of

SEND = "field:submission-create"


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def phone(people) -> Phone:
    return phone_of(people.enumerator_a)


@pytest.fixture
def document(people):
    return body(*one_business(people))


def test_new_then_same_then_different(phone, document):
    first, again = phone.send(document), phone.send(document)
    other = phone.send(document | {"note": "lain"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["state"] == "new"
    assert again.json() == first.json() | {"state": "same"}
    assert first.json()["receipt"] == Response.objects.get().receipt
    assert "isi yang berbeda" in other.json()["error"]
    assert {answer["X-Receipt-For"] for answer in (first, again, other)} == {document["instance_id"]}
    assert {answer["Cache-Control"] for answer in (first, again, other)} == {"no-store, private"}


def test_an_answer_cut_off_costs_a_second_send_and_no_second_interview(phone, document):
    """The server stored it, the telephone never heard: what it sends again is the same bytes."""
    raw = frozen(document)
    for _ in range(5):
        phone.send(raw)

    assert Response.objects.count() == Submission.objects.count() == Visit.objects.count() == 1


def test_what_is_held_is_acknowledged_with_the_reason(phone, document):
    answer = phone.send(document | {"wave": "tidak-ada"})

    assert answer.status_code == 201
    assert answer.json()["held"] == "Gelombang pada kiriman ini tidak dikenal."
    assert answer.json()["receipt"]


def test_the_clock_of_the_telephone_is_stored_and_never_judged(phone, document):
    ahead = (AT + timedelta(hours=3)).isoformat()
    assert phone.send(document, **{"X-Device-Time": ahead}).status_code == 201
    assert Response.objects.get().clock_skew_seconds == 3 * 3600

    for number, told in enumerate(("kemarin", "9999-99-99", "1970-01-01T00:00:00Z", "2199-01-01T00:00:00Z")):
        other = document | {"instance_id": str(uuid.uuid4()), "note": str(number)}
        assert phone.send(other, **{"X-Device-Time": told}).status_code == 201


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"bukan json",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b"[" * 200_000,
        b'{"format":' * 20_000,
        b'{"format": 2}',
        b'{"format": NaN}',
        b'{"format": 1, "version": ' + b"9" * 20_000 + b"}",
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_cannot_be_read_is_refused_in_indonesian(phone, raw):
    answer = phone.send(raw)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert not Submission.objects.exists()


WRONG = [
    ("instance_id", value)
    for value in (None, 5, "", "x", "0" * 32, [], "{12345678-1234-1234-1234-123456789012}")
]
WRONG += [("version", value) for value in (None, "1", -1, 2**31, 1.5, True, [])]
WRONG += [
    ("visited_at", value)
    for value in (
        None,
        5,
        "kemarin",
        "2026-03-03T10:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    )
]
WRONG += [
    ("answers", value) for value in (None, [], "x", {"note": 5}, {"note": None}, {"a": [["b"]]}, {"a": {}})
]
WRONG += [("answers", {"note": text}) for text in ("a\x00b", "\ud83d", "x" * 10_001)]
WRONG += [("answers", {"\x00": "x"}), ("answers", {str(number): "x" for number in range(501)})]
WRONG += [("note", "a\x00b"), ("note", "\udc00"), ("wave", None), ("outcome", 7), ("replaces_id", "x")]
WRONG += [
    ("gps", value) for value in (5, [1], {"latitude": "x"}, {"latitude": 1}, {"latitude": 91, "longitude": 1})
]
WRONG += [
    ("gps", {"latitude": True, "longitude": 1}),
    ("gps", {"latitude": 1, "longitude": 1, "accuracy": "jauh"}),
]
WRONG += [
    ("found", value) for value in (5, {}, {"public_id": "x"}, {"public_id": str(uuid.uuid4()), "name": 1})
]
WRONG += [("duration_seconds", value) for value in ("lama", 10**12, [], True)]
WRONG += [
    ("photos", value) for value in (5, [5], [{}], [{"name": "../a.jpg"}], [{"name": "a.png", "sha256": ""}])
]
PHOTO = {"name": "a.jpg", "sha256": "0" * 64, "size": 5}
WRONG += [("photos", [PHOTO, PHOTO]), ("photos", [PHOTO | {"name": f"{n}.jpg"} for n in range(6)])]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_type_is_said_and_stores_nothing(phone, document, name, value):
    answer = phone.send(document | {name: value})

    assert answer.status_code == 400, answer.content
    assert answer.json()["error"].endswith(".")
    assert not Submission.objects.exists()


def test_numbers_no_computer_holds_are_no_place(phone, document):
    raw = frozen(document).replace(b"-7.7543", b"1e999999999")
    assert phone.send(raw).status_code == 400


def test_a_place_beyond_what_can_be_known_is_rounded(phone, document):
    phone.send(document | {"gps": {"latitude": -7.123456789123, "longitude": 113, "accuracy": None}})
    assert str(Response.objects.get().latitude) == "-7.123457"
    assert Response.objects.get().accuracy_m is None


def test_a_body_too_large_is_refused_by_its_length(phone, document):
    answer = phone.send(document | {"note": "x" * 300_000})

    assert answer.status_code == 413
    assert answer.json() == {"error": "Kiriman ini terlalu besar."}


class TestTheToken:
    def refusal(self, **headers: str) -> str:
        answer = Client().post(reverse(SEND), b"{}", "application/json", headers=headers)
        assert answer.status_code == 401
        assert not Submission.objects.exists()
        return answer.json()["error"]

    def test_without_one_or_with_a_foreign_one_nobody_gets_in(self, phone):
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
            assert "tidak dikenal" in self.refusal(**headers)
        assert "tidak dikenal" in self.refusal(Authorization=f"Bearer {'x' * 5_000}")
        assert "tidak dikenal" in self.refusal(Authorization=f"Bearer {phone.device.token_hash}")

    def test_a_revoked_telephone_is_told_so(self, phone, people, document):
        FieldDevice.objects.update(revoked_at=AT, revoked_by=people.supervisor_a)
        assert "sudah dicabut" in self.refusal(**phone.headers)
        assert "jangan hapus data" in phone.send(document).json()["error"]

    def test_so_is_that_of_an_account_that_is_inactive_or_does_other_work(self, phone, people):
        people.enumerator_a.is_active = False
        people.enumerator_a.save()
        assert "tidak aktif" in self.refusal(**phone.headers)
        people.enumerator_a.is_active, people.enumerator_a.role = True, "trainer"
        people.enumerator_a.save()
        assert "tidak lagi bertugas" in self.refusal(**phone.headers)

    def test_a_session_counts_for_nothing_and_needs_no_csrf_token(self, phone, people, document):
        client = Client(enforce_csrf_checks=True)
        client.force_login(people.supervisor_a)
        assert client.post(reverse(SEND), frozen(document), "application/json").status_code == 401

        client.post(reverse(SEND), frozen(document), "application/json", headers=phone.headers)
        assert Submission.objects.get().user == people.enumerator_a


class TestReporting:
    URL = "field:report-create"

    def report(self, phone: Phone, **changes):
        document = {"waiting": 3, "sent": 1, "oldest": "2026-03-01T00:00:00Z", **changes}
        return phone.post(reverse(self.URL), json.dumps(document).encode())

    def test_the_count_of_the_telephone_stands_beside_ours(self, phone, document):
        phone.send(document)

        answer = self.report(phone, sent=2)

        assert answer.json() == {"server_sent": 1}
        device = FieldDevice.objects.get()
        assert (device.waiting_count, device.sent_count, device.last_seen_at) == (3, 2, AT)

    @pytest.mark.parametrize("wrong", [{"waiting": -1}, {"sent": "x"}, {"oldest": "x"}, {"waiting": None}])
    def test_nonsense_is_refused(self, phone, wrong):
        assert self.report(phone, **wrong).status_code == 400

    def test_every_send_is_a_sign_of_life(self, phone, document):
        phone.send(document)
        assert FieldDevice.objects.get().last_seen_at == AT


class TestEnrolling:
    URL = "field:device-create"

    def enroll(self, user, content: bytes = b'{"name": "Ponsel saya"}'):
        client = Client()
        client.force_login(user)
        return client.post(reverse(self.URL), content, "application/json")

    def test_an_own_telephone_gets_a_token_once(self, people, document):
        answer = self.enroll(people.enumerator_a)

        assert answer.status_code == 201
        device = FieldDevice.objects.get()
        assert answer.json()["device"] == str(device.public_id)
        assert answer.json()["user"] == {"id": people.enumerator_a.pk, "name": str(people.enumerator_a)}
        token = answer.json()["token"]
        assert token not in str(vars(device))
        assert Phone(device, token).send(document).status_code == 201

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b'{"name": ""}', b'{"name": "a\\u0000"}', b'{"name": 5}']
    )
    def test_it_has_a_name(self, people, content):
        assert self.enroll(people.enumerator_a, content).status_code == 400

    def test_who_does_not_interview_enrols_none(self, people):
        assert self.enroll(people.official).status_code == 403

    def test_not_more_than_ten(self, people):
        assert [self.enroll(people.enumerator_a).status_code for _ in range(11)] == [201] * 10 + [409]


def test_the_office_key_goes_out_as_a_browser_imports_it(phone):
    told = phone.get(reverse("field:task-list")).json()["backup_key"]
    assert told == office_key.public_key()
    assert told.startswith("MII")
