"""A long group of proposals is decided by a worker: with progress, stopped, gone on with, never twice."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import AuditEvent, Job, JobState, Verb
from core.roles import Role
from registry import actions
from registry.models import Business, ChangeProposal, GroupDecision, ProposalState
from registry.views import proposals as views
from tests.core.importing.working import work_off_the_queue
from tests.factories import UserFactory, registered_business
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db
BATCH = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def _two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.actions.proposals.DECIDED_AT_ONCE", 2)
    monkeypatch.setattr(views, "DECIDED_AT_ONCE", 2)


@pytest.fixture
def businesses(people: People) -> list[Business]:
    found = [registered_business(ward=people.a.ward, workers_male=2) for _ in range(5)]
    items = [(business, {"workers_male": 4}) for business in found]
    actions.propose_changes(items, by=people.registrar_a, at=AT, reason="Impor", batch=BATCH)
    return found


@pytest.fixture
def verifier(people: People) -> Client:
    client = Client()
    client.force_login(people.verifier_a)
    return client


def url(step: str = "") -> str:
    return reverse(f"registry:proposal-batch{step}", args=[BATCH])


def workers() -> list[int]:
    return list(Business.objects.order_by("pk").values_list("workers_male", flat=True))


def test_a_long_group_is_approved_by_a_worker_but_for_what_became_stale(
    businesses: list[Business], verifier: Client
) -> None:
    Business.objects.filter(pk=businesses[1].pk).update(workers_male=9, version=2)

    shown = verifier.post(url("-approve"), follow=True).text
    assert "dikerjakan di latar" in shown
    assert "Menunggu giliran" in shown
    assert "Setujui semua" not in shown
    assert workers() == [2, 9, 2, 2, 2]

    work_off_the_queue()
    shown = verifier.get(url()).text
    assert "Disetujui: 4" in shown
    assert "Tidak berlaku lagi: 1" in shown
    assert workers() == [4, 9, 4, 4, 4]
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)
    approved = AuditEvent.objects.filter(verb=Verb.CHANGE_APPROVED, batch=BATCH)
    decision = GroupDecision.objects.get()
    assert set(approved.values_list("at", "actor_name")) == {(decision.decided_at, str(decision.decided_by))}


def test_stopped_the_rest_waits_again_and_can_be_decided_anew(
    businesses: list[Business], verifier: Client
) -> None:
    verifier.post(url("-approve"))
    actions.decide_some(decision=GroupDecision.objects.get())
    verifier.post(url("-stop"))
    work_off_the_queue()

    shown = verifier.get(url()).text
    assert "Setujui semua (3)" in shown
    assert workers() == [4, 4, 2, 2, 2]

    verifier.post(url("-approve"))
    work_off_the_queue()
    assert workers() == [4] * 5
    assert AuditEvent.objects.filter(verb=Verb.CHANGE_APPROVED).count() == 5


def test_a_worker_that_died_is_followed_by_one_that_goes_on(
    businesses: list[Business], verifier: Client
) -> None:
    verifier.post(url("-approve"))
    Job.objects.update(total=5)
    actions.decide_some(decision=GroupDecision.objects.get())
    running = jobs.claim("second")
    assert running is not None
    assert jobs.run(running) == "done"
    running.job.refresh_from_db()
    assert (running.job.done, running.job.total, workers()) == (5, 5, [4] * 5)
    assert AuditEvent.objects.filter(verb=Verb.CHANGE_APPROVED).count() == 5


def test_refused_with_one_note(businesses: list[Business], verifier: Client) -> None:
    verifier.post(url("-refuse"), {"note": "Berkas keliru"})
    work_off_the_queue()
    found = ChangeProposal.objects.values_list("state", "note")
    assert set(found) == {(ProposalState.REFUSED, "Berkas keliru")}
    assert "Ditolak: 5" in verifier.get(url()).text


def test_while_it_runs_nobody_decides_on_the_group_again(
    people: People, businesses: list[Business], verifier: Client
) -> None:
    verifier.post(url("-approve"))
    assert verifier.post(url("-approve")).status_code == 409
    assert verifier.post(url("-refuse"), {"note": "Berkas keliru"}).status_code == 409
    assert Job.objects.count() == 1
    other = Client()
    other.force_login(UserFactory(role=Role.VERIFIER))
    assert f"diminta oleh {people.verifier_a}" in other.get(url()).text


def test_four_eyes_and_the_own_area_hold_for_the_worker_too(
    people: People, businesses: list[Business]
) -> None:
    ChangeProposal.objects.filter(business=businesses[4]).update(proposed_by=people.verifier_a)
    with pytest.raises(actions.SamePerson):
        actions.start_group_decision(batch=BATCH, state=ProposalState.APPROVED, by=people.verifier_a, at=AT)
    actions.start_group_decision(batch=BATCH, state=ProposalState.APPROVED, by=people.verifier_b, at=AT)
    work_off_the_queue()
    assert workers() == [2] * 5


def test_a_proposal_of_one_s_own_that_came_in_meanwhile_ends_the_job_with_the_reason(
    people: People, businesses: list[Business], verifier: Client
) -> None:
    verifier.post(url("-approve"))
    ChangeProposal.objects.filter(business=businesses[4]).update(proposed_by=people.verifier_a)
    work_off_the_queue()
    assert Job.objects.get().state == JobState.FAILED
    assert "harus disetujui orang lain" in verifier.get(url()).text
    assert workers() == [4, 4, 4, 4, 2]
