"""The first page says what the register waits for, counted in the area of whoever comes in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from registry import actions
from tests.dashboards.reading import words
from tests.factories import BusinessFactory, UserFactory
from tests.factories.registry import AT

pytestmark = pytest.mark.django_db

HOME = reverse("core:home")
# Session and user, the kecamatan as the reach of the counts and as names, three counts for tasks and menu.
VERIFIER_QUERIES = 10


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    client.get(HOME)  # the first page of a session also notes when it began
    return client


def home(user):
    return signed_in(user).get(HOME)


def submit(place, by) -> None:
    business = BusinessFactory(ward=place.ward)
    actions.submit_registration(registration=business.registration, by=by, at=AT)


def test_the_verifier_reads_how_many_registrations_wait_here(people):
    submit(people.a, people.registrar_a)
    submit(people.a, people.registrar_a)
    submit(people.b, people.registrar_b)

    response = home(people.verifier_a)

    assert "2 pendaftaran menunggu verifikasi" in words(response)
    assert f'class="task" href="{reverse("registry:registration-queue")}"' in response.content.decode()


def test_an_empty_queue_is_said(people):
    submit(people.b, people.registrar_b)

    assert "Tidak ada pendaftaran yang menunggu verifikasi" in words(home(people.verifier_a))


def test_the_counter_registers_and_finds_its_drafts(people):
    BusinessFactory(ward=people.a.ward, name="Warung Draf")
    BusinessFactory(ward=people.b.ward)
    client = signed_in(people.registrar_a)

    text = words(client.get(HOME))
    drafts = client.get(reverse("registry:business-list"), {"registration": "draft"})

    assert "Daftarkan UMKM baru 1 pendaftaran masih draf, belum diajukan" in text
    assert "menunggu verifikasi" not in text
    assert "Warung Draf" in words(drafts)


def test_who_only_reads_has_no_tasks(people):
    submit(people.a, people.registrar_a)

    text = words(home(people.trainer))

    assert "Pekerjaan Anda" not in text
    assert "Wilayah kerja: seluruh kota." in text


def test_a_user_without_an_area_is_told_whom_to_ask(people):
    lost = UserFactory(role="verifier", whole_city=False)

    assert "Wilayah kerja: belum ditentukan, hubungi administrator." in words(home(lost))


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_the_same_however_many_wait(people, django_assert_num_queries, count):
    for _ in range(count):
        submit(people.a, people.registrar_a)
    client = signed_in(people.verifier_a)

    with django_assert_num_queries(VERIFIER_QUERIES):
        client.get(HOME)
