"""What an enumerator sees and does on a screen of 360 pixels, one test a story."""

from __future__ import annotations

import io
import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from registry.models import Business, BusinessStatus
from surveys.actions import publish_questionnaire
from surveys.actions.reviewing import return_response
from surveys.models import Assignment, LocalQuestion, Response, Submission, SubmissionPhoto, Visit
from tests.browser.driving import log_in
from tests.browser.field.conftest import Morning
from tests.browser.field.handset import Handset
from tests.browser.pictures import take_picture
from tests.factories import BusinessFactory, ResponseFactory

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 60_000


def checked(handset: Handset) -> int:
    return handset.page.locator("main input:checked").count()


def begin(handset: Handset, name: str = "Usaha 01") -> None:
    handset.open_task(name)
    handset.agree()


def test_todays_list_is_the_own_one_sorted_marked_and_searchable(handset: Handset, morning: Morning) -> None:
    place = morning.people.a
    late = BusinessFactory(name="Warung Terlambat", ward=place.ward)
    morning.give(late, days=-2)
    morning.give(
        BusinessFactory(name="Milik enumerator lain", ward=place.ward), to=morning.people.enumerator_b
    )
    page = handset.page
    handset.refresh()
    expect(page.get_by_text("0 dari 21 selesai")).to_be_visible()
    expect(page.locator(".row-name").first).to_have_text("Warung Terlambat")
    expect(page.locator("li", has_text="Warung Terlambat")).to_contain_text("Lewat tenggat")
    expect(page.locator("li", has_text="Usaha 01")).to_contain_text(place.ward.name)
    expect(page.get_by_text("Milik enumerator lain")).to_have_count(0)
    expect(handset.status_of("Usaha 01")).to_have_text("Belum")
    page.get_by_label("Cari nama usaha atau kelurahan").fill("terlambat")
    expect(page.locator(".row-link")).to_have_count(1)
    page.get_by_label("Cari nama usaha atau kelurahan").fill("")
    handset.looked_at()
    take_picture(page, "lapangan-tugas-ponsel")
    handset.interview("Usaha 01")
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    expect(page.get_by_text("1 dari 21 selesai")).to_be_visible()


def test_what_the_supervisor_took_back_is_marked_and_not_counted(handset: Handset, morning: Morning) -> None:
    Assignment.objects.filter(business__name="Usaha 02").update(withdrawn_at=timezone.now())
    page = handset.page
    handset.refresh()
    expect(page.get_by_text("0 dari 19 selesai")).to_be_visible()
    expect(handset.status_of("Usaha 02")).to_have_text("Ditarik")
    handset.looked_at()
    page.get_by_role("link", name="Usaha 02").click()
    expect(page.get_by_text("Tugas ini ditarik pengawas")).to_be_visible()


OFFERED = {
    "Bagaimana usaha ini memasarkan": ("Offline", "Online", "Offline dan online"),
    "Apakah usaha ini bermitra": ("Bermitra", "Individu (tidak bermitra)"),
    "Bagaimana pendapatan": ("Menurun", "Stabil", "Meningkat"),
    "Dari mana modal": ("Modal pribadi", "Kredit modal usaha", "Keduanya"),
}


def every_answer_is_a_large_button(page: Page) -> None:
    for prompt, labels in OFFERED.items():
        group = page.get_by_role("group", name=prompt)
        for label in (*labels, "Tidak menjawab"):
            expect(group.get_by_label(label, exact=True)).not_to_be_checked()
            box = group.locator("label", has_text=re.compile(f"^{re.escape(label)}$")).bounding_box()
            assert box
            assert box["height"] >= 44


