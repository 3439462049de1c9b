"""Two people at once: numbers without gaps, edits without loss. Each with a control that goes wrong.

The rows are made inside the test: a test with real transactions ends in a flush.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection

from core.models import AuditEvent, User
from core.roles import Role
from registry import actions
from registry.actions import registrations as registrations_module
from registry.models import Business, ChangeProposal, Registration, RegistrationCounter
from registry.steps import APPROVE, RETURN, Step
from tests.factories import BusinessFactory, UserFactory, registered_business

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
PATIENCE = 30  # seconds; only a test that hangs takes as long


def at_once(tasks: Sequence[Callable[[], object]]) -> list[Exception | None]:
    """Run every task in a thread and connection of its own, from one starting signal; what each raised."""
    errors: list[Exception | None] = [None] * len(tasks)
    start = threading.Barrier(len(tasks), timeout=PATIENCE)

    def run(number: int, task: Callable[[], object]) -> None:
        try:
            start.wait()
            task()
        except Exception as error:
            errors[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return errors


def waiting_registrations(count: int) -> list[Registration]:
    registrar = UserFactory()
    businesses = [BusinessFactory() for _ in range(count)]
    return [
        actions.submit_registration(registration=business.registration, by=registrar, at=AT)
        for business in businesses
    ]


def approve_all(registrations: list[Registration], approve: Callable[..., object]) -> list[Exception | None]:
    verifier = UserFactory(role=Role.VERIFIER)
    return at_once(
        [
            lambda registration=registration: approve(registration=registration, by=verifier, at=AT)
            for registration in registrations
        ]
    )


def test_approvals_at_once_get_numbers_without_gap_or_double():
    errors = approve_all(waiting_registrations(8), actions.approve_registration)

    assert errors == [None] * 8
    numbers = sorted(Registration.objects.values_list("number", flat=True))
    assert numbers == [f"99.01-2026-{count:06d}" for count in range(1, 9)]
    assert RegistrationCounter.objects.get().last == 8


def test_control_without_lock_and_transaction_two_approvals_take_the_same_number(monkeypatch):
    both_have_read = threading.Barrier(2, timeout=PATIENCE)

    def count_without_lock(year: int) -> int:
        last = RegistrationCounter.objects.get(year=year).last
        both_have_read.wait()
        RegistrationCounter.objects.filter(year=year).update(last=last + 1)
        return last + 1

    registrations = waiting_registrations(2)
    RegistrationCounter.objects.create(year=2026)
    monkeypatch.setattr("registry.actions.registrations._next_count", count_without_lock)
    monkeypatch.setattr("registry.actions.registrations.lock", lambda record: record.refresh_from_db())

    errors = approve_all(registrations, actions.approve_registration.__wrapped__)

    assert [type(error) for error in errors if error] == [IntegrityError]
    assert RegistrationCounter.objects.get().last == 1


def test_one_registration_approved_twice_at_once_is_registered_once():
    registration = waiting_registrations(1)[0]
    copies = [Registration.objects.get(pk=registration.pk) for _ in range(4)]

    errors = approve_all(copies, actions.approve_registration)

    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, actions.WrongState) for error in errors) == 3
    assert RegistrationCounter.objects.get().last == 1
    assert AuditEvent.objects.filter(verb="approved").count() == 1


def taken_registrations(count: int) -> tuple[list[Registration], User]:
    verifier = UserFactory(role=Role.VERIFIER)
    taken = [
        actions.take_registration(registration=registration, by=verifier, at=AT)
        for registration in waiting_registrations(count)
    ]
    return taken, verifier


def test_from_in_verification_too_numbers_have_no_gap_or_double():
    registrations, verifier = taken_registrations(6)

    errors = at_once(
        [
            lambda registration=registration: actions.approve_registration(
                registration=registration, by=verifier, at=AT
            )
            for registration in registrations
        ]
    )

    assert errors == [None] * 6
    numbers = sorted(Registration.objects.values_list("number", flat=True))
    assert numbers == [f"99.01-2026-{count:06d}" for count in range(1, 7)]


def approve_and_return_at_once() -> list[Exception | None]:
    """The same verifier in two windows: one approves, the other returns."""
    [registration], verifier = taken_registrations(1)
    copies = [Registration.objects.get(pk=registration.pk) for _ in range(2)]
    return at_once(
        [
            lambda: actions.approve_registration(registration=copies[0], by=verifier, at=AT),
            lambda: actions.return_registration(
                registration=copies[1], by=verifier, at=AT, reason="Lengkapi alamat"
            ),
        ]
    )


def test_of_approve_and_return_at_once_one_comes_through_whole():
    approved, returned = approve_and_return_at_once()

    stored = Registration.objects.get()
    decided = AuditEvent.objects.filter(verb__in=("approved", "returned"))
    assert [type(error) for error in (approved, returned) if error] == [actions.WrongState]
    assert decided.count() == 1
    if approved is None:
        assert (stored.state, stored.number, stored.note) == ("registered", "99.01-2026-000001", "")
    else:
        assert (stored.state, stored.number, stored.note) == ("returned", "", "Lengkapi alamat")
        assert not RegistrationCounter.objects.exists()


def test_control_without_the_lock_both_decide(monkeypatch):
    """Each has seen the registration in verification before the other has written."""
    both_have_read = threading.Barrier(2, timeout=PATIENCE)
    refuse = registrations_module._refuse_wrong_state

    def read_and_wait(step: Step, registration: Registration) -> None:
        refuse(step, registration)
        if step in (APPROVE, RETURN):
            both_have_read.wait()

    monkeypatch.setattr("registry.actions.registrations.lock", lambda record: record.refresh_from_db())
    monkeypatch.setattr("registry.actions.registrations._refuse_wrong_state", read_and_wait)
    monkeypatch.setattr("registry.actions.registrations._next_count", lambda year: 1)
    for name in ("approve_registration", "return_registration"):
        monkeypatch.setattr(actions, name, getattr(actions, name).__wrapped__)

    errors = approve_and_return_at_once()

    # Both went on: two decisions stand in the trail, or the database refused the row they made together.
    assert all(error is None or isinstance(error, IntegrityError) for error in errors)
    assert not any(isinstance(error, actions.WrongState) for error in errors)
    assert AuditEvent.objects.filter(verb__in=("approved", "returned")).count() + sum(map(bool, errors)) == 2


def test_of_two_proposals_at_once_for_one_business_one_is_made():
    business = registered_business()
    editors = [UserFactory() for _ in range(4)]

    errors = at_once(
        [
            lambda workers=workers, editor=editor: actions.propose_change(
                record=business, values={"workers_male": workers}, by=editor, at=AT, reason="Surat"
            )
            for workers, editor in enumerate(editors, start=1)
        ]
    )

    assert sorted(type(error).__name__ for error in errors if error) == ["WrongState"] * 3
    assert ChangeProposal.objects.pending().count() == 1


def test_a_proposal_approved_by_several_at_once_is_written_once():
    business, clerk = registered_business(workers_male=1), UserFactory()
    proposal = actions.propose_change(
        record=business, values={"workers_male": 2}, by=clerk, at=AT, reason="Surat"
    )
    tries = [(ChangeProposal.objects.get(pk=proposal.pk), UserFactory(role=Role.VERIFIER)) for _ in range(4)]

    errors = at_once(
        [
            lambda copy=copy, verifier=verifier: actions.approve_proposal(proposal=copy, by=verifier, at=AT)
            for copy, verifier in tries
        ]
    )

    assert sorted(type(error).__name__ for error in errors if error) == ["WrongState"] * 3
    stored = Business.objects.get()
    assert (stored.workers_male, stored.version) == (2, 2)
    assert AuditEvent.objects.filter(verb="change_approved").count() == 1


def test_an_edit_that_comes_while_a_registration_is_approved_never_slips_in_unseen():
    """Either the editor was first, and the approval tells of the new values; or there is nothing to save."""
    [registration], verifier = taken_registrations(1)
    seen = registration.business.version
    copy = Business.objects.get(pk=registration.business_id)
    copy.workers_male = 9

    edit, approval = at_once(
        [
            lambda: actions.save_business(business=copy, by=UserFactory(), at=AT),
            lambda: actions.approve_registration(
                registration=registration, by=verifier, at=AT, expected_version=seen
            ),
        ]
    )

    stored = Business.objects.select_related("registration").get()
    assert sorted(type(error).__name__ for error in (edit, approval) if error) in (
        ["StaleRecord"],
        ["WrongState"],
    )
    assert (stored.workers_male == 9) is (stored.registration.state == "in_verification")


def edit_at_once(business: Business) -> list[Exception | None]:
    """Four editors, each from the same version, each with a number of workers of their own."""
    editor = UserFactory()

    def edit(workers: int) -> Callable[[], object]:
        copy = Business.objects.get(pk=business.pk)
        copy.workers_male = workers
        return lambda: actions.save_business(business=copy, by=editor, at=AT)

    return at_once([edit(workers) for workers in (1, 2, 3, 4)])


def test_of_editors_at_once_one_wins_and_the_others_are_told():
    business = BusinessFactory()

    errors = edit_at_once(business)

    winners = [workers for workers, error in enumerate(errors, start=1) if error is None]
    assert len(winners) == 1
    assert all(isinstance(error, actions.StaleRecord) for error in errors if error)
    stored = Business.objects.get()
    assert (stored.workers_male, stored.version) == (winners[0], 2)
    assert AuditEvent.objects.filter(verb="changed").count() == 1


def test_control_without_the_version_every_editor_overwrites_the_one_before(monkeypatch):
    business = BusinessFactory()
    monkeypatch.setattr("registry.actions.records._claim_version", lambda record, expected: None)
    monkeypatch.setattr(
        "registry.actions.records._as_seen", lambda record, expected: Business.objects.get(pk=record.pk)
    )

    errors = edit_at_once(business)

    assert errors == [None] * 4
    assert AuditEvent.objects.filter(verb="changed").count() == 4


NIB = "9120001234567"


def two_owners_take_one_nib(monkeypatch, save: Callable[..., object]) -> list[Exception | None]:
    """Each pauses after its check, so that the other can check too if nothing holds it up."""
    both_have_checked = threading.Barrier(2)
    check = Business.nib_is_anothers

    def check_and_pause(business: Business) -> bool:
        answer = check(business)
        with suppress(threading.BrokenBarrierError):
            both_have_checked.wait(1)
        return answer

    monkeypatch.setattr(Business, "nib_is_anothers", check_and_pause)
    editor = UserFactory()
    businesses = [BusinessFactory() for _ in range(2)]
    for business in businesses:
        business.nib = NIB
    return at_once(
        [lambda business=business: save(business=business, by=editor, at=AT) for business in businesses]
    )


def test_of_two_owners_with_one_nib_the_second_is_refused(monkeypatch):
    errors = two_owners_take_one_nib(monkeypatch, actions.save_business)

    assert [type(error) for error in errors if error] == [actions.AlreadyTaken]
    assert Business.objects.filter(nib=NIB).count() == 1


def test_control_without_lock_and_transaction_both_take_it(monkeypatch):
    monkeypatch.setattr("registry.actions.records.hold_nibs", lambda nibs: None)

    errors = two_owners_take_one_nib(monkeypatch, actions.save_business.__wrapped__)

    assert errors == [None, None]
    assert Business.objects.filter(nib=NIB).count() == 2
