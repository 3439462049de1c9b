"""A wave gets questions of its own, is interviewed with them and asks anew; on a telephone from end to end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from surveys.models import Response, Wave
from tests.browser.conftest import PHONE
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import WaveFactory, registered_business
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wave(people: People) -> Wave:
    registered_business(ward=people.a.ward, name="Warung Sumber Rejeki")
    registered_business(ward=people.a.ward, name="Toko Baru")
    return WaveFactory(
        code="survei",
        title="Survei UMKM",
        design="census",
        period_end=timezone.localdate().replace(month=12, day=31),
    )


def on_a_phone(new_context: Callable[..., BrowserContext], user: User, server: LiveServer) -> Page:
    page = new_context().new_page()
    page.set_viewport_size(PHONE)
    log_in(page, user, server.url)
    return page


def looked_at(page: Page, picture: str = "") -> None:
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
    if picture:
        take_picture(page, picture)


def add(page: Page, label: str, prompt: str, kind: str, *, choices: str = "", **limits: str) -> None:
    page.get_by_role("link", name="Tambah pertanyaan").click()
    page.get_by_label("Pertanyaan:", exact=True).fill(prompt)
    page.get_by_label("Judul kolom").fill(label)
    page.get_by_label("Jenis jawaban").select_option(label=kind)
    page.get_by_label("Pilihan:", exact=True).fill(choices)
    for name, value in limits.items():
        page.locator(f"[name={name}]").fill(value)


def save(page: Page) -> None:
    page.locator("[name=_save]").click()


def draft_three(page: Page) -> None:
    add(page, "Tempat usaha", "Di mana tempat usahanya?", "Satu pilihan", choices="Kios\nRumah")
    looked_at(page, "kuesioner-pertanyaan-ponsel")
    save(page)
    add(page, "Sewa sebulan", "Berapa sewanya sebulan?", "Rupiah", minimum="5 juta", maximum="100.000")
    condition = page.get_by_role("group", name="Ditanyakan hanya bila")
    condition.get_by_text("Tempat usaha").click()
    condition.get_by_label("Kios").check()
    save(page)
    expect(page.get_by_text("tidak boleh kurang dari batas bawahnya")).to_be_visible()
    page.locator("[name=minimum]").fill("Rp 100.000")
    page.locator("[name=maximum]").fill("5 juta")
    save(page)
    add(page, "Mulai menempati", "Sejak kapan di tempat ini?", "Tanggal")
    page.get_by_label("Wajib diisi").uncheck()
    save(page)
    page.get_by_role("button", name="Naik Mulai menempati").click()
    expect(page.locator(".draft-list > li")).to_contain_text(
        ["Tempat usaha", "Mulai menempati", "Sewa sebulan"]
    )
    looked_at(page, "kuesioner-rancangan-ponsel")


def publish(page: Page, number: int, *differences: str, picture: str = "") -> None:
    page.get_by_role("link", name=f"Lihat dan terbitkan versi {number}").click()
    for difference in differences:
        expect(page.get_by_text(difference)).to_be_visible()
    looked_at(page, picture)
    page.get_by_role("button", name=f"Terbitkan versi {number}").click()
    expect(page.get_by_text(f"Kuesioner versi {number} terbit")).to_be_visible()


def answer(page: Page, prompt: str, label: str) -> None:
    page.get_by_role("group", name=prompt).locator("label", has_text=label).first.click()


def answer_the_core(page: Page) -> None:
    answer(page, "Bacakan kepada pelaku usaha", "Bersedia")
    answer(page, "Dari mana modal", "Keduanya")
    for prompt in (
        "Bagaimana usaha ini memasarkan",
        "Platform apa saja",
        "Apakah usaha ini bermitra",
        "Bagaimana pendapatan",
        "Apakah pembukuan",
        "Apakah keuangan usaha",
        "Masalah apa saja",
        "Apakah usaha ini berpotensi",
    ):
        answer(page, prompt, "Tidak menjawab")
    answer(page, "Bagaimana jawaban diperoleh", "Wawancara")
    answer(page, "Langsung atau tidak", "Langsung")


def interview(page: Page) -> None:
    """Hidden until it is asked, refused where it does not fit, and kept as it was typed."""
    expect(page.get_by_label("Berapa sewanya")).to_be_hidden()
    answer_the_core(page)
    answer(page, "Di mana tempat usahanya", "Kios")
    page.get_by_label("Berapa sewanya").fill("50.000")
    page.get_by_role("button", name="Kirim wawancara").click()
    expect(page.get_by_role("alert")).to_contain_text("Sewa sebulan: paling sedikit Rp100.000.")
    expect(page.get_by_label("Berapa sewanya")).to_have_value("50.000")
    page.get_by_label("Berapa sewanya").fill("1.250.000")
    page.get_by_role("heading", name="Pertanyaan tambahan").evaluate("title => title.scrollIntoView()")
    looked_at(page, "kuesioner-wawancara-ponsel")
    page.get_by_role("button", name="Kirim wawancara").click()


def change_the_choices(desk: Page) -> None:
    """An answer that another question waits for stays; then version 3 is published."""
    desk.get_by_role("link", name="Tempat usaha", exact=True).click()
    desk.get_by_label("Pilihan:", exact=True).fill("rumah: Rumah\nlos: Los pasar")
    save(desk)
    expect(desk.get_by_text("Pertanyaan “Sewa sebulan” bergantung")).to_be_visible()
    desk.get_by_label("Pilihan:", exact=True).fill("kios: Kios pasar\nlos: Los pasar")
    save(desk)
    publish(
        desk,
        3,
        "“Tempat usaha”: pilihan baru “Los pasar”.",
        "“Tempat usaha”: pilihan “Rumah” dihapus.",
        picture="kuesioner-terbitkan-lagi-ponsel",
    )


def test_a_wave_asks_its_own_questions_and_asks_anew(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, people: People, wave: Wave
) -> None:
    desk = on_a_phone(new_context, people.administrator, live_server)
    desk.goto(f"{live_server.url}/survei/gelombang/survei/kuesioner/")
    draft_three(desk)
    publish(desk, 2, "Pertanyaan baru: “Sewa sebulan” (Rupiah).")

    field = on_a_phone(new_context, people.enumerator_a, live_server)
    field.goto(f"{live_server.url}/survei/gelombang/survei/")
    field.get_by_role("link", name="Warung Sumber Rejeki", exact=True).click()
    looked_at(field, "persetujuan-ponsel")
    interview(field)
    expect(field.get_by_text("Rp1.250.000")).to_be_visible()
    response = Response.objects.get()
    assert response.extra == {"tempat_usaha": "kios", "sewa_sebulan": "1250000"}

    field.goto(f"{live_server.url}/survei/gelombang/survei/")
    field.get_by_role("link", name="Toko Baru", exact=True).click()
    opened_before = field.url

    change_the_choices(desk)
    assert field.url == opened_before  # a form of version 2, sent after version 3 was published
    answer_the_core(field)
    answer(field, "Di mana tempat usahanya", "Rumah")
    field.get_by_role("button", name="Kirim wawancara").click()
    expect(field.locator("dd", has_text="Rumah")).to_be_visible()
    assert Response.objects.latest("pk").questionnaire.number == 2

    field.goto(f"{live_server.url}/survei/wawancara/{response.public_id}/")
    expect(field.locator("dd", has_text="Kios").filter(has_not_text="Kios pasar")).to_be_visible()
    desk.get_by_role("link", name="Buku kode").click()
    expect(
        desk.get_by_role("row").filter(has_text="tempat_usaha").filter(has_text="Kios pasar")
    ).to_have_count(1)
    looked_at(desk, "buku-kode-ponsel")
    desk.goto(f"{live_server.url}/survei/gelombang/survei/kuesioner/versi/2/")
    expect(desk.get_by_text("ditanyakan bila Tempat usaha dijawab Kios")).to_be_visible()


def test_who_is_not_willing_is_recorded_as_a_visit(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, people: People, wave: Wave
) -> None:
    field = on_a_phone(new_context, people.enumerator_a, live_server)
    field.goto(f"{live_server.url}/survei/gelombang/survei/")
    field.get_by_role("link", name="Toko Baru", exact=True).click()
    answer(field, "Bacakan kepada pelaku usaha", "Tidak bersedia")
    expect(field.get_by_role("heading", name="Pemasaran dan kemitraan")).to_be_hidden()
    field.get_by_role("button", name="Kirim wawancara").click()
    expect(field.get_by_text("Toko Baru tidak bersedia: kunjungan dicatat")).to_be_visible()
    assert not Response.objects.exists()
    assert wave.visits.get().outcome == "refused"
