"""What Collect writes, read as one send: what no clock and no satellite can have told is left out, never in the way."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from surveys.ingesting import Unreadable
from surveys.openrosa.parsing import parse

ID, BUSINESS = uuid.uuid4(), uuid.uuid4()


def xml(
    *, gps: str = "", start: str = "2026-03-03T10:30:00+07:00", end: str = "", answers: str = ""
) -> bytes:
    return f"""<?xml version='1.0' encoding='UTF-8' ?>
<data id="umkm-sensus" version="2" xmlns:orx="http://openrosa.org/xforms">
  <start>{start}</start><end>{end}</end>
  <visit><gps>{gps}</gps><business>{BUSINESS}</business><outcome>done</outcome></visit>
  <consent>yes</consent><answers>{answers}</answers>
  <orx:meta><orx:instanceID>uuid:{ID}</orx:instanceID></orx:meta>
</data>""".encode()


def test_the_elements_are_known_whatever_their_namespace() -> None:
    payload = parse(xml(answers="<part_1><a>x</a><b/><c>x y</c></part_1><part_2><d> 5</d></part_2>"))
    assert (payload.instance_id, payload.business, payload.wave, payload.version) == (
        ID,
        BUSINESS,
        "sensus",
        2,
    )
    assert payload.values == {"a": "x", "c": "x y", "d": " 5"}
    assert payload.visited_at.isoformat() == "2026-03-03T03:30:00+00:00"


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        ("-7.7543 113.2159 12.5 8.4", (Decimal("-7.754300"), Decimal("113.215900"), 8)),
        ("-7.7543 113.2159", (Decimal("-7.754300"), Decimal("113.215900"), None)),
        ("-7.7543 113.2159 0 -1", (Decimal("-7.754300"), Decimal("113.215900"), None)),
        ("", (None, None, None)),
        ("-7.7", (None, None, None)),
        ("91 113", (None, None, None)),
        ("NaN Infinity 0 0", (None, None, None)),
        ("1e9 1e9", (None, None, None)),
    ],
)
def test_a_place_is_taken_only_where_it_is_one(gps: str, expected: object) -> None:
    told = parse(xml(gps=gps)).circumstances
    assert (told.latitude, told.longitude, told.accuracy_m) == expected


@pytest.mark.parametrize(
    ("start", "end", "lasted"),
    [
        ("2026-03-03T10:30:00+07:00", "2026-03-03T10:45:30.5+07:00", 930),
        ("2026-03-03T10:30:00+07:00", "2026-03-03T10:00:00+07:00", None),
        ("2026-03-03T10:30:00+07:00", "kemarin", None),
        ("0001-01-01T00:00:00+14:00", "2026-03-03T10:45:00+07:00", None),
    ],
)
def test_a_clock_is_never_in_the_way(start: str, end: str, lasted: int | None) -> None:
    assert parse(xml(start=start, end=end)).circumstances.duration_seconds == lasted


def test_without_any_time_there_is_no_visit() -> None:
    with pytest.raises(Unreadable, match="waktu"):
        parse(xml(start="10:30", end=""))
