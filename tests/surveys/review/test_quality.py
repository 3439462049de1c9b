"""The rules of the flags, by themselves: no database, no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.quality import (
    ALONE,
    FLAG_LABELS,
    TOGETHER,
    Flag,
    Interview,
    Limits,
    alone,
    is_night,
    log_outliers,
    metres,
    together,
)

NOON = datetime(2026, 3, 3, 5, tzinfo=UTC)  # 12.00 in Jakarta
HOME = (-7.7543, 113.2159)
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def words(flag: Flag, **facts: object) -> str | None:
    return alone(Interview(key=1, **facts), Limits()).get(flag)


def test_every_flag_has_one_rule_and_a_label():
    assert set(ALONE) | set(TOGETHER) == set(Flag) == set(FLAG_LABELS)
    assert not set(ALONE) & set(TOGETHER)


def test_nothing_known_is_nothing_odd():
    assert alone(Interview(key=1), Limits()) == {}
    assert together([Interview(key=1), Interview(key=2)], Limits()) == {}


class TestDistance:
    @given(points, points)
    def test_it_is_the_same_both_ways_and_never_more_than_half_round_the_earth(self, one, other):
        there, back = metres(one, other), metres(other, one)
        assert there == pytest.approx(back, abs=1e-6)
        assert 0 <= there <= 20_015_115

    @given(points)
    def test_no_way_is_no_distance(self, point):
        assert metres(point, point) == pytest.approx(0, abs=1e-3)

    @given(points, points, points)
    def test_no_detour_is_shorter(self, one, between, other):
        assert metres(one, other) <= metres(one, between) + metres(between, other) + 0.5

    @given(st.floats(-89, 89), st.floats(-180, 180))
    def test_a_degree_of_latitude_is_111_kilometres(self, latitude, longitude):
        assert metres((latitude, longitude), (latitude + 1, longitude)) == pytest.approx(111_195, rel=1e-4)

    def test_over_the_date_line(self):
        assert metres((0, 179.999), (0, -179.999)) == pytest.approx(222.4, rel=1e-3)


class TestOutliers:
    values = st.dictionaries(st.integers(), st.integers(1, 10**12), min_size=10, max_size=60)

    @given(values, st.integers(2, 1_000))
    def test_the_unit_does_not_matter(self, amounts, factor):
        plain = log_outliers(amounts, 3.5)
        assert log_outliers({key: value * factor for key, value in amounts.items()}, 3.5) == plain

    @given(values)
    def test_a_wider_limit_never_finds_more_and_never_half_of_them(self, amounts):
        narrow = log_outliers(amounts, 2.0)
        assert log_outliers(amounts, 3.5) <= narrow
        assert len(narrow) <= len(amounts) / 2

    @given(st.lists(st.integers(900_000, 1_100_000), min_size=20, max_size=60, unique=True))
    def test_a_thousandfold_is_found(self, usual):
        amounts = dict(enumerate([*usual, 1_000_000_000]))
        assert len(usual) in log_outliers(amounts, 3.5)

    def test_few_values_and_equal_ones_have_no_outlier(self):
        assert log_outliers(dict.fromkeys(range(20), 5) | {99: 10**9}, 3.5) == set()
        assert log_outliers({1: 1, 2: 1, 3: 10**9}, 3.5) == set()


class TestOneInterview:
    @pytest.mark.parametrize(
        ("seconds", "expected"),
        [(45, "terlalu cepat (45 detik)"), (150, "terlalu cepat (2 menit)"), (180, None), (None, None)],
    )
    def test_too_fast(self, seconds, expected):
        assert words(Flag.TOO_FAST, duration_seconds=seconds) == expected

    def test_far_from_the_register(self):
        assert (
            words(Flag.FAR_AWAY, place=HOME, point=(-7.7643, 113.2159)) == "1.112 m dari lokasi di register"
        )
        assert words(Flag.FAR_AWAY, place=HOME, point=(-7.7553, 113.2159)) is None
        assert words(Flag.FAR_AWAY, place=HOME, point=(0, 0)) is None  # another flag says it
        assert words(Flag.FAR_AWAY, place=None, point=HOME) is None

    def test_only_a_telephone_must_know_where_it_is(self):
        assert words(Flag.NO_POINT) is None
        assert words(Flag.NO_POINT, is_by_phone=True) == "tanpa titik GPS"
        assert words(Flag.NO_POINT, is_by_phone=True, point=(0, 0), accuracy_m=5) == "titik GPS nol"
        assert words(Flag.NO_POINT, is_by_phone=True, point=HOME) == "titik GPS tanpa ketelitian"
        assert words(Flag.NO_POINT, is_by_phone=True, point=HOME, accuracy_m=12) is None

    def test_at_night(self):
        assert (
            words(Flag.AT_NIGHT, began_at=NOON + timedelta(hours=10, minutes=5)) == "malam hari (pukul 22.05)"
        )
        assert words(Flag.AT_NIGHT, began_at=NOON) is None

    @given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
    def test_an_hour_is_in_the_night_or_in_the_day_that_is_left(self, hour, start, end):
        moment = datetime(2026, 3, 3, hour, tzinfo=UTC)
        night, day = Limits(night_from=start, night_until=end), Limits(night_from=end, night_until=start)
        if start != end:
            assert is_night(moment, night) is not is_night(moment, day)
        else:
            assert not is_night(moment, night)

    @pytest.mark.parametrize("skew", [301, -301])
    def test_a_clock_that_goes_wrong_either_way(self, skew):
        assert words(Flag.CLOCK_SKEW, skew_seconds=skew) == "jam perangkat selisih 5 menit"
        assert words(Flag.CLOCK_SKEW, skew_seconds=300) is None

    def test_the_share_of_no_answer(self):
        assert words(Flag.NOT_ANSWERED, asked=10, declined=2) == "2 jawaban kosong"
        assert words(Flag.NOT_ANSWERED, asked=11, declined=2) is None
        assert words(Flag.NOT_ANSWERED, asked=0, declined=0) is None

    def test_area_and_sector(self):
        assert words(Flag.OUTSIDE_AREA, is_outside_area=True) == "di luar wilayah tugas"
        assert words(Flag.OTHER_SECTOR, is_other_sector=True) == "jenis usaha berbeda dari register"


def of_one(count: int, **facts: object) -> list[Interview]:
    return [Interview(key=key, enumerator=7, **facts) for key in range(count)]


def found(flag: Flag, wave: list[Interview]) -> dict[int, str]:
    return {key: flags[flag] for key, flags in together(wave, Limits()).items() if flag in flags}


class TestBesideTheOthers:
    def test_faster_than_the_own_median(self):
        usual = of_one(5, duration_seconds=900)
        hasty = Interview(key=50, enumerator=7, duration_seconds=280)
        slow_elsewhere = Interview(key=60, enumerator=8, duration_seconds=280)
        assert found(Flag.FASTER_THAN_USUAL, [*usual, hasty, slow_elsewhere]) == {
            50: "4 menit, biasanya 15 menit"
        }
        assert found(Flag.FASTER_THAN_USUAL, [*usual[:3], hasty]) == {}  # too few for a habit

    def test_more_than_a_day_holds(self):
        assert found(Flag.TOO_MANY_A_DAY, of_one(12, began_at=NOON)) == {}
        many = [
            *of_one(13, began_at=NOON),
            Interview(key=99, enumerator=7, began_at=NOON + timedelta(days=1)),
        ]
        assert set(found(Flag.TOO_MANY_A_DAY, many)) == set(range(13))
        assert found(Flag.TOO_MANY_A_DAY, many)[0] == "13 wawancara pada hari yang sama"

    def test_the_day_is_that_of_jakarta(self):
        before_midnight = of_one(12, began_at=datetime(2026, 3, 3, 16, 59, tzinfo=UTC))
        after = Interview(key=50, enumerator=7, began_at=datetime(2026, 3, 3, 17, 1, tzinfo=UTC))
        assert found(Flag.TOO_MANY_A_DAY, [*before_midnight, after]) == {}

    def test_the_same_answers_three_times(self):
        copies = of_one(3, answers=(("a", "1"), ("b", "2")))
        other = Interview(key=9, enumerator=7, answers=(("a", "1"), ("b", "3")))
        of_another = Interview(key=10, enumerator=8, answers=(("a", "1"), ("b", "2")))
        words = found(Flag.SAME_ANSWERS, [*copies, other, of_another])
        assert words == dict.fromkeys(range(3), "jawaban sama persis dengan 2 wawancara lain")
        assert found(Flag.SAME_ANSWERS, copies[:2]) == {}

    def test_the_same_place_three_times(self):
        there = of_one(2, point=HOME)
        a_hand_away = Interview(key=5, enumerator=7, point=(HOME[0] + 0.000001, HOME[1]))
        next_door = Interview(key=6, enumerator=7, point=(HOME[0] + 0.0002, HOME[1]))
        assert set(found(Flag.SAME_POINT, [*there, a_hand_away, next_door])) == {0, 1, 5}

    def test_ten_times_last_wave_either_way(self):
        def grown(now: int, then: int | None) -> dict[int, str]:
            before = {} if then is None else {"Omzet": then}
            return found(Flag.UNLIKE_LAST_WAVE, [Interview(key=1, amounts={"Omzet": now}, before=before)])

        assert grown(10, 1) == {1: "Omzet: 10 kali lebih besar daripada gelombang lalu"}
        assert grown(1, 12) == {1: "Omzet: 12 kali lebih kecil daripada gelombang lalu"}
        assert grown(9, 1) == grown(1, None) == {}

    def test_unlike_the_others(self):
        usual = [Interview(key=key, amounts={"Omzet": 1_000_000 + key}) for key in range(20)]
        odd = Interview(key=99, amounts={"Omzet": 9_000_000_000, "Pekerja": 2})
        assert found(Flag.UNLIKE_OTHERS, [*usual, odd]) == {99: "Omzet: jauh dari usaha lain"}

    @given(st.permutations(range(13)))
    def test_the_order_of_the_rows_does_not_matter(self, order):
        wave = of_one(13, began_at=NOON, answers=("x",), point=HOME, duration_seconds=200)
        assert together([wave[place] for place in order], Limits()) == together(wave, Limits())

    def test_interviews_of_nobody_are_not_those_of_one(self):
        wave = [Interview(key=key, answers=("x",), point=HOME, began_at=NOON) for key in range(20)]
        assert together(wave, Limits()) == {}
