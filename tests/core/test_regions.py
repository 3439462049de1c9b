"""Regions: any city from one CSV form, again and again, and nothing is lost."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.management.commands.load_regions import OUR_FILE
from core.models import AuditEvent, Region, Verb
from core.region_file import BadRegionFile, read_regions
from tests.audit_guard import audit_guard
from tests.factories import CityFactory, DistrictFactory

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HEADER = "ward_code,ward,district_code,district\n"
GOOD = HEADER + "88.02.01.1001,Melati,88.02.01,Utara\n88.02.01.1002,Mawar,88.02.01,Utara\n"


@pytest.fixture
def load(tmp_path):
    def run(text, **options):
        file = tmp_path / "wilayah.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = StringIO()
        call_command("load_regions", file, stdout=out, **options)
        return out.getvalue()

    return run


@pytest.mark.django_db
def test_our_city_has_five_kecamatan_and_29_kelurahan():
    with audit_guard(Region):
        call_command("load_regions", stdout=StringIO())

    city = Region.objects.cities().get()
    assert (city.code, city.name) == ("35.74", "Kota Probolinggo")
    assert Region.objects.districts().count() == 5
    assert Region.objects.wards().count() == 29
    assert Region.objects.get(code="35.74.01.1001").parent.name == "Kademangan"
    assert AuditEvent.objects.values("batch").distinct().count() == 1


def test_our_file_names_its_source():
    head = OUR_FILE.read_text().splitlines()[:2]

    assert "idn-area-data 3.1.2" in " ".join(head)
    assert "ODbL" in " ".join(head)


@pytest.mark.django_db
def test_a_second_run_changes_nothing():
    call_command("load_regions", stdout=StringIO())
    before = list(Region.objects.values())
    events = AuditEvent.objects.count()
    out = StringIO()
    call_command("load_regions", stdout=out)

    assert list(Region.objects.values()) == before
    assert AuditEvent.objects.count() == events
    assert "(0 baru, 0 diperbarui)" in out.getvalue()


@pytest.mark.django_db
def test_another_city_comes_by_the_same_form(load):
    load(GOOD, city_name="Kota Lain")

    assert Region.objects.cities().get().name == "Kota Lain"
    assert Region.objects.wards().count() == 2


@pytest.mark.django_db
def test_a_new_name_is_taken_over_and_a_missing_kelurahan_stays(load):
    load(GOOD, city_name="Kota Lain")
    kept = Region.objects.get(code="88.02.01.1002")

    with audit_guard(Region):
        said = load(HEADER + "88.02.01.1001,Melati Jaya,88.02.01,Utara\n")

    assert "(0 baru, 1 diperbarui)" in said
    assert Region.objects.get(code="88.02.01.1001").name == "Melati Jaya"
    assert Region.objects.get(pk=kept.pk).name == "Mawar"
    assert AuditEvent.objects.get(verb=Verb.CHANGED).changes == {"name": ["Melati", "Melati Jaya"]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "baris 1: judul kolom"),
        ("kode,nama\n", "baris 1: judul kolom"),
        (HEADER, "tidak berisi satu kelurahan pun"),
        (GOOD + "88.02.01.1003,Anggrek,88.02.01\n", "baris 4: 3 kolom"),
        (GOOD + "88.02.01.1003,,88.02.01,Utara\n", "baris 4: kolom ward kosong"),
        (GOOD + "88.02.01.10,Anggrek,88.02.01,Utara\n", "baris 4: “88.02.01.10” bukan kode"),
        (GOOD + "88.02.01.١٠٠٣,Anggrek,88.02.01,Utara\n", "baris 4: .* bukan kode"),
        (GOOD + "88.02.02.1001,Anggrek,88.02.01,Utara\n", "baris 4: .* bukan bagian dari kecamatan"),
        (GOOD + "88.03.01.1001,Anggrek,88.03.01,Barat\n", "baris 4: .* bukan bagian dari kota"),
        (GOOD + "88.02.01.1001,Anggrek,88.02.01,Utara\n", "baris 4: .* sudah ada"),
        (GOOD + "88.02.01.1003,Anggrek,88.02.01,Selatan\n", "baris 4: kecamatan 88.02.01 bernama"),
        (GOOD + f"88.02.01.1003,{'a' * 101},88.02.01,Utara\n", "baris 4: kolom ward"),
        (GOOD + "88.02.01.1003,a\0b,88.02.01,Utara\n", "baris 4: kolom ward"),
    ],
)
def test_a_bad_line_is_named(text, says):
    with pytest.raises(BadRegionFile, match=says):
        read_regions(text.splitlines(keepends=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (GOOD, {}, "--city-name"),
        (GOOD.encode("utf-16"), {"city_name": "x"}, "UTF-8"),
        (GOOD + "rusak\n", {"city_name": "x"}, "baris 4"),
    ],
)
def test_a_bad_file_stores_nothing(load, content, options, says):
    with pytest.raises(CommandError, match=says):
        load(content, **options)
    assert Region.objects.count() == 0


@pytest.mark.django_db
def test_a_missing_file_is_one_clear_line():
    with pytest.raises(CommandError, match=r"tiada\.csv tidak dapat dibaca"):
        call_command("load_regions", Path("tiada.csv"))


@pytest.mark.django_db
def test_a_byte_order_mark_and_windows_line_ends_are_read(load):
    load(("\ufeff" + GOOD).replace("\n", "\r\n"), city_name="Kota Lain")

    assert Region.objects.get(code="88.02.01.1002").name == "Mawar"


# --- The admin page ----------------------------------------------------------------------------------
@pytest.fixture
def client_of(people):
    client = Client()
    client.force_login(people.administrator)
    return client


@pytest.fixture
def district(people):
    """With a code of the true form, whatever the factories have counted up to."""
    return DistrictFactory(code="88.01.01", parent=CityFactory(code="88.01"))


def test_a_name_is_corrected_and_the_code_stays(client_of, people):
    ward = people.a.ward
    with audit_guard(Region):
        client_of.post(
            reverse("admin:core_region_change", args=[ward.pk]), {"name": "Nama Baru", "code": "1"}
        )

    again = Region.objects.get(pk=ward.pk)
    assert (again.name, again.code, again.parent_id) == ("Nama Baru", ward.code, ward.parent_id)


def test_a_new_kelurahan_is_added(client_of, district):
    data = {"level": "ward", "parent": district.pk, "code": f"{district.code}.1999", "name": "Baru"}
    with audit_guard(Region):
        assert client_of.post(reverse("admin:core_region_add"), data).status_code == 302


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"code": "1"}, "Kode kelurahan berbentuk"),
        ({"code": "98.01.01.1999"}, "Kode harus berawalan"),
        ({"level": "district", "code": "88.01.77"}, "Bagian dari: kota"),
        ({"parent": ""}, "Bagian dari: kecamatan"),
        ({"level": "city", "code": "99.02"}, "Bagian dari: kosong"),
    ],
)
def test_a_region_in_the_wrong_place_is_refused(client_of, district, typed, says):
    data = {"level": "ward", "parent": district.pk, "code": f"{district.code}.1999", "name": "Baru"}
    before = Region.objects.count()

    response = client_of.post(reverse("admin:core_region_add"), data | typed)

    assert says in response.content.decode()
    assert Region.objects.count() == before


def test_the_history_of_a_row_is_its_part_of_the_trail(client_of, people):
    url = reverse("admin:core_region_history", args=[people.a.ward.pk])

    target = client_of.get(url)["Location"]

    assert target == f"/jejak/?object_type=core.region&object_id={people.a.ward.pk}"
    assert client_of.get(target).status_code == 200
