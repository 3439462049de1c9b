"""No bulk write stores a value outside a field's choices; every migration can be undone and redone."""

from __future__ import annotations

import copy
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from core.models import AuditEvent, Job, Region
from registry.models import (
    BulkEdit,
    Business,
    BusinessPermit,
    ChangeProposal,
    DuplicatePair,
    GroupDecision,
    OnlineAccount,
)
from surveys.models import (
    FieldDevice,
    LocalQuestion,
    Response,
    ResponseChoice,
    SampleEntry,
    Submission,
    Visit,
)
from tests.factories import BusinessFactory, registered_business
from tests.factories.imports import with_rows_to_look_at
from tests.factories.registry import AT
from tests.factories.surveys import ResponseFactory, WaveFactory
from tests.registry.applicants import waiting_application
from tests.registry.attachments import make_attachment
from tests.surveys.sampling.cities import drawn

ROOMS = ("core", "registry", "surveys", "dashboards")
# SQLite adds a constraint by building the table anew, which would drop the append-only triggers.
EXEMPT = {(AuditEvent, "verb")}


def chosen_fields():
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField) and not isinstance(field, models.GeneratedField)
                if is_text and field.choices and (model, field.name) not in EXEMPT:
                    yield pytest.param(model, field.name, id=f"{model._meta.model_name}-{field.name}")


def field_rows(response, enumerator):
    device = FieldDevice.objects.create(
        user=enumerator,
        kind="phone",
        name="HP",
        token_hash="",
        created_at=AT,
        created_by=enumerator,
    )
    LocalQuestion.objects.create(wave=response.wave, code="gas", kind="number", label="Gas", prompt="Gas?")
    visited = {"wave": response.wave, "business": response.business, "enumerator": enumerator}
    Visit.objects.create(**visited, outcome="done", visited_at=AT, received_at=AT)
    response.reviews.create(verdict="passed", at=AT, by=enumerator, response_version=1)
    response.flags.create(code="at_night", detail="malam hari")
    Submission.objects.create(
        instance_id=uuid4(),
        door="phone",
        user=enumerator,
        device=device,
        payload="{}",
        payload_hash="",
        received_at=AT,
        state="stored",
    )


@pytest.fixture
def rows(people):
    """At least one row of every model that has a field with choices."""
    business = registered_business(ward=people.a.ward)
    response = ResponseFactory(business=business)
    BusinessPermit.objects.create(business=business, kind="halal")
    OnlineAccount.objects.create(business=business, platform="website", name="Warung")
    ChangeProposal.objects.create(
        business=business, values="{}", base_version=1, proposed_at=AT, proposed_by=people.registrar_a
    )
    DuplicatePair.objects.create(
        first=business, second=registered_business(), score=90, fingerprint="", found_at=AT
    )
    ResponseChoice.objects.create(response=response, question="problems", value="capital")
    job = Job.objects.create(kind="import", created_by=people.registrar_a, created_at=AT)
    GroupDecision.objects.create(
        batch=uuid4(), state="approved", job=job, decided_at=AT, decided_by=people.verifier_a
    )
    edit = BulkEdit.objects.create(values={}, reason="", created_by=people.registrar_a, created_at=AT)
    edit.rows.create(business=business, version=1)
    waiting_application(business.ward)
    with_rows_to_look_at(people.registrar_a, people.a.district.name, people.a.ward.name)
    make_attachment(business=business)
    field_rows(response, people.enumerator_a)
    drawn(WaveFactory(), people.administrator, size=1)
    SampleEntry.objects.create(
        wave=response.wave,
        business=business,
        sector=business.sector,
        scale_uu20="micro",
        scale_pp7="micro",
    )


def stored(model):
    row = model._default_manager.first()
    assert row is not None, f"the test has no row of {model.__name__}"
    return row


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), list(chosen_fields()))
def test_a_bulk_write_of_an_unknown_value_is_refused(rows, model, field):
    row = stored(model)

    with pytest.raises(IntegrityError, match=r"(?i)check constraint"), transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(**{field: "?"})

    another = copy.copy(row)
    another.pk = None
    setattr(another, field, "?")
    with pytest.raises(IntegrityError, match=r"(?i)check constraint"), transaction.atomic():
        model._default_manager.bulk_create([another])


@pytest.mark.django_db
def test_a_blank_is_stored_exactly_where_the_model_allows_it(rows):
    Business.objects.update(legal_form="", micro_kind="")
    Response.objects.update(mode="", partnership="")

    with pytest.raises(IntegrityError), transaction.atomic():
        Business.objects.update(status="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.update(level="")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "half", [{"latitude": None}, {"longitude": None}, {"latitude": 91}, {"longitude": 181}], ids=str
)
def test_a_bulk_write_of_half_a_place_is_refused(half):
    business = BusinessFactory(latitude="-7.75", longitude="113.2")
    whole = {"latitude": None, "longitude": None}

    with pytest.raises(IntegrityError, match="business_coordinates_paired"), transaction.atomic():
        Business.objects.filter(pk=business.pk).update(**half)
    assert Business.objects.filter(pk=business.pk).update(**whole) == 1


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_undone_and_redone():
    ours = {apps.get_app_config(room).label for room in ROOMS}
    try:
        for room in ("surveys", "registry", "core"):
            call_command("migrate", room, "zero", verbosity=0)
        left = connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0)

    assert not [table for table in left if table.split("_")[0] in ours]
    event = AuditEvent.objects.create(at="2026-03-03T03:00:00Z", verb="loaded", chain=0, sequence=1, mac="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(reason="lain")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).delete()
