"""One finger, two taps: one registration. With a control that sends it twice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from core.models import AuditEvent
from core.roles import Role
from registry import actions
from registry.models import Business, Owner, PublicApplication
from registry.public.codes import new_code
from tests.factories import SectorFactory, UserFactory, WardFactory
from tests.factories.registry import AT
from tests.registry.applicants import NIK, consent_text
from tests.registry.test_actions_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def filled_draft() -> PublicApplication:
    answers = {
        "owner_name": "Ibu Contoh",
        "owner_national_id": NIK,
        "owner_phone": "+6281234567890",
        "name": "Warung Contoh",
        "sector": SectorFactory().pk,
        "ward": WardFactory().pk,
    }
    application = actions.start_application(code=new_code(), consent=consent_text(), at=AT)
    actions.save_answers(application=application, answers=answers, at=AT)
    return application


def send_at_once(count: int) -> list[Exception | None]:
    draft = filled_draft()
    copies = [PublicApplication.objects.get(pk=draft.pk) for _ in range(count)]
    return at_once([lambda copy=copy: actions.submit_application(application=copy, at=AT) for copy in copies])


def test_sent_by_many_taps_at_once_it_is_one():
    errors = send_at_once(6)

    assert errors.count(None) == 1
    assert all(isinstance(error, actions.WrongState) for error in errors if error)
    assert PublicApplication.objects.get().round == 1
    assert AuditEvent.objects.filter(verb="submitted").count() == 1


def test_control_without_reading_the_row_anew_every_tap_sends(monkeypatch):
    monkeypatch.setattr("registry.actions.applications._lock", lambda application: None)

    errors = send_at_once(3)

    assert errors == [None] * 3
    assert AuditEvent.objects.filter(verb="submitted").count() == 3


def accept_at_once(count: int) -> list[Exception | None]:
    draft = filled_draft()
    actions.submit_application(application=draft, at=AT)
    verifier = UserFactory(role=Role.VERIFIER)
    copies = [PublicApplication.objects.get(pk=draft.pk) for _ in range(count)]
    decision = {"sent": 1, "owner": None, "by": verifier, "at": AT}
    return at_once(
        [lambda copy=copy: actions.accept_application(application=copy, **decision) for copy in copies]
    )


def test_accepted_twice_at_once_it_is_one_business():
    errors = accept_at_once(4)

    assert errors.count(None) == 1
    assert all(isinstance(error, actions.WrongState) for error in errors if error)
    assert Business.objects.get().registration.state == "submitted"
    assert AuditEvent.objects.filter(verb="approved").count() == 1


def test_control_without_reading_the_row_anew_only_the_database_stops_the_second(monkeypatch):
    monkeypatch.setattr("registry.actions.decisions._lock", lambda application: None)

    errors = accept_at_once(2)

    assert [type(error) for error in errors if error] == [IntegrityError]


def test_two_applications_with_one_nik_make_one_owner():
    drafts = [filled_draft() for _ in range(2)]
    for draft in drafts:
        actions.submit_application(application=draft, at=AT)
    verifier = UserFactory(role=Role.VERIFIER)
    decision = {"sent": 1, "owner": None, "by": verifier, "at": AT}

    errors = at_once(
        [lambda draft=draft: actions.accept_application(application=draft, **decision) for draft in drafts]
    )

    assert [type(error) for error in errors if error] == [actions.AlreadyTaken]
    assert Owner.objects.count() == 1
    assert sorted(PublicApplication.objects.values_list("state", flat=True)) == ["accepted", "submitted"]
