"""A visit that ended without an interview, and the reserve that stands in after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent, User
from registry.models import Business
from registry.worklists import on_worklist
from surveys.actions.field_visits import RESERVE_RULE, use_reserve
from surveys.actions.fieldwork import FieldworkRefused
from surveys.actions.sampling import NoReserveLeft
from surveys.models import Assignment, SampleEntry, Visit, Wave
from surveys.targets import targets_of, unassigned
from tests.dashboards.reading import words
from tests.factories import ResponseFactory
from tests.surveys.fieldwork.drawing import drawn_wave
from tests.surveys.fieldwork.people import DUE, NOW, businesses, census, given, names_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(wave: Wave, business: Business, name: str = "visit-create") -> str:
    return reverse(f"surveys:{name}", args=[wave.code, business.public_id])


def told(**changes: str) -> dict[str, str]:
    return {"outcome": "not_found", "visited_on": "03/03/2026", "visited_time": "09.30", "note": ""} | changes


def visits(wave: Wave, business: Business, who: User, *outcomes: str) -> None:
    for number, outcome in enumerate(outcomes):
        at = NOW - timedelta(hours=9 - number)
        Visit.objects.create(
            wave=wave, business=business, enumerator=who, outcome=outcome, visited_at=at, received_at=at
        )


def test_the_four_people_at_the_page(people):
    wave = census()
    (business,) = businesses(people.a, "Toko A")
    url = page_of(wave, business)

    assert signed_in(people.enumerator_a).get(url).status_code == 200
    assert signed_in(people.enumerator_b).get(url).status_code == 404
    assert signed_in(people.official).get(url).status_code == 403
    assert "/masuk/" in Client().get(url)["Location"]


def test_a_visit_is_stored_with_outcome_time_and_note_and_told_on_the_page_of_the_business(people):
    wave = census()
    (business,) = businesses(people.a, "Toko A")
    given(wave, people, 1)
    client = signed_in(people.enumerator_a)

    answer = client.post(page_of(wave, business), told(outcome="closed", note="Pagar terkunci"))

    assert answer["Location"] == reverse("surveys:task-list")
    visit = Visit.objects.get()
    assert (visit.outcome, visit.enumerator, visit.note) == ("closed", people.enumerator_a, "Pagar terkunci")
    assert timezone.localtime(visit.visited_at).hour == 9
    assert AuditEvent.objects.filter(verb="visited").count() == 1
    seen = words(client.get(reverse("surveys:business-responses", args=[business.public_id])))
    assert "Tutup 3 Maret 2026 09.30 WIB" in seen
    assert "Data register belum berubah" in seen
    business.refresh_from_db()
    assert business.status == "active"


def test_a_second_click_tells_the_same_visit_once(people):
    wave = census()
    (business,) = businesses(people.a, "Toko A")
    client = signed_in(people.enumerator_a)

    client.post(page_of(wave, business), told())
    page = client.post(page_of(wave, business), told(), follow=True)

    assert "sudah dicatat sebelumnya" in words(page)
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": ""}, "wajib diisi"),
        ({"outcome": "done"}, "Pilih salah satu dari daftar"),
        ({"outcome": "reserve_used"}, "Pilih salah satu dari daftar"),
        ({"visited_on": "04/03/2026"}, "tidak boleh sesudah sekarang"),
        ({"visited_on": "31/12/2025"}, "harus antara"),
        ({"visited_time": "25.00"}, "misalnya 09.30"),
        ({"note": "a" * 1_001}, "Terlalu panjang"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_stored(people, changes, message):
    wave = census()
    (business,) = businesses(people.a, "Toko A")

    page = signed_in(people.enumerator_a).post(page_of(wave, business), told(**changes))

    assert message in words(page)
    assert not Visit.objects.exists()


def test_an_interviewed_business_and_a_closed_wave_take_no_visit(people):
    wave, over = census(), census(code="lama", period_start="2019-01-01", period_end="2019-12-31")
    (business,) = businesses(people.a, "Toko A")
    ResponseFactory(wave=wave, business=business)
    client = signed_in(people.enumerator_a)

    for one, why in ((wave, "sudah diwawancarai"), (over, "menerima wawancara pada")):
        assert why in words(client.get(page_of(one, business)))
        answer = client.post(page_of(one, business), told())
        assert answer.status_code == 409
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("outcomes", "is_enough"),
    [
        (["refused"], True),
        (["moved"], True),
        (["closed"], False),
        (["closed", "closed"], True),
        (["not_found", "not_found"], False),
        (["not_found", "closed", "not_found"], False),
        (["not_found", "not_found", "not_found"], True),
    ],
)
def test_how_many_visits_allow_a_reserve(people, outcomes, is_enough):
    wave, main, _ = drawn_wave(people)
    visits(wave, main, people.enumerator_a, *outcomes)
    client = signed_in(people.supervisor_a)
    page = words(client.get(reverse("surveys:business-responses", args=[main.public_id])))

    assert ("Pakai cadangan" in page) == is_enough
    assert RESERVE_RULE in page
    answer = client.post(page_of(wave, main, "reserve-use"))
    assert answer.status_code == (302 if is_enough else 409)


def test_the_reserve_goes_to_the_same_enumerator_with_the_same_due_date(people):
    wave, main, reserve = drawn_wave(people)
    given(wave, people, 1)
    visits(wave, main, people.enumerator_a, "refused")

    page = signed_in(people.supervisor_a).post(page_of(wave, main, "reserve-use"), follow=True)

    assert f"{main.name} diganti {reserve.name}" in words(page)
    assert names_of(people.enumerator_a) == sorted([main.name, reserve.name])
    assert Assignment.objects.get(business=reserve).due_on == DUE
    assert SampleEntry.objects.get(business=reserve).reserve_for.business == main
    assert Visit.objects.get(outcome="reserve_used").business == main
    assert set(targets_of(wave)) == {main, reserve}
    assert not unassigned(wave).exists()
    assert not Assignment.objects.filter(business=main).open().exists()
    again = signed_in(people.supervisor_a).post(page_of(wave, main, "reserve-use"))
    assert again.status_code == 409


def test_it_is_all_or_nothing(people, monkeypatch):
    wave, main, _ = drawn_wave(people)
    given(wave, people, 1)
    visits(wave, main, people.enumerator_a, "refused")

    def broken(**anything: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr("surveys.actions.field_visits.hand_over", broken)
    with pytest.raises(RuntimeError):
        use_reserve(wave=wave, business=main, by=people.supervisor_a, at=NOW)

    assert not SampleEntry.objects.filter(activated_at__isnull=False).exists()
    assert not Visit.objects.filter(outcome="reserve_used").exists()


def test_a_reserve_where_the_enumerator_does_not_work_stays_free(people):
    wave, main, reserve = drawn_wave(people, reserve_place=people.b)
    given(wave, people, 1)
    visits(wave, main, people.enumerator_a, "refused")

    page = signed_in(people.supervisor_a).post(page_of(wave, main, "reserve-use"), follow=True)

    assert "belum ditugaskan kepada siapa pun" in words(page)
    assert list(unassigned(wave)) == [reserve]


def test_none_left_none_drawn_and_nobody_without_the_permission(people):
    wave, main, reserve = drawn_wave(people)
    visits(wave, main, people.enumerator_a, "refused")

    with pytest.raises(PermissionDenied):
        use_reserve(wave=wave, business=main, by=people.enumerator_a, at=NOW)
    outside = businesses(people.a, "Bukan sampel")[0]
    visits(wave, outside, people.enumerator_a, "refused")
    with pytest.raises(FieldworkRefused, match="bukan baris sampel"):
        use_reserve(wave=wave, business=outside, by=people.supervisor_a, at=NOW)
    use_reserve(wave=wave, business=main, by=people.supervisor_a, at=NOW)
    visits(wave, reserve, people.enumerator_a, "moved")
    with pytest.raises(NoReserveLeft):
        use_reserve(wave=wave, business=reserve, by=people.supervisor_a, at=NOW)


def on_the_desk(business: Business) -> bool:
    """Whether the register's list of what the field found gone has the business."""
    return on_worklist(Business.objects.all(), "reported_gone", NOW.date()).filter(pk=business.pk).exists()


def test_closed_or_moved_lands_on_the_list_of_the_register_until_somebody_decides(people):
    wave, who = census(), people.enumerator_a
    shut, moved, refused, back = businesses(people.a, *"ABCD")
    visits(wave, shut, who, "closed")
    visits(wave, moved, who, "refused", "moved")
    visits(wave, refused, who, "closed", "refused")
    visits(wave, back, who, "closed", "done")

    assert [on_the_desk(business) for business in (shut, moved, refused, back)] == [True, True, False, False]

    Business.objects.filter(pk=shut.pk).update(updated_at=NOW)  # looked at, and left as it is
    Business.objects.filter(pk=moved.pk).update(status="moved", status_since=NOW.date())
    assert not on_the_desk(shut)
    assert not on_the_desk(moved)
