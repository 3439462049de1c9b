"""A telephone becomes ours by one scan, and its token is shown once."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from surveys.models import DeviceKind, FieldDevice
from surveys.openrosa.onboarding import code_of, settings_of
from tests.people import People

pytestmark = pytest.mark.django_db
PAGE = reverse("surveys:odk-create")


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address_in(page: str) -> str:
    found = re.search(r'id="alamat-odk"[^>]*value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def test_an_enumerator_sets_up_the_own_telephone(people: People) -> None:
    answer = as_user(people.enumerator_a).post(PAGE, {"name": "A15", "user": people.enumerator_a.pk})
    page = answer.content.decode()
    device = FieldDevice.objects.get()
    assert (device.kind, device.user, device.created_by) == (
        DeviceKind.ODK,
        people.enumerator_a,
        people.enumerator_a,
    )
    address = address_in(page)
    assert address.startswith("http://testserver/odk/")
    assert Client().get(f"{address.removeprefix('http://testserver')}/formList").status_code == 200
    assert 'src="data:image/svg+xml' in page
    assert answer.headers["Cache-Control"] == "no-store, private"
    token = address.rpartition("/")[2]
    assert token not in as_user(people.enumerator_a).get(PAGE).content.decode()
    assert not AuditEvent.objects.filter(changes__icontains=token).exists()


def test_the_code_says_what_collect_reads(people: People) -> None:
    """The documented form: JSON with general, admin and project, by zlib, in base64."""
    settings = settings_of("https://umkm.contoh/odk/x", "UMKM – Dinas")
    read = json.loads(zlib.decompress(base64.b64decode(code_of(settings))))
    assert read == settings
    assert read["general"]["server_url"] == "https://umkm.contoh/odk/x"
    assert read["general"]["form_update_mode"] == "match_exactly"
    assert read["project"]["name"] == "UMKM – Dinas"
    assert "admin" in read


def test_the_picture_is_drawn_without_any_style(people: People) -> None:
    page = as_user(people.enumerator_a).post(PAGE, {"name": "A15", "user": people.enumerator_a.pk})
    found = re.search(r'src="data:image/svg\+xml;charset=utf-8,([^"]+)"', page.content.decode())
    assert found is not None
    assert "style=" not in unquote(html.unescape(found[1]))


def test_who_runs_the_fieldwork_sets_up_telephones_of_the_area_only(people: People) -> None:
    client = as_user(people.supervisor_a)
    assert (
        "hanya tampak sekali"
        in client.post(PAGE, {"name": "Ponsel", "user": people.enumerator_a.pk}).content.decode()
    )
    answer = client.post(PAGE, {"name": "Ponsel", "user": people.enumerator_b.pk})
    assert "hanya tampak sekali" not in answer.content.decode()
    assert FieldDevice.objects.get().user == people.enumerator_a


def test_an_enumerator_sets_up_nobody_elses(people: People) -> None:
    as_user(people.enumerator_a).post(PAGE, {"name": "Ponsel", "user": people.supervisor_a.pk})
    assert not FieldDevice.objects.exists()


def test_an_official_finds_nobody_to_set_up(people: People) -> None:
    client = as_user(people.official)
    assert "tidak ada enumerator" in client.get(PAGE).content.decode()
    client.post(PAGE, {"name": "Ponsel", "user": people.enumerator_a.pk})
    assert not FieldDevice.objects.exists()


def test_others_are_refused(people: People) -> None:
    assert as_user(people.trainer).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_the_form_for_all_kinds_of_telephones_shows_the_same_code(people: People) -> None:
    answer = as_user(people.enumerator_a).post(
        reverse("surveys:device-create"),
        {"name": "A15", "user": people.enumerator_a.pk, "kind": DeviceKind.ODK},
    )
    assert address_in(answer.content.decode())
