"""Taking a frame, drawing from it, drawing again, and the reserves."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from registry.actions import merge_businesses
from registry.models import Business
from registry.size_class import Scale
from surveys.actions import (
    AlreadyReplaced,
    NoReserveLeft,
    NotReplaceable,
    SampleRefused,
    activate_reserve,
    draw_sample,
    take_frame,
)
from surveys.actions.sampling import EmptyFrame, SampleTooSmall
from surveys.frames import FrameFilter
from surveys.models import Assignment, Draw, DrawStratum, Frame, FrameEntry, SampleEntry, Wave
from surveys.sampling.sizes import Plan
from tests.factories import BusinessFactory, ResponseFactory, WaveFactory
from tests.surveys.sampling.cities import NOW, design, drawn, food, registered
from tests.surveys.study import load_study


@pytest.fixture
def wave(people) -> Wave:
    return WaveFactory(code="survei-2026", title="Survei 2026")


@pytest.fixture
def city(people) -> None:
    """Kecamatan A has 60 UMKM, B 20."""
    registered(people.a.ward, 60)
    registered(people.b.ward, 20, first=100, sector=food())


def statements(work: Callable[[], object]) -> list[str]:
    """What is asked of the database, in order; rows that are inserted at once count once, however many batches."""
    with CaptureQueriesContext(connection) as captured:
        work()
    asked = [" ".join(query["sql"].split()[:3]) for query in captured.captured_queries]
    asked = [re.sub(r'"_django_curs[^"]*"', "", sql) for sql in asked if "SAVEPOINT" not in sql]
    return [sql for sql, _ in groupby(asked)]


def framed(wave: Wave, people, **chosen) -> Frame:
    return take_frame(wave=wave, wanted=FrameFilter(**chosen), by=people.administrator, at=NOW)


class TestTheFrame:
    def test_it_holds_what_the_office_counts_and_says_what_it_leaves_out(self, people, wave, city):
        closed = {"status": "closed", "status_since": NOW.date()}
        moved = {"status": "moved", "status_since": NOW.date()}
        registered(people.a.ward, 3, first=200, **closed)
        registered(people.a.ward, 2, first=210, **moved)
        BusinessFactory(ward=people.a.ward)
        BusinessFactory(ward=people.a.ward, status="found_in_field")
        load_study()
        frame = framed(wave, people)
        assert frame.count == FrameEntry.objects.count() == Business.objects.registered().count() == 80
        assert frame.excluded == {
            "reconstruction": 107,
            "closed": 3,
            "moved": 2,
            "found_in_field": 1,
            "not_registered": 1,
        }
        assert frame.described == "Semua UMKM terdaftar yang aktif."

    def test_a_merged_business_is_told_as_a_double(self, people, wave, city):
        winner, loser = Business.objects.filter(district=people.a.district).order_by("pk")[:2]
        merge_businesses(
            winner=winner,
            loser=loser,
            take=[],
            versions=(1, 1),
            by=people.verifier_a,
            at=NOW,
            reason="Satu usaha tercatat dua kali",
        )
        frame = framed(wave, people)
        assert (frame.count, frame.excluded) == (79, {"merged": 1})

    def test_filters_stand_in_codes_and_in_words(self, people, wave, city):
        registered(
            people.b.ward, 2, first=200, sector=food(), net_assets=1, annual_sales=1, business_capital=1
        )
        frame = framed(wave, people, districts=(people.b.district,), sectors=(food(),), scales=(Scale.MICRO,))
        assert frame.count == 2
        assert frame.filters["districts"] == [people.b.district.code]
        assert frame.filters["sectors"] == ["2020-I"]
        assert frame.filters["scales"] == ["micro"]
        assert f"kecamatan: {people.b.district.name}; jenis usaha: Kuliner; skala usaha" in frame.described

    def test_it_stays_as_it_was_whatever_the_register_does_later(self, people, wave, city):
        frame = framed(wave, people)
        before = list(FrameEntry.objects.order_by("pk").values())
        Business.objects.update(sector=food(), district=people.b.district, ward=people.b.ward)
        assert list(FrameEntry.objects.filter(frame=frame).order_by("pk").values()) == before

    def test_the_same_register_has_the_same_seal_and_any_change_another(self, people, wave, city):
        first, second = framed(wave, people), framed(wave, people)
        assert first.sha256 == second.sha256
        Business.objects.filter(pk=Business.objects.order_by("pk").first().pk).update(sector=food())
        assert framed(wave, people).sha256 != first.sha256

    def test_only_the_newest_undrawn_one_is_kept(self, people, wave, city):
        old, new = framed(wave, people), framed(wave, people)
        assert list(Frame.objects.all()) == [new]
        assert not FrameEntry.objects.filter(frame_id=old.pk).exists()
        drawn(wave, people.administrator)
        assert Frame.objects.count() == 1
        framed(wave, people)
        assert Frame.objects.count() == 2  # one was drawn from

    def test_it_costs_as_much_for_any_register(self, people, wave, city):
        framed(wave, people)
        few = statements(lambda: framed(wave, people))
        registered(people.a.ward, 300, first=1_000)
        assert statements(lambda: framed(wave, people)) == few
        assert len(few) <= 20

    def test_an_event_tells_of_it(self, people, wave, city):
        frame = framed(wave, people)
        event = AuditEvent.objects.about(frame).get()
        assert event.changes["count"] == [None, 80]
        assert event.changes["sha256"] == [None, frame.sha256]

    def test_an_empty_one_is_refused(self, people, wave):
        with pytest.raises(EmptyFrame, match="Tidak ada UMKM terdaftar"):
            framed(wave, people)
        assert not Frame.objects.exists()


class TestTheDraw:
    def test_main_entries_and_reserves_with_their_weights(self, people, wave, city):
        draw = drawn(wave, people.administrator)
        of_a, of_b = DrawStratum.objects.filter(draw=draw)
        assert (of_a.population, of_a.drawn, of_a.reserves) == (60, 9, 3)
        assert (of_b.population, of_b.drawn, of_b.reserves) == (20, 3, 1)
        assert of_a.base_weight == Decimal("6.666667")
        entries = SampleEntry.objects.filter(wave=wave)
        assert entries.count() == 16
        assert entries.filter(is_reserve=True).count() == 4
        for entry in entries.select_related("business"):
            assert entry.draw == draw
            assert entry.stratum == entry.business.district.code
            assert entry.base_weight == (of_a if entry.district == people.a.district else of_b).base_weight

    def test_the_same_seed_gives_the_same_rows_and_another_one_others(self, people, wave, city):
        def rows() -> list[tuple]:
            order = ("stratum", "position")
            return list(SampleEntry.objects.order_by(*order).values_list(*order, "business__public_id"))

        first, first_rows = drawn(wave, people.administrator), rows()
        second, second_rows = drawn(wave, people.administrator), rows()
        assert (first.sha256, first_rows) == (second.sha256, second_rows)
        third = drawn(wave, people.administrator, seed=7)
        assert third.sha256 != first.sha256
        assert rows() != first_rows

    def test_drawing_anew_leaves_one_current_draw_and_the_line_of_the_old_one(self, people, wave, city):
        old = drawn(wave, people.administrator)
        new = drawn(wave, people.administrator, size=8)
        assert list(Draw.objects.filter(is_current=True)) == [new]
        assert Draw.objects.get(pk=old.pk).sha256 == old.sha256
        assert set(SampleEntry.objects.values_list("draw", flat=True)) == {new.pk}
        assert DrawStratum.objects.filter(draw=old).count() == 2

    def test_the_database_knows_one_current_draw_a_wave(self, people, wave, city):
        draw = drawn(wave, people.administrator)
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.create(
                **{
                    field.attname: getattr(draw, field.attname)
                    for field in Draw._meta.concrete_fields
                    if not field.primary_key
                }
            )

    def test_without_strata_it_is_a_simple_draw(self, people, wave, city):
        draw = drawn(wave, people.administrator, strata_by="none")
        (stratum,) = draw.strata.all()
        assert (stratum.key, stratum.label, stratum.population) == ("", "Seluruh kerangka", 80)
        assert draw.method_label == "Acak sederhana"

    def test_by_kecamatan_and_kind_of_business(self, people, wave, city):
        registered(people.a.ward, 5, first=300, sector=food())
        draw = drawn(wave, people.administrator, strata_by="district_sector", minimum=2)
        assert [stratum.population for stratum in draw.strata.all()] == [60, 5, 20]
        assert [stratum.drawn for stratum in draw.strata.all()] == [8, 2, 2]
        assert draw.strata.all()[1].label == f"{people.a.district.name} · Kuliner"

    def test_more_than_there_are_draws_all_of_them(self, people, wave, city):
        draw = drawn(wave, people.administrator, size=1_000)
        assert draw.size == 80
        assert SampleEntry.objects.filter(wave=wave, is_reserve=False).count() == 80
        assert set(SampleEntry.objects.values_list("base_weight", flat=True)) == {Decimal(1)}

    def test_the_plan_is_kept_exactly(self, people, wave, city):
        plan = Plan(90, Decimal("0.075"), Fraction(1, 2), Decimal("0.8"), Decimal("1.2"))
        drawn(wave, people.administrator, plan=plan)
        assert Draw.objects.get().plan == plan

    def test_minimums_that_need_more_are_refused_with_the_number(self, people, wave, city):
        with pytest.raises(SampleTooSmall, match="paling sedikit 40 UMKM"):
            drawn(wave, people.administrator, minimum=20)
        assert not Draw.objects.exists()

    def test_it_costs_as_much_for_any_frame(self, people, wave, city):
        costs = []
        for more in (0, 300):
            registered(people.a.ward, more, first=1_000)
            frame = framed(wave, people)
            costs.append(
                statements(
                    lambda frame=frame: draw_sample(
                        wave=wave, frame=frame, design=design(), by=people.administrator, at=NOW
                    )
                )
            )
            SampleEntry.objects.all().delete()
            Draw.objects.all().delete()
        assert costs[0] == costs[1]
        assert len(costs[0]) <= 22

    def test_an_event_tells_all_that_is_needed_to_draw_again(self, people, wave, city):
        draw = drawn(wave, people.administrator)
        event = AuditEvent.objects.about(draw).get()
        assert event.verb == "drawn"
        assert event.changes["seed"] == [None, 2026]
        assert event.changes["drawn"] == [None, 12]
        assert event.changes["sha256"] == [None, draw.sha256]


class TestWhenNothingCanBeDrawn:
    def refused(self, wave, people) -> str:
        with pytest.raises(SampleRefused) as refusal:
            framed(wave, people)
        return str(refusal.value)

    def test_a_census_has_no_sample(self, people, city):
        assert "sensus mewawancarai semua" in self.refused(WaveFactory(design="census"), people)

    def test_nor_has_the_study(self, people, city):
        load_study()
        assert "rekonstruksi" in self.refused(Wave.objects.get(is_reconstruction=True), people)

    def test_not_after_the_first_interview(self, people, wave, city):
        draw = drawn(wave, people.administrator)
        ResponseFactory(wave=wave, business=draw.entries.first().business)
        assert "sudah memiliki wawancara" in self.refused(wave, people)
        with pytest.raises(SampleRefused):
            draw_sample(wave=wave, frame=draw.frame, design=design(), by=people.administrator, at=NOW)
        assert draw.entries.count() == 16

    def test_not_after_the_first_assignment_unless_it_was_withdrawn(self, people, wave, city):
        draw = drawn(wave, people.administrator)
        assignment = Assignment.objects.create(
            wave=wave,
            business=draw.entries.first().business,
            enumerator=people.enumerator_a,
            due_on=NOW.date(),
            assigned_at=NOW,
            assigned_by=people.supervisor_a,
        )
        assert "sudah ditugaskan" in self.refused(wave, people)
        Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=NOW)
        assert drawn(wave, people.administrator, seed=5).is_current

    def test_not_over_a_list_that_came_from_elsewhere(self, people, wave, city):
        business = Business.objects.registered().first()
        SampleEntry.objects.create(
            wave=wave,
            business=business,
            sector=business.sector,
            district=business.district,
            scale_uu20="micro",
            scale_pp7="micro",
        )
        assert "bukan hasil penarikan" in self.refused(wave, people)

    def test_not_from_the_frame_of_another_wave(self, people, wave, city):
        frame = framed(WaveFactory(), people)
        with pytest.raises(SampleRefused, match="gelombang lain"):
            draw_sample(wave=wave, frame=frame, design=design(), by=people.administrator, at=NOW)


class TestReserves:
    @pytest.fixture
    def draw(self, people, wave, city) -> Draw:
        return drawn(wave, people.administrator)

    def entry(self, draw: Draw, position: int, place) -> SampleEntry:
        return draw.entries.get(stratum=place.district.code, position=position)

    def test_the_next_one_of_the_stratum_stands_in(self, people, draw):
        refused = self.entry(draw, 2, people.a)
        reserve = activate_reserve(entry=refused, by=people.supervisor_a, at=NOW)
        assert reserve == self.entry(draw, 10, people.a)
        assert (reserve.reserve_for, reserve.activated_at) == (refused, NOW)
        assert activate_reserve(
            entry=self.entry(draw, 1, people.a), by=people.supervisor_a, at=NOW
        ) == self.entry(draw, 11, people.a)

    def test_targets_are_the_main_entries_and_the_reserves_in_use(self, people, wave, draw):
        assert SampleEntry.objects.targets(wave).count() == 12
        reserve = activate_reserve(entry=self.entry(draw, 2, people.a), by=people.supervisor_a, at=NOW)
        targets = SampleEntry.objects.targets(wave)
        assert targets.count() == 13
        assert reserve in targets
        assert not SampleEntry.objects.targets(WaveFactory()).exists()

    def test_the_entries_of_the_study_are_targets_as_they_were(self, db):
        load_study()
        wave = Wave.objects.get(is_reconstruction=True)
        assert SampleEntry.objects.targets(wave).count() == SampleEntry.objects.filter(wave=wave).count() > 0

    def test_a_reserve_in_use_may_be_replaced_in_turn(self, people, draw):
        first = activate_reserve(entry=self.entry(draw, 1, people.a), by=people.supervisor_a, at=NOW)
        second = activate_reserve(entry=first, by=people.supervisor_a, at=NOW)
        assert second.reserve_for == first

    def test_one_entry_is_replaced_once(self, people, draw):
        entry = self.entry(draw, 1, people.a)
        reserve = activate_reserve(entry=entry, by=people.supervisor_a, at=NOW)
        with pytest.raises(AlreadyReplaced, match=reserve.business.name) as refused:
            activate_reserve(entry=entry, by=people.supervisor_a, at=NOW)
        assert refused.value.reserve == reserve
        other = self.entry(draw, 12, people.a)
        other.reserve_for, other.activated_at = entry, NOW
        with pytest.raises(IntegrityError), transaction.atomic():
            other.save()

    def test_when_the_stratum_has_none_left_it_says_so(self, people, draw):
        activate_reserve(entry=self.entry(draw, 1, people.b), by=people.supervisor_b, at=NOW)
        with pytest.raises(NoReserveLeft, match="sudah habis"):
            activate_reserve(entry=self.entry(draw, 2, people.b), by=people.supervisor_b, at=NOW)

    def test_one_that_has_closed_meanwhile_is_passed_over(self, people, draw):
        Business.objects.filter(pk=self.entry(draw, 10, people.a).business_id).update(
            status="closed", status_since=NOW.date()
        )
        reserve = activate_reserve(entry=self.entry(draw, 1, people.a), by=people.supervisor_a, at=NOW)
        assert reserve.position == 11

    def test_only_what_is_in_use_of_a_draw_can_be_replaced(self, people, draw):
        with pytest.raises(NotReplaceable, match="belum dipakai"):
            activate_reserve(entry=self.entry(draw, 10, people.a), by=people.supervisor_a, at=NOW)
        with pytest.raises(NotReplaceable, match="bukan hasil penarikan"):
            activate_reserve(entry=SampleEntry(), by=people.supervisor_a, at=NOW)

    def test_a_wave_whose_reserves_are_in_use_is_not_drawn_anew(self, people, wave, draw):
        activate_reserve(entry=self.entry(draw, 1, people.a), by=people.supervisor_a, at=NOW)
        with pytest.raises(SampleRefused, match="Cadangan"):
            drawn(wave, people.administrator)

    def test_an_event_tells_who_stands_in_for_whom(self, people, draw):
        entry = self.entry(draw, 1, people.a)
        reserve = activate_reserve(entry=entry, by=people.supervisor_a, at=NOW)
        event = AuditEvent.objects.about(reserve).get()
        assert entry.business.name in event.object_label
        assert event.actor_id == people.supervisor_a.pk
        assert event.district_id == people.a.district.pk

    def test_only_a_reserve_can_be_in_use_as_one(self, people, draw):
        entry = self.entry(draw, 1, people.a)
        for wrong in (
            {"activated_at": NOW},
            {"reserve_for": self.entry(draw, 2, people.a)},
            {"position": None},
            {"base_weight": None},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                SampleEntry.objects.filter(pk=entry.pk).update(**wrong)
