"""The keys of certificates: made once, exchanged without losing what the older ones signed."""

from __future__ import annotations

import stat
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from core import keys, signing
from core.models import AuditEvent, Verb


@pytest.fixture
def own_keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    keys.forget()
    call_command("make_keys", stdout=StringIO())
    yield settings.KEYS_DIR
    keys.forget()


def files(directory, pattern="certificate-*"):
    return sorted(path.name for path in directory.glob(pattern))


def rotate():
    call_command("rotate_certificate_key", stdout=StringIO())


def test_a_signature_holds_for_its_message_and_its_key_only(own_keys):
    key = signing.signing_key()
    signature = key.sign(b"sertifikat")
    public = signing.public_keys()[key.key_id]

    assert signing.is_signed(b"sertifikat", signature, public)
    assert not signing.is_signed(b"Sertifikat", signature, public)
    assert not signing.is_signed(b"sertifikat", signature[::-1], public)
    assert not signing.is_signed(b"sertifikat", b"", public)
    assert not signing.is_signed(b"sertifikat", signature, b"kurang dari 32 byte")


@pytest.mark.django_db
def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_checks(own_keys):
    old = signing.signing_key()
    signature = old.sign(b"sertifikat")

    rotate()

    new = signing.signing_key()
    assert list(signing.public_keys()) == [new.key_id, old.key_id]
    assert new.key_id != old.key_id
    assert signing.is_signed(b"sertifikat", signature, signing.public_keys()[old.key_id])
    assert not signing.is_signed(b"sertifikat", signature, signing.public_keys()[new.key_id])
    assert files(own_keys) == ["certificate-0001.pub", "certificate-0002.key"]
    event = AuditEvent.objects.get(verb=Verb.KEYS_ROTATED)
    assert old.key_id in event.object_label
    assert new.key_id in event.object_label


@pytest.mark.django_db
def test_what_a_broken_off_rotation_left_is_tidied_by_the_next(own_keys):
    (own_keys / "certificate-0002.key").write_bytes(keys.new_key())  # the old private half is still there
    before = set(signing.public_keys())

    rotate()

    assert files(own_keys) == ["certificate-0001.pub", "certificate-0002.pub", "certificate-0003.key"]
    assert before < set(signing.public_keys())


@pytest.mark.django_db
def test_two_rotations_at_once_make_one_new_key(own_keys, monkeypatch):
    monkeypatch.setattr(signing, "next_file", lambda: "certificate-0001.key")

    with pytest.raises(CommandError, match="proses lain"):
        rotate()

    assert files(own_keys) == ["certificate-0001.key"]


def test_the_first_key_is_made_beside_keys_that_are_there_already(own_keys):
    """A register that is older than its certificates gets one; its other keys stay as they are."""
    (own_keys / "certificate-0001.key").unlink()
    before = {path.name: path.read_bytes() for path in own_keys.iterdir()}

    call_command("make_keys", stdout=StringIO())

    assert files(own_keys) == ["certificate-0001.key"]
    assert stat.S_IMODE((own_keys / "certificate-0001.key").stat().st_mode) == 0o600
    assert {path.name: path.read_bytes() for path in own_keys.iterdir()}.items() >= before.items()


def test_a_key_made_anew_has_another_name(own_keys):
    lost = signing.signing_key().key_id
    (own_keys / "certificate-0001.key").unlink()
    call_command("make_keys", stdout=StringIO())

    assert signing.signing_key().key_id != lost
    assert lost not in signing.public_keys()


def test_a_missing_and_a_damaged_key_are_named(own_keys):
    (own_keys / "certificate-0001.key").write_bytes(b"bukan kunci")
    with pytest.raises(ImproperlyConfigured, match=r"certificate-0001\.key is not 32 bytes"):
        signing.signing_key()
    (own_keys / "certificate-0001.key").unlink()
    with pytest.raises(ImproperlyConfigured, match="no key of certificates"):
        signing.signing_key()
