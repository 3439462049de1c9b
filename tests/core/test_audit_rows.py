"""Events of many rows at once say what events of single instances say, and stand in the same chains."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.forms.models import model_to_dict

from core import bulk
from core.audit import field_changes, record, secret_changes, secrets_of
from core.audit_rows import NewRows, RowEvent, hide, record_rows
from core.audit_verification import problems
from core.models import AuditEvent, AuditSecret, User, Verb
from registry.models import Business, Owner
from tests.factories import OwnerFactory, UserFactory, WardFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 3, 0, 0, 123_000, tzinfo=UTC)
ODD = 'Warung "Bu\\Ani"\tdi\nsudut \\N – ᮝᮛᮥᮀ, 100 % é'


def test_what_a_new_row_tells_and_hides_is_what_an_instance_does():
    business = Business(
        name=ODD,
        owner=OwnerFactory(),
        products="100% {tahu}",
        latitude=Decimal("-7.750000"),
        started_on=date(2021, 3, 21),
        annual_sales=5_000_000,
        workers_male=0,
        is_branch_or_subsidiary=True,
    )
    columns = [field.attname for field in Business._meta.concrete_fields if not field.generated]
    told, row = NewRows(Business, columns), [getattr(business, name) for name in columns]

    changes, secrets = json.loads(told.changes(row)), json.loads(told.secrets(row))

    assert changes == field_changes(None, business)
    assert secrets == secret_changes(None, business)
    assert {"owner", "name", "products", "workers_male", "is_branch_or_subsidiary"} <= set(changes)
    assert {"name", "latitude", "annual_sales"} <= set(secrets)
    assert "national_id" not in json.loads(_owner_told().secrets(_owner_row()))


def _owner_row() -> list[object]:
    owner = OwnerFactory()
    return [getattr(owner, field.attname) for field in Owner._meta.concrete_fields]


def _owner_told() -> NewRows:
    return NewRows(Owner, [field.attname for field in Owner._meta.concrete_fields])


def test_events_of_rows_stand_in_a_whole_trail_with_their_secrets():
    by: User = UserFactory(full_name='Ani "Petugas"')
    told = NewRows(Business, ("id", "name", "workers_male"))
    names = [ODD, "", "Toko 9901014101900001"]
    secrets = hide([told.secrets((0, name, None)) for name in names])
    events = [
        RowEvent(number, name, None, told.changes((number, name, number)), secret)
        for number, (name, secret) in enumerate(zip(names, secrets, strict=True), 1)
    ]

    record(Verb.CREATED, by=by, at=AT, label="sebelum")
    record_rows(Verb.CREATED, Business, events, by=by, at=AT, reason='Impor "daftar"')
    record(Verb.CREATED, by=None, at=AT, label="sesudah")

    assert list(problems()) == []
    rows = AuditEvent.objects.filter(object_type="registry.business").order_by("pk")
    assert [row.object_label for row in rows] == [ODD, "", "Toko 9901••••01"]
    assert [row.changes.get("workers_male") for row in rows] == [[None, 1], [None, 2], [None, 3]]
    kept = secrets_of(rows)
    assert [kept.get(row.secret_seal) for row in rows] == [
        {"name": [None, ODD]},
        None,
        {"name": [None, "Toko 9901014101900001"]},
    ]


def test_an_altered_label_of_a_row_breaks_its_seal(monkeypatch):
    event = RowEvent(1, "Toko", None)
    real = bulk.Loader.insert

    def altered(loader, ready, late=()):
        real(loader, ready, [tuple("Tuku" if value == "Toko" else value for value in row) for row in late])

    monkeypatch.setattr(bulk.Loader, "insert", altered)
    record_rows(Verb.CREATED, Business, [event], by=None, at=AT)

    assert any("telah diubah" in problem for problem in problems())


def test_a_secret_that_is_only_prepared_leaves_nothing():
    hide(['{"name": [null, "Toko"]}'])

    assert not AuditSecret.objects.exists()


# --- The rows themselves ------------------------------------------------------------------------------
def test_rows_in_two_steps_are_rows_in_one():
    columns = ("name", "address", "phone", "born_on", "sex", "created_at", "updated_at")
    rows = [
        (f"Ani {number}", address, None, None, "", AT, AT) for number, address in enumerate((ODD, "", "\\."))
    ]
    bulk.insert(Owner, columns, rows)
    bulk.insert(Owner, columns, [])

    loader = bulk.Loader(Owner, columns[2:], late=columns[:2])
    loader.insert(loader.ready([row[2:] for row in rows]), [row[:2] for row in rows])

    assert list(Owner.objects.order_by("pk").values_list("name", "address")) == [row[:2] for row in rows] * 2


def test_personal_numbers_made_ready_are_ciphertext_and_defaults_are_filled_in():
    ward = WardFactory()
    loader = bulk.Loader(Owner, ("name", "national_id", "created_at", "updated_at", "ward_id"))
    ready = loader.ready([("Ani", "9901010101900003", AT, AT, ward.pk), ("Budi", "", AT, AT, None)])

    assert "9901010101900003" not in str(ready)
    loader.insert(ready)

    ani, budi = Owner.objects.order_by("name")
    assert (ani.national_id, ani.ward, ani.version, ani.created_at) == ("9901010101900003", ward, 1, AT)
    assert (budi.national_id, budi.ward) == (None, None)
    assert ani.public_id != budi.public_id
    assert model_to_dict(ani, ["phone", "sex"]) == {"phone": None, "sex": ""}
