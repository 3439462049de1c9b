"""Closing a business, noting that it moved: the page of its status, by people who may and who may not."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from registry.models import Business, BusinessStatus
from tests.factories import registered_business

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestChangingTheStatus:
    def url(self, business) -> str:
        return reverse("registry:business-status", args=[business.public_id])

    def send(self, user, business, **fields):
        given = {"status": "closed", "on": "01/03/2026", "reason": "Pemilik pindah kota"} | fields
        return signed_in(user).post(self.url(business), given)

    def test_closed_with_date_and_reason(self, people):
        business = registered_business(ward=people.a.ward)

        response = self.send(people.registrar_a, business)

        page = reverse("registry:business-detail", args=[business.public_id])
        assert response["Location"] == page
        stored = Business.objects.get()
        assert (stored.status, stored.status_since) == (BusinessStatus.CLOSED, date(2026, 3, 1))
        assert AuditEvent.objects.filter(reason="Pemilik pindah kota").exists()

    def test_other_district_404_reader_403_anonymous_to_the_login(self, people):
        business = registered_business(ward=people.a.ward)

        assert self.send(people.registrar_b, business).status_code == 404
        assert self.send(people.trainer, business).status_code == 403
        assert Client().post(self.url(business)).status_code == 302
        assert Business.objects.get().status == BusinessStatus.ACTIVE

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"status": ""}, "Pilih status usaha"),
            ({"status": "found_in_field"}, "tidak dapat dipilih"),
            ({"status": "active"}, "tidak dapat dipilih"),
            ({"on": "31/12/2999"}, "on"),
            ({"on": "30/02/2026"}, "on"),
            ({"on": ""}, "wajib diisi"),
            ({"reason": " \u200b "}, "wajib diisi"),
            ({"reason": "x" * 501}, "Terlalu panjang"),
        ],
    )
    def test_a_message_at_the_field_and_nothing_stored(self, people, fields, message):
        business = registered_business(ward=people.a.ward)

        response = self.send(people.registrar_a, business, **fields)

        assert response.status_code == 200
        assert message in response.context["form"].errors or message in response.text
        assert 'value="01/03/2026"' in response.text or "on" in fields
        assert Business.objects.get().status == BusinessStatus.ACTIVE
        assert not AuditEvent.objects.exists()

    def test_a_step_that_does_not_fit_is_409_with_the_reason(self, people):
        business = registered_business(ward=people.a.ward, started_on=date(2026, 3, 2))

        response = self.send(people.registrar_a, business)

        assert response.status_code == 409
        assert "Tanggal tidak boleh sebelum usaha dimulai." in response.text
