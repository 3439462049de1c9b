"""The official's page: cards, four tables, filters, who may see what."""

import pytest
from django.urls import reverse

from surveys.models import Response
from tests.dashboards.reading import table_cells, words
from tests.factories import BusinessFactory, ResponseFactory, SectorFactory, WardFactory, WaveFactory

pytestmark = pytest.mark.django_db
URL = reverse("dashboards:overview")


@pytest.fixture
def open_page(client, official):
    client.force_login(official)

    def get(**query):
        return client.get(URL, query)

    return get


def test_the_cards_name_number_base_wave_and_date(study, open_page):
    text = words(open_page())

    period = "Survei sampel UMKM Kota Probolinggo 2020–2022, 1 November 2020 – 31 Desember 2022"
    for card in (
        "Populasi 33.391 (BPS 2018)",
        f"Diwawancarai 106 (target 100) UMKM · {period}",
        f"Offline 55,0 % (55 dari 100 jawaban) Tabel 2 · n = 100 · {period}",
        f"Bermitra 38,0 % (38 dari 100 jawaban) Tabel 3 · n = 100 · {period}",
        f"Meningkat 58,5 % (62 dari 106 jawaban) Tabel 4 · n = 106 · {period}",
        "Jenis usaha terbanyak 30,0 % (30 dari 100 UMKM) Penyediaan Akomodasi Makan dan Minum · Tabel 1",
    ):
        assert card in text


def test_the_four_tables_have_ten_rows_and_a_total(study, open_page):
    response = open_page()

    totals = {
        "sector": ["Jumlah", "100", "100 dari 100 (100,0 %)"],
        "marketing-channel": [
            "Jumlah",
            "55 55,0 %",
            "44 44,0 %",
            "1 1,0 %",
            "55 dari 100 (55,0 %)",
            "100",
            "6",
        ],
        "partnership": ["Jumlah", "38 38,0 %", "62 62,0 %", "38 dari 100 (38,0 %)", "100", "6"],
        "revenue-trend": ["Jumlah", "4 3,8 %", "40 37,7 %", "62 58,5 %", "62 dari 106 (58,5 %)", "106", "–"],
    }
    for code, total in totals.items():
        head, *rows, last = table_cells(response, code)
        assert len(rows) == 10
        assert rows[0][0] == "Pertanian, Kehutanan, dan Perikanan"
        assert rows[9][0] == "Aktivitas Jasa Lainnya"
        assert last == total
        assert ("Tidak menjawab" in head) is (code != "sector")


def test_small_numbers_have_neither_percentage_nor_rank(study, open_page):
    rows = {row[0]: row for row in table_cells(open_page(), "partnership")}

    assert rows["Informasi dan Komunikasi"] == [
        "Informasi dan Komunikasi",
        "1",
        "–",
        "1 dari 1 n kecil",
        "1",
        "–",
    ]
    assert rows["Penyediaan Akomodasi Makan dan Minum"][3] == "12 dari 32 (37,5 %)"


def test_the_notes_say_what_a_reader_must_know(study, open_page):
    text = words(open_page())

    for note in (
        "baris rekonstruksi, bukan data survei",
        "106 menjawab. Persentase dihitung dari yang menjawab",
        "100 menjawab, 6 tidak menjawab.",
        "Memakai pemasaran online (online, atau offline dan online): 45 dari 100 (45,0 %)",
        "Memakai pemasaran offline: 56 dari 100 (56,0 %)",
        "12 dari 100 jawaban (12,0 %); 12 dari 38 yang bermitra (31,6 %); 12 dari 32 jawaban jenis usaha itu (37,5 %)",
        "Pada naskah tabel ini berjudul “Data Pemasaran UMKM”",
        "Paling sedikit menurut Tabel 1, masing-masing 1 UMKM: Pengangkutan dan Pergudangan; Pengadaan Air",
        "target 100 dari 33.391 (0,30 %); diwawancarai 106 dari 33.391 (0,32 %)",
    ):
        assert note in text
    assert "0 mikro" not in text


def test_a_wave_of_the_office_carries_no_notes_about_the_study(open_page):
    ResponseFactory(wave=WaveFactory(title="Pendataan 2026"))
    text = words(open_page())

    assert "Pendataan 2026" in text
    assert "rekonstruksi" not in text
    assert "naskah" not in text


def test_the_newest_wave_with_responses_opens(study, open_page):
    WaveFactory(title="Belum mulai", period_start="2030-01-01", period_end="2030-12-31")
    assert "106 menjawab" in words(open_page())

    ResponseFactory(wave=WaveFactory(title="Pendataan 2026"))
    assert words(open_page()).count("Diwawancarai 1 (target 100)") == 1


def test_without_any_wave_the_page_says_so(open_page):
    assert "Belum ada gelombang survei" in words(open_page())


def test_an_interview_moves_the_count(open_page):
    wave = WaveFactory()
    ResponseFactory(wave=wave)
    assert "Diwawancarai 1 " in words(open_page())
    ResponseFactory(wave=wave)
    assert "Diwawancarai 2 " in words(open_page())


