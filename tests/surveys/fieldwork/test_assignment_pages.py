"""The pages on which a supervisor gives out work: who may open them, and what they say."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from surveys.models import Assignment, Wave
from tests.dashboards.reading import words
from tests.factories import BusinessFactory, ResponseFactory
from tests.surveys.fieldwork.people import NOW, another_enumerator, businesses, census, given, names_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave() -> Wave:
    return census()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(wave: Wave, name: str = "assignment-create") -> str:
    return reverse(f"surveys:{name}", args=[wave.code])


def wish(people, **changes: object) -> dict[str, object]:
    return {
        "district": people.a.district.pk,
        "ward": "",
        "enumerator": people.enumerator_a.pk,
        "quantity": "2",
        "due_on": "13/03/2026",
    } | changes


@pytest.mark.parametrize("name", ["assignment-create", "assignment-list"])
def test_only_who_manages_the_field_opens_the_pages(people, wave, name):
    url = address(wave, name)

    assert signed_in(people.supervisor_a).get(url).status_code == 200
    assert signed_in(people.administrator).get(url).status_code == 200
    for nobody in (people.enumerator_a, people.official, people.registrar_a, people.trainer):
        assert signed_in(nobody).get(url).status_code == 403
    assert "/masuk/" in Client().get(url)["Location"]


def test_a_supervisor_gives_out_two_and_sees_what_is_left(people, wave):
    businesses(people.a, "Toko A", "Toko B", "Toko C")
    client = signed_in(people.supervisor_a)

    page = client.post(address(wave), wish(people), follow=True)

    assert names_of(people.enumerator_a) == ["Toko A", "Toko B"]
    assert f"2 UMKM di {people.a.district} ditugaskan kepada {people.enumerator_a}" in words(page)
    assert f"{people.a.district} 3 2 1" in words(page)
    assert f"{people.enumerator_a} 2 0 0 13 Maret 2026" in words(page)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"quantity": "9"}, "Tersedia 3 UMKM yang belum ditugaskan"),
        ({"quantity": "0"}, "Tersedia 3 UMKM"),
        ({"quantity": "dua"}, "angka"),
        ({"quantity": ""}, "wajib diisi"),
        ({"due_on": "01/03/2026"}, "Tenggat harus antara 3 Maret 2026"),
        ({"due_on": "31/02/2026"}, "tanggal"),
        ({"enumerator": "bukan"}, "Pilih salah satu dari daftar"),
        ({"district": "999999999999999999999"}, "Pilih salah satu dari daftar"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(people, wave, changes, told):
    businesses(people.a, "Toko A", "Toko B", "Toko C")

    page = signed_in(people.supervisor_a).post(address(wave), wish(people, **changes))

    assert page.status_code == 200
    assert told.lower() in words(page).lower()
    assert (
        f'<option value="{people.enumerator_a.pk}" selected>' in page.content.decode()
        or "enumerator" in changes
    )
    assert not Assignment.objects.exists()


def test_a_supervisor_is_offered_the_own_area_and_its_enumerators(people, wave):
    businesses(people.b, "Toko B")
    client = signed_in(people.supervisor_a)

    page = client.get(address(wave)).content.decode()

    assert str(people.b.district) not in page
    assert str(people.enumerator_b) not in page
    refused = client.post(address(wave), wish(people, district=people.b.district.pk))
    assert "Pilih salah satu dari daftar" in words(refused)


def test_a_closed_wave_takes_no_assignment(people):
    wave = census(period_start="2019-01-01", period_end="2019-12-31")
    businesses(people.a, "Toko A", "Toko B")

    client = signed_in(people.supervisor_a)
    assert "tidak menerima wawancara" in words(client.get(address(wave)))
    client.post(address(wave), wish(people))
    assert not Assignment.objects.exists()


def listed(client: Client, wave: Wave, query: str = "") -> str:
    text: str = words(client.get(f"{address(wave, 'assignment-list')}{query}"))
    return text


def test_the_list_shows_and_narrows_the_assignments_of_the_area(people, wave):
    done, *_ = businesses(people.a, "Toko A", "Toko B")
    businesses(people.b, "Toko lain")
    given(wave, people, 2)
    given(wave, people, 1, district=people.b.district, to=people.enumerator_b, by=people.administrator)
    ResponseFactory(wave=wave, business=done, state="returned", enumerator=people.enumerator_a)
    client = signed_in(people.supervisor_a)

    page = listed(client, wave)
    assert "2 penugasan, 1 di antaranya terbuka" in page
    assert "Dikembalikan" in page
    assert "Toko lain" not in page
    assert "Toko A" not in listed(client, wave, "?state=open")
    assert "Toko B" not in listed(client, wave, "?state=done")
    assert "Toko A" not in listed(client, wave, "?q=toko+b")
    assert "Tidak ada penugasan yang cocok" in listed(client, wave, "?state=overdue")
    assert "Toko A" in listed(client, wave, "?state=entah&enumerator=siapa&district=x")


def change(client: Client, wave: Wave, query: str = "", **wish: object):
    url = f"{address(wave, 'assignment-list')}{query}"
    data = {"which": "ticked", "change": "withdraw", "to": "", "due_on": ""} | wish
    return client.post(url, data, follow=True)


def test_all_open_ones_of_one_enumerator_go_to_another(people, wave):
    second = another_enumerator(people.a)
    businesses(people.a, "Toko A", "Toko B", "Toko C")
    given(wave, people, 2)
    given(wave, people, 1, to=second)

    query = f"?enumerator={people.enumerator_a.pk}"
    client = signed_in(people.supervisor_a)
    page = change(client, wave, query, which="all", change="reassign", to=second.pk)

    assert "2 UMKM dialihkan kepada Enumerator kedua" in words(page)
    assert page.redirect_chain[-1][0].endswith(query)
    assert len(names_of(second)) == 3


def test_only_the_ticked_ones_are_taken_back_or_get_another_date(people, wave):
    businesses(people.a, "Toko A", "Toko B")
    given(wave, people, 2)
    first, second = Assignment.objects.order_by("business__name")
    client = signed_in(people.supervisor_a)

    page = change(client, wave, id=[first.public_id, "bukan-id"])
    assert "1 UMKM ditarik" in words(page)
    assert names_of(people.enumerator_a) == ["Toko B"]

    page = change(client, wave, id=[second.public_id], change="due", due_on="20/03/2026")
    assert "Tenggat 1 UMKM menjadi 20 Maret 2026" in words(page)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "Centang paling sedikit satu"),
        ({"which": "all", "change": "reassign"}, "Pilih enumerator barunya"),
        ({"which": "all", "change": "due"}, "Isi tenggat barunya"),
        ({"which": "all", "change": "due", "due_on": "01/01/2027"}, "31 Desember 2026"),
        ({"which": "all", "change": "hapus"}, "Pilih salah satu dari daftar"),
    ],
)
def test_an_incomplete_change_is_told_and_changes_nothing(people, wave, asked, told):
    businesses(people.a, "Toko A")
    given(wave, people, 1)
    before = Assignment.objects.values().get()

    page = change(signed_in(people.supervisor_a), wave, **asked)

    assert told in words(page)
    assert Assignment.objects.values().get() == before


@pytest.mark.parametrize("size", [3, 60])
def test_the_list_costs_the_same_whatever_its_length(people, wave, django_assert_num_queries, size):
    BusinessFactory.create_batch(size, ward=people.a.ward)
    given(wave, people, size)
    client = signed_in(people.supervisor_a)
    listed(client, wave)
    # session, user, area; wave; choices of four fields; two counts; rows, interviews, visits
    with django_assert_num_queries(13):
        listed(client, wave)
