"""The list of businesses: who sees which rows, finding, bad input, and what a page costs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit
from registry import listing
from registry.models import Business, BusinessPermit, BusinessStatus, OnlineAccount
from tests.factories import BusinessFactory, OwnerFactory, SectorFactory, registered_business
from tests.factories.registry import AT

pytestmark = pytest.mark.django_db

LIST = reverse("registry:business-list")
# Session, user and area; regions and sectors of the filters; count and rows.
LIST_QUERIES = (
    11  # session, user, area; columns, sectors, regions, sources, imports; count, rows, saved filters
)
HOSTILE = ['"><svg onload=1>', "</script><script>alert(1)</script>", "{{7*7}}", "'--", "a\nb"]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def detail(business: Business) -> str:
    return reverse("registry:business-detail", args=[business.public_id])


def words(html: str) -> str:
    """What is read: the text between the tags, without the arrows for the eye."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("→", " ").split())


def names(response) -> list[str]:
    return [business.name for business in response.context["page"].rows]


def searched(user, **query: str):
    return signed_in(user).get(LIST, query)


class TestFourPeopleAtTheList:
    def test_the_one_who_may_sees_the_rows_of_the_own_area_only(self, people):
        registered_business(ward=people.a.ward, name="Di sini")
        registered_business(ward=people.b.ward, name="Di sana")

        response = searched(people.registrar_a)

        assert names(response) == ["Di sini"]
        assert "Menampilkan 1 dari 1 UMKM" in response.text
        assert "Di sana" not in response.text

    def test_a_read_only_person_is_offered_no_step(self, people):
        assert "NIK, atau telepon" in searched(people.registrar_a).text
        assert "NIK, atau telepon" not in searched(people.trainer).text

    def test_somebody_not_signed_in_is_sent_to_the_login(self):
        response = Client().get(LIST)

        assert response.status_code == 302
        assert response["Location"].startswith(reverse("core:login"))


class TestFinding:
    @pytest.fixture
    def two(self, people):
        restaurant = SectorFactory(code="I", name="Makan Minum", study_row=5, study_label="Makan Minum")
        soto = registered_business(
            ward=people.a.ward,
            name="Warung Soto",
            sector=restaurant,
            owner=OwnerFactory(name="Sari Dewi", ward=people.a.ward),
            business_capital=2_000_000_000,
        )
        closed = BusinessFactory(
            ward=people.b.ward,
            name="Toko Kain",
            status=BusinessStatus.CLOSED,
            status_since=date(2026, 1, 2),
            annual_sales=5,
        )
        return soto, closed

    @pytest.mark.parametrize(
        "query",
        [
            {"search": "soto"},
            {"search": "dewi warung"},
            {"sector": "2020-I"},
            {"scale": "small"},
            {"status": "active"},
            {"registration": "registered"},
        ],
    )
    def test_each_filter_keeps_the_one_that_fits(self, people, two, query):
        response = searched(people.official, **query)

        assert names(response) == ["Warung Soto"]
        assert "Menampilkan 1 dari 1 UMKM" in response.text

    def test_by_kecamatan_and_kelurahan(self, people, two):
        assert names(searched(people.official, district=people.b.district.code)) == ["Toko Kain"]
        assert names(searched(people.official, ward=people.a.ward.code)) == ["Warung Soto"]
        both = {"ward": people.a.ward.code, "district": people.b.district.code}
        assert names(searched(people.official, **both)) == []

    def test_the_headline_law_decides_the_size_that_is_filtered(self, people, two, settings):
        assert names(searched(people.official, scale="unclassified")) == []
        settings.HEADLINE_RULE_SET = "uu20_2008"
        assert names(searched(people.official, scale="unclassified")) == ["Warung Soto"]

    def test_nothing_found_says_so_and_the_filter_can_be_taken_off(self, people, two):
        response = searched(people.official, search="tidak mungkin ada")

        assert "Tidak ada UMKM yang cocok" in response.text
        assert "Menampilkan 0 dari 0 UMKM" in response.text
        assert f'href="{LIST}">Hapus filter' in response.text
        assert 'value="tidak mungkin ada"' in response.text

    def test_wildcards_of_the_database_are_plain_letters(self, people, two):
        assert names(searched(people.official, search="%")) == []
        assert names(searched(people.official, search="_")) == []

    def test_newest_first_and_closed_ones_grey_with_their_date(self, people, two):
        Business.objects.filter(name="Toko Kain").update(created_at=AT + timedelta(days=1))

        response = searched(people.official)

        assert names(response) == ["Toko Kain", "Warung Soto"]
        assert response.text.count('class="is-inactive"') == 1
        assert "Tutup sejak 2 Januari 2026" in response.text


class TestReconstructedRows:
    @pytest.fixture
    def row(self, people):
        return BusinessFactory(
            name="Usaha rekonstruksi 1", is_reconstruction=True, ward=None, district=None, owner=None
        )

    def test_only_on_demand_and_labelled(self, people, row):
        registered_business(ward=people.a.ward, name="Nyata")

        assert names(searched(people.official)) == ["Nyata"]
        response = searched(people.official, reconstruction="1")

        assert set(names(response)) == {"Nyata", row.name}
        assert response.text.count("baris rekonstruksi, bukan data survei") == 1

    def test_its_page_says_what_it_is_and_offers_no_step(self, people, row):
        response = signed_in(people.administrator).get(detail(row))

        assert "Ini baris rekonstruksi, bukan data survei" in response.text
        assert "Ubah status" not in response.text
        assert "Ajukan untuk verifikasi" not in response.text


