"""What an owner is told at the door: what comes next, whom to ask, and how the business stands by now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from core.models import Office
from registry.actions import accept_application, approve_registration, change_status, merge_businesses
from registry.models import BusinessStatus, PublicApplication, RegistrationState
from registry.public.codes import new_code
from tests.factories.registry import AT
from tests.registry.applicants import (
    CONSENT,
    NOTHING_OPEN,
    RECEIPT,
    STATUS,
    SUMMARY,
    agreed,
    filled_in,
    owner_answers,
    sent,
    step,
    waiting_application,
)

pytestmark = pytest.mark.django_db


def status_of(code: str) -> str:
    """*Usaha saya* as the holder of the code reads it."""
    client = Client()
    client.post(STATUS, {"code": code})
    return client.get(STATUS).text


def accepted(people, code: str):
    """Taken in at the counter and registered by a verifier."""
    application = waiting_application(people.a.ward, code=code, owner_national_id=None)
    registration = accept_application(
        application=application, sent=1, owner=None, by=people.registrar_a, at=AT
    )
    return approve_registration(registration=registration, by=people.verifier_a, at=AT).business


class TestReceipt:
    def test_it_names_the_business_the_way_back_and_what_comes_next(self, people):
        page = sent(people.a.ward).get(RECEIPT).text

        assert "<strong>Warung Contoh</strong>" in page
        assert f"http://testserver{STATUS}" in page  # printed too, where a link is of no use
        assert "Yang terjadi selanjutnya" in page
        assert "pendaftaran lain" not in page

    def test_it_says_how_many_wait_before(self, people):
        for _ in range(2):
            waiting_application(people.a.ward)
        client = sent(people.a.ward)
        later = waiting_application(people.a.ward)
        PublicApplication.objects.filter(pk=later.pk).update(submitted_at=AT + timedelta(days=9999))

        assert "masih ada 2 pendaftaran lain" in client.get(RECEIPT).text
        assert "masih ada 2 pendaftaran lain" in client.get(STATUS).text

    def test_it_says_whom_to_ask(self, people):
        Office.objects.create(name="Kantor", address="Jalan Mawar 1", contact="0335 123")

        assert "Jalan Mawar 1, atau hubungi 0335 123" in sent(people.a.ward).get(RECEIPT).text


class TestWhoHasNothingOpen:
    def test_is_told_that_nothing_was_stored_and_how_to_go_on(self):
        client = agreed()
        client.cookies.clear()

        answer = client.post(step(1), owner_answers())

        assert answer["Location"] == NOTHING_OPEN
        page = client.get(NOTHING_OPEN).text
        assert "belum tersimpan" in page
        assert "Buka isian dengan kode" in page
        assert "belum tersimpan" not in client.get(CONSENT).text


class TestSize:
    def test_nothing_is_said_before_there_is_an_amount(self, people):
        client = filled_in(people.a.ward, net_assets="", annual_sales="")

        for page in (client.get(step(3)).text, client.get(SUMMARY).text, client.post("/daftar/skala/").text):
            assert "Belum diklasifikasi" not in page
        assert "Mikro" in client.post("/daftar/skala/", {"annual_sales": "5 juta"}).text


class TestRegistered:
    def test_it_is_named_with_number_and_the_way_to_the_certificate(self, people):
        code = new_code()
        business = accepted(people, code)

        page = status_of(code)

        assert "Warung Contoh" in page
        assert business.registration.number in page
        assert "Sertifikatnya dapat diminta" in page

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (RegistrationState.SUSPENDED, "sedang ditangguhkan"),
            (RegistrationState.EXPIRED, "Mintalah perpanjangan"),
            (RegistrationState.REVOKED, "tidak berlaku lagi"),
        ],
    )
    def test_what_ended_is_not_called_recorded(self, people, state, words):
        code = new_code()
        registration = accepted(people, code).registration
        registration.state, registration.note = state, "Sedang diperiksa"
        registration.save()

        page = status_of(code)

        assert words in page
        assert "sudah tercatat" not in page

    def test_a_closed_business_is_said_to_be_closed(self, people):
        code = new_code()
        business = accepted(people, code)
        change_status(
            business=business,
            status=BusinessStatus.CLOSED,
            on=AT.date(),
            by=people.registrar_a,
            at=AT,
            reason="Pemilik pindah",
        )

        assert "Usaha ini tercatat tutup sejak" in status_of(code)

    def test_who_applied_twice_reads_of_the_record_that_was_kept(self, people):
        first, second = new_code(), new_code()
        kept, merged = accepted(people, first), accepted(people, second)
        merge_businesses(
            winner=kept,
            loser=merged,
            take=[],
            versions=(kept.version, merged.version),
            by=people.verifier_a,
            at=AT,
            reason="Didaftarkan dua kali",
        )

        page = status_of(second)

        assert kept.registration.number in page
        assert "Dicabut" not in page
        assert merged.registration.number not in page
