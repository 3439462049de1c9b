"""A supervisor gives businesses to enumerators, moves them, and takes them back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from surveys.actions.fieldwork import (
    FieldworkRefused,
    NotEnough,
    change_due,
    enumerators_around,
    reassign,
    withdraw,
)
from surveys.models import Assignment
from surveys.targets import targets_of, unassigned
from tests.factories import BusinessFactory, ResponseFactory, UserFactory, WardFactory
from tests.surveys.fieldwork.people import (
    DUE,
    NOW,
    another_enumerator,
    businesses,
    census,
    drawn,
    given,
    names_of,
)

pytestmark = pytest.mark.django_db


def test_the_next_free_ones_go_out_by_kelurahan_and_name(people):
    wave, later = census(), WardFactory(parent=people.a.district, name="Zamrud")
    businesses(people.a, "Toko Z", "Toko B")
    businesses(people.a, "Toko A", ward=later)
    businesses(people.b, "Toko di tempat lain")

    assert given(wave, people, 2) == 2
    assert names_of(people.enumerator_a) == ["Toko B", "Toko Z"]
    given(wave, people, 1, to=another_enumerator(people.a))

    assert unassigned(wave).filter(district=people.a.district).count() == 0
    event = AuditEvent.objects.filter(verb="assigned").earliest("pk")
    assert event.changes["assignments"] == [None, 2]
    assert event.district_id == people.a.district.pk
    assert AuditEvent.objects.for_user(people.supervisor_a).filter(verb="assigned").count() == 2
    assert not AuditEvent.objects.for_user(people.supervisor_b).filter(verb="assigned").exists()


def test_only_one_kelurahan_when_asked(people):
    wave, later = census(), WardFactory(parent=people.a.district, name="Zamrud")
    businesses(people.a, "Toko A")
    businesses(people.a, "Toko B", ward=later)

    given(wave, people, 1, ward=later)

    assert names_of(people.enumerator_a) == ["Toko B"]
    with pytest.raises(FieldworkRefused, match="tidak ada di Kecamatan"):
        given(wave, people, 1, ward=people.b.ward)


def test_more_than_there_are_is_told_with_the_number(people):
    wave = census()
    businesses(people.a, "Toko A", "Toko B")

    with pytest.raises(NotEnough, match="Tersedia 2 UMKM"):
        given(wave, people, 3)

    assert not Assignment.objects.exists()


def test_closed_interviewed_and_given_ones_are_not_free(people):
    wave = census()
    shut = BusinessFactory(ward=people.a.ward, status="closed", status_since=date(2026, 1, 5))
    met, free = businesses(people.a, "Sudah", "Belum")
    ResponseFactory(wave=wave, business=met)

    assert list(unassigned(wave)) == [free]
    assert met in targets_of(wave)
    assert shut not in targets_of(wave)


def test_a_sample_gives_out_only_who_was_drawn(people):
    wave = census(design="sample")
    chosen, _ = businesses(people.a, "Terpilih", "Tidak terpilih")
    drawn(wave, chosen)

    assert list(unassigned(wave)) == [chosen]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"due_on": date(2026, 3, 2)}, "Tenggat harus antara 3 Maret 2026"),
        ({"due_on": date(2027, 1, 1)}, "31 Desember 2026"),
        ({"quantity": 0}, "Tersedia 1 UMKM"),
        ({"at": NOW + timedelta(days=365)}, "tidak menerima wawancara"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(people, changes, why):
    wave = census()
    businesses(people.a, "Toko A")

    with pytest.raises(FieldworkRefused, match=why):
        given(wave, people, **({"quantity": 1} | changes))


def test_only_active_enumerators_of_the_place(people):
    wave = census()
    businesses(people.a, "Toko A")
    gone = another_enumerator(people.a, "Sudah keluar")
    gone.is_active = False
    gone.save()

    with pytest.raises(FieldworkRefused, match="tidak bertugas di Kecamatan"):
        given(wave, people, 1, to=people.enumerator_b)
    for nobody in (gone, people.trainer):
        with pytest.raises(FieldworkRefused, match="bukan enumerator"):
            given(wave, people, 1, to=nobody)
    here = set(enumerators_around(people.supervisor_a))
    assert people.enumerator_a in here
    assert not here & {people.enumerator_b, people.trainer, people.registrar_a, gone}


def test_nobody_gives_out_what_lies_elsewhere_or_without_the_permission(people):
    wave = census()
    businesses(people.a, "Toko A")

    with pytest.raises(FieldworkRefused, match="di luar wilayah kerja"):
        given(wave, people, 1, by=people.supervisor_b)
    for nobody in (people.enumerator_a, people.official):
        with pytest.raises(PermissionDenied):
            given(wave, people, 1, by=nobody)


def test_the_open_ones_of_one_go_to_another_and_the_trail_tells(people):
    wave, second = census(), another_enumerator(people.a)
    done, *_ = businesses(people.a, "Toko A", "Toko B", "Toko C")
    given(wave, people, 3)
    ResponseFactory(wave=wave, business=done)

    mine = Assignment.objects.of(people.enumerator_a)
    count = reassign(wave=wave, assignments=mine, to=second, by=people.supervisor_a, at=NOW)

    assert count == 2
    assert names_of(people.enumerator_a) == ["Toko A"]
    assert names_of(second) == ["Toko B", "Toko C"]
    changes = AuditEvent.objects.filter(verb="assigned").latest("pk").changes
    assert changes == {
        "enumerator": [str(people.enumerator_a), "Enumerator kedua"],
        "assignments": [None, 2],
    }
    with pytest.raises(FieldworkRefused, match="Tidak ada penugasan terbuka"):
        reassign(
            wave=wave,
            assignments=Assignment.objects.of(people.enumerator_b),
            to=second,
            by=people.supervisor_a,
            at=NOW,
        )


def test_nothing_moves_to_somebody_who_works_elsewhere(people):
    wave = census()
    businesses(people.a, "Toko A")
    given(wave, people, 1)

    with pytest.raises(FieldworkRefused, match="tidak bertugas"):
        reassign(
            wave=wave,
            assignments=Assignment.objects.all(),
            to=people.enumerator_b,
            by=people.supervisor_a,
            at=NOW,
        )
    assert names_of(people.enumerator_a) == ["Toko A"]


def test_a_due_date_moves(people):
    wave = census()
    businesses(people.a, "Toko A", "Toko B")
    given(wave, people, 2)

    later = DUE + timedelta(days=7)
    everything = Assignment.objects.all()
    assert change_due(wave=wave, assignments=everything, due_on=later, by=people.supervisor_a, at=NOW) == 2

    assert set(Assignment.objects.values_list("due_on", flat=True)) == {later}
    assert AuditEvent.objects.latest("pk").changes["due_on"] == ["13 Maret 2026", "20 Maret 2026"]
    with pytest.raises(FieldworkRefused, match="tenggatnya berubah"):
        change_due(wave=wave, assignments=everything, due_on=later, by=people.supervisor_a, at=NOW)


def test_what_is_taken_back_stays_as_a_row_and_can_be_given_again(people):
    wave, second = census(), another_enumerator(people.a)
    businesses(people.a, "Toko A", "Toko B")
    given(wave, people, 2)

    withdraw(
        wave=wave,
        assignments=Assignment.objects.filter(business__name="Toko A"),
        by=people.supervisor_a,
        at=NOW,
    )

    assert Assignment.objects.get(business__name="Toko A").withdrawn_at == NOW
    assert names_of(people.enumerator_a) == ["Toko B"]
    assert list(unassigned(wave).values_list("name", flat=True)) == ["Toko A"]
    given(wave, people, 1, to=second)
    assert names_of(second) == ["Toko A"]
    assert Assignment.objects.count() == 2


def test_a_supervisor_moves_only_what_lies_in_their_area(people):
    wave = census()
    businesses(people.a, "Toko A")
    businesses(people.b, "Toko B")
    given(wave, people, 1)
    given(wave, people, 1, district=people.b.district, to=people.enumerator_b, by=people.supervisor_b)

    assert withdraw(wave=wave, assignments=Assignment.objects.all(), by=people.supervisor_a, at=NOW) == 1
    assert names_of(people.enumerator_b) == ["Toko B"]


def test_two_kecamatan_at_once_are_two_events(people):
    wave = census()
    everywhere = UserFactory(role="supervisor")
    businesses(people.a, "Toko A")
    businesses(people.b, "Toko B")
    given(wave, people, 1, by=everywhere)
    given(wave, people, 1, district=people.b.district, to=people.enumerator_b, by=everywhere)

    withdraw(wave=wave, assignments=Assignment.objects.all(), by=everywhere, at=NOW)

    events = AuditEvent.objects.filter(verb="withdrawn")
    assert {event.district_id for event in events} == {people.a.district.pk, people.b.district.pk}
    assert events.values("batch").distinct().count() == 1


def test_giving_out_costs_the_same_whatever_the_size(people):
    wave = census()
    BusinessFactory.create_batch(124, ward=people.a.ward)
    given(wave, people, 1)  # the first event ever makes the chains
    costs = []
    for quantity in (3, 120):
        with CaptureQueriesContext(connection) as queries:
            given(wave, people, quantity)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 16
