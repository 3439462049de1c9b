"""What a supervisor should look at in interviews: rules with thresholds that can be set. Pure: imports no Django.

A rule never blocks anybody. Some judge an interview by itself (`alone`), and are written as it arrives; the
others compare the interviews of a wave (`together`), and are computed over all of them. What is not known
(no point, no duration) breaks no rule but `NO_POINT`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from math import asin, cos, log, radians, sin, sqrt
from statistics import median

from core.formats import JAKARTA, format_integer

EARTH_RADIUS_M = 6_371_008.8  # the mean radius of the WGS 84 ellipsoid
# Makes the median absolute deviation of a normal distribution its standard deviation (Iglewicz and Hoaglin 1993).
NORMAL_MAD = 0.6745
ENOUGH_FOR_A_MEDIAN = 5
ENOUGH_FOR_OUTLIERS = 10
SAME_POINT_DIGITS = 5  # about a metre


class Flag(StrEnum):
    TOO_FAST = "too_fast"
    FASTER_THAN_USUAL = "faster_than_usual"
    TOO_MANY_A_DAY = "too_many_a_day"
    SAME_ANSWERS = "same_answers"
    SAME_POINT = "same_point"
    FAR_AWAY = "far_away"
    NO_POINT = "no_point"
    AT_NIGHT = "at_night"
    CLOCK_SKEW = "clock_skew"
    OUTSIDE_AREA = "outside_area"
    OTHER_SECTOR = "other_sector"
    NOT_ANSWERED = "not_answered"
    UNLIKE_LAST_WAVE = "unlike_last_wave"
    UNLIKE_OTHERS = "unlike_others"


FLAG_LABELS = {
    Flag.TOO_FAST: "Terlalu cepat",
    Flag.FASTER_THAN_USUAL: "Jauh lebih cepat dari biasanya",
    Flag.TOO_MANY_A_DAY: "Terlalu banyak sehari",
    Flag.SAME_ANSWERS: "Jawaban sama persis",
    Flag.SAME_POINT: "Titik GPS sama",
    Flag.FAR_AWAY: "Jauh dari lokasi di register",
    Flag.NO_POINT: "Tanpa titik GPS yang wajar",
    Flag.AT_NIGHT: "Malam hari",
    Flag.CLOCK_SKEW: "Jam perangkat menyimpang",
    Flag.OUTSIDE_AREA: "Di luar wilayah tugas",
    Flag.OTHER_SECTOR: "Jenis usaha berbeda dari register",
    Flag.NOT_ANSWERED: "Banyak jawaban kosong",
    Flag.UNLIKE_LAST_WAVE: "Bilangan jauh dari gelombang lalu",
    Flag.UNLIKE_OTHERS: "Bilangan jauh dari usaha lain",
}


@dataclass(frozen=True)
class Limits:
    """The thresholds, with what they are until a supervisor sets others; each is met by the value itself."""

    minimum_minutes: int = 3
    median_percent: int = 33  # of the enumerator's own median in the wave
    most_a_day: int = 12
    same_answers: int = 3
    same_point: int = 3
    distance_m: int = 500
    night_from: int = 21  # hours in Jakarta; the night ends before `night_until`
    night_until: int = 5
    skew_seconds: int = 300
    declined_percent: int = 20
    ratio: int = 10
    spread_tenths: int = 35  # tenths of standard deviations, on logarithms


@dataclass(frozen=True)
class Interview:
    """What the rules look at. `place` is the register's point; `amounts` and `before` hold numbers above 0 by
    the label of the question, of this wave and of the business's one before."""

    key: int
    enumerator: int | None = None
    is_by_phone: bool = False
    began_at: datetime | None = None
    duration_seconds: int | None = None
    skew_seconds: int | None = None
    point: tuple[float, float] | None = None
    accuracy_m: int | None = None
    place: tuple[float, float] | None = None
    is_outside_area: bool = False
    is_other_sector: bool = False
    asked: int = 0
    declined: int = 0
    answers: Hashable = None
    amounts: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)

    @property
    def day(self) -> date | None:
        return self.began_at.astimezone(JAKARTA).date() if self.began_at else None