def test_filters_are_named_with_a_way_out(study, open_page):
    response = open_page(wave="probolinggo-2022", sector="2020-I", scale="unclassified")
    text = words(response)

    assert "Filter aktif Jenis usaha: Penyediaan Akomodasi Makan dan Minum Hapus filter Jenis usaha" in text
    assert "Skala usaha: Belum diklasifikasi (UU 20/2008) Hapus" in text
    assert 'href="?wave=probolinggo-2022&amp;sector=2020-I"' in response.content.decode()
    assert table_cells(response, "revenue-trend")[-1][1:4] == ["2 6,1 %", "10 30,3 %", "21 63,6 %"]


def test_a_kecamatan_of_the_study_is_unknown(study, people, client):
    client.force_login(people.official)
    text = words(client.get(URL, {"wave": study.code, "district": people.a.district.code}))

    assert "Kecamatan tidak diketahui: 106 wawancara" in text
    assert text.count("Tidak ada data untuk filter ini.") == 4


BAD_FILTERS = [
    ("wave", "tidak-ada", "Gelombang ini tidak ada."),
    ("wave", "x" * 5_000, "Gelombang ini tidak ada."),
    ("district", "35.99", "Kecamatan ini tidak ada atau di luar wilayah kerja Anda."),
    ("district", "' OR 1=1 --", "Kecamatan ini tidak ada atau di luar wilayah kerja Anda."),
    ("sector", "2020-😀", "Jenis usaha ini tidak ada."),
    ("scale", "<script>alert(1)</script>", "Skala usaha ini tidak ada."),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD_FILTERS)
def test_a_bad_filter_gets_its_message_and_the_others_are_kept(study, open_page, name, value, message):
    others = {"wave": "probolinggo-2022", "sector": "2020-I", "scale": "micro"}
    response = open_page(**{**others, name: value})

    assert response.status_code == 200
    assert message in words(response)
    assert "Tabel 1" not in words(response)
    assert "<script>alert" not in response.content.decode()
    kept = {"sector": "2020-I", "scale": "micro"}
    for other, chosen in kept.items():
        if other != name:
            assert f'value="{chosen}" selected' in response.content.decode()


def test_the_kecamatan_of_others_cannot_be_chosen(people, client):
    ResponseFactory(business=BusinessFactory(ward=people.b.ward))
    client.force_login(people.supervisor_a)
    response = client.get(URL, {"district": people.b.district.code})

    assert "di luar wilayah kerja Anda" in words(response)
    assert people.b.district.name not in words(response)


def test_each_kecamatan_counts_its_own(people, client):
    wave = WaveFactory()
    ResponseFactory(wave=wave, business=BusinessFactory(ward=people.a.ward))
    ResponseFactory.create_batch(
        2,
        wave=wave,
        business__ward=people.b.ward,
        business__sector=SectorFactory(code="R", name="Kesenian", study_row=None, study_label=""),
    )

    seen = {}
    for user in (people.supervisor_a, people.supervisor_b, people.official):
        client.force_login(user)
        seen[user.username] = words(client.get(URL, {"wave": wave.code}))

    assert "Diwawancarai 1 " in seen["supervisor_a"]
    assert "hanya dari kecamatan wilayah kerja Anda" in seen["supervisor_a"]
    assert seen["supervisor_a"].count("Kesenian") == 1  # the filter's list of kinds, no row
    assert "Diwawancarai 2 " in seen["supervisor_b"]
    assert "Diwawancarai 3 " in seen["official"]


def test_who_works_in_a_kecamatan_is_told_why_the_study_is_not_shown(study, people, client):
    client.force_login(people.supervisor_a)
    text = words(client.get(URL, {"wave": study.code}))

    assert "hanya terlihat oleh pengguna dengan wilayah seluruh kota" in text
    assert "Tabel 1" not in text
    assert "106" not in text


@pytest.mark.parametrize(
    ("role", "status"),
    [("official", 200), ("supervisor_a", 200), ("registrar_a", 403), ("enumerator_a", 403), (None, 302)],
)
def test_who_may_open_the_page(people, client, role, status):
    if role:
        client.force_login(getattr(people, role))
    assert client.get(URL).status_code == status


def test_reading_is_not_writing(study, open_page, client):
    assert client.post(URL).status_code == 405


@pytest.mark.parametrize("rows", [3, 300])
def test_the_page_costs_the_same_few_queries(open_page, django_assert_num_queries, rows):
    wave, ward = WaveFactory(), WardFactory()
    sectors = [SectorFactory(code=code, study_row=None, study_label="") for code in "GIS"]
    for number in range(rows):
        ResponseFactory(
            wave=wave, business=BusinessFactory(ward=ward, owner=None, sector=sectors[number % 3])
        )
    open_page()  # the first request of a session writes when it was last seen

    with django_assert_num_queries(10):
        open_page(wave=wave.code)

    assert Response.objects.count() == rows
