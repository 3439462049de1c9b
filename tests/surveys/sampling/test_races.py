"""Two supervisors, or two administrators, at the same moment. With a control that goes wrong.

The rows are made inside the test: a test with real transactions ends in a flush.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import transaction

from core.models import User
from surveys.actions import AlreadyReplaced, NoReserveLeft, SampleRefused, activate_reserve, draw_sample
from surveys.models import Draw, SampleEntry
from tests.factories import ResponseFactory, UserFactory, WardFactory, WaveFactory
from tests.registry.test_actions_races import PATIENCE, at_once
from tests.surveys.sampling.cities import NOW, design, drawn, registered

pytestmark = pytest.mark.django_db(transaction=True)


def a_draw(*, reserve_percent: int = 50) -> tuple[Draw, User]:
    administrator = UserFactory(role="administrator")
    registered(WardFactory(), 40)
    return drawn(WaveFactory(), administrator, size=8, reserve_percent=reserve_percent), administrator


def activations(
    entries: list[SampleEntry], by: User, activate: Callable[..., object] = activate_reserve
) -> list[Exception | None]:
    return at_once([lambda entry=entry: activate(entry=entry, by=by, at=NOW) for entry in entries])


def test_every_entry_gets_a_reserve_of_its_own():
    draw, by = a_draw()
    errors = activations(list(draw.entries.filter(is_reserve=False)[:4]), by)
    assert errors == [None] * 4
    used = draw.entries.filter(activated_at__isnull=False)
    assert sorted(used.values_list("position", flat=True)) == [9, 10, 11, 12]
    assert len(set(used.values_list("reserve_for", flat=True))) == 4


def test_one_entry_replaced_by_four_at_once_is_replaced_once():
    draw, by = a_draw()
    entry = draw.entries.filter(is_reserve=False)[0]
    errors = activations([entry] * 4, by)
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, AlreadyReplaced) for error in errors) == 3
    assert draw.entries.get(activated_at__isnull=False).position == 9


def test_the_last_reserve_goes_to_one_of_two():
    draw, by = a_draw(reserve_percent=10)
    errors = activations(list(draw.entries.filter(is_reserve=False)[:2]), by)
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, NoReserveLeft) for error in errors) == 1


def test_control_without_lock_and_transaction_two_take_the_same_reserve(monkeypatch):
    draw, by = a_draw()
    entries = list(draw.entries.filter(is_reserve=False)[:2])
    both_have_read = threading.Barrier(2, timeout=PATIENCE)
    save = SampleEntry.save

    def save_when_both_have_read(self: SampleEntry, **options: object) -> None:
        both_have_read.wait()
        save(self, **options)

    monkeypatch.setattr(SampleEntry, "save", save_when_both_have_read)
    monkeypatch.setattr(type(Draw.objects.all()), "select_for_update", lambda rows: rows)
    errors = activations(entries, by, activate_reserve.__wrapped__)
    assert errors == [None, None]
    assert draw.entries.filter(activated_at__isnull=False).count() == 1  # two asked, one got


def test_two_draws_at_once_leave_one():
    draw, by = a_draw()
    frame, wave = draw.frame, draw.wave
    errors = at_once(
        [
            lambda seed=seed: draw_sample(
                wave=wave, frame=frame, design=design(size=5, seed=seed), by=by, at=NOW
            )
            for seed in (1, 2, 3)
        ]
    )
    assert errors == [None] * 3
    current = Draw.objects.get(is_current=True)
    assert set(SampleEntry.objects.values_list("draw", flat=True)) == {current.pk}
    assert SampleEntry.objects.filter(is_reserve=False).count() == 5


def test_a_draw_waits_for_an_interview_that_is_being_stored_and_is_refused():
    draw, by = a_draw()
    business = draw.entries.first().business
    stored, drawing = (threading.Event() for _ in range(2))

    def interview() -> None:
        with transaction.atomic():
            ResponseFactory(wave=draw.wave, business=business)
            stored.set()
            assert drawing.wait(PATIENCE)
            time.sleep(0.5)  # nobody tells when the other one waits; without the lock it is done by now

    def draw_anew() -> None:
        assert stored.wait(PATIENCE)
        drawing.set()
        draw_sample(wave=draw.wave, frame=draw.frame, design=design(size=5), by=by, at=NOW)

    errors = at_once([interview, draw_anew])
    assert errors[0] is None
    assert isinstance(errors[1], SampleRefused)
    assert draw.entries.filter(business=business).exists()