class TestBadInput:
    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"sector": "2020-Ö"}, "Jenis usaha ini tidak ada"),
            ({"district": "99.99"}, "Kecamatan ini tidak ada"),
            ({"ward": "' OR 1=1"}, "Kelurahan ini tidak ada"),
            ({"scale": "micro\u200b"}, "Skala usaha ini tidak ada"),
            ({"status": "deleted"}, "Status usaha ini tidak ada"),
            ({"registration": "💥"}, "Status pendaftaran ini tidak ada"),
            ({"search": "x" * 101}, "Terlalu panjang"),
        ],
    )
    def test_a_message_stands_at_the_filter(self, people, query, message):
        registered_business(ward=people.a.ward)

        response = searched(people.official, **query)

        assert response.status_code == 200
        assert message in response.text
        assert "Perbaiki filter yang ditandai" in response.text
        assert 'class="row-link"' not in response.text

    def test_a_kecamatan_outside_the_area_is_no_choice(self, people):
        response = searched(people.registrar_a, district=people.b.district.code)

        assert "di luar wilayah kerja Anda" in response.text

    @pytest.mark.parametrize("query", [{"after": "x"}, {"before": "-1"}, {"after": "{}"}, {"unknown": "1"}])
    def test_a_broken_address_shows_the_first_page(self, people, query):
        registered_business(ward=people.a.ward, name="Satu")

        assert names(searched(people.official, **query)) == ["Satu"]

    @pytest.mark.parametrize("search", ["\x01soto", "\ud800", "a\u202eb", "=" * 100, "*" * 100])
    def test_odd_characters_are_no_error(self, people, search):
        query = urlencode({"search": search}, errors="surrogatepass")

        assert signed_in(people.official).get(f"{LIST}?{query}").status_code == 200

    @pytest.mark.parametrize("search", ["9901010101900001", "9901 0101 0190 0001", "nik 990101-010190-0001"])
    def test_a_nik_does_not_stay_in_the_address(self, people, search):
        response = signed_in(people.official).get(LIST, {"search": search, "status": "active"}, follow=True)

        assert response.redirect_chain == [(f"{LIST}?status=active", 302)]
        assert "NIK dan nomor telepon tidak dicari di sini" in response.text
        assert "0001" not in response.text

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_what_people_typed_is_shown_as_text(self, people, hostile):
        owner = OwnerFactory(ward=people.a.ward, name=hostile, address=hostile)
        business = registered_business(
            ward=people.a.ward, name=hostile, owner=owner, products=hostile, address=hostile, nib="1"
        )
        BusinessPermit.objects.create(business=business, kind="halal", number=hostile)
        OnlineAccount.objects.create(
            business=business, platform="website", name=hostile, link="javascript:alert(1)"
        )
        audit.record("changed", by=None, at=AT, subject=business, label=hostile, reason=hostile)
        client = signed_in(people.administrator)

        for url in (f"{LIST}?{urlencode({'search': hostile})}", detail(business)):
            html = client.get(url).text
            assert "<svg onload" not in html
            assert "<script>alert" not in html
            assert 'href="javascript:' not in html
            assert hostile.startswith("{{") is False or "{{7*7}}" in html


class TestDeepPages:
    @pytest.fixture
    def seven(self, people, monkeypatch):
        monkeypatch.setattr(listing, "PAGE_SIZE", 3)
        # Two of a moment: the order among them must be the same on every page.
        moments = [AT + timedelta(minutes=number // 2) for number in range(7)]
        return [
            registered_business(ward=people.a.ward, name=f"U{number}", created_at=at)
            for number, at in enumerate(moments)
        ]

    def links(self, response) -> dict[str, str]:
        found = re.findall(r'href="([^"]+)" rel="(prev|next)"', response.text)
        return {rel: href.replace("&amp;", "&") for href, rel in found}

    def test_forth_and_back_without_gap_or_double(self, people, seven):
        client = signed_in(people.official)
        page = client.get(LIST)
        forth = [names(page)]
        while "next" in self.links(page):
            page = client.get(self.links(page)["next"])
            forth.append(names(page))
        back = [names(page)]
        while "prev" in self.links(page):
            page = client.get(self.links(page)["prev"])
            back.append(names(page))

        assert forth == [["U6", "U5", "U4"], ["U3", "U2", "U1"], ["U0"]]
        assert back[::-1] == forth

    def test_filters_go_along(self, people, seven):
        client = signed_in(people.official)

        following = self.links(client.get(LIST, {"registration": "registered"}))["next"]

        assert "registration=registered" in following
        assert "Menampilkan 3 dari 7 UMKM" in client.get(following).text

    def test_a_row_outside_the_area_is_no_place_to_go_on_from(self, people, seven):
        response = searched(people.registrar_b, after=str(seven[3].public_id))

        assert names(response) == []
        assert "prev" not in self.links(response)

    def test_the_rows_are_walked_in_their_order_instead_of_sorted(self, people):
        if connection.vendor == "postgresql":  # which would read and sort a table as small as this
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")

        rows = Business.objects.for_user(people.official).for_list().newest_first()[:50]

        assert "business_newest" in rows.explain()

    @pytest.mark.parametrize("count", [3, 300])
    def test_more_rows_cost_no_more_queries(self, people, count):
        business = registered_business(ward=people.a.ward)
        Business.objects.bulk_create(
            Business(
                name=f"U{number}",
                owner=business.owner,
                sector=business.sector,
                ward=people.a.ward,
                district=people.a.district,
                created_at=AT,
                updated_at=AT,
            )
            for number in range(count - 1)
        )
        client = signed_in(people.registrar_a)
        client.get(LIST)  # the first page of a session writes when it began

        with CaptureQueriesContext(connection) as queries:
            response = client.get(LIST)

        assert response.context["page"].total == count
        assert len(queries) == LIST_QUERIES
