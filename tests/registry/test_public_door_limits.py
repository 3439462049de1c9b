"""How often the door may be used; what is left behind goes away by itself."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from core import audit
from core.models import AuditEvent, AuditSecret, Throttle, Verb
from registry.models import PublicApplication
from registry.public import limits
from registry.public.codes import new_code
from tests.factories import UserFactory, WardFactory
from tests.factories.registry import AT
from tests.registry.applicants import (
    CONSENT,
    NOTHING_OPEN,
    STATUS,
    agreed,
    application_of,
    code_of,
    consent_text,
    sent,
    waiting_application,
)
from tests.registry.test_actions_races import PATIENCE, at_once

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
AGREE = {"choice": "setuju", "version": "1"}


@pytest.mark.django_db
class TestStarts:
    def test_an_address_is_refused_after_its_share(self, settings):
        settings.DOOR_STARTS_PER_ADDRESS = 2
        consent_text()

        answers = [Client(REMOTE_ADDR=HERE).post(CONSENT, AGREE).status_code for _ in range(3)]

        assert answers == [302, 302, 429]
        assert PublicApplication.objects.count() == 2
        assert Client(REMOTE_ADDR=ELSEWHERE).post(CONSENT, AGREE).status_code == 302

    def test_a_forged_header_is_no_other_address(self, settings):
        settings.DOOR_STARTS_PER_ADDRESS = 1
        consent_text()
        Client(REMOTE_ADDR=HERE).post(CONSENT, AGREE)

        forged = Client(REMOTE_ADDR=HERE).post(CONSENT, AGREE, headers={"X-Forwarded-For": ELSEWHERE})

        assert forged.status_code == 429
        assert "Terlalu banyak pendaftaran" in forged.text

    def test_behind_a_proxy_that_tells_it_the_last_address_counts(self, settings):
        settings.DOOR_STARTS_PER_ADDRESS, settings.PROXY_TELLS_ADDRESS = 1, True
        consent_text()

        def start(told):
            return Client(REMOTE_ADDR="172.18.0.1").post(CONSENT, AGREE, headers={"X-Forwarded-For": told})

        answers = [
            start(told).status_code for told in (HERE, f"203.0.113.9, {HERE}", ELSEWHERE, "siapa saja")
        ]

        assert answers == [302, 429, 302, 302]
        assert Throttle.objects.filter(key="door:start:172.18.0.1").exists()  # of what is no address

    def test_all_addresses_together_have_a_limit(self, settings):
        settings.DOOR_STARTS = 2
        consent_text()

        answers = [
            Client(REMOTE_ADDR=f"192.0.2.{number}").post(CONSENT, AGREE).status_code for number in range(3)
        ]

        assert answers == [302, 302, 429]

    def test_one_shut_address_does_not_shut_the_door_for_others(self, settings):
        settings.DOOR_STARTS_PER_ADDRESS, settings.DOOR_STARTS = 1, 3
        consent_text()
        for _ in range(10):
            Client(REMOTE_ADDR=HERE).post(CONSENT, AGREE)

        assert Client(REMOTE_ADDR=ELSEWHERE).post(CONSENT, AGREE).status_code == 302

    def test_the_next_hour_begins_anew(self, settings):
        settings.DOOR_STARTS_PER_ADDRESS = 1
        limits.count_start(address=HERE, at=AT)
        with pytest.raises(limits.TooMany):
            limits.count_start(address=HERE, at=AT + timedelta(minutes=59))

        limits.count_start(address=HERE, at=AT + timedelta(hours=1))

    def test_refusing_counts_nothing(self):
        consent_text()

        Client().post(CONSENT, AGREE | {"choice": "tidak"})

        assert not Throttle.objects.exists()


@pytest.mark.django_db
class TestCodes:
    def test_after_too_many_wrong_ones_the_right_one_is_refused_too(self, settings, people):
        settings.DOOR_CODES_PER_ADDRESS = 3
        code = code_of(sent(people.a.ward))
        guesser = Client(REMOTE_ADDR=HERE)

        answers = [guesser.post(STATUS, {"code": new_code()}).status_code for _ in range(4)]

        assert answers == [200, 200, 200, 429]
        assert guesser.post(STATUS, {"code": code}).status_code == 429
        assert Client(REMOTE_ADDR=ELSEWHERE).post(STATUS, {"code": code}).status_code == 302

    def test_right_ones_do_not_add_up(self, settings, people):
        settings.DOOR_CODES_PER_ADDRESS = 1
        code = code_of(sent(people.a.ward))

        answers = [Client(REMOTE_ADDR=HERE).post(STATUS, {"code": code}).status_code for _ in range(3)]

        assert answers == [302, 302, 302]


def starts_from_workers(count: int, take) -> int:
    """How many of `count` workers at once were let in, each in a thread and connection of its own."""
    return at_once([lambda: take(address=HERE, at=AT) for _ in range(count)]).count(None)


@pytest.mark.django_db(transaction=True)
def test_workers_share_one_count(settings):
    settings.DOOR_STARTS_PER_ADDRESS = 3

    assert starts_from_workers(8, limits.count_start) == 3


@pytest.mark.django_db(transaction=True)
def test_control_a_count_that_was_read_before_lets_too_many_in(settings, monkeypatch):
    settings.DOOR_STARTS_PER_ADDRESS = 1
    Throttle.objects.create(key=f"door:start:{HERE}", started_at=AT, count=0)
    both_have_read = threading.Barrier(2, timeout=PATIENCE)

    def take_what_was_read(key, *, limit, window, at):
        if key == "door:start":
            return True
        row = Throttle.objects.get(key=key)
        both_have_read.wait()
        Throttle.objects.filter(key=key).update(count=row.count + 1)
        return row.count < limit

    monkeypatch.setattr(Throttle.objects, "take", take_what_was_read)

    assert starts_from_workers(2, limits.count_start) == 2


def cleared() -> str:
    out = StringIO()
    call_command("clear_expired", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
class TestWhatIsLeftBehind:
    def test_a_draft_goes_after_its_time_and_not_before(self):
        application = application_of(agreed())
        assert "0 permohonan" in cleared()

        PublicApplication.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert "1 permohonan" in cleared()
        assert not PublicApplication.objects.filter(pk=application.pk).exists()

    def test_one_that_ran_out_opens_no_more_even_before_it_is_cleared(self):
        client = agreed()
        PublicApplication.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert "tidak dikenal" in Client().post(STATUS, {"code": code_of(client)}).text
        assert client.get("/daftar/langkah/1/")["Location"] == NOTHING_OPEN

    def test_writing_to_a_draft_gives_it_time(self):
        client = agreed()
        soon = timezone.now() + timedelta(hours=1)
        PublicApplication.objects.update(expires_at=soon)

        client.post("/daftar/langkah/1/", {"owner_name": "Ibu Contoh", "owner_phone": "081234567890"})

        days = timedelta(days=settings.DOOR_DRAFT_DAYS)
        assert application_of(client).expires_at > soon + days - timedelta(hours=2)

    def test_what_waits_is_never_cleared(self):
        waiting_application(WardFactory())

        cleared()

        assert PublicApplication.objects.count() == 1

    def test_with_a_refusal_goes_what_the_audit_trail_kept_of_it(self):
        application = waiting_application(WardFactory())
        other = UserFactory()
        kept = {"note": [None, "Datang dengan KTP."]}
        audit.record(Verb.RETURNED, by=other, at=AT, subject=application, secrets=kept)
        audit.record(Verb.CHANGED, by=other, at=AT, subject=other, secrets=kept)
        PublicApplication.objects.update(expires_at=AT)

        cleared()

        assert not PublicApplication.objects.exists()
        assert AuditSecret.objects.count() == 1
        assert AuditEvent.objects.filter(object_type="registry.publicapplication").count() == 2

    def test_counters_of_the_door_outlive_those_of_the_login(self):
        now = timezone.now()
        Throttle.objects.create(key="door:start", started_at=now - timedelta(minutes=30), count=5)

        cleared()

        assert Throttle.objects.filter(key="door:start").exists()
