"""What was there before, and bringing it back as a change like any other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.audit import record
from core.models import AuditEvent, AuditSecret, Region, Verb
from registry import actions
from registry.models import Business, ChangeProposal, Owner
from registry.versions import ERASED, GONE, NOT_KEPT, version_after, version_on
from tests.factories import BusinessFactory, OwnerFactory, UserFactory, WardFactory, registered_business
from tests.people import People

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)


def change(record: Business | Owner, *, at: datetime, by=None, **values) -> AuditEvent:
    """One save, and the event it left."""
    stored = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(stored, name, value)
    save = actions.save_business if isinstance(stored, Business) else actions.save_owner
    save(**{stored._meta.model_name: stored}, by=by or UserFactory(), at=at)
    record.refresh_from_db()
    return AuditEvent.objects.about(record).first()


def differences(version) -> dict[str, tuple[str, str]]:
    return {one.label: (one.now, one.then) for one in version.differences}


@pytest.fixture
def draft(people: People) -> Business:
    business = BusinessFactory(ward=people.a.ward, name="Warung Satu", annual_sales=100_000_000)
    change(business, at=DAY, name="Warung Dua", annual_sales=200_000_000, legal_form="individual")
    change(business, at=DAY + timedelta(days=1), name="Warung Tiga", latitude="-7.75", longitude="113.2")
    change(business, at=DAY + timedelta(days=2), annual_sales=300_000_000, started_on=date(2020, 1, 2))
    return business


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- Looking back -----------------------------------------------------------------------------------
def test_the_state_after_an_event_is_read_from_the_history(draft, people):
    first = AuditEvent.objects.about(draft).last()

    version = version_after(draft, first, reader=people.registrar_a)

    assert differences(version) == {
        "Nama usaha": ("Warung Tiga", "Warung Dua"),
        "Lintang": ("-7.750000", "–"),
        "Bujur": ("113.200000", "–"),
        "Omzet per tahun": ("300.000.000", "200.000.000"),
        "Mulai usaha": ("2 Januari 2020", "–"),
    }
    assert version.left_out == []


def test_the_state_on_a_day_is_that_at_its_end_in_jakarta(draft, people):
    assert differences(version_on(draft, date(2026, 3, 4), reader=people.registrar_a))["Nama usaha"] == (
        "Warung Tiga",
        "Warung Satu",
    )
    on_the_day = differences(version_on(draft, date(2026, 3, 5), reader=people.registrar_a))
    assert on_the_day["Nama usaha"] == ("Warung Tiga", "Warung Dua")
    assert "Bentuk usaha" not in on_the_day
    assert version_on(draft, date(2026, 3, 7), reader=people.registrar_a).differences == []


def test_what_was_only_proposed_or_looked_at_never_was_a_state(people):
    business = registered_business(ward=people.a.ward, name="Warung Satu")
    actions.propose_change(
        record=business, values={"name": "Warung Usulan"}, by=people.registrar_a, at=DAY, reason="Contoh"
    )

    assert version_on(business, date(2026, 3, 4), reader=people.registrar_a).differences == []


def test_a_number_whose_old_value_is_not_kept_is_said_so(people):
    owner = OwnerFactory(ward=people.a.ward)
    event = change(owner, at=DAY, name="Nama Baru")
    change(owner, at=DAY + timedelta(days=1), phone="+6281300000000")

    version = version_after(owner, event, reader=people.registrar_a)

    assert version.left_out == [("Nomor telepon", NOT_KEPT)]
    assert version.differences == []


def test_an_erased_value_is_said_to_be_erased(draft, people):
    first = AuditEvent.objects.about(draft).last()
    AuditSecret.objects.all().delete()

    version = version_after(draft, first, reader=people.registrar_a)

    assert ("Nama usaha", ERASED) in version.left_out
    assert "Nama usaha" not in differences(version)
    assert "Mulai usaha" in differences(version)


def test_a_kelurahan_that_is_no_more_is_left_out(people):
    old = WardFactory(parent=people.a.district)
    business = BusinessFactory(ward=old)
    change(business, at=DAY, ward=people.a.ward)
    Region.objects.filter(pk=old.pk).update(code="99.99.99.9999")
    business.owner.ward = people.a.ward
    business.owner.save()
    old.delete()

    version = version_on(business, date(2026, 3, 4), reader=people.registrar_a)

    assert version.left_out == [("Kelurahan", GONE)]


def test_a_kelurahan_outside_the_readers_area_is_left_out_and_not_named(people):
    business = BusinessFactory(ward=people.b.ward)
    change(business, at=DAY, ward=people.a.ward)

    version = version_on(business, date(2026, 3, 4), reader=people.registrar_a)

    assert version.left_out == [("Kelurahan", GONE)]
    assert version_on(business, date(2026, 3, 4), reader=people.administrator).differences[0].then == str(
        people.b.ward
    )


# --- Bringing back ----------------------------------------------------------------------------------
def restore(record, day, *, by, names=None, **more):
    version = version_on(record, day, reader=by)
    chosen = names or [one.name for one in version.differences]
    return actions.restore_version(
        record=record,
        values=version.values(chosen),
        by=by,
        at=DAY + timedelta(days=9),
        reason="Salah ketik",
        **more,
    )


def test_a_draft_gets_its_old_values_as_a_new_change(draft, people):
    before = AuditEvent.objects.count()

    assert restore(draft, date(2026, 3, 4), by=people.registrar_a) is None

    draft.refresh_from_db()
    assert (draft.name, draft.annual_sales, draft.legal_form) == ("Warung Satu", 100_000_000, "")
    assert (draft.latitude, draft.started_on, draft.version) == (None, None, 5)
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.about(draft).first()
    assert (event.verb, event.reason, event.actor_id) == (Verb.CHANGED, "Salah ketik", people.registrar_a.pk)


def test_only_what_was_chosen_comes_back(draft, people):
    restore(draft, date(2026, 3, 4), by=people.registrar_a, names=["name"])

    draft.refresh_from_db()
    assert (draft.name, draft.annual_sales) == ("Warung Satu", 300_000_000)


def test_a_restored_state_can_be_undone_in_the_same_way(draft, people):
    now = (draft.name, draft.annual_sales)
    restore(draft, date(2026, 3, 4), by=people.registrar_a)
    draft.refresh_from_db()
    restore(draft, date(2026, 3, 7), by=people.registrar_a)

    draft.refresh_from_db()
    assert (draft.name, draft.annual_sales) == now


def test_of_a_registered_record_it_becomes_a_proposal(people):
    business = registered_business(ward=people.a.ward, name="Warung Satu")
    made = actions.propose_change(
        record=business, values={"name": "Warung Dua"}, by=people.registrar_a, at=DAY, reason="Ganti nama"
    )
    actions.approve_proposal(proposal=made, by=people.verifier_a, at=DAY)
    business.refresh_from_db()

    proposal = restore(business, date(2026, 3, 4), by=people.registrar_a)

    business.refresh_from_db()
    assert business.name == "Warung Dua"
    assert proposal.changes == {"name": ["Warung Dua", "Warung Satu"]}
    actions.approve_proposal(proposal=proposal, by=people.verifier_a, at=DAY + timedelta(days=10))
    business.refresh_from_db()
    assert business.name == "Warung Satu"


def test_an_owner_comes_back_too(people):
    owner = OwnerFactory(ward=people.a.ward, name="Nama Lama")
    change(owner, at=DAY, name="Nama Baru", sex="female")

    restore(owner, date(2026, 3, 4), by=people.registrar_a)

    owner.refresh_from_db()
    assert (owner.name, owner.sex) == ("Nama Lama", "")


def test_somebody_faster_is_noticed(draft, people):
    change(draft, at=DAY + timedelta(days=3), name="Warung Empat")

    with pytest.raises(actions.StaleRecord):
        restore(draft, date(2026, 3, 4), by=people.registrar_a, expected_version=4)
    draft.refresh_from_db()
    assert draft.name == "Warung Empat"


def test_half_a_place_is_refused(draft, people):
    with pytest.raises(actions.Incomplete, match="lintang dan bujur bersama-sama"):
        restore(draft, date(2026, 3, 4), by=people.registrar_a, names=["latitude"])


@pytest.mark.parametrize(("names", "reason"), [([], "Salah"), (["name"], "  ")])
def test_nothing_and_no_reason_are_refused(draft, people, names, reason):
    version = version_on(draft, date(2026, 3, 4), reader=people.registrar_a)
    with pytest.raises(actions.Incomplete):
        actions.restore_version(
            record=draft, values=version.values(names), by=people.registrar_a, at=DAY, reason=reason
        )


def test_an_nib_somebody_else_took_meanwhile_is_refused(people):
    business = BusinessFactory(ward=people.a.ward, nib="1234567890123")
    change(business, at=DAY, nib="")
    BusinessFactory(nib="1234567890123")

    with pytest.raises(actions.AlreadyTaken):
        restore(business, date(2026, 3, 4), by=people.registrar_a)


# --- The pages --------------------------------------------------------------------------------------
def test_the_history_leads_to_each_state_for_who_may_change(draft, people):
    event = AuditEvent.objects.about(draft).last()
    link = f"{reverse('registry:business-version', args=[draft.public_id])}?event={event.pk}"

    assert link in client_of(people.registrar_a).get(draft.get_absolute_url()).content.decode()
    assert link not in client_of(people.official).get(draft.get_absolute_url()).content.decode()


def test_a_state_is_brought_back_on_its_page(draft, people):
    client = client_of(people.registrar_a)
    url = f"{reverse('registry:business-version', args=[draft.public_id])}?on=04/03/2026"
    page = client.get(url).content.decode()
    assert "Warung Satu" in page
    assert page.count(" checked") == 6

    refused = client.post(url, {"fields_back": ["name"], "seen_version": draft.version})
    assert "wajib diisi" in refused.content.decode()
    assert refused.content.decode().count(" checked") == 1
    stale = client.post(url, {"fields_back": ["name"], "seen_version": 1, "reason": "Salah ketik"})
    assert stale.status_code == 409
    done = client.post(url, {"fields_back": ["name"], "seen_version": draft.version, "reason": "Salah ketik"})

    assert done.status_code == 302
    draft.refresh_from_db()
    assert draft.name == "Warung Satu"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "Isi tanggalnya"),
        ("?on=besok", "anggal"),
        ("?on=01/01/1999", "baru dicatat pada"),
        ("?on=01/01/2999", "tidak boleh sesudah"),
        ("?event=x", "bilangan"),
        (f"?event={2**63}", "lebih kecil"),
    ],
)
def test_a_moment_that_never_was_is_said_to_be_none(draft, people, query, message):
    url = reverse("registry:business-version", args=[draft.public_id])
    response = client_of(people.registrar_a).get(url + query)

    assert message in response.content.decode()
    assert "Dahulu</th>" not in response.content.decode()
    assert client_of(people.registrar_a).get(f"{url}?event=99999999").status_code == 404


def test_an_event_of_another_record_is_not_found(draft, people):
    other = BusinessFactory(ward=people.a.ward)
    event = change(other, at=DAY, name="Lain")
    url = f"{reverse('registry:business-version', args=[draft.public_id])}?event={event.pk}"

    assert client_of(people.registrar_a).get(url).status_code == 404


def test_the_four_people_at_the_door_of_an_owners_history(people):
    owner = OwnerFactory(ward=people.a.ward, name="Nama Lama")
    change(owner, at=DAY, name="Nama Baru")
    url = reverse("registry:owner-history", args=[owner.public_id])

    page = client_of(people.registrar_a).get(url).content.decode()
    assert "Nama Lama" in page
    assert "Sebelum ini" in page
    assert "Sebelum ini" not in client_of(people.official).get(url).content.decode()
    assert client_of(people.registrar_b).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_no_proposal_is_left_behind_by_a_look(people, draft):
    client_of(people.registrar_a).get(
        f"{reverse('registry:business-version', args=[draft.public_id])}?on=04/03/2026"
    )

    assert not ChangeProposal.objects.exists()


def test_the_newest_change_is_taken_back_from_its_own_line(draft, people):
    """What it left behind is there now: only what it found is worth going back to."""
    change(draft, at=DAY + timedelta(days=3), name="Nama Tengah")
    event = change(draft, at=DAY + timedelta(days=4), name="Nama Keliru")
    client = client_of(people.registrar_a)

    lines = client.get(draft.get_absolute_url()).context["history"].lines
    newest, older = [item for item in lines if item.version_url][:2]

    assert newest.version_url.endswith(f"?event={event.pk}&before=1")
    page = client.get(newest.version_url)
    assert [(one.now, one.then) for one in page.context["version"].differences] == [
        ("Nama Keliru", "Nama Tengah")
    ]
    assert "sebelum perubahan" in page.text
    assert not older.version_url.endswith("before=1")


def test_before_it_was_made_there_was_nothing(people):
    made = BusinessFactory(ward=people.a.ward)
    record(Verb.CREATED, by=people.registrar_a, at=DAY, subject=made, changes={"name": [None, made.name]})

    page = client_of(people.registrar_a).get(made.get_absolute_url())

    assert [item.version_url for item in page.context["history"].lines] == [""]
