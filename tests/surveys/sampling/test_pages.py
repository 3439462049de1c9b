"""The pages of a sample: from an empty wave to a list in the hand, for whom, and what they cost."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent, User
from dashboards.aggregates import Filters, sector_groups
from registry.models import Business
from surveys.actions import activate_reserve
from surveys.models import Draw, Frame, SampleEntry, Wave
from tests.dashboards.reading import words
from tests.factories import ResponseFactory, WaveFactory
from tests.surveys.sampling.cities import NOW, drawn, food, registered

PLAN = {
    "margin": "5",
    "confidence": "95",
    "proportion": "50",
    "response_rate": "80",
    "design_effect": "1,2",
}
FORM = PLAN | {
    "method": "random",
    "strata_by": "district",
    "size": "12",
    "minimum": "0",
    "reserve_percent": "25",
    "seed": "2.026",
}


@pytest.fixture
def wave(people) -> Wave:
    return WaveFactory(code="survei-2026", title="Survei 2026")


@pytest.fixture
def city(people) -> None:
    registered(people.a.ward, 60)
    registered(people.b.ward, 20, first=100, sector=food())


def address(name: str, wave: Wave) -> str:
    return reverse(f"surveys:{name}", args=[wave.code])


def text(client: Client, user: User, name: str, wave: Wave, **query: str) -> str:
    client.force_login(user)
    return words(client.get(address(name, wave), query))


class TestFromAnEmptyWaveToADraw:
    def test_the_way(self, client, people, wave, city):
        assert "Langkah berikutnya: ambil kerangka" in text(
            client, people.administrator, "sample-detail", wave
        )
        answer = client.post(address("frame-take", wave), {"sectors": ["2020-I"]}, follow=True)
        assert "Kerangka berisi 20 UMKM tersimpan." in words(answer)
        client.post(address("frame-take", wave))
        assert Frame.objects.get().count == 80
        assert "hitung ukuran sampel, lalu tarik" in text(client, people.administrator, "sample-detail", wave)
        answer = client.post(address("sample-draw", wave), FORM, follow=True)
        page = words(answer)
        assert "Sampel berisi 12 UMKM sudah ditarik." in page
        assert "Berstrata menurut kecamatan, acak di dalam strata" in page
        assert f"{people.a.district.name} ± 30,5 poin 60 9 3 6,67 7" in page  # 7 of 9 answer when 80 % do
        assert "Seluruh kerangka ± 27,5 poin 80 12 – – 9" in page
        draw = Draw.objects.get()
        assert (draw.seed, draw.minimum, draw.reserve_percent) == (2026, 0, 25)
        assert str(draw.plan.design_effect) == "6/5"

    def test_a_census_says_that_nothing_is_drawn(self, client, people, city):
        wave = WaveFactory(design="census")
        page = text(client, people.administrator, "sample-detail", wave)
        assert "Gelombang sensus mewawancarai semua UMKM" in page
        assert "Ambil kerangka" not in page
        assert client.post(address("frame-take", wave)).status_code == 409
        assert client.post(address("sample-draw", wave), FORM).status_code == 409
        assert not Frame.objects.exists()

    def test_drawing_without_a_frame_leads_to_taking_one(self, client, people, wave):
        client.force_login(people.administrator)
        assert client.get(address("sample-draw", wave)).url == address("frame-take", wave)

    def test_an_empty_frame_is_said_at_the_form(self, client, people, wave):
        client.force_login(people.administrator)
        answer = client.post(address("frame-take", wave))
        assert answer.status_code == 200
        assert "Tidak ada UMKM terdaftar yang aktif untuk pilihan ini." in answer.content.decode()

    def test_after_the_first_interview_the_draw_stands(self, client, people, wave, city):
        draw = drawn(wave, people.administrator)
        ResponseFactory(wave=wave, business=draw.entries.first().business)
        page = text(client, people.administrator, "sample-detail", wave)
        assert "sudah memiliki wawancara" in page
        assert "Tarik ulang sampel" not in page
        assert client.post(address("sample-draw", wave), FORM).status_code == 409
        assert "sudah memiliki wawancara" in text(client, people.administrator, "sample-draw", wave)

    def test_the_link_stands_on_the_page_of_a_sample_wave_only(self, client, people, wave):
        census = WaveFactory(design="census")
        assert "Sampel gelombang ini" in text(client, people.official, "wave-businesses", wave)
        assert "Sampel gelombang ini" not in text(client, people.official, "wave-businesses", census)


class TestTheFormOfADraw:
    @pytest.fixture(autouse=True)
    def _with_a_frame(self, client, people, wave, city) -> None:
        client.force_login(people.administrator)
        client.post(address("frame-take", wave))

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("size", "", "Bagian ini wajib diisi."),
            ("size", "0", "Sampel paling sedikit satu UMKM."),
            ("size", "banyak", "Tulis bilangan bulat"),
            ("seed", "99999999999", "Angka terlalu besar"),
            ("seed", "-1", "Angka tidak boleh negatif."),
            ("reserve_percent", "201", "paling banyak 200"),
            ("minimum", "20", "Minimum per strata memerlukan paling sedikit 40 UMKM."),
            ("margin", "nol", "Tulis angka saja"),
            ("margin", "NaN", "Tulis angka saja"),
            ("design_effect", "0,9", "Isi angka antara 1 dan 5."),
            ("response_rate", "101", "Isi angka antara 10 dan 100."),
            ("confidence", "42", "Pilih salah satu dari daftar."),
            ("method", "x", "Pilih salah satu dari daftar."),
            ("strata_by", "\x00", "Pilih salah satu dari daftar."),
        ],
    )
    def test_what_is_wrong_is_said_and_all_that_was_typed_stays(self, client, wave, field, typed, message):
        answer = client.post(address("sample-draw", wave), FORM | {field: typed})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert message in page
        assert 'value="2.026"' in page or field == "seed"
        assert not Draw.objects.exists()

    def test_a_seed_is_proposed_and_the_numbers_of_the_calculator_come_along(self, client, wave):
        page = client.get(address("sample-draw", wave), {"size": "57", "margin": "7,5"})
        form = page.context["form"]
        assert form["size"].value() == "57"
        assert form["margin"].value() == "7,5"
        assert 0 <= form.initial["seed"] <= 999_999_999
        assert (
            form.initial["seed"] != client.get(address("sample-draw", wave)).context["form"].initial["seed"]
        )

    @pytest.mark.parametrize("query", [{"seed": "x" * 5_000}, {"method": "<b>"}])
    def test_a_strange_address_is_never_an_error(self, client, wave, query):
        assert client.get(address("sample-draw", wave), query).status_code == 200

    @pytest.mark.parametrize("typed", [["x"], ["\x00"], ["99999999999999999999"], ["-1"]])
    @pytest.mark.parametrize("field", ["districts", "sectors", "scales"])
    def test_nor_is_a_strange_choice_of_the_frame(self, client, wave, field, typed):
        before = Frame.objects.get()
        answer = client.post(address("frame-take", wave), {field: typed})
        assert answer.status_code == 200
        assert Frame.objects.get() == before


class TestTheCalculator:
    def test_both_formulas_stand_side_by_side(self, client, people, wave, city):
        page = text(
            client,
            people.official,
            "sample-size",
            wave,
            **PLAN | {"response_rate": "100", "design_effect": "1"},
        )
        assert "Dihitung untuk 80 UMKM terdaftar yang aktif saat ini" in page
        assert "Slovin 67 wawancara" in page  # 80 / (1 + 80 × 0,0025) = 66,7
        assert "koreksi populasi terbatas 67 wawancara" in page
        assert "hanya berlaku untuk satu persentase sekota" in page

    def test_every_kecamatan_and_kind_has_its_margin(self, client, people, wave, city):
        result = client_context(client, people.official, wave, PLAN | {"margin": "10"})
        by_district, by_sector = result.tables
        assert [row.population for row in by_district.rows] == [60, 20]
        assert [row.label for row in by_sector.rows] == ["Perdagangan Besar dan Eceran", "Kuliner"]
        for table in result.tables:
            assert table.total == (80, result.cochran.to_draw, result.cochran.completes)
            assert all(row.margin > result.city.margin for row in table.rows)

    def test_it_counts_the_frame_once_there_is_one(self, client, people, wave, city):
        client.force_login(people.administrator)
        client.post(address("frame-take", wave), {"districts": [people.b.district.code]})
        assert client_context(client, people.official, wave, PLAN).population == 20

    def test_without_an_address_it_starts_with_the_usual_values(self, client, people, wave, city):
        assert client_context(client, people.official, wave, {}).plan.confidence == 95

    def test_what_cannot_be_planned_is_said(self, client, people, wave, city):
        page = text(client, people.official, "sample-size", wave, **PLAN | {"margin": "0"})
        assert "Isi angka antara 0,5 dan 30." in page
        assert "Slovin" not in page

    def test_an_empty_register_is_no_error(self, client, people, wave):
        assert "Belum ada UMKM terdaftar" in text(client, people.official, "sample-size", wave)


def client_context(client: Client, user: User, wave: Wave, query: dict[str, str]):
    client.force_login(user)
    return client.get(address("sample-size", wave), query).context["result"]


class TestTheList:
    @pytest.fixture
    def draw(self, people, wave, city) -> Draw:
        return drawn(wave, people.administrator)

    def test_everybody_sees_their_own_kecamatan(self, client, people, wave, draw):
        assert "16 baris" in text(client, people.official, "sample-list", wave)
        assert "12 baris" in text(client, people.enumerator_a, "sample-list", wave)
        assert "4 baris" in text(client, people.enumerator_b, "sample-list", wave)

    def test_by_stratum_and_kind(self, client, people, wave, draw):
        reserve = activate_reserve(entry=draw.entries.first(), by=people.supervisor_a, at=NOW)
        page = text(client, people.official, "sample-list", wave, jenis="dipakai")
        assert "1 baris" in page
        assert f"untuk {reserve.reserve_for.business.name}" in page
        assert "4 baris" in text(client, people.official, "sample-list", wave, strata=people.b.district.code)
        page = text(client, people.official, "sample-list", wave, jenis="utama")
        assert "12 baris" in page
        assert page.count("sudah digantikan") == 1

    @pytest.mark.parametrize("query", [{"strata": "x"}, {"jenis": "<b>"}, {"page": "-1"}, {"page": "x"}])
    def test_a_strange_address_shows_all(self, client, people, wave, draw, query):
        assert "16 baris" in text(client, people.official, "sample-list", wave, **query)

    def test_there_is_none_before_the_draw(self, client, people, wave):
        client.force_login(people.official)
        for name in ("sample-list", "sample-verify"):
            assert client.get(address(name, wave)).status_code == 404

    def test_the_file_holds_the_own_area_and_no_formula(self, client, people, wave, draw):
        Business.objects.filter(pk=draw.entries.filter(district=people.a.district)[0].business_id).update(
            name="=1+1"
        )
        client.force_login(people.supervisor_a)
        answer = client.post(address("sample-export", wave))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) == 12
        assert (rows[0]["nama_usaha"], rows[0]["jenis"], rows[0]["bobot_dasar"]) == (
            "'=1+1",
            "utama",
            "6,666667",
        )
        assert {row["kecamatan"] for row in rows} == {people.a.district.name}
        event = AuditEvent.objects.about(draw).get(verb="exported")
        assert event.changes["rows"] == [None, 12]

    def test_an_enumerator_takes_no_file(self, client, people, wave, draw):
        client.force_login(people.enumerator_a)
        assert client.post(address("sample-export", wave)).status_code == 403


def test_the_draw_is_repeated_before_ones_eyes(client, people, wave, city):
    drawn(wave, people.administrator)
    assert "16 baris yang persis sama" in text(client, people.official, "sample-verify", wave)
    SampleEntry.objects.filter(position=1).update(position=99)
    assert "Berbeda." in text(client, people.official, "sample-verify", wave)


@pytest.mark.parametrize("name", ["sample-detail", "sample-size", "sample-list", "sample-verify"])
def test_a_larger_register_asks_no_more_of_the_database(client, people, wave, city, name):
    def cost(size: int) -> int:
        drawn(wave, people.administrator, size=size)
        client.force_login(people.official)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(name, wave)).status_code == 200
        return len(asked)

    client.force_login(people.official)
    client.get(address("sample-detail", wave))  # what is asked once in a life of the process
    few = cost(3)
    registered(people.a.ward, 200, first=1_000)
    Draw.objects.all().delete()
    assert cost(120) == few
    assert few <= 20


def test_reserves_that_wait_stand_in_no_table_of_the_dashboard(client, people, wave, city):
    Wave.objects.filter(pk=wave.pk).update(sector_basis="sample_list")
    wave.refresh_from_db()
    draw = drawn(wave, people.administrator)

    def listed() -> int:
        groups = sector_groups(wave, user=people.official, filters=Filters())
        return sum(count for _, _, count in groups)

    assert listed() == 12
    activate_reserve(entry=draw.entries.first(), by=people.supervisor_a, at=NOW)
    assert listed() == 13
