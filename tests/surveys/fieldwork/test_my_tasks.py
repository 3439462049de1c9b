"""Tugas saya: an enumerator's own rows with their state, and nobody else's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from registry.models import Business
from surveys.actions.fieldwork import withdraw
from surveys.models import Assignment, Visit
from tests.dashboards.reading import words
from tests.factories import BusinessFactory, ResponseFactory, SectorFactory
from tests.surveys.fieldwork.people import DUE, NOW, another_enumerator, businesses, census, given

pytestmark = pytest.mark.django_db
TASKS = reverse("surveys:task-list")


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(user: User, query: str = "") -> str:
    text: str = words(signed_in(user).get(TASKS + query))
    return text


def test_only_who_interviews_has_tasks(people):
    for person in (people.enumerator_a, people.supervisor_a):
        assert signed_in(person).get(TASKS).status_code == 200
    for nobody in (people.official, people.registrar_a, people.administrator, people.trainer):
        assert signed_in(nobody).get(TASKS).status_code == 403
    assert "/masuk/" in Client().get(TASKS)["Location"]


def test_the_list_has_the_own_rows_with_their_state_and_nobody_elses(people):
    wave, second = census(), another_enumerator(people.a)
    sent, returned, _ = businesses(people.a, "Toko A", "Toko B", "Toko C")
    given(wave, people, 3)
    businesses(people.a, "Toko orang lain")
    given(wave, people, 1, to=second)
    ResponseFactory(wave=wave, business=sent, enumerator=people.enumerator_a, state="sent")
    back = ResponseFactory(wave=wave, business=returned, enumerator=people.enumerator_a, state="returned")

    page = signed_in(people.enumerator_a).get(TASKS)
    text = words(page)

    assert "1 dari 3 selesai" in text
    assert "Terkirim" in text
    assert "Dikembalikan, perlu diperbaiki: 1" in text
    assert "Toko C Kelurahan" in text
    assert "Toko orang lain" not in text
    assert reverse("surveys:response-change", args=[back.public_id]) in page.content.decode()
    assert "Toko A" not in shown(people.enumerator_a, "?status=belum")


def test_an_overdue_one_and_its_visits_are_said(people):
    wave = census()
    (business,) = businesses(people.a, "Toko A")
    given(wave, people, 1)
    Assignment.objects.update(due_on=NOW.date() - timedelta(days=1))
    Visit.objects.create(
        wave=wave,
        business=business,
        enumerator=people.enumerator_a,
        outcome="not_found",
        visited_at=NOW,
        received_at=NOW,
    )

    page = shown(people.enumerator_a)

    assert "0 dari 1 selesai · 1 lewat tenggat" in page
    assert "1 kunjungan, terakhir tidak ditemukan" in page


def test_what_was_taken_back_stays_marked_and_is_not_counted(people):
    wave = census()
    businesses(people.a, "Toko A", "Toko B")
    given(wave, people, 2)
    first = Assignment.objects.filter(business__name="Toko A")
    withdraw(wave=wave, assignments=first, by=people.supervisor_a, at=NOW)

    page = shown(people.enumerator_a)

    assert "0 dari 1 selesai" in page
    assert "Ditarik" in page


def test_without_assignments_the_list_of_the_area_is_the_way_in(people):
    wave = census()
    BusinessFactory(ward=people.a.ward)

    page = signed_in(people.enumerator_a).get(TASKS).content.decode()

    assert "Tidak ada UMKM yang ditugaskan" in page
    assert reverse("surveys:wave-businesses", args=[wave.code]) in page


def test_the_first_page_leads_to_the_own_tasks(people):
    wave = census()
    businesses(people.a, "Toko A")
    given(wave, people, 1)

    home = signed_in(people.enumerator_a).get(reverse("core:home"))

    assert "Sensus UMKM: 0 dari 1 tugas Anda selesai" in words(home)
    assert f"{TASKS}?gelombang=sensus" in home.content.decode()


def test_the_wave_asked_for_is_shown_and_an_unknown_one_is_no_error(people):
    first, second = census(), census(code="kedua", title="Sensus kedua", period_start=date(2026, 2, 1))
    businesses(people.a, "Toko A")
    given(first, people, 1)
    given(second, people, 1)

    assert "gelombang=sensus&" in signed_in(people.enumerator_a).get(
        TASKS + "?gelombang=sensus"
    ).content.decode().replace("&amp;", "&")
    assert "gelombang=kedua&" in signed_in(people.enumerator_a).get(
        TASKS + "?gelombang=x"
    ).content.decode().replace("&amp;", "&")


def found(client: Client, wave, people, **changes: object):
    form = {
        "sent_as": "6b1f8a0e-3c40-4a7e-9d5e-0d8f3f0f5a11",
        "name": "Warung Baru",
        "sector": SectorFactory().pk,
        "ward": people.a.ward.pk,
        "owner_name": "",
        "owner_phone": "",
        "address": "",
    } | changes
    return client.post(reverse("surveys:found-create", args=[wave.code]), form)


def test_a_business_found_in_the_field_is_interviewed_at_once_and_in_the_list(people):
    wave, client = census(), signed_in(people.enumerator_a)

    answer = found(client, wave, people)

    business = Business.objects.get()
    assert answer["Location"] == reverse("surveys:response-create", args=[wave.code, business.public_id])
    assert client.get(answer["Location"]).status_code == 200
    assert business.status == "found_in_field"
    assert "Warung Baru" in shown(people.enumerator_a)
    assert Assignment.objects.get().due_on == wave.period_end

    found(client, wave, people)
    assert Assignment.objects.count() == Business.objects.count() == 1


def test_a_closed_wave_takes_no_found_business(people):
    wave = census(period_start="2019-01-01", period_end="2019-12-31")

    answer = found(signed_in(people.enumerator_a), wave, people)

    assert "tidak menerima wawancara" in words(answer)
    assert not Business.objects.exists()


@pytest.mark.parametrize("size", [3, 49])
def test_the_list_costs_the_same_whatever_its_length(people, django_assert_num_queries, size):
    wave, client = census(), signed_in(people.enumerator_a)
    BusinessFactory.create_batch(size, ward=people.a.ward)
    given(wave, people, size, due_on=DUE)
    client.get(TASKS)
    # session and user; waves, own counts, returned; rows, interviews, visits, interviews beside them
    with django_assert_num_queries(9):
        client.get(TASKS)
