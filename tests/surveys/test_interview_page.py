"""ENU-2 to ENU-6 and ENU-8: an enumerator stands in a shop with a phone."""

import uuid
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.models import Response
from surveys.questions import MULTIPLE, SINGLE
from tests.factories import BusinessFactory, WaveFactory
from tests.surveys.interviews import NOW, form_data


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


@pytest.fixture
def shop(people):
    return BusinessFactory(ward=people.a.ward, name="Warung Bu Contoh", annual_sales=400_000_000)


@pytest.fixture
def address(wave, shop):
    return reverse("surveys:response-create", args=[wave.code, shop.public_id])


@pytest.fixture
def enumerator(client, people):
    client.force_login(people.enumerator_a)
    return client


def test_every_question_offers_its_answers_and_not_answering(enumerator, address):
    """ENU-2"""
    page = enumerator.get(address).content.decode()
    for words in (
        ["Offline", "Online", "Offline dan online"],
        ["Bermitra", "Individu (tidak bermitra)"],
        ["Menurun", "Stabil", "Meningkat"],
        ["Modal pribadi", "Kredit modal usaha", "Keduanya"],
    ):
        for word in words:
            assert f">{word}</label>" in page
    # All but method and mode, which are the enumerator's to know.
    assert page.count(">Tidak menjawab</label>") == len(SINGLE) + len(MULTIPLE) - 1


def test_nothing_is_chosen_beforehand(enumerator, address):
    """ENU-3"""
    assert " checked" not in enumerator.get(address).content.decode()


def test_an_untouched_question_is_named_at_the_question_and_above_the_form(enumerator, address):
    """ENU-3"""
    answer = enumerator.post(address, form_data(marketing_channel=None, problems=None))
    page = answer.content.decode()
    assert '<a class="alert-link" href="#isian-marketing_channel">Belum diisi: Cara pemasaran</a>' in page
    assert '<a class="alert-link" href="#isian-problems">Belum diisi: Masalah</a>' in page
    assert page.count("Belum diisi: Cara pemasaran") == 2
    assert 'id="isian-marketing_channel"' in page
    assert page.index("#isian-marketing_channel") < page.index("#isian-problems")
    assert not Response.objects.exists()


def test_an_empty_form_names_every_question(enumerator, address):
    answer = enumerator.post(address, {})
    form = answer.context["form"]
    unfilled = {question.code for question in (*SINGLE, *MULTIPLE)} - {"credit_refusal_reasons"}
    assert unfilled <= set(form.errors)
    assert len([problem for problem in form.summary() if "Belum diisi" in problem.message]) == 12


def test_not_answering_is_stored_as_blank(enumerator, address):
    """ENU-3"""
    refused = dict.fromkeys([question.code for question in SINGLE], "not_answered")
    data = form_data(**refused, platforms=["not_answered"], problems=["not_answered"])
    assert enumerator.post(address, data).status_code == 302
    response = Response.objects.get()
    assert {getattr(response, question.code) for question in SINGLE} == {""}
    assert set(response.choices.values_list("question", flat=True)) == {"methods"}


def test_what_was_answered_is_stored_and_shown(enumerator, address, people, wave, shop):
    """ENU-2, ENU-6"""
    answer = enumerator.post(address, form_data(note="Ditemui <b>pemilik</b>"), follow=True)
    response = Response.objects.get()
    assert (response.wave, response.business, response.enumerator) == (wave, shop, people.enumerator_a)
    assert (response.marketing_channel, response.partnership) == ("online", "partnered")
    assert (response.revenue_trend, response.capital_source) == ("increased", "own_capital")
    page = answer.content.decode()
    assert "Wawancara Warung Bu Contoh tersimpan." in page
    for words in (
        "<dd>Online</dd>",
        "<dd>Wawancara, Observasi</dd>",
        "<dd>Langsung</dd>",
        "<dd>Tidak tertarik, Suku bunga terlalu tinggi</dd>",
        "3 Maret 2026",
        str(people.enumerator_a),
        "Ditemui &lt;b&gt;pemilik&lt;/b&gt;",
    ):
        assert words in page


