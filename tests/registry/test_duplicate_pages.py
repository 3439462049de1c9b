"""Warned before a double is stored, the worklist of doubles, and merging from its page."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent, Job, User
from dashboards.aggregates import Filters as DashboardFilters
from dashboards.aggregates import wave_report
from registry import actions
from registry.duplicates import listing
from registry.duplicates.listing import PairFilters, pair_page
from registry.duplicates.worklist import fill_worklist
from registry.filters import Filters, for_download
from registry.listing import business_page
from registry.models import Business, DuplicatePair, MergeJournal, Owner, Registration, Sector
from surveys.progress import progress_of
from tests.factories import BusinessFactory, WaveFactory, registered_business
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db
ADD = "/admin/registry/business/add/"
LIST = reverse("registry:duplicate-list")
REASON = "Satu usaha tercatat dua kali"
LINES = {
    f"{prefix}-{name}": "0"
    for prefix in ("permits", "online_accounts")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


@pytest.fixture(autouse=True)
def _sectors() -> None:
    call_command("load_sectors", verbosity=0, stdout=StringIO())


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def sari(people: People) -> Business:
    business = registered_business(name="Warung Sari Rasa", ward=people.a.ward, owner__name="Siti Aminah")
    Owner.objects.filter(pk=business.owner_id).update(national_id=None)
    return business


@pytest.fixture
def double(sari: Business, people: People) -> Business:
    business = BusinessFactory(
        name="Wrg Sari Raas",
        ward=people.a.ward,
        owner__name="Siti Aminah",
        owner__national_id=None,
        products="soto",
    )
    fill_worklist(at=AT)
    return business


def typed(people: People, **changed: Any) -> dict[str, Any]:
    sector = Sector.objects.get(version="2020", code="I")
    filled = {
        "name": "Warung Sari Rasa",
        "owner_name": "Siti Aminah",
        "sector": sector.pk,
        "ward": people.a.ward.pk,
        "is_branch_or_subsidiary": "unknown",
    }
    return {**filled, **LINES, **changed}


def seen_in(page: str) -> str:
    return page.split('name="seen_doubles" value="')[1].split('"')[0]


# --- Before storing (REG-4) ------------------------------------------------------------------------
def test_a_likely_double_is_told_and_nothing_stored(sari: Business, people: People) -> None:
    response = desk(people.registrar_a).post(ADD, typed(people))
    page = response.content.decode()
    assert "Mungkin sudah terdaftar" in page
    assert reverse("registry:business-detail", args=[sari.public_id]) in page
    assert "kelurahan sama" in page
    assert "Tetap simpan" in page
    assert Business.objects.count() == 1


def test_stored_all_the_same_with_a_reason_in_the_history(sari: Business, people: People) -> None:
    client = desk(people.registrar_a)
    seen = seen_in(client.post(ADD, typed(people)).content.decode())
    short = client.post(ADD, typed(people, seen_doubles=seen, duplicate_reason="beda"))
    assert "paling sedikit 10 huruf" in short.content.decode()
    client.post(ADD, typed(people, seen_doubles=seen, duplicate_reason="Cabang milik adiknya"))
    stored = Business.objects.exclude(pk=sari.pk).get()
    event = AuditEvent.objects.about(stored).get()
    assert event.reason == "Disimpan walaupun mungkin ganda: Cabang milik adiknya"
    detail = client.get(reverse("registry:business-detail", args=[stored.public_id])).content.decode()
    assert "Cabang milik adiknya" in detail
    assert DuplicatePair.objects.for_user(people.verifier_a).open().count() == 1


def test_to_go_on_without_a_reason_is_told_at_the_reason(sari: Business, people: People) -> None:
    client = desk(people.registrar_a)
    first = client.post(ADD, typed(people)).content.decode()
    assert "Tulis alasannya" not in first
    again = client.post(ADD, typed(people, seen_doubles=seen_in(first))).content.decode()
    assert "Tulis alasannya, atau buka yang ada." in again
    assert Business.objects.count() == 1


@pytest.mark.parametrize(
    ("pressed", "label", "state"),
    [("_save", "Tetap simpan", "draft"), ("_submit_registration", "Tetap simpan dan ajukan", "submitted")],
)
def test_to_go_on_is_to_do_what_was_begun(
    sari: Business, people: People, pressed: str, label: str, state: str
) -> None:
    client = desk(people.registrar_a)
    asked = client.post(ADD, typed(people, **{pressed: "Simpan"})).content.decode()
    assert f'value="{label}" name="{pressed}"' in asked
    client.post(
        ADD,
        typed(
            people,
            seen_doubles=seen_in(asked),
            duplicate_reason="Cabang milik adiknya",
            **{pressed: label},
        ),
    )
    assert Business.objects.exclude(pk=sari.pk).get().registration.state == state


def test_a_reason_holds_for_what_was_seen_only(sari: Business, people: People) -> None:
    client = desk(people.registrar_a)
    seen = seen_in(client.post(ADD, typed(people)).content.decode())
    BusinessFactory(name="Warung Sari Rasa", ward=people.a.ward, owner__name="Budi")  # meanwhile
    page = client.post(ADD, typed(people, seen_doubles=seen, duplicate_reason="Cabang milik adiknya"))
    assert page.content.decode().count("Buka yang ada") == 2
    assert Business.objects.count() == 2


def test_of_a_double_elsewhere_nothing_but_that_it_is_there(people: People) -> None:
    BusinessFactory(
        name="Warung Sari Rasa", ward=people.b.ward, owner__name="Siti Aminah", owner__phone="+6281234567890"
    )
    page = desk(people.registrar_a).post(ADD, typed(people, owner_phone="081234567890")).content.decode()
    assert "Sudah terdaftar di luar wilayah kerja Anda" in page
    assert "Buka yang ada" not in page
    assert people.b.ward.name not in page


def test_what_is_new_is_stored_without_a_question(sari: Business, people: People) -> None:
    desk(people.registrar_a).post(ADD, typed(people, name="Salon Melati", owner_name="Rina"))
    assert Business.objects.count() == 2


def test_an_edit_that_leaves_the_name_asks_nothing(double: Business, people: People) -> None:
    client, url = desk(people.registrar_a), f"/admin/registry/business/{double.pk}/change/"
    form = client.get(url).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {
        **LINES,
        "is_branch_or_subsidiary": "unknown",
    }
    client.post(url, data | {"products": "rawon"})
    double.refresh_from_db()
    assert double.products == "rawon"
    assert "Mungkin sudah terdaftar" in client.post(url, data | {"name": "Warung Sari Rasa"}).content.decode()


def test_the_page_of_one_that_waits_shows_its_doubles(
    double: Business, sari: Business, people: People
) -> None:
    url = reverse("registry:business-detail", args=[double.public_id])
    assert "Mungkin tercatat dua kali" in desk(people.verifier_a).get(url).content.decode()
    assert "Mungkin tercatat dua kali" not in desk(people.enumerator_a).get(url).content.decode()
    actions.dismiss_pair(one=sari, other=double, by=people.verifier_a, at=AT, reason=REASON)
    assert "Mungkin tercatat dua kali" not in desk(people.verifier_a).get(url).content.decode()


# --- The worklist ----------------------------------------------------------------------------------
def make_pairs(people: People, count: int) -> None:
    rows = BusinessFactory.create_batch(count + 1, ward=people.a.ward)
    DuplicatePair.objects.bulk_create(
        DuplicatePair(
            first=rows[0], second=row, score=80 + number % 20, evidence="name", fingerprint="", found_at=AT
        )
        for number, row in enumerate(rows[1:])
    )


def test_pages_forward_and_back_show_each_pair_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 4)
    make_pairs(people, 10)
    client, seen, scores = desk(people.registrar_a), [], []
    page = client.get(LIST)
    while True:
        rows = page.context["page"].rows
        seen += [pair.pk for pair in rows]
        scores += [pair.score for pair in rows]
        assert page.context["page"].total == 10
        if not page.context["older_query"]:
            break
        page = client.get(f"{LIST}?{page.context['older_query']}")
    assert len(seen) == len(set(seen)) == 10
    assert scores == sorted(scores, reverse=True)
    back = client.get(f"{LIST}?{page.context['newer_query']}").context["page"].rows
    assert [pair.pk for pair in back] == seen[4:8]
    first = client.get(f"{LIST}?before={listing.mark_of(back[0])}").context["page"].rows
    assert [pair.pk for pair in first] == seen[:4]


def test_filters_narrow_list_and_count_alike(people: People) -> None:
    make_pairs(people, 12)
    user = people.administrator
    assert (
        pair_page(user, PairFilters(score=90)).total == len(pair_page(user, PairFilters(score=90)).rows) == 2
    )
    assert pair_page(user, PairFilters(district=people.b.district)).total == 0
    assert pair_page(user, PairFilters(district=people.a.district)).total == 12
    assert "Skor ini tidak ada" in desk(user).get(f"{LIST}?score=7").content.decode()
    assert desk(user).get(f"{LIST}?after=bukan-penanda").context["page"].total == 12


def test_a_long_list_costs_as_many_queries_as_a_short_one(people: People) -> None:
    def queries() -> int:
        client = desk(people.registrar_a)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    make_pairs(people, 3)
    few = queries()
    make_pairs(people, 40)
    assert queries() == few


def test_a_search_is_put_into_the_queue_once(people: People) -> None:
    client = desk(people.registrar_a)
    for _ in range(2):
        client.post(reverse("registry:duplicate-search"))
    assert Job.objects.get().kind == "duplicates"
    assert "Menunggu giliran" in client.get(LIST).content.decode()


# --- Side by side ----------------------------------------------------------------------------------
def pair_url(step: str, one: Business, other: Business) -> str:
    return reverse(f"registry:duplicate-{step}", args=[one.public_id, other.public_id])


def test_the_registered_one_is_kept_whatever_the_order(
    sari: Business, double: Business, people: People
) -> None:
    for one, other in ((sari, double), (double, sari)):
        comparison = desk(people.verifier_a).get(pair_url("compare", one, other)).context["comparison"]
        assert (comparison.winner, comparison.loser, comparison.may_swap) == (sari, double, False)
        proposed = {line.name: line.proposed for line in comparison.different}
        assert proposed["products"] == "loser"  # the filled one
        assert proposed["name"] == "winner"


def test_dismissed_from_its_page(sari: Business, double: Business, people: People) -> None:
    client = desk(people.registrar_a)
    url = pair_url("dismiss", sari, double)
    assert "10 huruf" in client.post(url, {"reason": "beda"}).content.decode()
    assert client.post(url, {"reason": "Milik dua bersaudara"}).status_code == 302
    assert DuplicatePair.objects.get().state == "not_duplicate"
    assert client.post(url, {"reason": "Milik dua bersaudara"}).status_code == 409
    assert "Milik dua bersaudara" in AuditEvent.objects.about(sari).get(verb="dismissed").reason


def merge_through_page(client: Client, sari: Business, double: Business) -> Any:
    form = client.get(pair_url("compare", sari, double)).context["merge_form"]
    data = {name: form[name].value() for name in form.fields} | {"reason": REASON}
    return client.post(pair_url("merge", sari, double), data)


def test_merged_and_undone_from_the_pages(sari: Business, double: Business, people: People) -> None:
    client = desk(people.verifier_a)
    response = merge_through_page(client, sari, double)
    assert response.headers["Location"] == sari.get_absolute_url()
    sari.refresh_from_db()
    assert sari.products == "soto"
    assert "Gabungan dari Wrg Sari Raas" in client.get(sari.get_absolute_url()).content.decode()
    merged = client.get(double.get_absolute_url())
    assert (merged.status_code, merged.headers["Location"]) == (302, sari.get_absolute_url())
    assert desk(people.verifier_b).get(double.get_absolute_url()).status_code == 404
    again = client.post(pair_url("merge", sari, double), {"reason": REASON})
    assert again.status_code == 404

    journal = MergeJournal.objects.get()
    url = reverse("registry:merge-undo", args=[journal.public_id])
    assert "10 huruf" in client.post(url, {"reason": "salah"}).content.decode()
    assert client.post(url, {"reason": "Ternyata dua usaha"}).headers["Location"] == double.get_absolute_url()
    assert client.get(double.get_absolute_url()).status_code == 200
    assert client.post(url, {"reason": "Ternyata dua usaha"}).status_code == 409
    assert "Diurungkan oleh" in client.get(reverse("registry:merge-list")).content.decode()


def test_an_edit_in_between_is_not_overwritten(sari: Business, double: Business, people: People) -> None:
    client = desk(people.verifier_a)
    form = client.get(pair_url("compare", sari, double)).context["merge_form"]
    data = {name: form[name].value() for name in form.fields} | {"reason": REASON}
    Business.objects.filter(pk=double.pk).update(version=double.version + 1)
    refused = client.post(pair_url("merge", sari, double), data)
    assert refused.status_code == 409
    assert "diubah orang lain" in refused.content.decode()


def test_who_may_not_merge_sees_both_and_no_button(sari: Business, double: Business, people: People) -> None:
    client = desk(people.registrar_a)
    page = client.get(pair_url("compare", sari, double)).content.decode()
    assert ">Gabungkan<" not in page
    assert "soto" in page
    assert client.post(pair_url("merge", sari, double), {"reason": REASON}).status_code == 403


# --- Counts ----------------------------------------------------------------------------------------
def test_a_merged_record_is_in_no_list_and_no_count(people: People) -> None:
    winner, loser = registered_business(ward=people.a.ward), registered_business(ward=people.a.ward)
    wave, user = WaveFactory(), people.administrator

    def counts() -> dict[str, Any]:
        filters = Filters(with_reconstruction=True)
        report = wave_report(wave, user=user, filters=DashboardFilters())
        return {
            "list": business_page(user, filters).total,
            "file": for_download(user, filters).count(),
            "table of sectors": report.sector_basis_count,
            "interviews to do": [line.total for line in progress_of([wave], user, AT.date())],
            "registrations": Registration.objects.for_user(user).count(),
            "admin": desk(user).get("/admin/registry/business/").context["cl"].result_count,
        }

    before = counts()
    actions.merge_businesses(
        winner=winner, loser=loser, take=[], versions=(1, 1), by=people.verifier_a, at=AT, reason=REASON
    )
    after = counts()
    assert (before["list"], after["list"]) == (2, 1)
    assert (before["file"], after["file"]) == (2, 1)
    assert (before["table of sectors"], after["table of sectors"]) == (2, 1)
    assert (before["registrations"], after["registrations"]) == (2, 1)
    assert (before["admin"], after["admin"]) == (2, 1)
    assert [count - 1 for count in before["interviews to do"]] == after["interviews to do"]


def test_two_of_one_name_are_told_apart_by_their_numbers(people: People) -> None:
    kept, merged = (
        registered_business(name="Warung Sari", ward=people.a.ward, kbli_code=code)
        for code in ("56101", "56102")
    )
    numbers = [business.registration.number for business in (kept, merged)]
    client = desk(people.verifier_a)

    page = client.get(pair_url("compare", kept, merged)).text

    assert f"Yang digabung, Warung Sari ({numbers[1]})," in page
    assert f"Tukar: pertahankan Warung Sari ({numbers[1]})" in page
    assert "Kode KBLI" in page  # an abbreviation stays one
    merge_through_page(client, kept, merged)
    assert f"Warung Sari ({numbers[1]})" in client.get(reverse("registry:merge-list")).text


def test_an_empty_list_says_how_it_is_filled(people: People) -> None:
    client = desk(people.verifier_a)

    assert "agar semua UMKM dibandingkan" in client.get(LIST).text
    client.post(reverse("registry:duplicate-search"))
    assert "agar semua UMKM dibandingkan" not in client.get(LIST).text


def test_coordinates_read_as_on_the_page_of_the_business(people: People) -> None:
    placed = registered_business(name="Warung Sari", ward=people.a.ward, latitude="-7.75", longitude="113.2")
    other = registered_business(name="Warung Sari", ward=people.a.ward)
    client = desk(people.verifier_a)

    assert "-7,750000; 113,200000" in client.get(placed.get_absolute_url()).text
    assert "-7,750000; 113,200000" in client.get(pair_url("compare", placed, other)).text
