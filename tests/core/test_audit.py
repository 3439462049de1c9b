"""The trail: written once, found out when touched, and nobody queues for it."""

from datetime import UTC, datetime
from io import StringIO
from threading import Event as Signal
from threading import Thread
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from core import audit_triggers
from core.audit import CHAINS, MASK, Event, field_changes, record, record_many
from core.audit_rows import RowEvent, record_rows
from core.audit_verification import fingerprint, problems, rolled_back
from core.models import AuditChain, AuditEvent, Verb
from registry.models import Business
from tests.factories import OwnerFactory, registered_business

AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def events(count=5):
    return record_many([Event(Verb.CHANGED, label=f"peristiwa {n}") for n in range(count)], by=None, at=AT)


@pytest.fixture
def without_triggers(db):
    """What somebody with the database's password could do."""
    audit_triggers.remove(connection)


# --- Append-only ------------------------------------------------------------------------------------
WRITES = {
    "update_one": lambda: AuditEvent.objects.filter(sequence=1).update(reason="lain"),
    "delete": lambda: AuditEvent.objects.all().delete(),
    "delete_one": lambda: AuditEvent.objects.first().delete(),
    "save": lambda: AuditEvent.objects.first().save(),
    "sql_update": lambda: connection.cursor().execute("UPDATE core_auditevent SET reason = 'x'"),
    "sql_delete": lambda: connection.cursor().execute("DELETE FROM core_auditevent"),
}


@pytest.mark.parametrize("write", WRITES)
def test_the_database_refuses_to_change_an_event(write):
    events()
    with pytest.raises(DatabaseError, match="audit is append-only"), transaction.atomic():
        WRITES[write]()

    assert AuditEvent.objects.count() == 5
    assert list(problems()) == []


def test_the_table_cannot_be_emptied():
    """SQLite has no TRUNCATE; a DELETE without a condition is its short way, which triggers switch off."""
    events()
    empty = "TRUNCATE core_auditevent" if connection.vendor == "postgresql" else "DELETE FROM core_auditevent"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(empty)


# --- Verification ------------------------------------------------------------------------------------
def alter():
    AuditEvent.objects.filter(sequence=3).update(object_label="lain")


def alter_changes():
    AuditEvent.objects.filter(sequence=3).update(changes={"name": ["a", "b"]})


def alter_time():
    AuditEvent.objects.filter(sequence=3).update(at=AT.replace(microsecond=123457))


def remove_from_the_middle():
    AuditEvent.objects.filter(sequence=3).delete()


def remove_and_close_the_gap():
    AuditEvent.objects.filter(sequence=3).delete()
    AuditEvent.objects.filter(sequence=4).update(sequence=3)
    AuditEvent.objects.filter(sequence=5).update(sequence=4)


def remove_last():
    AuditEvent.objects.filter(sequence=5).delete()


def remove_last_and_shorten_the_head():
    AuditEvent.objects.filter(sequence=5).delete()
    last = AuditEvent.objects.get(sequence=4)
    AuditChain.objects.filter(pk=last.chain).update(length=4, last_mac=last.mac)


def remove_chain_with_its_head():
    AuditEvent.objects.all().delete()
    AuditChain.objects.filter(length__gt=0).delete()


def add():
    last = AuditEvent.objects.get(sequence=5)
    AuditEvent.objects.create(
        at=AT, verb=Verb.CHANGED, chain=last.chain, sequence=6, mac="0" * 64, actor_name="sistem"
    )


def swap():
    for sequence, label in ((3, "peristiwa 3"), (4, "peristiwa 2")):
        AuditEvent.objects.filter(sequence=sequence).update(object_label=label)


def alter_head():
    AuditChain.objects.filter(length=5).update(length=F("length") + 1)


def remove_head():
    AuditChain.objects.filter(length=5).delete()