def test_consent_comes_first_and_nothing_is_answered_beforehand(handset: Handset, morning: Morning) -> None:
    page = handset.page
    handset.open_task("Usaha 01")
    expect(page.get_by_role("heading", level=1, name="Usaha 01")).to_be_focused()
    expect(page.locator("blockquote")).to_contain_text("Menjawab bersifat sukarela")
    expect(page.locator("fieldset")).to_have_count(0)
    handset.looked_at()
    take_picture(page, "lapangan-persetujuan-ponsel")
    handset.agree()
    expect(page.get_by_role("heading", name="Pertanyaan", exact=True)).to_be_focused()
    assert checked(handset) == 0
    every_answer_is_a_large_button(page)
    page.get_by_role("button", name="Selesai").click()
    summary = page.get_by_role("alert").filter(has_text="Belum selesai")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Belum diisi: Cara pemasaran")
    handset.looked_at()
    take_picture(page, "lapangan-belum-diisi-ponsel")
    summary.get_by_role("link", name="Belum diisi: Kemitraan").click()
    expect(page.get_by_role("group", name="Apakah usaha ini bermitra").locator("input").first).to_be_focused()
    assert not Submission.objects.exists()

    handset.answer_all(marketing_channel="not_answered")
    handset.finish()
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    response = Response.objects.get()
    assert (response.marketing_channel, response.capital_source) == ("", "own_capital")
    assert response.consented_at
    assert response.started_at
    assert response.latitude is not None
    assert float(response.latitude) == pytest.approx(-7.7543)


def test_reasons_are_asked_of_own_capital_only_and_go_with_the_question(
    handset: Handset, morning: Morning
) -> None:
    begin(handset)
    reasons = handset.page.get_by_role("group", name="Mengapa tidak memakai kredit")
    expect(reasons).to_be_hidden()
    handset.answer_all()
    expect(reasons).to_be_visible()
    handset.press("Mengapa tidak memakai kredit", "Administrasi rumit")
    expect(reasons.locator("input:checked")).to_have_count(2)
    handset.press("Dari mana modal", "Kredit modal usaha")
    expect(reasons).to_be_hidden()
    handset.finish()
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    response = Response.objects.get()
    assert response.capital_source == "business_credit"
    assert not response.choices.filter(question="credit_refusal_reasons").exists()


def test_none_stands_alone_and_how_it_was_asked_is_needed(handset: Handset, morning: Morning) -> None:
    begin(handset)
    handset.answer_all()
    platforms = handset.page.get_by_role("group", name="Platform apa saja")
    handset.press("Platform apa saja", "Marketplace")
    expect(platforms.locator("input:checked")).to_have_count(2)
    handset.press("Platform apa saja", "Tidak ada")
    expect(platforms.locator("input:checked")).to_have_count(1)
    handset.press("Bagaimana jawaban diperoleh", "Wawancara")  # taken away again
    handset.page.get_by_role("button", name="Selesai").click()
    expect(handset.page.get_by_role("alert").filter(has_text="Belum selesai")).to_contain_text(
        "Belum diisi: Metode"
    )
    handset.press("Bagaimana jawaban diperoleh", "Observasi")
    handset.press("Bagaimana jawaban diperoleh", "Wawancara")
    handset.finish()
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    choices = set(Response.objects.get().choices.values_list("question", "value"))
    assert {("platforms", "none"), ("methods", "observation"), ("methods", "interview")} <= choices

    log_in(handset.page, morning.enumerator, handset.line.url)
    handset.page.goto(f"{handset.line.url}/survei/wawancara/{Response.objects.get().public_id}/")
    expect(handset.page.locator("main")).to_contain_text("Observasi")


def test_a_business_found_in_the_field_is_interviewed_all_the_same(
    handset: Handset, morning: Morning
) -> None:
    page = handset.page
    page.get_by_role("link", name="Usaha baru di lapangan").click()
    page.get_by_role("button", name="Lanjut ke wawancara").click()
    expect(page.get_by_text("Belum diisi: Nama usaha")).to_be_visible()
    expect(page.get_by_label("Nama usaha")).to_be_focused()
    handset.looked_at()
    page.get_by_label("Nama usaha").fill("Kedai Temuan")
    page.get_by_label("Jenis usaha").select_option(index=1)
    page.get_by_label("Kelurahan").select_option(value=morning.people.a.ward.code)
    take_picture(page, "lapangan-usaha-baru-ponsel")
    handset.cut()
    page.get_by_role("button", name="Lanjut ke wawancara").click()
    handset.agree()
    handset.answer_all()
    handset.finish()
    expect(handset.status_of("Kedai Temuan")).to_have_text("Menunggu dikirim")
    handset.mend()
    handset.go("Kiriman")
    page.locator("#kirim-sekarang").click()
    expect(page.locator(".receipt")).to_contain_text("tanda terima", timeout=SOON)
    business = Business.objects.get(name="Kedai Temuan")
    assert business.status == BusinessStatus.FOUND_IN_FIELD
    assert Response.objects.get(business=business).enumerator == morning.enumerator


