"""What an event only masks can still be read by who may, be encrypted anew, be erased, and not be altered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import keys
from core.audit import MASK, Event, record, record_many, secrets_of
from core.audit_lines import describe
from core.models import AuditEvent, AuditSecret, User, Verb
from registry import actions
from registry.history import history_of
from registry.models import Business, OnlineAccount
from tests.factories import OwnerFactory, SectorFactory, UserFactory
from tests.people import People

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
NIK = "9901010101900003"


@pytest.fixture
def own_keys(tmp_path, settings):
    settings.KEYS_DIR = tmp_path / "keys"
    keys.forget()
    call_command("make_keys", stdout=StringIO())
    yield settings.KEYS_DIR
    keys.forget()


@pytest.fixture
def business(people: People) -> Business:
    business = Business(
        name="Kerupuk Ikan",
        owner=OwnerFactory(ward=people.a.ward),
        sector=SectorFactory(),
        ward=people.a.ward,
        annual_sales=5_000_000,
    )
    return actions.save_business(business=business, by=people.registrar_a, at=AT)


def renamed(business: Business, by: User, **changes: object) -> AuditEvent:
    for name, value in changes.items():
        setattr(business, name, value)
    actions.save_business(business=business, by=by, at=AT + timedelta(days=1))
    return AuditEvent.objects.about(business).latest("pk")


def history(business: Business, reader: User) -> list[tuple[str, str, str]]:
    fresh = Business.objects.get(pk=business.pk)
    line = history_of(fresh, reader=reader).lines[0].line
    return [(change.label, change.old, change.new) for change in line.changes]


def stored_text() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT changes FROM core_auditevent")
        told = str(cursor.fetchall())
        cursor.execute("SELECT content FROM core_auditsecret")
        return told + str(cursor.fetchall())


def test_the_history_tells_old_and_new_name_and_amounts(people, business):
    renamed(business, people.registrar_a, name="Kerupuk Udang", annual_sales=7_500_000)

    assert history(business, people.registrar_a) == [
        ("nama usaha", "Kerupuk Ikan", "Kerupuk Udang"),
        ("omzet per tahun", "5.000.000", "7.500.000"),
    ]


def test_the_database_tells_neither(people, business):
    event = renamed(business, people.registrar_a, name="Kerupuk Udang", annual_sales=7_500_000)

    assert event.changes == {"name": [MASK, MASK], "annual_sales": [MASK, MASK]}
    for word in ("Kerupuk", "7500000", "5000000"):
        assert word not in stored_text()


def test_numbers_that_identify_stay_masked_for_everybody(people, business):
    event = renamed(business, people.registrar_a, npwp="123456789012345", name="Baru")

    assert set(secrets_of([event])[event.secret_seal]) == {"name"}
    assert ("NPWP", "–", MASK) in history(business, people.administrator)
    owner = business.owner
    owner.national_id, owner.name = NIK, "Siti Contoh"
    actions.save_owner(owner=owner, by=people.registrar_a, at=AT)
    assert NIK not in AuditSecret.objects.values_list("content", flat=True).last()


def test_accounts_are_told_too(people, business):
    account = OnlineAccount(platform="social_media", name="@kerupuk", link="")

    actions.save_lines(business=business, saved=[account], deleted=[], by=people.registrar_a, at=AT)

    assert history(business, people.registrar_a) == [("akun media sosial", "–", "@kerupuk")]
    assert "@kerupuk" not in stored_text()


def test_the_audit_page_keeps_the_mask(people, business):
    event = renamed(business, people.registrar_a, name="Kerupuk Udang")

    [line] = describe([event], reader=people.administrator)

    assert [(change.old, change.new) for change in line.changes] == [(MASK, MASK)]


def test_an_erased_secret_leaves_the_trail_whole_and_the_mask(people, business):
    renamed(business, people.registrar_a, name="Kerupuk Udang")

    AuditSecret.objects.all().delete()

    assert history(business, people.registrar_a) == [("nama usaha", MASK, MASK)]
    call_command("verify_audit", stdout=StringIO(), stderr=StringIO())


def test_equal_values_have_different_seals():
    first, second = (
        record(Verb.CHANGED, by=None, at=AT, changes={"x": [MASK, MASK]}, secrets={"x": ["a", "b"]})
        for _ in range(2)
    )

    assert first.secret_seal != second.secret_seal


def _altered(secret: AuditSecret) -> None:
    AuditSecret.objects.filter(pk=secret.pk).update(content='["", {"name": ["a", "b"]}]')


def _swapped(secret: AuditSecret) -> None:
    other = AuditSecret.objects.exclude(pk=secret.pk).first()
    assert other
    AuditSecret.objects.filter(pk=secret.pk).update(content=other.content)


def _garbled(secret: AuditSecret) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditsecret SET content = 'x' WHERE seal = %s", [secret.pk])


@pytest.mark.parametrize("damage", [_altered, _swapped, _garbled])
def test_an_altered_secret_is_found_and_not_believed(people, business, damage):
    event = renamed(business, people.registrar_a, name="Kerupuk Udang")

    damage(AuditSecret.objects.get(pk=event.secret_seal))

    with pytest.raises(CommandError, match="tidak utuh"):
        call_command("verify_audit", stdout=StringIO(), stderr=StringIO())
    assert history(business, people.registrar_a) == [("nama usaha", MASK, MASK)]


def test_a_secret_without_event_is_found():
    record(Verb.CHANGED, by=None, at=AT)
    AuditSecret.objects.create(seal="0" * 64, content="x")

    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=StringIO(), stderr=errors)
    assert "tanpa peristiwa" in errors.getvalue()


def test_a_rotation_brings_them_under_the_new_key(own_keys, people, business):
    renamed(business, people.registrar_a, name="Kerupuk Udang")

    call_command("rotate_keys", stdout=StringIO())
    call_command("rotate_keys", remove_old=True, stdout=StringIO())

    assert not (own_keys / "data-0001.key").exists()
    assert history(business, people.registrar_a) == [("nama usaha", "Kerupuk Ikan", "Kerupuk Udang")]
    call_command("verify_audit", stdout=StringIO(), stderr=StringIO())


def test_many_events_cost_one_insert_more():
    user = UserFactory()
    record(Verb.CHANGED, by=None, at=AT)

    def queries(**secrets: list[object]) -> int:
        with CaptureQueriesContext(connection) as found:
            record_many([Event(Verb.CHANGED, secrets=secrets) for _ in range(300)], by=user, at=AT)
        return len(found)

    assert queries(name=["a", "b"]) == queries() + 1