DAMAGE = [
    alter,
    alter_changes,
    alter_time,
    remove_from_the_middle,
    remove_and_close_the_gap,
    remove_last,
    remove_last_and_shorten_the_head,
    remove_chain_with_its_head,
    add,
    swap,
    alter_head,
    remove_head,
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_damage_is_found(damage, without_triggers):
    events()
    assert list(problems()) == []

    damage()

    assert list(problems())
    out = StringIO()
    with pytest.raises(CommandError, match="tidak utuh"):
        call_command("verify_audit", stdout=out, stderr=StringIO())
    assert out.getvalue() == ""


def test_what_was_stored_reads_back_as_it_was_sealed():
    business = registered_business()
    values = {"a": [None, 1], "ü": ["x\ny", True], "b": ["2026-01-01", MASK]}
    record(Verb.CHANGED, by=None, at=AT, subject=business, changes=values, reason="é", batch=uuid4())

    assert list(problems()) == []


def test_a_trail_put_back_to_an_older_copy_is_noticed(tmp_path, without_triggers):
    events(3)
    events(2)
    kept = tmp_path / "sidik.txt"
    out = StringIO()
    call_command("verify_audit", stdout=out, stderr=StringIO())
    kept.write_text(out.getvalue())

    events(1)
    call_command("verify_audit", against=kept, stdout=out, stderr=StringIO())

    copy = list(AuditChain.objects.values())
    AuditEvent.objects.filter(sequence__gt=3).delete()
    _put_back_to(3)
    assert copy != list(AuditChain.objects.values())
    assert list(problems()) == [], "whole in itself: an older copy"
    with pytest.raises(CommandError, match="tidak utuh"):
        call_command("verify_audit", against=kept, stdout=out, stderr=StringIO())


def _put_back_to(length):
    """The head as it was then, sealed as it was then."""
    from core import keys
    from core.audit import head_message

    last = AuditEvent.objects.get(sequence=length)
    head = AuditChain.objects.get(pk=last.chain)
    head.length, head.last_mac = length, last.mac
    head.mac = keys.audit_mac(head_message(head))
    head.save()


@pytest.mark.parametrize("text", ["", "v1 5", "v1 1 1:1:ab cd", "bukan sidik"])
def test_what_is_no_fingerprint_is_refused(tmp_path, text):
    events()
    file = tmp_path / "sidik.txt"
    file.write_text(text)

    with pytest.raises(CommandError, match=r"sidik\.txt"):
        call_command("verify_audit", against=file, stdout=StringIO(), stderr=StringIO())


def test_an_edited_fingerprint_is_refused():
    events()
    with pytest.raises(ValueError, match="sudah diubah"):
        list(rolled_back(fingerprint().replace("v1 5", "v1 4")))


# --- Many at once ------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_one_another():
    """On PostgreSQL; SQLite has one writer at a time by design, there only the result is looked at."""
    record(Verb.CHANGED, by=None, at=AT)
    concurrent = connection.vendor == "postgresql"
    done = [Signal() for _ in range(3)]

    def write(signal):
        record(Verb.CHANGED, by=None, at=AT)
        connection.close()
        signal.set()

    threads = [Thread(target=write, args=(signal,)) for signal in done]
    with transaction.atomic():
        record(Verb.CHANGED, by=None, at=AT)
        for thread in threads:
            thread.start()
        if concurrent:
            assert all(signal.wait(10) for signal in done), "waited for the transaction that is still open"
    for thread in threads:
        thread.join()

    assert AuditEvent.objects.count() == 5
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_the_trail_of_many_writers_is_whole():
    def write():
        for _ in range(5):
            record(Verb.CHANGED, by=None, at=AT)
        connection.close()

    threads = [Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert AuditEvent.objects.count() == 30
    assert AuditChain.objects.count() == CHAINS
    assert list(problems()) == []


def test_a_change_taken_back_takes_its_event_along():
    with transaction.atomic():
        events()
        transaction.set_rollback(True)

    assert AuditEvent.objects.count() == 0
    assert list(problems()) == []


def test_bulk_costs_the_inserts_and_nothing_per_row():
    events(1)

    def others(count):
        with CaptureQueriesContext(connection) as queries:
            events(count)
        return len([query for query in queries if not query["sql"].startswith("INSERT")])

    assert others(10) == others(5_000)
    assert list(problems()) == []


# --- What an event holds --------------------------------------------------------------------------------
def test_personal_data_is_masked_in_the_changes():
    owner = OwnerFactory(national_id="9901010101900001", phone="+628110000001", name="Nama Contoh")
    old = type(owner).objects.get(pk=owner.pk)
    owner.national_id, owner.name, owner.sex = "9901010101900002", "Nama Lain", "female"
    owner.phone = None

    changes = field_changes(old, owner)

    assert changes == {
        "name": [MASK, MASK],
        "national_id": [MASK, MASK],
        "phone": [MASK, None],
        "sex": [None, MASK],
    }


# --- What people type ---------------------------------------------------------------------------------
def test_a_number_of_a_person_in_a_reason_is_masked_for_good():
    reason = "NIK 3574014101900001\ntelepon 081234567890, KBLI 56101, 35.74-2026-000001"
    record(Verb.CHANGED, by=None, at=AT, label="Toko 9901014101900001", reason=reason)
    rows = [RowEvent(1, "Toko 9901014101900001", None)]
    record_rows(Verb.CHANGED, Business, rows, by=None, at=AT, reason=reason)

    masked = "NIK 3574••••01\ntelepon 0812••••90, KBLI 56101, 35.74-2026-000001"
    told = AuditEvent.objects.values_list("object_label", "reason")
    assert set(told) == {("Toko 9901••••01", masked)}
    assert list(problems()) == []
