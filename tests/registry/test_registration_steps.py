"""Every state of a registration, and every way between them: the table, the actions, and who may."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction

from core.models import AuditEvent, Verb
from core.roles import Role
from registry import actions, steps
from registry.models import Business, BusinessStatus, Registration, RegistrationState
from registry.offers import offers
from registry.steps import REGISTRATION_STEPS, STATUS_STEPS, drawn, steps_from, valid_until
from tests.factories import BusinessFactory, UserFactory, registered_business

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
MANUAL = Path(__file__).parents[2] / "docs" / "panduan" / "verifikasi.md"
ACTIONS = {
    steps.TAKE: actions.take_registration,
    steps.RELEASE: actions.release_registration,
    steps.APPROVE: actions.approve_registration,
    steps.RETURN: actions.return_registration,
    steps.REJECT: actions.reject_registration,
    steps.SUSPEND: actions.suspend_registration,
    steps.RESUME: actions.resume_registration,
    steps.RENEW: actions.renew_registration,
    steps.REVOKE: actions.revoke_registration,
}
# Who decides a registration that waits takes it with that.
TAKES_WITH_IT = {(step, "submitted") for step in (steps.APPROVE, steps.RETURN, steps.REJECT)}


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


def registration_in(state: str, people) -> Registration:
    """As it would have come there: submitted by the registrar, held by the verifier."""
    business = registered_business(ward=people.a.ward)
    registration = business.registration
    registration.submitted_by, registration.submitted_at = people.registrar_a, AT
    registration.registered_by = people.verifier_a
    registration.state, registration.note = state, "Catatan"
    registration.valid_until = date(2027, 3, 1)
    if state not in steps.NUMBERED:
        registration.number, registration.valid_until = "", None
        registration.registered_at = registration.registered_by = None
    if state == RegistrationState.IN_VERIFICATION:
        registration.taken_at, registration.taken_by = AT, people.verifier_a
    registration.save()
    return registration


def act(step, registration, by, at=LATER):
    reason = {"reason": "Alasan yang cukup"} if step.needs_reason else {}
    return ACTIONS[step](registration=registration, by=by, at=at, **reason)


class TestTheTable:
    def test_it_speaks_of_the_states_there_are(self):
        named = {state for step in REGISTRATION_STEPS for state in (*step.sources, step.target)}
        assert named == set(RegistrationState)
        assert {state for step in STATUS_STEPS for state in (*step.sources, step.target)} == set(
            BusinessStatus
        )

    def test_every_state_can_be_reached_from_a_draft(self):
        reached = {"draft"}
        for _ in RegistrationState:
            reached |= {step.target for state in reached for step in steps_from(state, REGISTRATION_STEPS)}
        assert reached == set(RegistrationState)

    @pytest.mark.parametrize("step", ACTIONS, ids=lambda step: step.name)
    @pytest.mark.parametrize("state", RegistrationState)
    def test_an_action_takes_exactly_the_ways_of_the_table(self, people, step, state):
        registration = registration_in(state, people)
        if state in step.sources or (step, str(state)) in TAKES_WITH_IT:
            act(step, registration, people.verifier_a)
            assert Registration.objects.get().state == step.target
            return
        with pytest.raises(actions.WrongState, match="tidak dapat dilakukan"):
            act(step, registration, people.verifier_a)
        assert Registration.objects.get().state == state
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("state", RegistrationState)
    def test_a_draft_and_a_returned_one_alone_are_submitted(self, people, state):
        registration = registration_in(state, people)
        if state in ("draft", "returned"):
            actions.submit_registration(registration=registration, by=people.registrar_a, at=LATER)
            assert (registration.state, registration.note) == ("submitted", "")
            return
        with pytest.raises(actions.WrongState):
            actions.submit_registration(registration=registration, by=people.registrar_a, at=LATER)

    @pytest.mark.parametrize("step", ACTIONS, ids=lambda step: step.name)
    def test_only_who_may_and_with_a_reason_where_one_is_asked(self, people, step):
        registration = registration_in(min(step.sources), people)
        with pytest.raises(PermissionDenied):
            act(step, registration, people.registrar_b)
        if step.needs_reason:
            with pytest.raises(actions.Incomplete, match="Alasan"):
                ACTIONS[step](registration=registration, by=people.verifier_a, at=LATER, reason=" \n")
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize(
        "step", [step for step in ACTIONS if step.in_business], ids=lambda step: step.name
    )
    def test_a_closed_business_is_not_taken_into_the_register(self, people, step):
        registration = registration_in(min(step.sources), people)
        Business.objects.update(status="closed", status_since=date(2026, 1, 1))
        registration = Registration.objects.get()

        with pytest.raises(actions.WrongState, match="usaha ini tutup"):
            act(step, registration, people.verifier_a)
        assert step not in [offer.step for offer in offers(registration, people.verifier_a)]


class TestThePictureOfTheManual:
    @pytest.mark.parametrize(
        ("table", "states", "start"),
        [(REGISTRATION_STEPS, RegistrationState, "draft"), (STATUS_STEPS, BusinessStatus, "active")],
    )
    def test_it_is_drawn_from_the_table(self, table, states, start):
        picture = drawn(table, dict(states.choices), start)
        assert f"```mermaid\n{picture}\n```" in MANUAL.read_text(encoding="utf-8")


class TestHolding:
    def test_who_took_it_decides_and_nobody_else(self, people):
        registration = registration_in("submitted", people)
        second = UserFactory(role=Role.VERIFIER, full_name="Verifikator Kedua")
        act(steps.TAKE, registration, people.verifier_a)
        assert (registration.taken_by, registration.taken_at) == (people.verifier_a, LATER)

        for step in (steps.APPROVE, steps.RETURN, steps.REJECT):
            with pytest.raises(actions.WrongState, match=f"diperiksa oleh {people.verifier_a}"):
                act(step, registration, second)
            assert step not in [offer.step for offer in offers(registration, second)]

        act(steps.RELEASE, registration, second)
        assert (registration.state, registration.taken_by) == ("submitted", None)
        act(steps.APPROVE, registration, second)
        assert registration.registered_by == second

    def test_deciding_at_once_takes_it_with_that(self, people):
        registration = registration_in("submitted", people)

        act(steps.APPROVE, registration, people.verifier_a)

        verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs == [Verb.TAKEN, Verb.APPROVED]
        assert (registration.taken_by, registration.taken_at) == (None, None)


class TestFourEyes:
    def test_the_submitter_neither_takes_nor_decides(self, people):
        registration = registration_in("submitted", people)
        people.registrar_a.role = Role.VERIFIER

        for step in (steps.TAKE, steps.APPROVE, steps.RETURN, steps.REJECT):
            with pytest.raises(actions.SamePerson, match="diajukan oleh Anda"):
                act(step, registration, people.registrar_a)
        assert offers(registration, people.registrar_a) == []

    @pytest.mark.parametrize("of_owner", [False, True])
    def test_nor_who_changed_the_data_while_it_waited(self, people, of_owner):
        registration = registration_in("submitted", people)
        business, editor = registration.business, UserFactory(role=Role.REGISTRAR)
        if of_owner:
            business.owner.name = "Nama lain"
            actions.save_owner(owner=business.owner, by=editor, at=LATER)
        else:
            business.workers_male = 3
            actions.save_business(business=business, by=editor, at=LATER)
        editor.role = Role.VERIFIER

        with pytest.raises(actions.SamePerson, match="mengubah data ini sejak diajukan"):
            act(steps.APPROVE, registration, editor)
        act(steps.APPROVE, registration, people.verifier_a)

    def test_who_changed_it_before_may(self, people):
        editor = UserFactory(role=Role.REGISTRAR)
        business = BusinessFactory(ward=people.a.ward, workers_male=1)
        business.workers_male = 2
        actions.save_business(business=business, by=editor, at=AT)
        registration = business.registration
        actions.submit_registration(registration=registration, by=people.registrar_a, at=LATER)
        editor.role = Role.VERIFIER

        act(steps.APPROVE, registration, editor)

        stored = Registration.objects.get(pk=registration.pk)
        assert (stored.state, stored.registered_by) == ("registered", editor)
        assert stored.number

    def test_what_was_changed_since_it_was_read_is_not_approved_unseen(self, people):
        registration = registration_in("submitted", people)

        with pytest.raises(actions.StaleRecord, match="diubah sejak Anda membacanya"):
            actions.approve_registration(
                registration=registration, by=people.verifier_a, at=LATER, expected_version=7
            )

    def test_the_database_keeps_them_apart_as_well(self, people):
        registration_in("submitted", people)
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.update(state="in_verification", taken_at=AT, taken_by=people.registrar_a)
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.update(state="in_verification")
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.update(state="returned", note="")


class TestReturned:
    def test_the_note_is_read_corrected_and_submitted_again(self, people):
        registration = registration_in("submitted", people)
        actions.return_registration(
            registration=registration, by=people.verifier_a, at=LATER, reason=" Lengkapi alamat "
        )
        assert (registration.note, last_event().reason) == ("Lengkapi alamat", "Lengkapi alamat")

        business = registration.business
        business.address = "Jalan Contoh 1"
        actions.save_business(business=business, by=people.registrar_a, at=LATER)
        actions.submit_registration(registration=registration, by=people.registrar_a, at=LATER)
        act(steps.APPROVE, registration, people.verifier_a)

        assert Registration.objects.get().number == "99.01-2026-000001"


class TestValidity:
    def test_it_begins_with_the_approval_and_again_with_each_renewal(self, people, settings):
        settings.REGISTRATION_VALID_YEARS = 2
        registration = registration_in("submitted", people)
        act(steps.APPROVE, registration, people.verifier_a, at=AT)
        assert registration.valid_until == date(2028, 3, 5)

        act(steps.RENEW, registration, people.verifier_a, at=AT + timedelta(days=365))
        assert registration.valid_until == date(2029, 3, 5)
        assert last_event().changes == {"valid_until": ["2028-03-05", "2029-03-05"]}

    @pytest.mark.parametrize(
        ("day", "years", "end"),
        [
            (date(2026, 3, 5), 5, date(2031, 3, 5)),
            (date(2028, 2, 29), 5, date(2033, 2, 28)),
            (date(2028, 2, 29), 4, date(2032, 2, 29)),
            (date(2026, 3, 5), 0, None),
        ],
    )
    def test_a_year_is_a_year(self, day, years, end):
        assert valid_until(day, years) == end

    def test_what_is_over_expires_once_and_leaves_the_counts(self, people, monkeypatch):
        monkeypatch.setattr("registry.actions.registrations.EXPIRED_AT_ONCE", 2)
        for last_day in (date(2026, 3, 4), date(2026, 3, 4), date(2026, 3, 3), date(2026, 3, 5), None):
            registration = registered_business(ward=people.a.ward).registration
            Registration.objects.filter(pk=registration.pk).update(valid_until=last_day)
        suspended = registration_in("suspended", people)
        Registration.objects.filter(pk=suspended.pk).update(valid_until=date(2020, 1, 1))

        assert actions.expire_registrations(at=AT) == 3
        assert actions.expire_registrations(at=AT) == 0

        assert Registration.objects.filter(state="expired").count() == 3
        assert Business.objects.registered().count() == 2
        events = AuditEvent.objects.filter(verb=Verb.EXPIRED)
        assert events.count() == 3
        event = events.first()
        assert (event.changes, event.actor_name, event.district_id) == (
            {"state": ["registered", "expired"]},
            "sistem",
            people.a.district.pk,
        )

    def test_the_last_day_is_over_when_it_is_over_in_jakarta(self, people):
        registration = registration_in("registered", people)
        Registration.objects.update(valid_until=date(2026, 3, 5))
        assert actions.expire_registrations(at=datetime(2026, 3, 5, 16, 59, tzinfo=UTC)) == 0
        assert actions.expire_registrations(at=datetime(2026, 3, 5, 17, 0, tzinfo=UTC)) == 1
        act(steps.RENEW, registration, people.verifier_a)
        assert Registration.objects.get().state == "registered"

    def test_the_command_says_how_many(self, people):
        registration_in("registered", people)
        Registration.objects.update(valid_until=date(2020, 1, 1))
        out = StringIO()
        call_command("expire_registrations", stdout=out)
        call_command("expire_registrations", stdout=out)
        assert out.getvalue() == "Pendaftaran kedaluwarsa: 1.\nPendaftaran kedaluwarsa: 0.\n"


class TestClosedAndMoved:
    def test_the_status_is_the_one_truth_and_the_number_stays(self, people):
        registration = registration_in("registered", people)
        business = registration.business

        actions.change_status(
            business=business,
            status=BusinessStatus.CLOSED,
            on=date(2026, 3, 1),
            by=people.registrar_a,
            at=AT,
            reason="Pemilik berhenti",
        )

        stored = Registration.objects.get()
        assert (stored.state, stored.number) == ("registered", registration.number)
        assert not Business.objects.registered().exists()