def test_the_same_business_is_not_interviewed_twice(handset: Handset, morning: Morning) -> None:
    page = handset.page
    handset.interview("Usaha 01")
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    handset.open_task("Usaha 01")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile(rf"Sudah diwawancarai pada .* oleh {re.escape(str(morning.enumerator))}")
    )
    link = page.get_by_role("link", name="Lihat wawancara ini di register")
    assert link.get_attribute("href") == f"/survei/umkm/{morning.businesses[0].public_id}/"
    handset.looked_at()

    # by somebody else meanwhile: the office holds it, and the telephone says so
    handset.open_app("#/")
    ResponseFactory(wave=morning.wave, business=morning.businesses[1], enumerator=morning.people.enumerator_b)
    handset.cut()
    handset.interview("Usaha 02")
    handset.mend()
    handset.go("Kiriman")
    page.locator("#kirim-sekarang").click()
    expect(page.locator("main")).to_contain_text("Ditahan kantor untuk diperiksa", timeout=SOON)
    expect(page.locator("main")).to_contain_text("Sudah diwawancarai pada")
    assert Response.objects.filter(business=morning.businesses[1]).count() == 1


def test_the_draft_comes_back_and_the_row_turns_sent(handset: Handset, morning: Morning) -> None:
    page = handset.page
    begin(handset)
    handset.press("Bagaimana usaha ini memasarkan", "Online")
    handset.is_saved()
    handset.cut()
    page.reload()
    handset.is_saved()
    expect(page.get_by_label("Online", exact=True)).to_be_checked()
    expect(page.locator("#pita")).to_contain_text("Luring — akan dikirim nanti")
    take_picture(page, "lapangan-draf-ponsel")
    handset.answer_all(marketing_channel="offline")
    handset.finish()
    expect(handset.status_of("Usaha 01")).to_have_text("Menunggu dikirim")
    handset.looked_at()
    handset.mend()  # the browser says it is back; nobody presses anything
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    handset.go("Kiriman")
    receipt = Response.objects.get().receipt
    expect(page.locator(".receipt")).to_have_text(re.compile(rf"Terkirim \d\d\.\d\d, tanda terima {receipt}"))
    handset.looked_at()
    take_picture(page, "lapangan-kiriman-ponsel")


def test_other_outcomes_are_sent_with_a_note(handset: Handset, morning: Morning) -> None:
    page = handset.page
    for name, outcome in (("Usaha 01", "Menolak"), ("Usaha 02", "Tutup")):
        handset.open_task(name)
        page.get_by_role("button", name=outcome).click()
        page.get_by_label("Catatan").fill(f"Catatan {outcome}")
        handset.looked_at()
        handset.finish()
        expect(handset.status_of(name)).to_have_text("Dikunjungi", timeout=SOON)
        expect(page.locator("li", has_text=name)).to_contain_text(f"Kunjungan terakhir: {outcome}")
    assert list(Visit.objects.order_by("business__name").values_list("outcome", "note")) == [
        ("refused", "Catatan Menolak"),
        ("closed", "Catatan Tutup"),
    ]
    assert not Response.objects.exists()
    expect(page.get_by_text("1 dari 20 selesai")).to_be_visible()  # who refused is not asked again


def test_a_returned_interview_is_corrected_from_its_old_answers(handset: Handset, morning: Morning) -> None:
    page = handset.page
    handset.interview("Usaha 01")
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    response = Response.objects.get()
    return_response(
        response=response,
        expected_version=response.version,
        note="Periksa cara pemasaran",
        reasons={"marketing_channel": "Katanya tidak daring"},
        by=morning.people.supervisor_a,
        at=timezone.now(),
    )
    handset.refresh()
    expect(handset.status_of("Usaha 01")).to_have_text("Dikembalikan")
    handset.open_task("Usaha 01")
    expect(page.locator("#catatan-pengembalian")).to_contain_text("Periksa cara pemasaran")
    expect(page.get_by_role("group", name="Bagaimana usaha ini memasarkan")).to_contain_text(
        "Katanya tidak daring"
    )
    expect(page.get_by_label("Offline dan online")).to_be_checked()
    handset.looked_at()
    take_picture(page, "lapangan-dikembalikan-ponsel")
    handset.press("Bagaimana usaha ini memasarkan", "Offline")
    handset.finish()
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    response.refresh_from_db()
    assert (response.marketing_channel, response.state) == ("offline", "corrected")
    assert Response.objects.count() == 1


