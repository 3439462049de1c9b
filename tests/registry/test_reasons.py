"""A NIK or telephone typed into a reason is read by nobody: it is masked before it is stored."""

from __future__ import annotations

import uuid

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.fields import EncryptedReasonField, MasksNumbers
from core.models import AuditEvent
from registry import actions
from registry.models import BulkEdit, Business, ChangeProposal, DuplicatePair, PublicApplication, Registration
from tests.factories import BusinessFactory, registered_business
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db
NIK, PHONE = "3574014101900001", "081234567890"
TYPED = f"Pemilik {NIK} menelepon dari {PHONE}"
STORED = "Pemilik 3574••••01 menelepon dari 0812••••90"


def test_no_field_for_reasons_is_forgotten() -> None:
    fields = [field for model in apps.get_app_config("registry").get_models() for field in model._meta.fields]
    reasons = [field for field in fields if field.name.endswith(("reason", "note"))]
    assert len(reasons) >= 10
    assert [str(field) for field in reasons if not isinstance(field, MasksNumbers)] == []


def proposal(people: People, reason: str = TYPED) -> ChangeProposal:
    business = registered_business(ward=people.a.ward, workers_male=2)
    made = actions.propose_change(
        record=business, values={"workers_male": 3}, by=people.registrar_a, at=AT, reason=reason
    )
    assert made is not None
    return made


def test_of_a_proposal_and_of_its_refusal(people: People) -> None:
    asked = proposal(people)
    assert asked.reason == STORED  # who goes on with it knows no more than the database
    client = Client()
    client.force_login(people.verifier_a)
    shown = client.get(reverse("registry:proposal-list")).text
    assert STORED in shown
    assert NIK not in shown

    client.post(reverse("registry:proposal-refuse", args=[asked.public_id]), {"note": TYPED})
    assert ChangeProposal.objects.get().note == STORED
    assert set(AuditEvent.objects.exclude(reason="").values_list("reason", flat=True)) == {STORED}


def test_of_many_proposals_at_once(people: People) -> None:
    batch = uuid.uuid4()
    items = [(registered_business(ward=people.a.ward), {"workers_male": 7}) for _ in range(2)]
    actions.propose_changes(items, by=people.registrar_a, at=AT, reason=TYPED, batch=batch)
    actions.refuse_batch(batch=batch, by=people.verifier_a, at=AT, note=TYPED)
    assert set(ChangeProposal.objects.values_list("reason", "note")) == {(STORED, STORED)}


def test_of_a_bulk_edit(people: People) -> None:
    BusinessFactory(ward=people.a.ward)
    actions.preview_bulk_edit(
        businesses=Business.objects.for_user(people.registrar_a),
        values={"legal_form": "entity"},
        reason=TYPED,
        described="semua",
        by=people.registrar_a,
        at=AT,
    )
    assert BulkEdit.objects.get().reason == STORED


def test_of_a_pair_that_is_none(people: People) -> None:
    one, other = (BusinessFactory(ward=people.a.ward) for _ in range(2))
    actions.dismiss_pair(one=one, other=other, by=people.registrar_a, at=AT, reason=TYPED)
    assert DuplicatePair.objects.get().reason == STORED


def test_whatever_way_it_is_written(people: People) -> None:
    registration = registered_business(ward=people.a.ward).registration
    Registration.objects.update(note=TYPED)
    assert Registration.objects.get().note == STORED
    registration.note = TYPED
    Registration.objects.bulk_update([registration], ["note"])
    assert Registration.objects.get().note == STORED


def test_of_a_note_that_is_encrypted_too() -> None:
    field = PublicApplication._meta.get_field("note")
    assert isinstance(field, EncryptedReasonField)
    assert NIK not in str(field.get_prep_value(TYPED))
    assert STORED not in field.get_db_prep_save(TYPED, connection)