Flags = dict[Flag, str]


def alone(seen: Interview, limits: Limits) -> Flags:
    """What is odd about one interview, in words."""
    found = {flag: rule(seen, limits) for flag, rule in ALONE.items()}
    return {flag: words for flag, words in found.items() if words}


def together(interviews: Iterable[Interview], limits: Limits) -> dict[int, Flags]:
    """What is odd about interviews beside the others of their wave, by key; those with nothing are left out."""
    wave = list(interviews)
    found: dict[int, Flags] = defaultdict(dict)
    for flag, rule in TOGETHER.items():
        for key, words in rule(wave, limits):
            found[key][flag] = words
    return dict(found)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the great circle (haversine), between points of latitude and longitude in degrees."""
    (lat, lon), (other_lat, other_lon) = ((radians(point[0]), radians(point[1])) for point in (one, other))
    chord = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord)))


def log_outliers(values: Mapping[int, int], spread: float) -> set[int]:
    """The keys whose value's logarithm lies more than `spread` robust standard deviations from the median.

    Values are above 0. With fewer than ten, or with half of them equal, nothing is an outlier.
    """
    if len(values) < ENOUGH_FOR_OUTLIERS:
        return set()
    logs = {key: log(value) for key, value in values.items()}
    middle = median(logs.values())
    deviation = median(abs(value - middle) for value in logs.values())
    if deviation < 1e-9:
        return set()
    return {key for key, value in logs.items() if NORMAL_MAD * abs(value - middle) / deviation > spread}


def is_night(moment: datetime, limits: Limits) -> bool:
    hour = moment.astimezone(JAKARTA).hour
    start, end = limits.night_from, limits.night_until
    return start <= hour < end if start <= end else hour >= start or hour < end


def _too_fast(seen: Interview, limits: Limits) -> str:
    seconds = seen.duration_seconds
    if seconds is None or seconds >= limits.minimum_minutes * 60:
        return ""
    return f"terlalu cepat ({_lasting(seconds)})"


def _far_away(seen: Interview, limits: Limits) -> str:
    if seen.point is None or seen.place is None or seen.point == (0, 0):
        return ""
    distance = metres(seen.point, seen.place)
    return (
        f"{format_integer(round(distance))} m dari lokasi di register" if distance > limits.distance_m else ""
    )


def _no_point(seen: Interview, _: Limits) -> str:
    """Only a telephone can know where it is."""
    if not seen.is_by_phone:
        return ""
    if seen.point is None:
        return "tanpa titik GPS"
    return (
        "titik GPS nol" if seen.point == (0, 0) else "" if seen.accuracy_m else "titik GPS tanpa ketelitian"
    )


def _at_night(seen: Interview, limits: Limits) -> str:
    if seen.began_at is None or not is_night(seen.began_at, limits):
        return ""
    return f"malam hari (pukul {seen.began_at.astimezone(JAKARTA):%H.%M})"


def _clock_skew(seen: Interview, limits: Limits) -> str:
    skew = abs(seen.skew_seconds or 0)
    return f"jam perangkat selisih {_lasting(skew)}" if skew > limits.skew_seconds else ""


def _outside_area(seen: Interview, _: Limits) -> str:
    return "di luar wilayah tugas" if seen.is_outside_area else ""


def _other_sector(seen: Interview, _: Limits) -> str:
    return "jenis usaha berbeda dari register" if seen.is_other_sector else ""


def _not_answered(seen: Interview, limits: Limits) -> str:
    if not seen.declined or 100 * seen.declined < limits.declined_percent * seen.asked:
        return ""
    return f"{format_integer(seen.declined)} jawaban kosong"


def _faster_than_usual(wave: list[Interview], limits: Limits) -> Iterator[tuple[int, str]]:
    for own in _by_enumerator(wave):
        timed = {seen.key: seen.duration_seconds for seen in own if seen.duration_seconds is not None}
        if len(timed) < ENOUGH_FOR_A_MEDIAN:
            continue
        usual = median(timed.values())
        for key, seconds in timed.items():
            if 100 * seconds < limits.median_percent * usual:
                yield key, f"{_lasting(seconds)}, biasanya {_lasting(round(usual))}"


def _too_many_a_day(wave: list[Interview], limits: Limits) -> Iterator[tuple[int, str]]:
    for own in _by_enumerator(wave):
        a_day = Counter(seen.day for seen in own)
        for seen in own:
            if seen.day is not None and a_day[seen.day] > limits.most_a_day:
                yield seen.key, f"{format_integer(a_day[seen.day])} wawancara pada hari yang sama"


def _same_answers(wave: list[Interview], limits: Limits) -> Iterator[tuple[int, str]]:
    words = "jawaban sama persis dengan {} wawancara lain"
    return _alike(wave, lambda seen: seen.answers, limits.same_answers, words)


def _same_point(wave: list[Interview], limits: Limits) -> Iterator[tuple[int, str]]:
    def place(seen: Interview) -> Hashable:
        return seen.point and tuple(round(degrees, SAME_POINT_DIGITS) for degrees in seen.point)

    return _alike(wave, place, limits.same_point, "titik GPS sama dengan {} wawancara lain")


def _alike(
    wave: list[Interview], trait: Callable[[Interview], Hashable], least: int, words: str
) -> Iterator[tuple[int, str]]:
    """Those that share a trait with others of one enumerator, `least` of them together."""
    for own in _by_enumerator(wave):
        traits = {seen.key: trait(seen) for seen in own}
        times = Counter(value for value in traits.values() if value is not None)
        for key, value in traits.items():
            if value is not None and times[value] >= max(least, 2):
                yield key, words.format(format_integer(times[value] - 1))


def _unlike_last_wave(wave: list[Interview], limits: Limits) -> Iterator[tuple[int, str]]:
    for seen in wave:
        odd = [
            f"{label}: {format_integer(round(max(now / then, then / now)))} kali lebih "
            f"{'besar' if now > then else 'kecil'} daripada gelombang lalu"
            for label, now in seen.amounts.items()
            if (then := seen.before.get(label)) and max(now, then) >= limits.ratio * min(now, then)
        ]
        if odd:
            yield seen.key, "; ".join(odd)


def _unlike_others(wave: list[Interview], limits: Limits) -> Iterator[tuple[int, str]]:
    amounts: dict[str, dict[int, int]] = defaultdict(dict)
    for seen in wave:
        for label, amount in seen.amounts.items():
            amounts[label][seen.key] = amount
    odd: dict[int, list[str]] = defaultdict(list)
    for label, values in amounts.items():
        for key in log_outliers(values, limits.spread_tenths / 10):
            odd[key].append(label)
    for key, labels in odd.items():
        yield key, f"{', '.join(labels)}: jauh dari usaha lain"


def _by_enumerator(wave: list[Interview]) -> Iterable[list[Interview]]:
    found: dict[int, list[Interview]] = defaultdict(list)
    for seen in wave:
        if seen.enumerator is not None:
            found[seen.enumerator].append(seen)
    return found.values()


def _lasting(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} detik"
    minutes = seconds // 60
    return f"{minutes} menit" if minutes < 120 else f"{format_integer(minutes // 60)} jam"


ALONE: dict[Flag, Callable[[Interview, Limits], str]] = {
    Flag.TOO_FAST: _too_fast,
    Flag.FAR_AWAY: _far_away,
    Flag.NO_POINT: _no_point,
    Flag.AT_NIGHT: _at_night,
    Flag.CLOCK_SKEW: _clock_skew,
    Flag.OUTSIDE_AREA: _outside_area,
    Flag.OTHER_SECTOR: _other_sector,
    Flag.NOT_ANSWERED: _not_answered,
}
TOGETHER: dict[Flag, Callable[[list[Interview], Limits], Iterator[tuple[int, str]]]] = {
    Flag.FASTER_THAN_USUAL: _faster_than_usual,
    Flag.TOO_MANY_A_DAY: _too_many_a_day,
    Flag.SAME_ANSWERS: _same_answers,
    Flag.SAME_POINT: _same_point,
    Flag.UNLIKE_LAST_WAVE: _unlike_last_wave,
    Flag.UNLIKE_OTHERS: _unlike_others,
}
