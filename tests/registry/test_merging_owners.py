"""Two owner records of one person: seen as two, one is chosen, the other businesses move along and come back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from registry import actions
from registry.duplicates.comparing import compare
from registry.models import Business, MergeJournal, Owner
from tests.factories import BusinessFactory, OwnerFactory, UserFactory, registered_business
from tests.people import People

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
REASON = "Satu usaha tercatat dua kali"
NIK, OTHER_NIK, NIB = "9901010101900777", "9901010101900778", "9120001234567"


@pytest.fixture
def siti(db: None) -> Owner:
    return OwnerFactory(name="Siti Aminah", national_id=NIK)


@pytest.fixture
def twin(db: None) -> Owner:
    """The same person once more, of whom no NIK was asked."""
    return OwnerFactory(name="Siti Aminah", national_id=None)


@pytest.fixture
def winner(siti: Owner) -> Business:
    return registered_business(name="Warung Sari Rasa", owner=siti)


@pytest.fixture
def loser(winner: Business, twin: Owner) -> Business:
    return BusinessFactory(name="Wrg. Sari Rasa", ward=winner.ward, owner=twin)


@pytest.fixture
def stall(winner: Business, twin: Owner) -> Business:
    """Another business of the twin, which is nobody's double."""
    return registered_business(name="Kios Pulsa", ward=winner.ward, owner=twin, nib=NIB)


def merge(winner: Business, loser: Business, *take: str, **change: Any) -> MergeJournal:
    versions = (winner.version, loser.version)
    values = {"take": take, "versions": versions, "by": UserFactory(), "at": AT, "reason": REASON} | change
    return actions.merge_businesses(winner=winner, loser=loser, same_owner=True, **values)


def unmerge(journal: MergeJournal) -> None:
    actions.unmerge_businesses(
        journal=journal, by=UserFactory(), at=LATER, reason="Ternyata dua usaha berbeda"
    )


def owner_of(business: Business) -> Owner | None:
    return Business.objects.get(pk=business.pk).owner


def test_two_records_under_one_name_are_told_apart_and_the_one_with_a_nik_is_proposed(
    winner: Business, loser: Business, stall: Business
) -> None:
    for one, other, proposed in ((winner, loser, "winner"), (loser, winner, "loser")):
        line = next(line for line in compare(one, other).different if line.name == "owner")
        assert line.proposed == proposed
    assert compare(winner, loser).has_two_owners
    assert "NIK 9901••••••••0777" in compare(winner, loser).lines[1].winner
    assert "tanpa NIK" in compare(winner, loser).lines[1].loser
    assert "1 UMKM lain" in compare(winner, loser).lines[1].loser


def test_the_other_businesses_go_to_the_record_that_is_chosen_and_come_back(
    winner: Business, loser: Business, stall: Business, siti: Owner, twin: Owner
) -> None:
    journal = merge(winner, loser)
    assert owner_of(stall) == siti
    assert owner_of(loser) == twin  # as it was, for the undo
    event = AuditEvent.objects.about(stall).filter(verb="merged").get()
    assert (event.reason, list(event.changes)) == (REASON, ["owner"])
    left = Owner.objects.with_count_of_businesses().in_bulk()
    assert (left[siti.pk].count_of_businesses, left[twin.pk].count_of_businesses) == (2, 0)

    unmerge(journal)
    assert (owner_of(winner), owner_of(loser), owner_of(stall)) == (siti, twin, twin)
    assert AuditEvent.objects.about(stall).filter(verb="unmerged").exists()


def test_taking_the_owner_of_the_loser_moves_those_of_the_other(siti: Owner, twin: Owner) -> None:
    winner = registered_business(owner=twin)
    loser = BusinessFactory(ward=winner.ward, owner=siti)
    stall = BusinessFactory(ward=winner.ward, owner=twin)
    journal = merge(winner, loser, "owner")
    assert (owner_of(winner), owner_of(stall)) == (siti, siti)
    unmerge(journal)
    assert (owner_of(winner), owner_of(stall), owner_of(loser)) == (twin, twin, siti)


def test_unless_it_is_said_they_stay_where_they_are(
    winner: Business, loser: Business, stall: Business, twin: Owner
) -> None:
    versions = (winner.version, loser.version)
    actions.merge_businesses(
        winner=winner, loser=loser, take=[], versions=versions, by=UserFactory(), at=AT, reason=REASON
    )
    assert owner_of(stall) == twin


def test_what_got_another_owner_since_stays_there(winner: Business, loser: Business, stall: Business) -> None:
    journal = merge(winner, loser)
    heir = OwnerFactory()
    Business.objects.filter(pk=stall.pk).update(owner=heir)
    unmerge(journal)
    assert owner_of(stall) == heir