def test_the_business_is_kept_as_it_was_that_day(enumerator, address, shop, people):
    enumerator.post(address, form_data())
    shop.name, shop.annual_sales, shop.ward, shop.district = (
        "Nama baru",
        None,
        people.b.ward,
        people.b.district,
    )
    shop.save()
    response = Response.objects.get()
    assert (response.ward, response.district) == (people.a.ward, people.a.district)
    assert (response.sector, response.scale_uu20, response.scale_pp7) == (shop.sector, "small", "micro")


def test_reasons_are_asked_only_with_own_capital(enumerator, address):
    """ENU-4"""
    page = enumerator.post(address, form_data(credit_refusal_reasons=None)).content.decode()
    assert "Belum diisi: Alasan tidak memakai kredit" in page
    assert not Response.objects.exists()
    data = form_data(credit_refusal_reasons=None, capital_source="business_credit")
    assert enumerator.post(address, data).status_code == 302


def test_reasons_sent_beside_credit_are_not_stored(enumerator, address):
    """ENU-4: without JavaScript the block is there, and may have been ticked."""
    assert "Diisi bila sumber modalnya Modal pribadi" in enumerator.get(address).content.decode()
    enumerator.post(address, form_data(capital_source="business_credit"))
    assert not Response.objects.get().choices.filter(question="credit_refusal_reasons").exists()


def test_tidak_ada_clears_the_others(enumerator, address):
    """ENU-5"""
    enumerator.post(address, form_data(problems=["capital", "none"], platforms=["none", "website"]))
    chosen = set(Response.objects.get().choices.values_list("question", "value"))
    assert {("problems", "none"), ("platforms", "none")} <= chosen
    assert not chosen & {("problems", "capital"), ("platforms", "website")}


def test_not_answering_beside_an_answer_is_a_contradiction(enumerator, address):
    page = enumerator.post(address, form_data(problems=["capital", "not_answered"])).content.decode()
    assert "Masalah: pilih jawabannya atau Tidak menjawab, jangan keduanya." in page
    assert not Response.objects.exists()


@pytest.mark.parametrize(("field", "label"), [("methods", "Metode"), ("mode", "Cara pendataan")])
def test_how_the_answers_were_obtained_is_needed(enumerator, address, field, label):
    """ENU-6"""
    for missing in (None, "not_answered"):
        page = enumerator.post(address, form_data(**{field: missing})).content.decode()
        assert f"#isian-{field}" in page
        assert label in page
    assert not Response.objects.exists()


def test_everything_typed_is_kept_on_an_error(enumerator, address):
    data = form_data(partnership=None, note="Kios di sudut pasar", interviewed_on="31/02/2026")
    page = enumerator.post(address, data).content.decode()
    assert "Kios di sudut pasar" in page
    assert 'value="31/02/2026"' in page
    assert 'value="online"' in page
    # without the partnership, with mode and consent
    assert page.count(" checked") == len(SINGLE) - 1 + 2 + sum(len(data[q.code]) for q in MULTIPLE)
    assert data["submission_id"] in page


def test_a_second_interview_is_refused_with_a_link_to_the_first(client, people, enumerator, address):
    """ENU-8"""
    enumerator.post(address, form_data())
    first = Response.objects.get()
    client.force_login(people.supervisor_a)
    for answer, status in ((client.get(address), 200), (client.post(address, form_data()), 409)):
        page = answer.content.decode()
        assert answer.status_code == status
        assert f"Sudah diwawancarai pada 3 Maret 2026 oleh {people.enumerator_a}" in page
        assert reverse("surveys:response-detail", args=[first.public_id]) in page
        assert "<form id=" not in page
    assert Response.objects.count() == 1


