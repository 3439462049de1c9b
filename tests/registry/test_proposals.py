"""Corrections of registered records: proposed by one, approved by another, and never written in between."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent, Verb
from core.roles import Role
from registry import actions
from registry.actions.proposals import ALREADY_PENDING, NOT_REGISTERED
from registry.models import Business, ChangeProposal, Owner, ProposalState
from tests.factories import BusinessFactory, OwnerFactory, SectorFactory, UserFactory, registered_business

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)
NIK = "3574014101900001"


def proposed(people, business, *, by=None, reason="Surat pemilik", **values) -> ChangeProposal:
    made = actions.propose_change(
        record=business, values=values, by=by or people.registrar_a, at=AT, reason=reason
    )
    assert made is not None
    return made


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


class TestNothingIsWrittenDirectly:
    def test_a_registered_business_is_not_saved_by_hand(self, people):
        business = registered_business(ward=people.a.ward)
        business.workers_male = 7

        with pytest.raises(actions.WrongState, match="sebagai usulan"):
            actions.save_business(business=business, by=people.registrar_a, at=AT)

        stored = Business.objects.get()
        assert (stored.workers_male, stored.version) == (None, 1)

    def test_nor_the_owner_of_one(self, people):
        owner = registered_business(ward=people.a.ward).owner
        owner.name = "Nama lain"

        with pytest.raises(actions.WrongState, match="sebagai usulan"):
            actions.save_owner(owner=owner, by=people.registrar_a, at=AT)

    def test_a_draft_and_an_owner_without_a_number_are(self, people):
        business = BusinessFactory(ward=people.a.ward)
        business.workers_male, business.owner.name = 7, "Nama lain"

        actions.save_business(business=business, by=people.registrar_a, at=AT)
        actions.save_owner(owner=business.owner, by=people.registrar_a, at=AT)

        assert (Business.objects.get().workers_male, Owner.objects.get().name) == (7, "Nama lain")


class TestProposing:
    def test_the_old_value_stays_until_somebody_else_has_approved(self, people):
        business = registered_business(ward=people.a.ward, workers_male=2)

        proposal = proposed(people, business, workers_male=3)

        assert Business.objects.get().workers_male == 2
        assert list(Business.objects.registered()) == [business]
        assert proposal.changes == {"workers_male": [2, 3]}
        assert (proposal.state, proposal.base_version) == (ProposalState.PENDING, 1)
        event = last_event()
        assert (event.verb, event.changes, event.reason, event.district_id) == (
            Verb.CHANGE_PROPOSED,
            {"workers_male": [2, 3]},
            "Surat pemilik",
            people.a.district.pk,
        )

    def test_personal_data_stands_nowhere_in_clear(self, people):
        owner = registered_business(ward=people.a.ward).owner

        proposed(people, owner, national_id=NIK, name="Nama Rahasia")

        with connection.cursor() as cursor:
            cursor.execute("SELECT values FROM registry_changeproposal".replace("values", '"values"'))
            (stored,) = cursor.fetchone()
        assert NIK not in stored
        assert "Rahasia" not in stored
        event = last_event()
        assert NIK not in json.dumps(event.changes)
        assert "Rahasia" not in json.dumps(event.changes)

    def test_what_is_as_it_was_is_no_proposal(self, people):
        business = registered_business(
            ward=people.a.ward, latitude=Decimal("-7.75"), longitude=Decimal("113.2")
        )
        as_typed = {"latitude": Decimal("-7.750000"), "ward": people.a.ward, "nib": "", "name": business.name}

        made = actions.propose_change(
            record=business, values=as_typed, by=people.registrar_a, at=AT, reason="-"
        )

        assert made is None
        assert not ChangeProposal.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_only_a_registered_record_and_only_one_at_a_time(self, people):
        draft, business = BusinessFactory(ward=people.a.ward), registered_business(ward=people.a.ward)
        proposed(people, business, workers_male=3)

        for record, refusal in ((draft, NOT_REGISTERED), (business, ALREADY_PENDING)):
            with pytest.raises(actions.WrongState, match=refusal):
                proposed(people, record, workers_female=1)

    def test_the_database_keeps_a_second_pending_one_out(self, people):
        first = proposed(people, registered_business(ward=people.a.ward), workers_male=3)
        first.pk, first.public_id = None, uuid.uuid4()

        with pytest.raises(IntegrityError), transaction.atomic():
            first.save(force_insert=True)

    def test_the_editor_of_an_old_version_is_told(self, people):
        business = registered_business(ward=people.a.ward, version=4)

        with pytest.raises(actions.StaleRecord):
            actions.propose_change(
                record=business,
                values={"workers_male": 1},
                by=people.registrar_a,
                at=AT,
                reason="x",
                expected_version=3,
            )

    def test_a_reason_is_needed_and_status_has_its_own_way(self, people):
        business = registered_business(ward=people.a.ward)

        with pytest.raises(actions.Incomplete):
            proposed(people, business, workers_male=1, reason=" ")
        with pytest.raises(ValueError, match="status"):
            proposed(people, business, status="closed")

    def test_many_at_once_with_those_that_cannot_be(self, people):
        one, two, three = (registered_business(ward=people.a.ward) for _ in range(3))
        draft, batch = BusinessFactory(ward=people.a.ward), uuid.uuid4()
        proposed(people, two, workers_male=9)
        items = [(business, {"workers_male": 4}) for business in (one, two, draft)]

        result = actions.propose_changes(
            [*items, (three, {"name": three.name}), (one.owner, {"phone": "+6281234567890"})],
            by=people.registrar_a,
            at=AT,
            reason="Impor",
            batch=batch,
        )

        assert {proposal.record for proposal in result.made} == {one, one.owner}
        assert result.unchanged == [three]
        assert sorted(result.refused, key=lambda pair: pair[0].pk) == [
            (two, ALREADY_PENDING),
            (draft, NOT_REGISTERED),
        ]
        assert AuditEvent.objects.filter(batch=batch).count() == 2

    def test_many_cost_as_many_statements_as_few(self, people):
        counts = []
        for number in (1, 3, 60):  # the first one also makes the chains of the trail
            businesses = [registered_business(ward=people.a.ward) for _ in range(number)]
            with CaptureQueriesContext(connection) as queries:
                actions.propose_changes(
                    [(business, {"workers_male": 4}) for business in businesses],
                    by=people.registrar_a,
                    at=AT,
                    reason="Impor",
                )
            counts.append(len(queries))
        assert counts[1] == counts[2]


class TestApproving:
    def test_every_kind_of_value_arrives_as_it_was_proposed(self, people):
        business = registered_business(ward=people.a.ward, npwp="091234567890123", nib="9120001234567")
        owner, sector = OwnerFactory(ward=people.a.ward), SectorFactory(code="C", study_row=2)
        values = {
            "name": "Nama baru",
            "owner": owner,
            "sector": sector,
            "npwp": "3574014101900001",
            "nib": "",
            "ward": people.b.ward,
            "latitude": Decimal("-7.754300"),
            "longitude": Decimal("113.215700"),
            "started_on": date(2020, 5, 1),
            "annual_sales": 300_000_001,
            "is_branch_or_subsidiary": False,
        }
        proposal = proposed(people, business, **values)

        actions.approve_proposal(proposal=proposal, by=people.verifier_a, at=LATER, note="Sesuai surat")

        stored = Business.objects.get()
        assert {name: getattr(stored, name) for name in values} == values
        assert (stored.district, stored.version, stored.updated_at) == (people.b.district, 2, LATER)
        assert stored.scale_uu20 == "small"
        assert (proposal.state, proposal.decided_by, proposal.note) == (
            ProposalState.APPROVED,
            people.verifier_a,
            "Sesuai surat",
        )
        event = last_event()
        assert event.verb == Verb.CHANGE_APPROVED
        assert event.reason == f"Usul {people.registrar_a}: Surat pemilik. Catatan: Sesuai surat"
        assert set(event.changes) == set(values)

    def test_a_new_nik_is_found_by_its_index(self, people):
        owner = registered_business(ward=people.a.ward).owner
        proposal = proposed(people, owner, national_id=NIK)

        actions.approve_proposal(proposal=proposal, by=people.verifier_a, at=LATER)

        assert Owner.objects.with_national_id(NIK).get() == owner

    def test_never_by_the_proposer_and_only_by_a_verifier(self, people):
        proposal = proposed(people, registered_business(ward=people.a.ward), workers_male=3)

        with pytest.raises(PermissionDenied):
            actions.approve_proposal(proposal=proposal, by=people.registrar_b, at=LATER)
        people.registrar_a.role = Role.VERIFIER
        with pytest.raises(actions.SamePerson):
            actions.approve_proposal(proposal=proposal, by=people.registrar_a, at=LATER)

        assert Business.objects.get().workers_male is None
        assert ChangeProposal.objects.get().state == ProposalState.PENDING

    def test_outdated_only_by_its_own_fields(self, people):
        business = registered_business(ward=people.a.ward, workers_male=1, workers_female=1)
        proposal = proposed(people, business, workers_male=3)
        Business.objects.update(workers_female=8, version=2)

        actions.approve_proposal(proposal=proposal, by=people.verifier_a, at=LATER)

        stored = Business.objects.get()
        assert (stored.workers_male, stored.workers_female, stored.version) == (3, 8, 3)

    def test_an_outdated_one_is_marked_and_writes_nothing(self, people):
        business = registered_business(ward=people.a.ward, workers_male=1)
        proposal = proposed(people, business, workers_male=3)
        Business.objects.update(workers_male=5, version=2)

        with pytest.raises(actions.StaleRecord, match="sudah diubah sejak"):
            actions.approve_proposal(proposal=proposal, by=people.verifier_a, at=LATER)

        assert Business.objects.get().workers_male == 5
        assert ChangeProposal.objects.get().state == ProposalState.OUTDATED
        assert last_event().verb == Verb.CHANGE_OUTDATED
        proposed(people, business, workers_male=3)  # the way is free again

    def test_numbers_that_belong_to_others_by_now_are_refused(self, people):
        one, two = registered_business(ward=people.a.ward), registered_business(ward=people.a.ward)
        nib = proposed(people, one, nib="9120001234567")
        nik = proposed(people, two.owner, national_id=NIK)
        BusinessFactory(ward=people.a.ward, nib="9120001234567")
        OwnerFactory(ward=people.a.ward, national_id=NIK)

        for proposal, refusal in ((nib, "NIB ini sudah dipakai"), (nik, "NIK ini sudah terdaftar")):
            with pytest.raises(actions.StaleRecord, match=refusal):
                actions.approve_proposal(proposal=proposal, by=people.verifier_a, at=LATER)

    def test_decided_is_decided(self, people):
        proposal = proposed(people, registered_business(ward=people.a.ward), workers_male=3)
        actions.refuse_proposal(proposal=proposal, by=people.verifier_a, at=LATER, note="Tanpa bukti")

        for again in (
            lambda: actions.approve_proposal(proposal=proposal, by=people.verifier_a, at=LATER),
            lambda: actions.refuse_proposal(proposal=proposal, by=people.verifier_a, at=LATER, note="x"),
            lambda: actions.withdraw_proposal(proposal=proposal, by=people.registrar_a, at=LATER),
        ):
            with pytest.raises(actions.WrongState, match="sudah ditolak"):
                again()

        assert Business.objects.get().workers_male is None
        assert (last_event().verb, last_event().reason) == (Verb.CHANGE_REFUSED, "Tanpa bukti")

    def test_the_proposer_may_take_it_back_and_nobody_else(self, people):
        proposal = proposed(people, registered_business(ward=people.a.ward), workers_male=3)

        with pytest.raises(actions.WrongState, match="Hanya pengusulnya"):
            actions.withdraw_proposal(proposal=proposal, by=people.administrator, at=LATER)
        actions.withdraw_proposal(proposal=proposal, by=people.registrar_a, at=LATER)

        assert ChangeProposal.objects.get().state == ProposalState.WITHDRAWN


class TestABatch:
    def batch(self, people, count=5, by=None):
        batch = uuid.uuid4()
        businesses = [registered_business(ward=people.a.ward) for _ in range(count)]
        actions.propose_changes(
            [(business, {"workers_male": 4, "name": f"Usaha {business.pk}"}) for business in businesses],
            by=by or people.registrar_a,
            at=AT,
            reason="Impor",
            batch=batch,
        )
        return batch, businesses

    def test_is_approved_in_one_step_but_for_what_became_stale(self, people, monkeypatch):
        monkeypatch.setattr("registry.actions.proposals.DECIDED_AT_ONCE", 2)
        batch, businesses = self.batch(people)
        Business.objects.filter(pk=businesses[1].pk).update(workers_male=9, version=2)

        result = actions.approve_batch(batch=batch, by=people.verifier_a, at=LATER)

        assert result.approved == 4
        assert [(proposal.record, refusal[:20]) for proposal, refusal in result.refused] == [
            (businesses[1], "Data yang diusulkan ")
        ]
        assert list(Business.objects.order_by("pk").values_list("workers_male", flat=True)) == [4, 9, 4, 4, 4]
        assert AuditEvent.objects.filter(verb=Verb.CHANGE_APPROVED, batch=batch).count() == 4
        assert actions.approve_batch(batch=batch, by=people.verifier_a, at=LATER).approved == 0

    def test_of_two_that_want_one_nib_the_first_gets_it(self, people):
        batch, businesses = uuid.uuid4(), [registered_business(ward=people.a.ward) for _ in range(2)]
        items = [(business, {"nib": "9120001234567"}) for business in businesses]
        actions.propose_changes(items, by=people.registrar_a, at=AT, reason="Impor", batch=batch)

        result = actions.approve_batch(batch=batch, by=people.verifier_a, at=LATER)

        assert result.approved == 1
        assert [proposal.record for proposal, _ in result.refused] == [businesses[1]]

    def test_only_in_the_own_area_and_never_by_the_proposer(self, people):
        batch, _ = self.batch(people)

        assert actions.approve_batch(batch=batch, by=people.verifier_b, at=LATER).approved == 0
        both = UserFactory(role=Role.VERIFIER)
        own, _ = self.batch(people, by=both)
        with pytest.raises(actions.SamePerson):
            actions.approve_batch(batch=own, by=both, at=LATER)

    def test_is_refused_in_one_step(self, people):
        batch, _ = self.batch(people)

        assert actions.refuse_batch(batch=batch, by=people.verifier_a, at=LATER, note="Salah berkas") == 5
        assert set(ChangeProposal.objects.values_list("state", flat=True)) == {ProposalState.REFUSED}

    def test_a_long_one_costs_as_many_statements_as_a_short_one(self, people):
        counts = []
        for number in (1, 3, 60):  # the first one also makes the chains of the trail
            batch, _ = self.batch(people, number)
            with CaptureQueriesContext(connection) as queries:
                actions.approve_batch(batch=batch, by=people.verifier_a, at=LATER)
            counts.append(len(queries))
        assert counts[1] == counts[2]