def test_refused_merges_move_nothing(
    winner: Business, loser: Business, stall: Business, siti: Owner, twin: Owner
) -> None:
    Owner.objects.filter(pk=siti.pk).update(national_id=None, national_id_index=None)
    twin.national_id = OTHER_NIK
    twin.save()
    with pytest.raises(actions.WrongState, match="yang ber-NIK"):
        merge(winner, loser)
    siti.national_id = NIK
    siti.save()
    with pytest.raises(actions.WrongState, match="dua orang"):
        merge(winner, loser)
    assert (owner_of(stall), Business.objects.get(pk=loser.pk).merged_into) == (twin, None)
    assert not MergeJournal.objects.exists()


def test_a_pending_correction_of_the_owner_is_decided_first(
    winner: Business, loser: Business, stall: Business, twin: Owner
) -> None:
    actions.propose_change(record=twin, values={"name": "Siti"}, by=UserFactory(), at=AT, reason=REASON)
    with pytest.raises(actions.WrongState, match="masih menunggu keputusan"):
        merge(winner, loser)


def test_businesses_of_another_area_are_not_moved_unseen(people: People, siti: Owner, twin: Owner) -> None:
    winner = registered_business(ward=people.a.ward, owner=siti)
    loser = BusinessFactory(ward=people.a.ward, owner=twin)
    far = BusinessFactory(ward=people.b.ward, owner=twin)
    with pytest.raises(actions.WrongState, match="di luar wilayah kerja"):
        merge(winner, loser, by=people.verifier_a)
    assert owner_of(far) == twin
    merge(winner, loser, by=UserFactory(role="verifier"))
    assert owner_of(far) == siti


def test_nobody_puts_registered_businesses_under_an_owner_of_their_own_making(
    winner: Business, twin: Owner, stall: Business
) -> None:
    by = UserFactory(role="administrator")
    mine = actions.save_owner(owner=Owner(name="Siti Aminah"), by=by, at=AT)
    winner = BusinessFactory(ward=winner.ward, owner=mine)
    loser = BusinessFactory(ward=winner.ward, owner=twin)
    with pytest.raises(actions.SamePerson, match="minta orang lain"):
        merge(winner, loser, by=by)
    assert owner_of(stall) == twin
    merge(winner, loser)
    assert owner_of(stall) == mine


def test_undone_while_the_nib_of_what_moved_is_used_by_its_owner_for_another_it_is_refused(
    winner: Business, loser: Business, stall: Business, siti: Owner
) -> None:
    journal = merge(winner, loser)
    BusinessFactory(owner=siti, nib=NIB, ward=winner.ward)  # one owner may use it twice
    with pytest.raises(actions.AlreadyTaken):
        unmerge(journal)
    assert owner_of(stall) == siti


# --- Pages ----------------------------------------------------------------------------------------
def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_asks_and_moves(people: People, siti: Owner, twin: Owner) -> None:
    winner = registered_business(ward=people.a.ward, owner=siti)
    loser = BusinessFactory(name=winner.name, sector=winner.sector, ward=people.a.ward, owner=twin)
    stall = BusinessFactory(ward=people.a.ward, owner=twin)
    client = signed_in(people.verifier_a)
    ids = [winner.public_id, loser.public_id]
    page = client.get(reverse("registry:duplicate-compare", args=ids))
    assert "Kedua pelaku usaha orang yang sama" in page.text
    assert NIK not in page.text
    form = page.context["merge_form"]
    sent = {f"take_{line.name}": "winner" for line, _ in form.lines}
    sent |= {"winner_version": "1", "loser_version": "1", "reason": REASON, "same_owner": "on"}
    answer = client.post(reverse("registry:duplicate-merge", args=ids), sent)
    assert answer.status_code == 302
    assert owner_of(stall) == siti


def test_of_one_owner_nothing_is_asked(people: People, siti: Owner) -> None:
    one, other = (BusinessFactory(ward=people.a.ward, owner=siti) for _ in range(2))
    page = signed_in(people.verifier_a).get(
        reverse("registry:duplicate-compare", args=[one.public_id, other.public_id])
    )
    assert "orang yang sama" not in page.text


def test_the_desk_finds_owners_without_a_business(
    people: People, winner: Business, loser: Business, twin: Owner
) -> None:
    merge(winner, loser)
    page = signed_in(people.administrator).get(f"{reverse('admin:registry_owner_changelist')}?umkm=tanpa")
    assert [row.pk for row in page.context["cl"].result_list] == [twin.pk]
    assert "Tanpa UMKM" in page.text
    history = signed_in(people.administrator).get(reverse("registry:owner-history", args=[twin.public_id]))
    assert "Tanpa UMKM di wilayah kerja Anda" in history.text
