"""Telephones are enrolled, watched and revoked; their tokens show once and stand nowhere else."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from core.models import AuditEvent, AuditSecret, User
from surveys.actions import DeviceRefused, enroll_device, note_report, revoke_device
from surveys.models import DeviceKind, FieldDevice
from tests.factories import UserFactory
from tests.people import People
from tests.surveys.ingesting.sends import AT, Phone, body, frozen, one_business, phone_of

LIST, NEW = reverse("surveys:device-list"), reverse("surveys:device-create")
TOKEN = re.compile(r'value="([A-Za-z0-9_-]{43})"')


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def shown(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(LIST).content.decode()


def enrolled(client: Client, by: User, user: User, **changes: str):
    client.force_login(by)
    return client.post(NEW, {"user": user.pk, "name": "Samsung A15", "kind": "phone", **changes})


def test_the_list_is_ones_own_or_that_of_the_area(client, people):
    phone_of(people.enumerator_a)
    phone_of(people.supervisor_a)
    for user, count in (
        (people.enumerator_a, 1),
        (people.supervisor_a, 2),
        (people.enumerator_b, 0),
        (people.supervisor_b, 0),
        (people.administrator, 2),
        (people.official, 0),
    ):
        assert shown(client, user).count("Ponsel contoh<br>") == count, user


def test_the_count_of_the_telephone_stands_beside_ours(client, people):
    phone = phone_of(people.enumerator_a)
    phone.send(body(*one_business(people)))
    assert "1 di server" in shown(client, people.supervisor_a)

    note_report(device=phone.device, waiting=4, sent=2, oldest=AT, at=AT)

    assert "2 menurut perangkat, 1 di server" in shown(client, people.supervisor_a)


def test_the_list_costs_the_same_for_many(client, people, django_assert_max_num_queries):
    def cost() -> int:
        with django_assert_max_num_queries(20) as asked:
            client.get(LIST)
        return len(asked)

    phone_of(people.enumerator_a)
    shown(client, people.supervisor_a)
    few = cost()
    for _ in range(7):
        phone_of(people.enumerator_a)

    assert cost() == few


def test_an_enumerator_enrols_an_own_one_and_reads_its_token_once(client, people):
    answer = enrolled(client, people.enumerator_a, people.enumerator_a)

    [token] = TOKEN.findall(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    device = FieldDevice.objects.get()
    assert (device.user, device.kind, device.created_by) == (
        people.enumerator_a,
        "phone",
        people.enumerator_a,
    )
    assert token not in shown(client, people.enumerator_a)
    assert Phone(device, token).send(body(*one_business(people))).status_code == 201


def test_a_supervisor_enrols_for_the_own_area_only(client, people):
    assert TOKEN.search(enrolled(client, people.supervisor_a, people.enumerator_a).content.decode())
    for by, user in (
        (people.supervisor_a, people.enumerator_b),
        (people.enumerator_a, people.supervisor_a),
        (people.administrator, people.official),
        (people.official, people.official),
    ):
        assert "Pilih salah satu dari daftar" in enrolled(client, by, user).content.decode()
    assert FieldDevice.objects.count() == 1


def test_the_whole_city_enrols_for_everybody_who_interviews(client, people):
    assert enrolled(client, people.administrator, people.enumerator_b).status_code == 200
    assert FieldDevice.objects.get().created_by == people.administrator


def test_an_account_that_interviews_no_more_gets_none(people):
    with pytest.raises(DeviceRefused, match="tidak bertugas"):
        enroll_device(user=people.official, kind=DeviceKind.PHONE, name="x", by=people.administrator, at=AT)


def test_the_eleventh_in_use_is_refused_on_the_page(client, people):
    for _ in range(10):
        phone_of(people.enumerator_a)

    page = enrolled(client, people.enumerator_a, people.enumerator_a).content.decode()

    assert "Paling banyak 10 perangkat" in page
    assert "Samsung A15" in page
    revoke_device(device=FieldDevice.objects.first(), by=people.supervisor_a, at=AT)
    assert TOKEN.search(enrolled(client, people.enumerator_a, people.enumerator_a).content.decode())


def test_revoked_it_sends_no_more_and_what_it_sent_stays(client, people):
    phone = phone_of(people.enumerator_a)
    phone.send(body(*one_business(people)))
    client.force_login(people.supervisor_a)

    page = client.post(reverse("surveys:device-revoke", args=[phone.device.public_id]), follow=True)

    assert "dicabut" in page.content.decode()
    assert phone.send(b"{}").status_code == 401
    assert phone.device.submissions.count() == 1
    again = client.post(reverse("surveys:device-revoke", args=[phone.device.public_id]), follow=True)
    assert "sudah dicabut" in again.content.decode()
    assert AuditEvent.objects.filter(verb="revoked").count() == 1


def test_who_may_revoke(client, people):
    url = reverse("surveys:device-revoke", args=[phone_of(people.enumerator_a).device.public_id])
    for user, status in (
        (people.enumerator_a, 403),
        (people.supervisor_b, 404),
        (people.administrator, 302),
    ):
        client.force_login(user)
        assert client.post(url).status_code == status
    assert Client().post(url).status_code == 302


def test_somebody_with_two_kecamatan_is_of_both(client, people):
    both = UserFactory(role="enumerator", whole_city=False, districts=[people.a.district, people.b.district])
    phone_of(both)
    for user in (people.supervisor_a, people.supervisor_b):
        assert shown(client, user).count("Ponsel contoh<br>") == 1


class TestTheTokenIsNowhere:
    def everything_stored(self) -> str:
        rows = [
            *AuditEvent.objects.values_list("object_label", "changes", "reason"),
            *AuditSecret.objects.values_list("content"),
            *FieldDevice.objects.values_list(),
        ]
        return repr(rows)

    def test_neither_in_the_database_nor_in_the_trail(self, people):
        phone = phone_of(people.enumerator_a)
        phone.send(body(*one_business(people)))
        revoke_device(device=phone.device, by=people.supervisor_a, at=AT)

        assert phone.token not in self.everything_stored()
        assert AuditEvent.objects.filter(verb="enrolled").exists()

    def test_nor_in_the_log_when_it_is_refused_or_breaks(self, people, caplog, monkeypatch):
        phone = phone_of(people.enumerator_a)

        def broken(**values):
            raise RuntimeError("a fault of the program")

        monkeypatch.setattr("surveys.phone.sending.ingest", broken)
        with caplog.at_level(logging.DEBUG):
            client = Client(raise_request_exception=False)
            url = reverse("field:submission-create")
            client.post(url, b"{}", "application/json", headers={"Authorization": f"Bearer x{phone.token}"})
            phone_client_fails(client, url, phone, people)

        assert "a fault of the program" in caplog.text
        assert phone.token not in caplog.text

    def test_nor_in_a_report_of_an_error(self, people, settings):
        settings.DEBUG = True  # the page that tells most
        phone = phone_of(people.enumerator_a)
        request = RequestFactory().post("/lapangan/api/kirim/", headers=phone.headers)
        try:
            token = phone.token
            raise RuntimeError("a fault of the program")
        except RuntimeError as error:
            report = ExceptionReporter(request, type(error), error, error.__traceback__)

        assert phone.token == token
        for told in (report.get_traceback_html(), report.get_traceback_text()):
            assert "a fault of the program" in told
            assert phone.token not in told


def phone_client_fails(client: Client, url: str, phone: Phone, people: People) -> None:
    content = frozen(body(*one_business(people)))
    answer = client.post(url, content, "application/json", headers=phone.headers)
    assert answer.status_code == 500
