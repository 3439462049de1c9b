"""Flags come with the interview, whatever the door, follow a correction, and are computed anew for a wave."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from core import jobs
from core.models import AuditEvent, Job
from surveys.actions import choices_of, flagging, publish_questionnaire
from surveys.actions.flagging import flag_response, flag_wave, set_thresholds
from surveys.answers import Circumstances
from surveys.models import Assignment, QualityThresholds, Response, ResponseFlag
from surveys.quality import Limits
from tests.factories import BusinessFactory, SectorFactory, UserFactory, WardFactory, WaveFactory
from tests.surveys.interviews import NOW
from tests.surveys.review.making import corrected, recorded, sent

pytestmark = pytest.mark.django_db
NOTHING = {"capital_source": "", "partnership": "", "problems": []}


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def words(response: Response) -> list[str]:
    return list(response.flags.values_list("detail", flat=True))


class TestAsItArrives:
    def test_an_ordinary_interview_has_none(self, people, wave):
        assert words(recorded(people, wave)) == []

    def test_what_was_not_answered(self, people, wave):
        assert words(recorded(people, wave, **NOTHING)) == ["3 jawaban kosong"]

    def test_what_the_telephone_told(self, people, wave):
        told = Circumstances(
            started_at=NOW + timedelta(hours=12),
            duration_seconds=125,
            clock_skew_seconds=-900,
            latitude=Decimal("-7.760000"),
            longitude=Decimal("113.215900"),
        )
        business = BusinessFactory(ward=people.a.ward, latitude="-7.754300", longitude="113.215900")
        response = recorded(people, wave, business=business, more={"door": "phone", "circumstances": told})
        assert set(words(response)) == {
            "terlalu cepat (2 menit)",
            "634 m dari lokasi di register",
            "titik GPS tanpa ketelitian",
            "malam hari (pukul 22.00)",
            "jam perangkat selisih 15 menit",
        }

    def test_outside_what_was_assigned(self, people, wave):
        far = BusinessFactory(ward=WardFactory(parent=people.b.district))
        both = UserFactory(
            role="enumerator", districts=[people.a.district, people.b.district], whole_city=False
        )
        assert words(recorded(people, wave, by=both)) == []
        Assignment.objects.create(
            wave=wave,
            business=far,
            enumerator=both,
            due_on=NOW,
            assigned_at=NOW,
            assigned_by=people.supervisor_b,
        )
        assert words(recorded(people, wave, by=both)) == ["di luar wilayah tugas"]
        Assignment.objects.update(withdrawn_at=NOW)
        assert words(recorded(people, wave, by=both)) == []

    def test_a_correction_has_its_own(self, people, wave):
        response = recorded(people, wave, **NOTHING)
        response.flags.create(code="same_answers", detail="jawaban sama persis dengan 2 wawancara lain")
        corrected(response)
        assert words(response) == ["jawaban sama persis dengan 2 wawancara lain"]
        corrected(response, **NOTHING)
        assert len(words(response)) == 2

    def test_a_flag_never_blocks(self, people, wave):
        told = Circumstances(
            duration_seconds=0, clock_skew_seconds=10**8, latitude=Decimal(0), longitude=Decimal(0)
        )
        response = recorded(people, wave, more={"door": "phone", "circumstances": told}, **NOTHING)
        assert response.state == "sent"
        assert response.flags.count() == 4

    def test_it_costs_two_queries_where_nothing_is_odd(self, people, wave, django_assert_num_queries):
        response = recorded(people, wave)  # by somebody whose area was read on the way
        chosen = choices_of(response)
        with django_assert_num_queries(2):  # what was assigned, and the thresholds
            flag_response(response, chosen=chosen, is_new=True)


class TestAWholeWave:
    def test_what_shows_only_beside_the_others(self, people, wave):
        responses = [recorded(people, wave) for _ in range(3)]
        recorded(people, wave, marketing_channel="offline")
        assert not ResponseFlag.objects.exists()
        assert flag_wave(wave) == 3
        for response in responses:
            assert words(response) == ["jawaban sama persis dengan 2 wawancara lain"]

    def test_again_it_writes_nothing_and_takes_away_what_is_true_no_more(self, people, wave):
        responses = [recorded(people, wave) for _ in range(3)]
        flag_wave(wave)
        before = set(ResponseFlag.objects.values_list("pk", flat=True))
        flag_wave(wave)
        assert set(ResponseFlag.objects.values_list("pk", flat=True)) == before
        corrected(responses[0], marketing_channel="offline")
        assert flag_wave(wave) == 0
        assert not ResponseFlag.objects.exists()

    def test_the_register_moved_on(self, people, wave):
        response = recorded(people, wave)
        response.business.sector = SectorFactory(code="C", study_row=5)
        response.business.save()
        flag_wave(wave)
        assert words(response) == ["jenis usaha berbeda dari register"]

    def test_numbers_beside_last_wave_and_the_others(self, people, wave):
        last = WaveFactory(period_start="2025-01-01", period_end="2025-12-31")
        for one in (wave, last):
            one.local_questions.create(code="omzet", kind="amount", label="Omzet", prompt="Omzet sebulan?")
            publish_questionnaire(wave=one, by=None, at=NOW)
        business = BusinessFactory(ward=people.a.ward)
        sent(people, last, business=business, extra={"omzet": "1000000"})
        grown = sent(people, wave, business=business, extra={"omzet": "50000000"})
        for number in range(12):
            sent(people, wave, extra={"omzet": str(1_000_000 + 1_000 * number)}, enumerator=UserFactory())
        sent(people, wave, extra={"omzet": "0"}, enumerator=UserFactory())
        flag_wave(wave)
        assert words(grown)[-2:] == [
            "Omzet: 50 kali lebih besar daripada gelombang lalu",
            "Omzet: jauh dari usaha lain",
        ]
        assert ResponseFlag.objects.filter(code__startswith="unlike").count() == 2

    def test_back_checks_are_not_looked_at(self, people, wave):
        first = sent(people, wave)
        sent(people, wave, business=first.business, state="back_check", back_check_of=first, has_potential="")
        flag_wave(wave)
        assert not ResponseFlag.objects.filter(response__state="back_check").exists()

    def test_corrected_meanwhile_keeps_what_the_correction_wrote(self, people, wave, monkeypatch):
        response = recorded(people, wave, **NOTHING)
        ResponseFlag.objects.all().delete()
        plainly = flagging.together
        monkeypatch.setattr(
            flagging,
            "together",
            lambda *args: corrected(response, **NOTHING, mode="indirect") and plainly(*args),
        )
        ResponseFlag.objects.all().delete()
        flag_wave(wave)
        assert words(response) == ["3 jawaban kosong"]

    def test_ten_and_a_hundred_cost_the_same_queries(self, people, wave, django_assert_max_num_queries):
        for count in (10, 90):
            for _ in range(count):
                sent(people, wave)
            with django_assert_max_num_queries(16):
                flag_wave(wave)

    def test_by_hand(self, people, wave):
        for _ in range(3):
            recorded(people, wave)
        out = StringIO()
        call_command("flag_responses", wave.code, stdout=out)
        assert out.getvalue() == "3 wawancara bertanda.\n"
        with pytest.raises(CommandError, match="tidak ada"):
            call_command("flag_responses", "lain")


class TestThresholds:
    def test_the_defaults_of_the_table_are_those_of_the_rules(self, people, wave):
        assert QualityThresholds().limits == Limits()

    def test_others_are_kept_and_the_wave_is_looked_at_again(self, people, wave):
        response = recorded(people, wave, partnership="")
        assert words(response) == []
        strict = QualityThresholds(wave=wave, declined_percent=5)
        assert isinstance(set_thresholds(thresholds=strict, by=people.supervisor_a, at=NOW), Job)
        running = jobs.claim("test")
        assert running is not None
        assert jobs.run(running) == "done"
        assert words(response) == ["1 jawaban kosong"]
        assert AuditEvent.objects.get(verb="created", object_label="Batas mutu Survei UMKM 2026")

    def test_the_same_ones_again_change_nothing(self, people, wave):
        set_thresholds(thresholds=QualityThresholds(wave=wave, ratio=5), by=people.supervisor_a, at=NOW)
        again = set_thresholds(
            thresholds=QualityThresholds(wave=wave, ratio=5), by=people.supervisor_a, at=NOW
        )
        assert again is None
        set_thresholds(thresholds=QualityThresholds(wave=wave, ratio=6), by=people.administrator, at=NOW)
        assert QualityThresholds.objects.get().limits == Limits(ratio=6)
        assert AuditEvent.objects.filter(verb="changed").get().changes == {"ratio": [5, 6]}
        assert Job.objects.count() == 1  # the one that waits will read them

    def test_not_by_who_reads_only(self, people, wave):
        with pytest.raises(PermissionDenied):
            set_thresholds(thresholds=QualityThresholds(wave=wave, ratio=5), by=people.official, at=NOW)
