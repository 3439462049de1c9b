"""The address a form is sent to, opened or loaded again: a page in Indonesian, and nothing happens."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import People

pytestmark = pytest.mark.django_db


def test_it_says_so_instead_of_leaving_it_to_the_browser(people: People) -> None:
    client = Client()
    client.force_login(people.registrar_a)
    answer = client.get(reverse("core:import-undo", args=[uuid.uuid4()]))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    shown = answer.content.decode()
    assert "Alamat ini hanya menerima kiriman formulir" in shown
    assert "Tidak ada yang berubah" in shown
    assert "script-src" in answer["Content-Security-Policy"]


def test_a_program_gets_no_page(people: People) -> None:
    client = Client()
    client.force_login(people.registrar_a)
    assert client.put(reverse("core:import-undo", args=[uuid.uuid4()])).content == b""
