"""Two people on one record: the second sees who changed what, and nothing is overwritten without being read."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from core.models import AuditEvent, User
from registry import actions
from registry.models import Business, BusinessPermit, OnlineAccount, Owner
from tests.factories import BusinessFactory, OwnerFactory, WardFactory, registered_business
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url_of(record: Business | Owner) -> str:
    return f"/admin/registry/{record._meta.model_name}/{record.pk}/change/"


def as_opened(client: Client, record: Business | Owner) -> dict[str, Any]:
    """What the browser would send back of the page as it stands, lines and hidden fields included."""
    return sent_by(client.get(url_of(record)).content.decode())


def sent_by(page: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    form = page[page.index("<form") :]
    for tag in re.findall(r"<input\b[^>]*>", form):
        found = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        kind = found.get("type", "text")
        if "name" in found and kind not in ("submit", "checkbox", "file"):
            data[found["name"]] = html.unescape(found.get("value", ""))
    for name, body in re.findall(r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        data[name] = html.unescape(body.removeprefix("\r\n").removeprefix("\n"))
    for name, body in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', body)
        data[name] = chosen[1] if chosen else ""
    return {name: value for name, value in data.items() if name != "csrfmiddlewaretoken"}


def rows_of(response: Any) -> dict[str, tuple[str, str, str]]:
    conflict = response.context["adminform"].form.conflict
    return {row.label: (row.was, row.now, row.mine) for row in conflict.rows}


@pytest.fixture
def draft(people: People) -> Business:
    return BusinessFactory(
        ward=people.a.ward,
        owner__ward=people.a.ward,
        name="Warung Satu",
        annual_sales=100_000_000,
        npwp="123456789012345",
    )


def test_the_second_sees_who_changed_what_beside_the_own_input(draft, people):
    first, second = desk(people.registrar_a), desk(people.administrator)
    theirs, mine = as_opened(first, draft), as_opened(second, draft)
    first.post(url_of(draft), {**theirs, "name": "Warung Pertama", "annual_sales": "200.000.000"})

    response = second.post(url_of(draft), {**mine, "name": "Warung Kedua", "products": "Rawon"})

    assert response.status_code == 200
    assert rows_of(response) == {
        "nama usaha": ("Warung Satu", "Warung Pertama", "Warung Kedua"),
        "omzet per tahun": ("100.000.000", "200.000.000", ""),
    }
    page = response.content.decode()
    assert f"{people.registrar_a}," in page
    kept = sent_by(page)
    assert (kept["name"], kept["products"]) == ("Warung Kedua", "Rawon")
    assert kept["annual_sales"] == "200.000.000"  # not disputed: the form goes on with what is stored
    draft.refresh_from_db()
    assert (draft.name, draft.products) == ("Warung Pertama", "")


def test_the_own_input_is_saved_on_top_only_on_purpose(draft, people):
    first, second = desk(people.registrar_a), desk(people.administrator)
    theirs, mine = as_opened(first, draft), as_opened(second, draft)
    first.post(url_of(draft), {**theirs, "name": "Warung Pertama", "annual_sales": "200.000.000"})
    refused = second.post(url_of(draft), {**mine, "name": "Warung Kedua"})
    again = sent_by(refused.content.decode())

    without = second.post(url_of(draft), again)
    assert without.status_code == 200
    assert rows_of(without)["nama usaha"] == ("Warung Satu", "Warung Pertama", "Warung Kedua")
    on_purpose = second.post(url_of(draft), {**again, "reapply": "2"})

    assert on_purpose.status_code == 302
    draft.refresh_from_db()
    assert (draft.name, draft.annual_sales, draft.version) == ("Warung Kedua", 200_000_000, 3)
    event = AuditEvent.objects.about(draft).first()
    assert set(event.changes) == {"name"}


def test_a_third_one_who_was_faster_again_is_shown_too(draft, people):
    first, second = desk(people.registrar_a), desk(people.administrator)
    theirs, mine = as_opened(first, draft), as_opened(second, draft)
    first.post(url_of(draft), {**theirs, "name": "Warung Pertama"})
    refused = second.post(url_of(draft), {**mine, "name": "Warung Kedua"})
    first.post(url_of(draft), {**as_opened(first, draft), "kbli_code": "", "products": "Soto"})

    response = second.post(url_of(draft), {**sent_by(refused.content.decode()), "reapply": "2"})

    assert response.status_code == 200
    assert rows_of(response)["produk utama"] == ("–", "Soto", "")
    draft.refresh_from_db()
    assert (draft.name, draft.products) == ("Warung Pertama", "Soto")


def test_numbers_are_told_of_without_being_shown(draft, people):
    first, second = desk(people.registrar_a), desk(people.administrator)
    theirs, mine = as_opened(first, draft), as_opened(second, draft)
    first.post(url_of(draft), {**theirs, "npwp": "091234567890123"})

    untouched = second.post(url_of(draft), {**mine, "name": "Warung Kedua"})
    assert rows_of(untouched) == {"NPWP": ("••••", "••••", "")}
    typed = second.post(url_of(draft), {**mine, "npwp": "081234567890123"})
    assert rows_of(typed) == {"NPWP": ("••••", "••••", "••••")}
    assert "091234567890123" not in typed.content.decode()


def test_lines_somebody_else_changed_are_told_of_and_stay(draft, people):
    BusinessPermit.objects.create(business=draft, kind="halal", number="ID-1")
    OnlineAccount.objects.create(business=draft, platform="website", name="warung")
    first, second = desk(people.registrar_a), desk(people.administrator)
    theirs, mine = as_opened(first, draft), as_opened(second, draft)
    assert first.post(url_of(draft), {**theirs, "permits-0-number": "ID-2"}).status_code == 302

    refused = second.post(url_of(draft), {**mine, "name": "Warung Kedua"})
    assert rows_of(refused) == {"izin Sertifikat halal": ("ID-1", "ID-2", "")}
    done = second.post(url_of(draft), {**sent_by(refused.content.decode()), "reapply": "2"})

    assert done.status_code == 302
    draft.refresh_from_db()
    assert draft.name == "Warung Kedua"
    assert draft.permits.get().number == "ID-2"


def test_owners_are_compared_in_the_same_way(people):
    owner = OwnerFactory(ward=people.a.ward, name="Nama Satu")
    other = WardFactory(parent=people.a.district)
    first, second = desk(people.registrar_a), desk(people.administrator)
    theirs, mine = as_opened(first, owner), as_opened(second, owner)
    first.post(url_of(owner), {**theirs, "ward": other.pk, "sex": "female", "born_on": "02/01/1990"})

    response = second.post(url_of(owner), {**mine, "name": "Nama Kedua"})

    assert rows_of(response) == {
        "jenis kelamin": ("–", "Perempuan", ""),
        "tanggal lahir": ("–", "2 Januari 1990", ""),
        "kelurahan tempat tinggal": (str(people.a.ward), str(other), ""),
    }
    again = {**sent_by(response.content.decode()), "reapply": "2"}
    assert second.post(url_of(owner), again).status_code == 302
    owner.refresh_from_db()
    assert (owner.name, owner.ward, owner.sex, str(owner.born_on)) == (
        "Nama Kedua",
        other,
        "female",
        "1990-01-02",
    )


def test_of_a_registered_record_the_proposal_waits_for_the_same_reading(people):
    business = registered_business(ward=people.a.ward, name="Warung Satu")
    second = desk(people.registrar_a)
    mine = as_opened(second, business)
    made = actions.propose_change(
        record=business, values={"name": "Warung Baru"}, by=people.administrator, at=AT, reason="Ganti"
    )
    actions.approve_proposal(proposal=made, by=people.verifier_a, at=AT.replace(day=3))
    wish = {**mine, "products": "Rawon", "change_reason": "Produk bertambah"}

    response = second.post(url_of(business), wish)
    assert rows_of(response) == {"nama usaha": ("Warung Satu", "Warung Baru", "")}
    done = second.post(url_of(business), {**sent_by(response.content.decode()), "reapply": "2"})

    assert done.status_code == 302
    business.refresh_from_db()
    assert business.proposals.pending().get().changes == {"products": [None, "Rawon"]}


@pytest.mark.parametrize("seen_at", ["", "kemarin", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"])
def test_a_page_that_does_not_say_when_it_was_opened_is_refused_as_before(draft, people, seen_at):
    second = desk(people.administrator)
    mine = as_opened(second, draft)
    Business.objects.filter(pk=draft.pk).update(version=2, name="Warung Pertama")

    response = second.post(url_of(draft), {**mine, "name": "Warung Kedua", "seen_at": seen_at})

    assert response.status_code == 200
    assert "Data sudah diubah" in response.content.decode()
    draft.refresh_from_db()
    assert draft.name == "Warung Pertama"


def test_two_accounts_of_one_platform_both_stand_in_the_history(draft, people):
    shops = [
        OnlineAccount.objects.create(business=draft, platform="marketplace", name=name)
        for name in ("satu", "dua", "tiga")
    ]
    for shop in shops:
        shop.name += ".baru"

    actions.save_lines(business=draft, saved=shops[:2], deleted=shops[2:], by=people.registrar_a, at=AT)

    event = AuditEvent.objects.about(draft).first()
    assert set(event.changes) == {"akun marketplace", "akun marketplace ke-2", "akun marketplace ke-3"}
    page = desk(people.registrar_a).get(draft.get_absolute_url()).content.decode()
    for words in ("satu.baru", "dua.baru", "tiga"):
        assert words in page
