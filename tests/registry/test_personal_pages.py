"""A full number is seen only by a step of its own, and a NIK is searched without standing in an address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, Verb
from registry.models import Business
from tests.factories import OwnerFactory, registered_business

pytestmark = pytest.mark.django_db

NIK = "9901010101900003"
REASON = "Mencocokkan KTP di loket"
LOOKUP = reverse("registry:owner-lookup")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reveal_url(business: Business, secret: str = "nik") -> str:
    return reverse("registry:reveal", args=[business.public_id, secret])


@pytest.fixture
def business(people) -> Business:
    owner = OwnerFactory(ward=people.a.ward, national_id=NIK, phone="+6281100012890")
    return registered_business(ward=people.a.ward, owner=owner, npwp="990101010190123")


class TestRevealing:
    @pytest.mark.parametrize(
        ("secret", "value"), [("nik", NIK), ("telepon", "+6281100012890"), ("npwp", "990101010190123")]
    )
    def test_shown_once_on_a_page_nobody_keeps_and_noted(self, people, business, secret, value):
        client = signed_in(people.official)
        assert value not in client.get(reveal_url(business, secret)).text
        assert not AuditEvent.objects.exists()

        response = client.post(reveal_url(business, secret), {"reason": REASON})

        assert value in response.text
        assert "no-store" in response["Cache-Control"]
        event = AuditEvent.objects.get()
        assert (event.verb, event.actor_id, event.reason) == (Verb.REVEALED, people.official.pk, REASON)
        assert value not in client.get(reveal_url(business, secret)).text

    def test_other_district_404_reader_403_anonymous_to_the_login(self, people, business):
        sent = {"reason": REASON}

        assert signed_in(people.registrar_b).post(reveal_url(business), sent).status_code == 404
        assert signed_in(people.trainer).post(reveal_url(business), sent).status_code == 403
        assert Client().post(reveal_url(business), sent).status_code == 302
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("reason", ["", "   ", "ingin tah", "\u200b" * 20, "x" * 501])
    def test_without_a_good_reason_nothing_is_shown(self, people, business, reason):
        response = signed_in(people.official).post(reveal_url(business), {"reason": reason})

        assert response.status_code == 200
        assert response.context["form"].errors["reason"]
        assert NIK not in response.text
        assert not AuditEvent.objects.exists()

    def test_a_reason_in_an_address_reveals_nothing(self, people, business):
        response = signed_in(people.official).get(reveal_url(business), {"reason": REASON})

        assert NIK not in response.text
        assert not AuditEvent.objects.exists()

    def test_what_is_not_there_is_not_found_or_told(self, people, business):
        client = signed_in(people.official)
        without_owner = registered_business(ward=people.a.ward, owner=None)

        assert client.post(reveal_url(business, "password"), {"reason": REASON}).status_code == 404
        assert client.post(reveal_url(without_owner), {"reason": REASON}).status_code == 404
        answer = client.post(reveal_url(without_owner, "npwp"), {"reason": REASON})
        assert answer.status_code == 409
        assert "Data ini belum diisi." in answer.text


class TestLookingForANik:
    def ask(self, user, national_id: str = NIK):
        return signed_in(user).post(LOOKUP, {"national_id": national_id})

    def test_the_owner_here_is_shown_with_the_businesses(self, people, business):
        html = self.ask(people.registrar_a).text

        assert f"sudah terdaftar atas nama {business.owner.name}" in html
        assert reverse("registry:business-detail", args=[business.public_id]) in html

    def test_of_an_owner_elsewhere_only_that_there_is_one(self, people, business):
        html = self.ask(people.registrar_b).text

        assert "NIK ini sudah terdaftar." in html
        assert business.owner.name not in html
        assert business.name not in html

    def test_businesses_elsewhere_of_an_owner_here_are_left_out(self, people, business):
        elsewhere = registered_business(ward=people.b.ward, owner=business.owner)

        html = self.ask(people.registrar_a).text

        assert business.name in html
        assert elsewhere.name not in html

    def test_an_unknown_nik_is_said_to_be_unknown(self, people):
        assert "NIK ini belum terdaftar." in self.ask(people.registrar_a, "9901 0101 0190 0009").text

    def test_a_nik_in_the_address_is_not_looked_for(self, people, business):
        html = signed_in(people.registrar_a).get(LOOKUP, {"national_id": NIK}).text

        assert "sudah terdaftar" not in html

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("", "wajib diisi"),
            ("123", "16 digit"),
            ("abc", "hanya boleh berisi angka"),
            ("9,9E+15", "hilang"),
        ],
    )
    def test_a_message_at_the_field(self, people, typed, message):
        assert message in self.ask(people.registrar_a, typed).text

    def test_who_does_not_register_may_not_ask(self, people):
        assert self.ask(people.trainer).status_code == 403
        assert self.ask(people.verifier_a).status_code == 403
        assert Client().post(LOOKUP, {"national_id": NIK}).status_code == 302
