"""The interview page asks what the wave's questionnaire asks, and stores it under the version it was filled with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent, Verb
from surveys.actions import publish_questionnaire, record_refusal
from surveys.models import Outcome, Response, Visit
from surveys.questionnaire import Item, Kind, ShownIf, questionnaire
from tests.factories import BusinessFactory, WaveFactory
from tests.surveys.interviews import NOW, form_data

PLACE = Item(
    "tempat",
    Kind.SINGLE,
    "Tempat usaha",
    "Di mana?",
    (("kios", "Kios"), ("rumah", "Rumah")),
    may_decline=True,
)
RENT = Item(
    "sewa",
    Kind.AMOUNT,
    "Sewa sebulan",
    "Berapa sewanya?",
    minimum="0",
    maximum="5000000",
    shown_if=ShownIf("tempat", ("kios",)),
)
HELPERS = Item(
    "bantuan",
    Kind.MULTIPLE,
    "Bantuan",
    "Siapa yang membantu?",
    (("family", "Keluarga"), ("none", "Tidak ada")),
    may_decline=True,
)
STAFF = Item("pekerja", Kind.NUMBER, "Pekerja", "Berapa pekerja?", minimum="1", maximum="2000")
SINCE = Item("sejak", Kind.DATE, "Sejak", "Sejak kapan?", maximum="2026-03-03")
HOPE = Item("harapan", Kind.TEXT, "Harapan", "Apa harapannya?", required=False, max_length=2_000)
ALL_KINDS = (PLACE, RENT, HELPERS, STAFF, SINCE, HOPE)
LOCAL = {
    "tempat": "kios",
    "sewa": "Rp 1.250.000",
    "bantuan": ["family"],
    "pekerja": "1.250",
    "sejak": "21 Maret 2021",
    "harapan": "Ramai <b>",
}


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave(people):
    wave = WaveFactory(code="survei-2026")
    publish(wave, *ALL_KINDS)
    return wave


def publish(wave, *items):
    return publish_questionnaire(wave=wave, by=None, at=NOW, definition=questionnaire(items))[0]


@pytest.fixture
def address(people, wave):
    shop = BusinessFactory(ward=people.a.ward, name="Warung Bu Contoh")
    return reverse("surveys:response-create", args=[wave.code, shop.public_id])


@pytest.fixture
def enumerator(client, people):
    client.force_login(people.enumerator_a)
    return client


def test_all_kinds_are_asked_stored_and_shown(enumerator, address):
    page = enumerator.get(address).content.decode()
    assert "Pertanyaan tambahan" in page
    assert (
        "Dari Rp0 sampai Rp5.000.000. Contoh: 1.250.000. Ditanyakan bila Tempat usaha dijawab Kios." in page
    )
    answer = enumerator.post(address, form_data(**LOCAL), follow=True)
    response = Response.objects.get()
    assert response.questionnaire.number == 2
    assert response.consented_at == NOW
    assert response.extra == {
        "tempat": "kios",
        "sewa": "1250000",
        "bantuan": ["family"],
        "pekerja": "1250",
        "sejak": "2021-03-21",
        "harapan": "Ramai <b>",
    }
    page = answer.content.decode()
    for words in ("Kios", "Rp1.250.000", "Keluarga", "1.250", "21 Maret 2021", "Ramai &lt;b&gt;"):
        assert f"<dd>{words}</dd>" in page
    assert "kuesioner versi 2" in page


def test_an_optional_question_left_blank_reads_so(enumerator, address):
    page = enumerator.post(address, form_data(**LOCAL | {"harapan": ""}), follow=True).content.decode()
    assert "<dt>Harapan</dt><dd>Tidak diisi</dd>" in page


def test_what_is_not_asked_is_dropped_whatever_was_typed(enumerator, address):
    """Without JavaScript every question is on the page; one that is not asked may hold nonsense."""
    page = enumerator.post(address, form_data(**LOCAL | {"tempat": "rumah", "sewa": "entah"}), follow=True)
    assert "sewa" not in Response.objects.get().extra
    assert "Sewa sebulan" not in page.content.decode()


BAD = {
    "above the range": ({"sewa": "5.000.001"}, "Sewa sebulan: paling banyak Rp5.000.000."),
    "a word for an amount": ({"sewa": "satu juta"}, "Sewa sebulan: "),
    "below the range": ({"pekerja": "0"}, "Pekerja: paling sedikit 1."),
    "a negative number": ({"pekerja": "-3"}, "Pekerja: paling sedikit 1."),
    "a fraction": ({"pekerja": "1,5"}, "Pekerja: Tulis bilangan bulat"),
    "nothing": ({"pekerja": " "}, "Belum diisi: Pekerja"),
    "a day too late": ({"sejak": "04/03/2026"}, "Sejak: paling akhir 3 Maret 2026."),
    "a day that is not": ({"sejak": "30/02/2026"}, "tidak ada di kalender"),
    "not asked and asked": ({"bantuan": ["family", "not_answered"]}, "jangan keduanya"),
    "a code of nobody": ({"tempat": "pasar"}, "Tempat usaha: pilih salah satu"),
    "untouched": ({"tempat": None}, "Belum diisi: Tempat usaha"),
    "NUL": ({"harapan": "a\x00"}, "NUL"),
    "too long": ({"harapan": "x" * 2_001}, "paling banyak 2000"),
    "no consent": ({"consent": None}, "Belum diisi: Persetujuan"),
    "odd consent": ({"consent": "maybe"}, "Persetujuan: pilih Bersedia"),
    "a version that never was": ({"questionnaire": "9"}, "Versi kuesioner ini tidak ada"),
    "a version in letters": ({"questionnaire": "dua"}, "Formulir: "),
}


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_told_and_what_was_typed_is_kept(enumerator, address, changes, message):
    page = enumerator.post(address, form_data(**LOCAL | changes)).content.decode()
    assert message in page
    for name in {"sewa", "pekerja", "sejak"} - set(changes):
        assert f'value="{LOCAL[name]}"' in page
    assert not Response.objects.exists()


def test_tidak_ada_stands_alone_in_a_local_question_too(enumerator, address):
    enumerator.post(address, form_data(**LOCAL | {"bantuan": ["family", "none"]}))
    assert Response.objects.get().extra["bantuan"] == ["none"]


def test_consent_is_read_before_the_first_question(enumerator, address, wave):
    publish_questionnaire(wave=wave, by=None, at=NOW, definition=questionnaire(consent="Boleh {{ 7 }}\n<b>?"))
    page = enumerator.get(address).content.decode()
    assert "Boleh {{ 7 }}<br>&lt;b&gt;?" in page
    assert page.index("Bersedia</label>") < page.index("Bagaimana usaha ini memasarkan")


def test_who_is_not_willing_is_a_visit_and_no_interview(enumerator, address, people):
    answer = enumerator.post(
        address, {"submission_id": form_data()["submission_id"], "consent": "no"}, follow=True
    )
    assert "tidak bersedia: kunjungan dicatat" in answer.content.decode()
    assert not Response.objects.exists()
    visit = Visit.objects.get()
    assert (visit.outcome, visit.enumerator) == (Outcome.REFUSED, people.enumerator_a)
    assert AuditEvent.objects.filter(verb=Verb.VISITED).count() == 1


def test_a_refusal_told_twice_is_one_visit(enumerator, address, people, wave):
    for _ in range(2):
        assert enumerator.post(address, form_data(consent="no")).status_code == 302
    assert Visit.objects.count() == 1
    tomorrow = NOW + timedelta(days=1)
    business = Visit.objects.get().business
    record_refusal(wave=wave, business=business, by=people.enumerator_a, at=tomorrow)
    assert Visit.objects.count() == 2


def test_who_was_interviewed_is_not_recorded_as_refusing(enumerator, address):
    enumerator.post(address, form_data(**LOCAL))
    answer = enumerator.post(address, form_data(consent="no"))
    assert answer.status_code == 409
    assert "Sudah diwawancarai" in answer.content.decode()
    assert not Visit.objects.exists()


def test_a_refusal_in_a_closed_wave_is_not_recorded(enumerator, address, wave):
    wave.period_end = NOW.date().replace(day=2)
    wave.save()
    assert enumerator.post(address, form_data(consent="no")).status_code == 409
    assert not Visit.objects.exists()


def test_a_form_opened_before_a_new_version_is_stored_under_its_own(enumerator, address, wave):
    publish(wave, replace(PLACE, choices=(("los", "Los"), ("rumah", "Rumah"))), STAFF)
    enumerator.post(address, form_data(**LOCAL, questionnaire="2"))
    response = Response.objects.get()
    assert response.questionnaire.number == 2
    assert response.extra["tempat"] == "kios"


def test_an_interview_is_changed_by_its_own_version(enumerator, address, wave):
    enumerator.post(address, form_data(**LOCAL))
    response = Response.objects.get()
    publish(wave, STAFF)
    change = reverse("surveys:response-change", args=[response.public_id])
    page = enumerator.get(change).content.decode()
    assert "Persetujuan" not in page
    for value in ("1.250.000", "1.250", "21/03/2021"):
        assert f'value="{value}"' in page
    data = form_data(
        **LOCAL | {"sewa": "900.000", "submission_id": str(response.submission_id), "version": "1"}
    )
    assert enumerator.post(change, data).status_code == 302
    response.refresh_from_db()
    assert (response.questionnaire.number, response.extra["sewa"]) == (2, "900000")


def test_a_wave_without_a_questionnaire_says_so(enumerator, people):
    wave = WaveFactory(published=False)
    shop = BusinessFactory(ward=people.a.ward)
    answer = enumerator.get(reverse("surveys:response-create", args=[wave.code, shop.public_id]))
    assert "belum terbit" in answer.content.decode()
