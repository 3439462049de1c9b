"""Encrypted fields: unreadable without the key, in no other column, and never looked up in vain."""

import stat
from io import StringIO

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from core import keys
from core.fields import blind
from core.key_rotation import rotate_batch
from core.keys import DecryptionError
from core.models import AuditEvent, Verb
from registry.models import Business, Owner
from tests.factories import BusinessFactory, OwnerFactory

NIK = "9901010101900001"
pytestmark = pytest.mark.django_db


@pytest.fixture
def own_keys(tmp_path, settings):
    """A key directory of this test alone."""
    settings.KEYS_DIR = tmp_path / "keys"
    keys.forget()
    call_command("make_keys", stdout=StringIO())
    yield settings.KEYS_DIR
    keys.forget()


def stored(owner, column="national_id"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM registry_owner WHERE id = %s", [owner.pk])
        return cursor.fetchone()[0]


def store(owner, text, column="national_id"):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_owner SET {column} = %s WHERE id = %s", [text, owner.pk])


def test_the_database_holds_no_plain_text():
    owner = OwnerFactory(national_id=NIK)

    assert NIK not in stored(owner)
    assert NIK[:6] not in stored(owner)
    assert Owner.objects.get(pk=owner.pk).national_id == NIK


def test_equal_values_look_different():
    first, second = OwnerFactory(phone="+628110000009"), OwnerFactory(phone="+628110000009")

    assert stored(first, "phone") != stored(second, "phone")
    assert stored(first, "phone_index") == stored(second, "phone_index")
    assert set(Owner.objects.with_phone("+628110000009")) == {first, second}


def test_a_touched_ciphertext_is_refused():
    owner = OwnerFactory(national_id=NIK)
    text = stored(owner)
    store(owner, text[:-6] + ("AAAA" if text[-6:-2] != "AAAA" else "BBBB") + text[-2:])

    with pytest.raises(DecryptionError):
        Owner.objects.get(pk=owner.pk)


def test_a_ciphertext_moved_to_another_column_is_refused():
    owner = OwnerFactory(national_id=NIK, phone="+628110000009")
    store(owner, stored(owner, "national_id"), "phone")

    with pytest.raises(DecryptionError):
        Owner.objects.get(pk=owner.pk)


def test_the_error_names_no_value():
    owner = OwnerFactory(national_id=NIK)
    store(owner, "0001:AAAA")

    with pytest.raises(DecryptionError) as caught:
        Owner.objects.get(pk=owner.pk)
    assert "9901" not in str(caught.value)


LOOKUPS = {
    "exact": lambda: Owner.objects.filter(national_id=NIK),
    "none": lambda: Owner.objects.filter(national_id=None),
    "in": lambda: Owner.objects.filter(national_id__in=[NIK]),
    "contains": lambda: Owner.objects.filter(national_id__contains="99"),
    "startswith": lambda: Owner.objects.filter(national_id__startswith="99"),
    "regex": lambda: Owner.objects.filter(national_id__regex="9"),
    "gt": lambda: Owner.objects.filter(national_id__gt="9"),
    "q": lambda: Owner.objects.filter(Q(name="x") | Q(national_id=NIK)),
    "exclude": lambda: Owner.objects.exclude(national_id=NIK),
    "get": lambda: Owner.objects.get(national_id=NIK),
    "relation": lambda: Business.objects.filter(owner__national_id=NIK),
    "npwp": lambda: Business.objects.filter(npwp="1"),
    "f": lambda: Owner.objects.filter(national_id=F("phone")),
    "transform": lambda: Owner.objects.filter(national_id__lower="x"),
    "get_or_create": lambda: Owner.objects.get_or_create(national_id=NIK),
}


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_a_lookup_on_the_ciphertext_raises(lookup):
    with pytest.raises(FieldError, match="encrypted"):
        list(LOOKUPS[lookup]())


def test_whether_there_is_a_value_may_be_asked():
    with_nik, without = OwnerFactory(national_id=NIK), OwnerFactory(national_id=None)

    assert list(Owner.objects.filter(national_id__isnull=False)) == [with_nik]
    assert list(Owner.objects.filter(national_id__isnull=True)) == [without]


def test_a_nik_is_there_once():
    OwnerFactory(national_id=NIK)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnerFactory(national_id=NIK)
    OwnerFactory(national_id=None)
    OwnerFactory(national_id="")

    assert Owner.objects.filter(**blind(Owner, "national_id", NIK)).count() == 1


def test_bulk_create_fills_the_index_too():
    place = OwnerFactory()
    Owner.objects.bulk_create(
        [
            Owner(
                name="x",
                national_id=NIK,
                ward=place.ward,
                created_at=place.created_at,
                updated_at=place.updated_at,
            )
        ]
    )

    assert Owner.objects.with_national_id(NIK).get().name == "x"


def test_an_expression_cannot_be_written():
    OwnerFactory()
    with pytest.raises(FieldError, match="plain value"):
        Owner.objects.update(national_id=F("phone"))


# --- Keys -------------------------------------------------------------------------------------------
def test_the_key_files_are_for_the_owner_only(own_keys):
    names = {path.name for path in own_keys.iterdir()}

    assert names == {"data-0001.key", "index.key", "audit.key", "certificate-0001.key", "backup.pem"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in own_keys.iterdir())
    before = {path.name: path.read_bytes() for path in own_keys.iterdir()}
    call_command("make_keys", stdout=StringIO())
    assert before == {path.name: path.read_bytes() for path in own_keys.iterdir()}


@pytest.mark.parametrize("name", ["data-0001.key", "index.key", "audit.key"])
def test_a_lost_key_is_not_replaced_by_a_new_one(own_keys, name):
    (own_keys / name).unlink()

    with pytest.raises(CommandError, match=rf"{name} hilang"):
        call_command("make_keys", stdout=StringIO())

    assert not (own_keys / name).exists()


def use_all_keys():
    keys.encrypt("x", context="c")
    keys.blind_index("x", context="c")
    keys.audit_mac(b"x")


@pytest.mark.parametrize("content", [b"", b"abc", b"not a key!", b"QUJD"])
@pytest.mark.parametrize("name", ["data-0001", "index", "audit"])
def test_a_damaged_key_file_is_named(own_keys, name, content):
    (own_keys / f"{name}.key").write_bytes(content)
    keys.forget()

    with pytest.raises(ImproperlyConfigured, match=rf"{name}\.key is not 32 bytes in base64"):
        use_all_keys()


def test_rotation_brings_everything_under_the_new_key(own_keys):
    owners = [OwnerFactory(national_id=f"99010101019{n:05d}") for n in range(3)]
    business = BusinessFactory(npwp="0123456789012345")
    indexes = [stored(owner, "national_id_index") for owner in owners]

    call_command("rotate_keys", stdout=StringIO())

    assert all(stored(owner).startswith("0002:") for owner in owners)
    assert [stored(owner, "national_id_index") for owner in owners] == indexes
    assert Owner.objects.with_national_id("9901010101900001").get() == owners[1]
    assert Business.objects.get(pk=business.pk).npwp == "0123456789012345"
    assert AuditEvent.objects.filter(verb=Verb.KEYS_ROTATED).count() == 2

    call_command("rotate_keys", remove_old=True, stdout=StringIO())

    assert not (own_keys / "data-0001.key").exists()
    assert Owner.objects.get(pk=owners[0].pk).national_id == "9901010101900000"


def test_a_rotation_that_broke_off_goes_on(own_keys, monkeypatch):
    monkeypatch.setattr("core.key_rotation.BATCH_SIZE", 2)
    owners = [OwnerFactory(national_id=f"99010101019{n:05d}", phone=None) for n in range(5)]
    calls = []

    def breaks(model, *args, **kwargs):
        calls.extend([model] if model is Owner else [])
        if len(calls) == 2:  # after one batch of owners
            raise KeyboardInterrupt
        return rotate_batch(model, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr("core.management.commands.rotate_keys.rotate_batch", breaks)
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate_keys", stdout=StringIO())
    assert [stored(owner)[:4] for owner in owners] == ["0002", "0002", "0001", "0001", "0001"]
    with pytest.raises(CommandError, match="masih dipakai 3 baris"):
        call_command("rotate_keys", remove_old=True, stdout=StringIO())

    call_command("rotate_keys", resume=True, stdout=StringIO())

    assert {stored(owner)[:4] for owner in owners} == {"0002"}
    assert sorted(path.name for path in own_keys.glob("data-*")) == ["data-0001.key", "data-0002.key"]


def test_without_its_key_a_value_is_not_guessed(own_keys):
    owner = OwnerFactory(national_id=NIK)
    call_command("rotate_keys", stdout=StringIO())
    (own_keys / "data-0002.key").unlink()

    with pytest.raises(DecryptionError, match="0002"):
        Owner.objects.get(pk=owner.pk)


def test_a_running_worker_sees_the_new_key(own_keys):
    """Another process wrote the file; nobody called forget() here."""
    keys.encrypt("x", context="c")
    (own_keys / "data-0002.key").write_bytes(keys.new_key())

    assert keys.encrypt("x", context="c").startswith("0002:")
