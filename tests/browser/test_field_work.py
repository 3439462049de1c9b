"""A day of the field: the supervisor at a desk, the enumerator with a telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import Region, User
from core.roles import Role
from registry.models import Business
from surveys.actions.fieldwork import assign
from surveys.actions.visits import record_visit
from surveys.models import Assignment, Outcome, Response, Visit, Wave
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.browser.test_main_job import answer
from tests.factories import BusinessFactory, ResponseFactory, SectorFactory, UserFactory, WaveFactory
from tests.people import People
from tests.surveys.fieldwork.drawing import drawn_wave

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Field:
    """Six shops in Kanigaran, one in Wonoasih, and who works there."""

    wave: Wave
    district: Region
    supervisor: User
    andi: User
    budi: User


@pytest.fixture
def field() -> Field:
    city = Region.objects.create(code="35.74", name="Kota Probolinggo", level="city")
    kanigaran, wonoasih = (
        Region.objects.create(code=f"35.74.0{number}", name=name, level="district", parent=city)
        for number, name in ((5, "Kanigaran"), (2, "Wonoasih"))
    )
    ward, other = (
        Region.objects.create(code=f"{district.code}.1001", name=name, level="ward", parent=district)
        for district, name in ((kanigaran, "Kebonsari Kulon"), (wonoasih, "Pakistaji"))
    )
    sector = SectorFactory(code="I", name="Akomodasi dan makan minum", study_row=6, study_label="Makan minum")
    for name in ("Bakso Pak Min", "Kedai Teh", "Nasi Punel", "Rujak Cingur", "Soto Ayam", "Warung Rawon"):
        BusinessFactory(name=name, ward=ward, sector=sector)
    BusinessFactory(name="Jajanan Pasar", ward=other, sector=sector)
    wave = WaveFactory(code="sensus", title="Sensus UMKM", design="census", **this_year())
    andi, budi = (
        UserFactory(
            username=name.lower(),
            full_name=name,
            role=Role.ENUMERATOR,
            whole_city=False,
            districts=[kanigaran],
        )
        for name in ("Andi", "Budi")
    )
    supervisor = UserFactory(username="pengawas", full_name="Pengawas Kota", role=Role.SUPERVISOR)
    return Field(wave, kanigaran, supervisor, andi, budi)


def this_year() -> dict[str, date]:
    year = timezone.localdate().year
    return {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}


def give(field: Field, quantity: int) -> None:
    assign(
        wave=field.wave,
        district=field.district,
        enumerator=field.andi,
        quantity=quantity,
        due_on=field.wave.period_end,
        by=field.supervisor,
        at=datetime.now(UTC),
    )


def a_week_later(field: Field) -> None:
    """Budi has interviewed both of his, Andi found nobody; two days are left."""
    now, today = datetime.now(UTC), timezone.localdate()
    Assignment.objects.update(assigned_at=now - timedelta(days=7), due_on=today + timedelta(days=2))
    for state, assignment in zip(("accepted", "sent"), Assignment.objects.of(field.budi), strict=True):
        ResponseFactory(
            wave=field.wave,
            business=assignment.business,
            enumerator=field.budi,
            state=state,
            interviewed_at=now,
            received_at=now,
        )
    shop = Assignment.objects.of(field.andi).earliest("pk").business
    visit = {"wave": field.wave, "business": shop, "visited_at": now, "at": now}
    record_visit(**visit, enumerator=field.andi, by=field.andi, outcome=Outcome.NOT_FOUND)


def looked_at(page: Page, picture: str) -> None:
    """Nothing is wrong with the page as it stands, and a picture of it goes into the manual."""
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
    take_picture(page, picture)


def test_the_supervisor_gives_out_work_moves_some_and_sees_who_is_behind(
    page: Page, live_server: LiveServer, field: Field
) -> None:
    log_in(page, field.supervisor, live_server.url)
    page.goto(f"{live_server.url}/survei/")
    page.get_by_role("link", name="Penugasan Sensus UMKM", exact=True).click()
    page.locator("[name=district]").select_option(label="Kanigaran")
    page.locator("[name=enumerator]").select_option(label="Andi")
    page.get_by_label("Jumlah UMKM").fill("9")
    page.get_by_role("button", name="Tugaskan").click()
    expect(page.get_by_text("Tersedia 6 UMKM yang belum ditugaskan di Kecamatan Kanigaran")).to_be_visible()
    page.get_by_label("Jumlah UMKM").fill("4")
    page.get_by_role("button", name="Tugaskan").click()
    expect(page.get_by_text("4 UMKM di Kanigaran ditugaskan kepada Andi")).to_be_visible()
    looked_at(page, "penugasan")

    page.get_by_role("row", name="Andi").get_by_role("link", name="Andi").click()
    for name in ("Kedai Teh", "Nasi Punel"):
        page.get_by_role("checkbox", name=f"Pilih {name}").check()
    page.locator("[name=change]").select_option(label="Alihkan ke enumerator lain")
    page.locator("[name=to]").select_option(label="Budi")
    looked_at(page, "daftar-penugasan")
    page.get_by_role("button", name="Simpan perubahan").click()
    expect(page.get_by_text("2 UMKM dialihkan kepada Budi")).to_be_visible()

    a_week_later(field)
    page.get_by_role("link", name="Kemajuan", exact=True).click()
    expect(page.get_by_text("belum ada wawancara: 0 dari 1")).to_be_visible()
    expect(page.get_by_role("row", name="Andi").get_by_text("3 hari")).to_be_visible()
    expect(page.get_by_role("row", name="Budi")).to_contain_text("tidak")
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
    take_picture(page, "kemajuan-survei", whole_page=True)


def test_the_progress_page_moves_on_by_itself_and_stops_when_asked(
    page: Page, live_server: LiveServer, field: Field
) -> None:
    give(field, 2)
    log_in(page, field.supervisor, live_server.url)
    page.clock.install()
    page.goto(f"{live_server.url}/survei/gelombang/sensus/kemajuan/")
    expect(page.get_by_text("0 dari 7 wawancara terkirim")).to_be_visible()

    ResponseFactory(
        wave=field.wave,
        business=Business.objects.get(name="Bakso Pak Min"),
        enumerator=field.andi,
        received_at=datetime.now(UTC),
    )
    page.clock.fast_forward(31_000)
    expect(page.get_by_text("1 dari 7 wawancara terkirim")).to_be_visible()

    page.get_by_role("link", name="Hentikan pembaruan").click()
    Response.objects.all().delete()
    page.clock.fast_forward(61_000)
    expect(page.get_by_text("1 dari 7 wawancara terkirim")).to_be_visible()


def test_a_reserve_stands_in_for_who_refuses(page: Page, live_server: LiveServer, people: People) -> None:
    wave, main, reserve = drawn_wave(people)
    Wave.objects.filter(pk=wave.pk).update(**this_year())
    now, who = datetime.now(UTC), people.enumerator_a
    assign(
        wave=wave,
        district=people.a.district,
        enumerator=who,
        quantity=1,
        due_on=timezone.localdate(now),
        by=people.supervisor_a,
        at=now,
    )
    visit = {"wave": wave, "business": main, "enumerator": who, "visited_at": now, "by": who, "at": now}
    record_visit(**visit, outcome=Outcome.REFUSED, note="Pemilik tidak mau")
    log_in(page, people.supervisor_a, live_server.url)
    page.goto(f"{live_server.url}/survei/umkm/{main.public_id}/")
    looked_at(page, "pakai-cadangan")
    page.get_by_role("button", name="Pakai cadangan").click()
    expect(page.get_by_text(f"{main.name} diganti {reserve.name}, dengan enumerator")).to_be_visible()
    assert reserve.assignments.get().enumerator == who


def test_the_enumerator_works_off_the_own_list_and_finds_a_new_shop(
    phone: Page, live_server: LiveServer, field: Field
) -> None:
    give(field, 3)
    log_in(phone, field.andi, live_server.url)
    tasks = f"{live_server.url}/survei/tugas/"
    phone.goto(tasks)
    expect(phone.get_by_text("0 dari 3 selesai")).to_be_visible()
    expect(phone.get_by_text("Rujak Cingur")).to_have_count(0)
    looked_at(phone, "tugas-saya-ponsel")

    tell_a_visit(phone)
    interview(phone)
    phone.goto(tasks)
    expect(phone.get_by_text("1 dari 3 selesai")).to_be_visible()
    expect(phone.get_by_role("listitem").filter(has_text="Kedai Teh").get_by_text("Terkirim")).to_be_visible()

    phone.get_by_role("link", name="Usaha baru di lapangan").click()
    phone.get_by_label("Nama usaha").fill("Warung Temuan")
    phone.get_by_label("Jenis usaha").select_option(index=1)
    phone.get_by_label("Kelurahan").select_option(label="Kebonsari Kulon")
    phone.get_by_role("button", name="Simpan").click()
    expect(phone.get_by_role("heading", name="Wawancara: Warung Temuan")).to_be_visible()
    phone.goto(tasks)
    expect(phone.get_by_role("link", name="Warung Temuan", exact=True)).to_be_visible()


def tell_a_visit(phone: Page) -> None:
    phone.get_by_role("link", name="Catat kunjungan Bakso Pak Min").click()
    phone.get_by_label("Tidak ditemukan").check()
    phone.get_by_label("Catatan").fill("Rumah kosong")
    looked_at(phone, "catat-kunjungan-ponsel")
    phone.get_by_role("button", name="Simpan kunjungan").click()
    expect(phone.get_by_text("Kunjungan ke Bakso Pak Min dicatat")).to_be_visible()
    expect(phone.get_by_text("1 kunjungan, terakhir tidak ditemukan")).to_be_visible()
    assert Visit.objects.get().outcome == "not_found"


def interview(phone: Page) -> None:
    phone.get_by_role("link", name="Kedai Teh", exact=True).click()
    for prompt, label in (
        ("Bacakan kepada pelaku usaha", "Bersedia"),
        ("Bagaimana usaha ini memasarkan", "Offline"),
        ("Platform apa saja", "Tidak ada"),
        ("Apakah usaha ini bermitra", "Individu"),
        ("Bagaimana pendapatan", "Stabil"),
        ("Dari mana modal", "Kredit modal usaha"),
        ("Apakah pembukuan", "Ya"),
        ("Apakah keuangan usaha", "Ya"),
        ("Masalah apa saja", "Tidak ada"),
        ("Apakah usaha ini berpotensi", "Ya"),
        ("Bagaimana jawaban diperoleh", "Wawancara"),
        ("Langsung atau tidak", "Langsung"),
    ):
        answer(phone, prompt, label)
    phone.get_by_role("button", name="Kirim wawancara").click()
    expect(phone.locator("main")).to_contain_text("Kredit modal usaha")
    assert Response.objects.get().enumerator.username == "andi"