def test_the_same_form_sent_twice_is_one_interview(enumerator, address):
    data = form_data()
    first, second = enumerator.post(address, data), enumerator.post(address, data, follow=True)
    assert first.url == second.redirect_chain[0][0]
    assert "kiriman ulang tidak mengubah apa pun" in second.content.decode()
    assert Response.objects.count() == 1


BAD = {
    "31 February": ({"interviewed_on": "31/02/2026"}, "tidak ada di kalender"),
    "in the future": ({"interviewed_on": "04/03/2026"}, "tidak boleh sesudah hari ini"),
    "before the wave": ({"interviewed_on": "31/12/2025"}, "harus antara 1 Januari 2026 dan 31 Desember 2026"),
    "no date": ({"interviewed_on": ""}, "Tanggal wawancara"),
    "a dash": ({"interviewed_on": "-"}, "Tanggal wawancara"),
    "two-digit year": ({"interviewed_on": "3/3/26"}, "empat digit"),
    "year 9999": ({"interviewed_on": "01/01/9999"}, "tidak boleh sesudah"),
    "a serial number": ({"interviewed_on": "45000"}, "nomor seri"),
    "an answer nobody offers": ({"partnership": "friends"}, "Kemitraan: pilih salah satu"),
    "a label for a code": ({"revenue_trend": "Meningkat"}, "Pendapatan: pilih salah satu"),
    "a platform nobody offers": ({"platforms": ["fax"]}, "Platform: pilih salah satu"),
    "a platform with NUL": ({"platforms": ["\x00"]}, "Platform: pilih salah satu"),
    "NUL in a note": ({"note": "a\x00b"}, "NUL"),
    "an endless note": ({"note": "x" * 2_001}, "paling banyak 2000"),
    "an endless note on potential": ({"potential_note": "x" * 1_001}, "paling banyak 1000"),
    "a broken marker": ({"submission_id": "abc"}, "Penanda formulir rusak"),
    "no marker": ({"submission_id": ""}, "Penanda formulir hilang"),
    "a broken version": ({"version": "2^63"}, "Formulir"),
}


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_gets_a_message_and_nothing_is_stored(enumerator, address, changes, message):
    answer = enumerator.post(address, form_data(**changes))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "note", ["<script>alert(1)</script>", "'; DROP TABLE x; --", "Toko 👩‍🌾 ꦗꦮ", "{{ 7|add:7 }}", "=1+1"]
)
def test_text_is_stored_as_it_is_and_shown_harmlessly(enumerator, address, note):
    page = enumerator.post(address, form_data(note=note), follow=True).content.decode()
    assert Response.objects.get().note == note
    assert "<script>alert" not in page


def test_a_closed_wave_takes_no_interview(enumerator, address, wave):
    wave.period_end = date(2026, 3, 2)
    wave.save()
    message = "menerima wawancara pada 1 Januari 2026 sampai 2 Maret 2026"
    assert message in enumerator.get(address).content.decode()
    answer = enumerator.post(address, form_data(interviewed_on="02/03/2026"))
    assert answer.status_code == 409
    assert message in answer.content.decode()
    assert not Response.objects.exists()


def test_a_closed_business_is_not_interviewed(enumerator, address, shop):
    shop.status, shop.status_since = "closed", NOW.date()
    shop.save()
    assert "sudah tutup" in enumerator.get(address).content.decode()
    assert enumerator.post(address, form_data()).status_code == 409


@pytest.mark.parametrize("code", ["tidak-ada", "survei-2026"])
def test_an_unknown_wave_or_business_is_not_found(enumerator, wave, shop, code):
    known = shop.public_id if code == "tidak-ada" else uuid.uuid4()
    address = reverse("surveys:response-create", args=[code, known])
    assert enumerator.get(address).status_code == 404
    assert enumerator.post(address, form_data()).status_code == 404
