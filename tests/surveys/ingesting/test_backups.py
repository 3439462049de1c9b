"""A backup file opens at the office alone, and what it holds arrives as if the telephone had sent it."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import office_key
from core.keys import DecryptionError
from core.models import AuditEvent
from surveys.actions import revoke_device
from surveys.models import Response, Submission
from tests.people import People
from tests.surveys.ingesting.sends import AT, Phone, body, frozen, one_business, phone_of

URL = reverse("surveys:backup-restore")


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def sealed(inner: bytes, public_key: str | None = None) -> bytes:
    """As the field app seals it with what the server gave it."""
    public: Any = serialization.load_der_public_key(base64.b64decode(public_key or office_key.public_key()))
    key, iv = AESGCM.generate_key(256), os.urandom(12)
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    data = AESGCM(key).encrypt(iv, inner, None)
    outer = {"format": 1, "key": text(public.encrypt(key, oaep)), "iv": text(iv), "data": text(data)}
    return json.dumps(outer).encode()


def backup(phone: Phone, *bodies: bytes, **changes: Any) -> bytes:
    inner = {
        "device": str(phone.device.public_id),
        "user": {"id": phone.device.user_id},
        "items": [text(one) for one in bodies],
        **changes,
    }
    return sealed(json.dumps(inner).encode())


def restore(client: Client, user, content: bytes) -> str:
    client.force_login(user)
    answer = client.post(URL, {"file": SimpleUploadedFile("cadangan.json", content)})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def phone(people: People) -> Phone:
    return phone_of(people.enumerator_a)


def test_everything_in_it_is_stored_in_the_name_of_who_filled_it(client, people, phone):
    first, second = (body(*one_business(people)) for _ in range(2))
    phone.send(first)
    revoke_device(device=phone.device, by=people.supervisor_a, at=AT)  # lost, and found again

    page = restore(client, people.supervisor_a, backup(phone, frozen(first), frozen(second)))

    assert "1 kiriman baru, 1 sudah ada, 0 gagal" in page
    assert {response.enumerator for response in Response.objects.all()} == {people.enumerator_a}
    assert Submission.objects.filter(device=phone.device).count() == 2
    told = AuditEvent.objects.get(verb="imported")
    assert (told.actor_name, "1 baru" in told.object_label) == (str(people.supervisor_a), True)


def test_restored_twice_it_stores_nothing_twice(client, people, phone):
    content = backup(phone, frozen(body(*one_business(people))))
    restore(client, people.supervisor_a, content)

    assert "0 kiriman baru, 1 sudah ada" in restore(client, people.supervisor_a, content)
    assert Response.objects.count() == 1


def test_one_broken_item_does_not_stop_the_others(client, people, phone):
    good = body(*one_business(people))
    other = body(*one_business(people))
    phone.send(other)
    bodies = (b"rusak", frozen(good), frozen(other | {"note": "lain"}), frozen(good | {"wave": "x"}))

    page = restore(client, people.supervisor_a, backup(phone, *bodies))

    assert "1 kiriman baru, 0 sudah ada, 3 gagal" in page
    assert "bukan JSON" in page
    assert "isi yang berbeda" in page


def test_what_is_held_leads_to_its_page(client, people, phone):
    document = body(*one_business(people)) | {"wave": "tidak-ada"}

    page = restore(client, people.supervisor_a, backup(phone, frozen(document)))

    assert reverse("surveys:held-detail", args=[document["instance_id"]]) in page


@pytest.mark.parametrize(
    "content",
    [
        b"rusak",
        b"[]",
        b"{}",
        b'{"format": 1}',
        b'{"format": 2}',
        b'{"format": 1, "key": "x", "iv": "y", "data": "z"}',
        b'{"format": 1, "key": 5, "iv": null, "data": []}',
        b"\xff\xd8\xff",
        b"[" * 100_000,
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_no_backup_is_said(client, people, content):
    page = restore(client, people.supervisor_a, content)
    assert "Bentuk cadangan ini tidak dikenal" in page or "tidak dapat dibuka" in page


def test_an_altered_one_does_not_open(client, people, phone):
    outer = json.loads(backup(phone, frozen(body(*one_business(people)))))
    data = bytearray(base64.b64decode(outer["data"]))
    data[5] ^= 1
    altered = json.dumps(outer | {"data": text(bytes(data))}).encode()

    assert "tidak dapat dibuka" in restore(client, people.supervisor_a, altered)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("inner", [b"[]", b"x", b'{"device": 5}', b'{"device": "x", "items": []}'])
def test_one_of_nobody_we_know_is_refused(client, people, inner):
    page = restore(client, people.supervisor_a, sealed(inner))
    assert "tidak ada di wilayah kerja Anda" in page or "tidak dapat dibuka" in page


@pytest.mark.parametrize("items", [None, "x", [5], ["?"], ["x"] * 2_001])
def test_items_that_are_none_are_refused(client, people, phone, items):
    assert "tidak dapat dibuka" in restore(client, people.supervisor_a, backup(phone, items=items))


def test_only_who_runs_the_fieldwork_there(client, people, phone):
    content = backup(phone, frozen(body(*one_business(people))))

    assert "tidak ada di wilayah kerja Anda" in restore(client, people.supervisor_b, content)
    client.force_login(people.enumerator_a)
    assert client.post(URL).status_code == 403
    assert Client().get(URL).status_code == 302
    assert not Submission.objects.exists()


class TestTheKeyOfTheOffice:
    def test_make_keys_makes_it_once_for_the_owner_alone(self, settings, tmp_path):
        settings.KEYS_DIR = tmp_path
        assert office_key.public_key() == ""

        call_command("make_keys", verbosity=0)
        made = (tmp_path / "backup.pem").read_bytes()
        call_command("make_keys", verbosity=0)

        assert (tmp_path / "backup.pem").read_bytes() == made
        assert (tmp_path / "backup.pem").stat().st_mode & 0o777 == 0o600
        assert office_key.public_key() != ""

    def test_without_it_nothing_opens_and_nothing_breaks(self, settings, tmp_path):
        settings.KEYS_DIR = tmp_path / "kosong"

        assert office_key.public_key() == ""
        with pytest.raises(DecryptionError):
            office_key.unwrap(b"x" * 256)

    def test_another_office_cannot_open_it(self, client, people, settings, tmp_path):
        office_key.write_new(tmp_path / "other.pem", bits=2048)
        other = serialization.load_pem_private_key((tmp_path / "other.pem").read_bytes(), None)
        public = other.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        content = sealed(b"{}", text(public))

        assert "tidak dapat dibuka" in restore(client, people.supervisor_a, content)