def test_local_questions_of_every_kind(handset: Handset, morning: Morning) -> None:
    for position, (code, kind, extra) in enumerate(
        [
            ("aset", "amount", {"minimum": "1000", "maximum": "50000000"}),
            ("pekerja", "number", {"minimum": "0", "maximum": "200"}),
            ("merek", "text", {"shown_if_question": "marketing_channel", "shown_if_values": ["online"]}),
            ("mulai", "date", {"required": False}),
        ]
    ):
        LocalQuestion.objects.create(
            wave=morning.wave, position=position, code=code, kind=kind, label=code, prompt=f"{code}?", **extra
        )
    publish_questionnaire(wave=morning.wave, by=None, at=timezone.now())
    page = handset.page
    handset.refresh()
    begin(handset)
    handset.answer_all()
    expect(page.get_by_label("merek?")).to_be_hidden()
    page.get_by_label("aset?").press_sequentially("75000000")
    expect(page.get_by_label("aset?")).to_have_value("75.000.000")
    page.get_by_label("pekerja?").fill("4")
    page.get_by_role("button", name="Selesai").click()
    expect(page.get_by_role("alert").filter(has_text="Belum selesai")).to_contain_text(
        "aset: paling banyak Rp50.000.000."
    )
    page.get_by_label("aset?").fill("1500000")
    page.get_by_label("mulai?").fill("2020-02-29")
    handset.looked_at()
    handset.finish()
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    assert Response.objects.get().extra == {"aset": "1500000", "pekerja": "4", "mulai": "2020-02-29"}


def test_a_photo_is_made_small_and_sent_after_its_interview(handset: Handset, morning: Morning) -> None:
    page = handset.page
    file = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(file, "JPEG")
    begin(handset)
    handset.answer_all()
    page.get_by_label("Foto tempat usaha").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    )
    expect(page.get_by_text("Foto tersimpan.")).to_be_visible(timeout=SOON)
    handset.looked_at()
    handset.finish()
    handset.go("Kiriman")
    expect(page.locator(".receipt")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Foto yang belum terkirim")).to_have_count(0, timeout=SOON)
    photo = SubmissionPhoto.objects.get()
    assert photo.name == "foto-1.jpg"
    assert photo.submission.response == Response.objects.get()


def test_large_letters_fit_the_screen(handset: Handset, morning: Morning) -> None:
    begin(handset)
    handset.page.evaluate("document.documentElement.style.fontSize = '200%'")
    handset.looked_at()
    handset.open_app("#/")
    handset.page.evaluate("document.documentElement.style.fontSize = '200%'")
    handset.looked_at()


def test_nothing_can_be_read_from_the_disk_without_the_key(handset: Handset, morning: Morning) -> None:
    begin(handset)
    handset.press("Bagaimana usaha ini memasarkan", "Online")
    handset.is_saved()
    rows = handset.page.evaluate(
        """async user => {
            const { openDB } = await import("/static/vendor/idb/index.js");
            const db = await openDB(`lapangan-${user}`);
            const found = [];
            for (const name of db.objectStoreNames) for (const row of await db.getAll(name)) {
                const sealed = row.sealed || row;
                if (sealed.data) found.push(new TextDecoder("latin1").decode(sealed.data) + JSON.stringify(row.id));
            }
            const key = await db.get("meta", "key");
            const out = await crypto.subtle.exportKey("raw", key).then(() => "out", () => "refused");
            return [found, out];
        }""",
        morning.enumerator.pk,
    )
    found, exported = rows
    assert len(found) >= 4
    assert not any("Usaha" in text or "online" in text or "token" in text for text in found)
    assert exported == "refused"
