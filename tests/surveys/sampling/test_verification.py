"""Whoever doubts a draw draws it again."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from registry.models import Business
from surveys.models import Draw, Frame, FrameEntry, SampleEntry
from surveys.verification import verify
from tests.factories import WaveFactory
from tests.surveys.sampling.cities import drawn, food, registered


@pytest.fixture(params=["random", "systematic"])
def draw(request, people) -> Draw:
    registered(people.a.ward, 60)
    registered(people.b.ward, 20, first=100, sector=food())
    wave = WaveFactory(code="survei-2026")
    return drawn(wave, people.administrator, method=request.param, minimum=2)


def command() -> str:
    out = StringIO()
    call_command("verify_draw", "survei-2026", stdout=out)
    return out.getvalue()


def test_a_draw_comes_out_the_same_whatever_the_register_does_later(people, draw):
    registered(people.a.ward, 30, first=500)
    Business.objects.update(sector=food(), ward=people.b.ward, district=people.b.district)
    result = verify(draw)
    assert result.agrees
    assert result.seal == draw.sha256
    assert "Sama: penarikan ulang" in command()


def test_an_altered_frame_is_noticed(draw):
    entry = FrameEntry.objects.exclude(scale_pp7="large").first()
    FrameEntry.objects.filter(pk=entry.pk).update(scale_pp7="large")
    result = verify(draw)
    assert (result.frame_agrees, result.draw_agrees, result.agrees) == (False, True, False)
    with pytest.raises(CommandError, match="kerangka yang tersimpan tidak sama"):
        command()


def test_an_altered_seed_is_noticed(draw):
    Draw.objects.update(seed=draw.seed + 1)
    result = verify(Draw.objects.get())
    assert result.frame_agrees
    assert not result.agrees
    with pytest.raises(CommandError, match="Penarikan ulang berbeda"):
        command()


def test_a_row_exchanged_by_hand_is_noticed(draw):
    outside = Business.objects.registered().exclude(sample_entries__isnull=False).first()
    SampleEntry.objects.filter(pk=draw.entries.first().pk).update(business=outside)
    result = verify(draw)
    assert result.draw_agrees
    assert result.differing == 2  # one too many, one missing
    with pytest.raises(CommandError, match="2 baris daftar sampel sudah diubah"):
        command()


def test_an_earlier_draw_has_no_rows_left_to_compare(people, draw):
    drawn(draw.wave, people.administrator, seed=1)
    old = Draw.objects.get(pk=draw.pk)
    assert not old.is_current
    assert verify(old).agrees


def test_it_reads_little_and_writes_nothing(draw, django_assert_num_queries):
    stored = Draw.objects.select_related("frame").get()
    with django_assert_num_queries(6):
        verify(stored)
    assert Frame.objects.count() == 1


def test_a_wave_without_a_draw_is_told(db):
    with pytest.raises(CommandError, match="belum memiliki sampel"):
        command()
