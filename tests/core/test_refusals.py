"""A refusal says whose work it is, and a form that ran out leads back to itself."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_page_for_another_role_names_the_roles_and_ones_own(people: People) -> None:
    client = Client()
    client.force_login(people.trainer)

    assert (
        "Halaman ini untuk Verifikator. Anda masuk sebagai Tim pelatihan."
        in client.get("/umkm/verifikasi/").text
    )
    page = client.get("/jejak/").text
    assert "Halaman ini untuk Administrator, Pengawas lapangan atau Pimpinan." in page


def test_a_form_that_ran_out_leads_back_to_its_page() -> None:
    client = Client(enforce_csrf_checks=True)
    page = "http://testserver/daftar/langkah/1/"

    answer = client.post("/daftar/langkah/1/", {"owner_name": "Ibu"}, headers={"referer": page})

    assert answer.status_code == 403
    assert 'href="/daftar/langkah/1/">Buka lagi formulirnya' in answer.text


def test_it_leads_to_no_other_site() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/daftar/langkah/1/", {}, headers={"referer": "https://evil.test/form/"})

    assert "evil.test" not in answer.text
