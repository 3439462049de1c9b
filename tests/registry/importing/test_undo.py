"""A whole batch taken back: what it made goes, what it changed is as before; refused when somebody came after."""

from __future__ import annotations

from typing import Any

import pytest

from core.importing import batches
from core.importing.committing import CannotUndo, undo_rows
from core.models import AuditEvent, ImportBatch, ImportState, User, Verb
from registry import actions
from registry.importing.undo import undo
from registry.models import Business, ChangeProposal, Owner, Registration
from tests.factories import OwnerFactory, SectorFactory, UserFactory, WardFactory, registered_business
from tests.factories.imports import AT, committed, row_of, staged

pytestmark = pytest.mark.django_db
NIK = "3574014101900001"
HEADERS = (
    "Nama usaha",
    "Nama pelaku usaha",
    "NIK",
    "Nomor telepon",
    "Jenis usaha",
    "Kelurahan",
    "Alamat usaha",
)
FIRST = ["Warung Bu Siti", "Siti Aminah", NIK, "081234567890", "I", "Mayangan", ""]
SECOND = ["Toko Kain", "Budi", "", "", "I", "Mayangan", "Jalan Mawar 1"]


@pytest.fixture
def desk(db: None) -> User:
    WardFactory(name="Mayangan")
    SectorFactory(code="I", name="Bagian I", study_row=None, study_label="")
    user: User = UserFactory()
    return user


def written(
    desk: User, rows: Any = (FIRST, SECOND), headers: Any = HEADERS, policy: str = "overwrite"
) -> ImportBatch:
    return committed(staged(desk, rows, headers, policy=policy), desk)


def undone(batch: ImportBatch, user: User) -> ImportBatch:
    batches.start_undo(batch, by=user, at=AT)
    undo_rows(batch, by=user, at=AT)
    batch.refresh_from_db()
    return batch


def test_new_rows_go_with_their_owners_and_every_removal_is_told(desk: User) -> None:
    batch = undone(written(desk), desk)
    assert [model.objects.count() for model in (Business, Owner, Registration)] == [0, 0, 0]
    assert (batch.state, batch.undone_by, batch.counts["outcome_undone"]) == (ImportState.UNDONE, desk, 2)
    told = AuditEvent.objects.filter(batch=batch.public_id, verb=Verb.UNDONE)
    assert sorted(told.values_list("object_type", flat=True)) == [
        "core.importbatch", "registry.business", "registry.business", "registry.owner", "registry.owner",
    ]  # fmt: skip


def test_changed_rows_get_their_old_values(desk: User) -> None:
    written(desk)
    before = list(Business.objects.order_by("pk").values("name", "address", "ward", "products"))
    changed = [*FIRST[:3], "081299999999", "I", "Mayangan", "Jalan Baru 9"]
    batch = written(desk, [changed])
    assert Owner.objects.with_phone("+6281299999999").exists()
    undone(batch, desk)
    assert list(Business.objects.order_by("pk").values("name", "address", "ward", "products")) == before
    assert Owner.objects.with_phone("+6281234567890").count() == 1
    event = AuditEvent.objects.filter(verb=Verb.UNDONE, object_type="registry.business").get()
    assert "address" in event.changes


def test_pending_proposals_are_withdrawn(desk: User) -> None:
    owner = OwnerFactory(name="Budi", ward=WardFactory(name="Kanigaran"))
    business = registered_business(name="Toko", owner=owner, ward=owner.ward)
    batch = written(desk, [[str(business.public_id), "Baru"]], ["Kode", "Alamat usaha"])
    undone(batch, desk)
    assert set(ChangeProposal.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert Business.objects.filter(pk=business.pk).exists()


def test_an_edit_since_refuses_the_whole_undo_with_who_and_when(desk: User) -> None:
    batch = written(desk)
    business = Business.objects.get(name="Toko Kain")
    business.address = "Jalan Melati 2"
    editor = UserFactory(full_name="Rina Petugas")
    actions.save_business(business=business, by=editor, at=AT)
    found = batches.start_undo(batch, by=desk, at=AT)
    assert isinstance(found, list)
    assert [(one.number, one.record, one.who, one.at, one.what) for one in found] == [
        (3, "Toko Kain", "Rina Petugas", AT, "diubah")
    ]
    with pytest.raises(CannotUndo):
        undo_rows(batch, by=desk, at=AT)
    assert Business.objects.count() == 2
    batch.refresh_from_db()
    assert batch.state == ImportState.COMMITTED


def test_a_registration_that_went_on_refuses_it(desk: User) -> None:
    batch = written(desk)
    registered = Business.objects.get(name="Toko Kain").registration
    actions.submit_registration(registration=registered, by=desk, at=AT)
    found = batches.start_undo(batch, by=desk, at=AT)
    assert isinstance(found, list)
    assert [one.record for one in found] == ["Toko Kain"]


def test_a_new_business_of_an_imported_owner_refuses_it(desk: User) -> None:
    batch = written(desk)
    owner = Owner.objects.get(name="Budi")
    registered_business(owner=owner, ward=WardFactory())
    found = batches.start_undo(batch, by=desk, at=AT)
    assert isinstance(found, list)
    assert [(one.record, one.what) for one in found] == [("Budi", "sudah dipakai data lain")]


def test_rows_that_failed_are_left_alone(desk: User) -> None:
    batch = written(desk, [FIRST, [*FIRST[:2], "123", *FIRST[3:]]])
    undone(batch, desk)
    assert row_of(batch, 3).outcome == ""


def test_what_was_registered_since_is_not_changed_back_without_a_second_person(desk: User) -> None:
    written(desk)
    batch = written(desk, [[*FIRST[:3], "081299999999", "I", "Mayangan", "Jalan Baru 9"]])
    registration = Registration.objects.get(business__name="Warung Bu Siti")
    actions.submit_registration(registration=registration, by=desk, at=AT)
    actions.approve_registration(registration=registration, by=UserFactory(role="verifier"), at=AT)

    found = batches.start_undo(batch, by=desk, at=AT)

    assert isinstance(found, list)
    assert [conflict.what for conflict in found] == ["pendaftarannya sudah diproses"]
    assert undo([row_of(batch)], batch=batch, by=desk, at=AT) == {row_of(batch).pk}
    assert Business.objects.get(name="Warung Bu Siti").address == "Jalan Baru 9"
    assert Owner.objects.with_phone("+6281299999999").exists()
