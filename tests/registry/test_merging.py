"""Two records of one business made one and two again, with all that hangs on them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import ForeignObjectRel

from core.models import AuditEvent
from registry import actions
from registry.models import (
    Business,
    BusinessPermit,
    ChangeProposal,
    DuplicatePair,
    MergeJournal,
    OnlineAccount,
    PublicApplication,
)
from surveys.actions import take_frame
from surveys.frames import FrameFilter
from surveys.models import Assignment, Response, SampleEntry, Visit, Wave
from surveys.models.fieldwork import FormerAssignment
from tests.factories import (
    BusinessFactory,
    ChangeProposalFactory,
    ResponseFactory,
    UserFactory,
    WaveFactory,
    registered_business,
)
from tests.people import People
from tests.registry.applicants import waiting_application
from tests.registry.attachments import make_attachment
from tests.registry.certificates import make_office

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
REASON = "Satu usaha tercatat dua kali"


@pytest.fixture
def winner(db: None) -> Business:
    return registered_business(name="Warung Sari Rasa", annual_sales=50_000_000)


@pytest.fixture
def loser(winner: Business) -> Business:
    return BusinessFactory(
        name="Wrg. Sari Raas",
        ward=winner.ward,
        products="nasi rawon",
        annual_sales=60_000_000,
        npwp="990101010101001",
    )


def merge(winner: Business, loser: Business, *take: str, **change: Any) -> MergeJournal:
    versions = (winner.version, loser.version)
    values = {"take": take, "versions": versions, "by": UserFactory(), "at": AT, "reason": REASON} | change
    journal = actions.merge_businesses(winner=winner, loser=loser, **values)
    for row in (winner, loser):
        row.refresh_from_db()
    return journal


def unmerge(journal: MergeJournal, *seen: Business) -> None:
    actions.unmerge_businesses(
        journal=journal, by=UserFactory(), at=LATER, reason="Ternyata dua usaha berbeda"
    )
    for row in seen:
        row.refresh_from_db()


def test_the_winner_gets_the_chosen_fields_and_the_loser_stays_as_it_was(
    winner: Business, loser: Business
) -> None:
    merge(winner, loser, "products", "npwp")
    assert (winner.name, winner.products, winner.npwp) == (
        "Warung Sari Rasa",
        "nasi rawon",
        "990101010101001",
    )
    assert winner.annual_sales == 50_000_000
    assert loser.merged_into == winner
    assert (loser.name, loser.products) == ("Wrg. Sari Raas", "nasi rawon")


def test_what_hangs_on_the_loser_moves(winner: Business, loser: Business) -> None:
    response = ResponseFactory(business=loser)
    BusinessPermit.objects.create(business=loser, kind="halal", number="1")
    OnlineAccount.objects.create(business=loser, platform="website", name="sari")
    merge(winner, loser)
    assert Response.objects.get(pk=response.pk).business == winner
    assert winner.permits.get().number == "1"
    assert winner.online_accounts.get().name == "sari"


def test_of_two_interviews_in_one_wave_each_stays_where_it_was(winner: Business, loser: Business) -> None:
    wave = WaveFactory()
    first, second = ResponseFactory(business=winner, wave=wave), ResponseFactory(business=loser, wave=wave)
    elsewhere = ResponseFactory(business=loser)
    BusinessPermit.objects.create(business=winner, kind="halal", number="A")
    BusinessPermit.objects.create(business=loser, kind="halal", number="B")
    merge(winner, loser)
    owners = {response.pk: response.business_id for response in Response.objects.all()}
    assert owners == {first.pk: winner.pk, second.pk: loser.pk, elsewhere.pk: winner.pk}
    assert winner.permits.get().number == "A"
    assert loser.permits.get().number == "B"


def test_the_loser_leaves_every_list_and_count(winner: Business, loser: Business) -> None:
    user = UserFactory()
    merge(winner, loser)
    for rows in (
        Business.objects.for_user(user),
        Business.objects.real(),
        Business.objects.active(),
        Business.objects.standing(),
    ):
        assert list(rows) == [winner]
    assert list(Business.objects.in_area_of(user).order_by("pk")) == [winner, loser]


def test_a_registered_loser_gives_its_number_up_and_nobody_gets_it(winner: Business) -> None:
    loser = registered_business()
    number = loser.registration.number
    journal = merge(winner, loser)
    assert (loser.registration.state, loser.registration.number) == ("revoked", number)
    assert winner.registration.number in loser.registration.note
    assert (winner.registration.state, winner.registration.number != number) == ("registered", True)
    assert AuditEvent.objects.about(loser.registration).get().verb == "revoked"
    unmerge(journal)
    loser.registration.refresh_from_db()
    assert (loser.registration.state, loser.registration.note) == ("registered", "")


def test_who_has_a_number_is_not_merged_into_who_has_none(winner: Business, loser: Business) -> None:
    with pytest.raises(actions.WrongState, match="pilih UMKM itu yang dipertahankan"):
        merge(loser, winner)
    assert not MergeJournal.objects.exists()


def test_a_merge_leaves_events_on_both_and_the_personal_part_hidden(
    winner: Business, loser: Business
) -> None:
    merge(winner, loser, "annual_sales")
    event = AuditEvent.objects.about(winner).get()
    assert (event.verb, event.reason, event.changes["annual_sales"]) == ("merged", REASON, ["••••", "••••"])
    assert AuditEvent.objects.about(loser).get().verb == "merged"
    assert DuplicatePair.objects.get().state == "merged"


# --- Refusals -------------------------------------------------------------------------------------
def test_refused_merges_change_nothing(winner: Business, loser: Business) -> None:
    before = list(Business.objects.order_by("pk").values())
    for change, error in (
        ({"reason": "pendek"}, actions.Incomplete),
        ({"versions": (winner.version, loser.version + 1)}, actions.StaleRecord),
        ({"versions": (winner.version - 1, loser.version)}, actions.StaleRecord),
    ):
        with pytest.raises(error):
            merge(winner, loser, **change)
    with pytest.raises(actions.WrongState):
        merge(winner, winner)
    assert list(Business.objects.order_by("pk").values()) == before


def test_what_was_merged_is_neither_merged_again_nor_edited(winner: Business, loser: Business) -> None:
    merge(winner, loser)
    for one, other in ((winner, loser), (loser, winner)):
        with pytest.raises(actions.WrongState, match="sudah digabung"):
            merge(one, other)
    loser.products = "lain"
    with pytest.raises(actions.WrongState, match="sudah digabung"):
        actions.save_business(business=loser, by=UserFactory(), at=AT)


def test_a_reconstructed_row_is_not_merged(winner: Business) -> None:
    with pytest.raises(actions.WrongState, match="rekonstruksi"):
        merge(winner, BusinessFactory(is_reconstruction=True))


def test_a_pending_proposal_of_the_loser_is_decided_first(winner: Business) -> None:
    loser = registered_business()
    actions.propose_change(record=loser, values={"name": "Lain"}, by=UserFactory(), at=AT, reason=REASON)
    with pytest.raises(actions.WrongState, match="masih menunggu keputusan"):
        merge(winner, loser)


# --- Undone ---------------------------------------------------------------------------------------
def test_undone_both_are_as_they_were(winner: Business, loser: Business) -> None:
    response = ResponseFactory(business=loser)
    hidden = {"version", "updated_at"}
    before = [
        {k: v for k, v in row.items() if k not in hidden} for row in Business.objects.order_by("pk").values()
    ]
    journal = merge(winner, loser, "name", "owner", "products", "npwp", "annual_sales", "ward", "coordinates")
    assert winner.owner == loser.owner
    unmerge(journal, winner, loser)
    after = [
        {k: v for k, v in row.items() if k not in hidden} for row in Business.objects.order_by("pk").values()
    ]
    for old, new in zip(before, after, strict=True):
        old.pop("npwp"), new.pop("npwp")  # another ciphertext of the same number
    assert after == before
    assert (winner.npwp, loser.npwp) == (None, "990101010101001")
    assert Response.objects.get(pk=response.pk).business == loser
    journal.refresh_from_db()
    assert journal.is_undone
    assert DuplicatePair.objects.get().state == "open"


def test_undone_keeps_what_was_edited_since(winner: Business, loser: Business) -> None:
    journal = merge(winner, loser, "products", "annual_sales")
    Business.objects.filter(pk=winner.pk).update(annual_sales=70_000_000, address="Jalan Mangga 1")
    unmerge(journal, winner)
    assert winner.annual_sales == 70_000_000
    assert winner.address == "Jalan Mangga 1"
    assert winner.products == ""


def test_rows_that_came_later_stay_with_the_winner(winner: Business, loser: Business) -> None:
    moved = ResponseFactory(business=loser)
    journal = merge(winner, loser)
    later = ResponseFactory(business=winner)
    BusinessPermit.objects.create(business=winner, kind="sni")
    unmerge(journal)
    owners = {response.pk: response.business_id for response in Response.objects.all()}
    assert owners == {moved.pk: loser.pk, later.pk: winner.pk}
    assert winner.permits.count() == 1


def test_undone_once_only_and_the_newest_first(winner: Business, loser: Business) -> None:
    journal = merge(winner, loser)
    third = registered_business()
    newer = merge(third, winner)
    with pytest.raises(actions.WrongState, match="lebih baru"):
        unmerge(journal)
    unmerge(newer)
    unmerge(journal)
    with pytest.raises(actions.WrongState, match="sudah diurungkan"):
        unmerge(journal)
    assert Business.objects.standing().count() == 3


def test_after_it_was_undone_the_two_can_be_merged_again(winner: Business, loser: Business) -> None:
    unmerge(merge(winner, loser), winner, loser)
    merge(winner, loser)
    assert MergeJournal.objects.filter(undone_at__isnull=True).count() == 1


def test_the_journal_is_unreadable_in_the_database(winner: Business, loser: Business) -> None:
    from django.db import connection

    merge(winner, loser, "npwp", "products")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM registry_mergejournal")
        (stored,) = cursor.fetchone()
    assert "rawon" not in stored
    assert "990101010101001" not in stored


def test_nobody_corrects_a_registered_business_by_merging_a_record_of_their_own_into_it(
    winner: Business,
) -> None:
    by = UserFactory(role="administrator")
    twin = BusinessFactory.build(name="Wrg. Sari", sector=winner.sector, ward=winner.ward, annual_sales=9)
    twin.owner = winner.owner
    twin = actions.save_business(business=twin, by=by, at=AT)
    with pytest.raises(actions.SamePerson, match="Anda isi sendiri"):
        merge(winner, twin, "annual_sales", by=by)
    winner.refresh_from_db()
    assert winner.annual_sales == 50_000_000
    merge(winner, twin, by=by)  # nothing of it is taken
    assert twin.merged_into == winner


def test_a_second_person_may_take_values_of_the_record_that_is_merged(winner: Business) -> None:
    twin = BusinessFactory.build(name="Wrg. Sari", sector=winner.sector, ward=winner.ward, annual_sales=9)
    twin.owner = winner.owner
    twin = actions.save_business(business=twin, by=UserFactory(), at=AT)
    merge(winner, twin, "annual_sales")
    assert winner.annual_sales == 9


def test_who_changed_a_waiting_record_by_a_merge_does_not_approve_it(loser: Business) -> None:
    waiting = BusinessFactory(ward=loser.ward)
    actions.submit_registration(registration=waiting.registration, by=UserFactory(), at=AT)
    by = UserFactory(role="verifier")
    merge(waiting, loser, "annual_sales", by=by, at=LATER)
    with pytest.raises(actions.SamePerson):
        actions.approve_registration(registration=waiting.registration, by=by, at=LATER)


# --- NIB: one owner's, whatever is merged and taken apart -------------------------------------------
NIB, OTHER_NIB = "9120001234567", "9120007654321"


def test_taken_apart_is_refused_while_another_owner_uses_the_nib_that_would_come_back(
    winner: Business, loser: Business
) -> None:
    Business.objects.filter(pk=loser.pk).update(nib=NIB)
    loser.refresh_from_db()
    journal = merge(winner, loser, "nib")
    # The owner of the winner may use it for a second business, as it is theirs now.
    second = BusinessFactory(owner=winner.owner, nib=NIB, ward=winner.ward)
    with pytest.raises(actions.AlreadyTaken, match="Perbaiki NIB itu dahulu"):
        unmerge(journal)
    loser.refresh_from_db()
    assert loser.merged_into == winner
    Business.objects.filter(pk=second.pk).update(nib=OTHER_NIB)
    unmerge(journal, winner, loser)
    assert (winner.nib, loser.nib, loser.merged_into) == ("", NIB, None)


def test_taken_apart_is_refused_while_another_uses_the_nib_the_winner_had(
    winner: Business, loser: Business
) -> None:
    Business.objects.filter(pk=winner.pk).update(nib=NIB)
    Business.objects.filter(pk=loser.pk).update(nib=OTHER_NIB)
    for row in (winner, loser):
        row.refresh_from_db()
    journal = merge(winner, loser, "nib")
    stranger = BusinessFactory(nib=NIB)
    with pytest.raises(actions.AlreadyTaken):
        unmerge(journal)
    Business.objects.filter(pk=stranger.pk).update(nib="")
    unmerge(journal, winner, loser)
    assert (winner.nib, loser.nib) == (NIB, OTHER_NIB)


def test_a_number_of_a_record_merged_away_is_free_for_the_one_that_is_kept(
    winner: Business, loser: Business
) -> None:
    Business.objects.filter(pk=loser.pk).update(nib=NIB)
    loser.refresh_from_db()
    merge(winner, loser)
    proposal = actions.propose_change(
        record=winner, values={"nib": NIB}, by=UserFactory(), at=AT, reason=REASON
    )
    assert proposal is not None
    actions.approve_proposal(proposal=proposal, by=UserFactory(role="verifier"), at=LATER)
    winner.refresh_from_db()
    assert winner.nib == NIB


# --- Nothing is lost --------------------------------------------------------------------------------
def hanging_on(business: Business) -> dict[str, set[Any]]:
    """Pks of all rows that refer to a business, by model and field."""
    found: dict[str, set[Any]] = {}
    for relation in Business._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in NOT_ITS_OWN:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: business.pk})
            found[f"{relation.related_model.__name__}.{relation.field.name}"] = set(
                rows.values_list("pk", flat=True)
            )
    return found


NOT_ITS_OWN = (Business, DuplicatePair, MergeJournal)  # what the merge itself writes


def with_all_that_may_hang_on_it(business: Business, people: People) -> Business:
    """A registered business that came from the public door, with a row of every kind."""
    wave = WaveFactory()
    ResponseFactory(business=business, wave=wave)
    SampleEntry.objects.create(
        business=business,
        wave=wave,
        sector=business.sector,
        scale_uu20=business.scale_uu20,
        scale_pp7=business.scale_pp7,
    )
    _of_the_field(business, wave, people)
    BusinessPermit.objects.create(business=business, kind="halal", number=business.name)
    OnlineAccount.objects.create(business=business, platform="website", name=business.name)
    make_attachment(business=business)
    make_office()
    certificate = actions.issue_certificate(business=business, by=UserFactory(role="verifier"), at=AT)
    application = waiting_application(people.a.ward, owner_national_id="")
    PublicApplication.objects.filter(pk=application.pk).update(
        state="accepted",
        business=business,
        decided_at=AT,
        decided_by=people.verifier_a,
        answers=None,
        phone=None,
    )
    decided = ChangeProposalFactory(business=business)
    actions.refuse_proposal(proposal=decided, by=UserFactory(role="verifier"), at=AT, note="Belum perlu")
    assert certificate.business == business
    return business


def _of_the_field(business: Business, wave: Wave, people: People) -> None:
    take_frame(wave=WaveFactory(), wanted=FrameFilter(), by=people.administrator, at=AT)
    given = {"wave": wave, "business": business, "enumerator": people.enumerator_a}
    Assignment.objects.create(**given, due_on=AT.date(), assigned_at=AT, assigned_by=people.supervisor_a)
    FormerAssignment.objects.create(**given)
    Visit.objects.create(**given, outcome="done", visited_at=AT, received_at=AT)


@pytest.mark.parametrize("winner_has_the_like", [False, True])
def test_nothing_that_hangs_on_either_is_lost_and_all_of_it_comes_back(
    people: People, winner_has_the_like: bool
) -> None:
    winner, loser = (registered_business(name=name, ward=people.a.ward) for name in ("Toko Satu", "Toko Dua"))
    with_all_that_may_hang_on_it(loser, people)
    if winner_has_the_like:
        with_all_that_may_hang_on_it(winner, people)
    before = hanging_on(winner), hanging_on(loser)
    assert {name for name, rows in before[1].items() if not rows} <= {"BulkEditRow.business"}
    journal = merge(winner, loser)
    after = hanging_on(winner), hanging_on(loser)
    for name in before[0]:
        assert after[0][name] | after[1][name] == before[0][name] | before[1][name]
    stay = {"Certificate", "ChangeProposal", "FrameEntry", "Registration", "SearchEntry"}
    once = {"PublicApplication", "BusinessPermit"} if winner_has_the_like else set()
    for name, rows in after[1].items():
        assert bool(rows) == (name.partition(".")[0] in stay | once), name
    unmerge(journal)
    assert (hanging_on(winner), hanging_on(loser)) == before


def test_a_proposal_of_the_one_that_is_kept_waits_on_and_is_approved_after_the_merge(
    winner: Business, loser: Business
) -> None:
    by = UserFactory()
    proposal = actions.propose_change(record=winner, values={"products": "soto"}, by=by, at=AT, reason=REASON)
    journal = merge(winner, loser, "annual_sales")
    assert proposal is not None
    actions.approve_proposal(proposal=proposal, by=UserFactory(role="verifier"), at=LATER)
    winner.refresh_from_db()
    assert winner.products == "soto"
    unmerge(journal, winner)
    assert (winner.products, winner.annual_sales) == ("soto", 50_000_000)


def test_nothing_is_proposed_for_a_record_that_was_merged_away(winner: Business) -> None:
    loser = registered_business()
    merge(winner, loser)
    with pytest.raises(actions.WrongState, match="sudah digabung"):
        actions.propose_change(
            record=loser, values={"products": "soto"}, by=UserFactory(), at=LATER, reason=REASON
        )
    assert not ChangeProposal.objects.exists()
