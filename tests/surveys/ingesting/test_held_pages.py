"""What is held is read, tried again and set aside by who runs the fieldwork there, and by nobody else."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from surveys.models import Response, Submission, SubmissionState, Visit
from tests.factories import BusinessFactory, WaveFactory
from tests.people import People
from tests.surveys.ingesting.sends import AT, body, held_in, ingested

LIST = reverse("surveys:held-list")


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def over(people: People) -> tuple[Submission, object]:
    """Held because its wave was over, as the office reads it."""
    wave = WaveFactory(period_end=date(2026, 2, 1))
    business = BusinessFactory(ward=people.a.ward, name="Warung Terlambat")
    return ingested(body(wave, business, note="Pintu belakang"), people.enumerator_a).submission, wave


def act(client: Client, name: str, submission: Submission, **data: str):
    return client.post(reverse(f"surveys:held-{name}", args=[submission.instance_id]), data, follow=True)


def test_four_people_at_the_list(client, people):
    held_in(people.a)
    for user, count in ((people.supervisor_a, 1), (people.supervisor_b, 0), (people.administrator, 1)):
        client.force_login(user)
        page = client.get(LIST).content.decode()
        assert page.count("Gelombang pada kiriman ini tidak dikenal") == count, user
    client.force_login(people.enumerator_a)
    assert client.get(LIST).status_code == 403
    assert Client().get(LIST).status_code == 302


def test_the_oldest_comes_first_a_page_at_a_time(client, people, django_assert_max_num_queries):
    def cost() -> int:
        with django_assert_max_num_queries(20) as asked:
            client.get(LIST)
        return len(asked)

    client.force_login(people.supervisor_a)
    held_in(people.a)
    client.get(LIST)
    few = cost()
    for _ in range(51):
        held_in(people.a)

    assert cost() == few
    page = client.get(LIST).content.decode()
    assert page.count("tidak dikenal.</td>") == 50
    assert 'rel="next"' in page


def test_what_was_said_can_be_read_before_it_is_decided(client, people):
    submission, _ = over(people)
    client.force_login(people.supervisor_a)

    page = client.get(reverse("surveys:held-detail", args=[submission.instance_id])).content.decode()

    for said in (
        "Warung Terlambat",
        "Pintu belakang",
        "Media sosial, Marketplace",
        "menerima wawancara pada",
    ):
        assert said in page


def test_of_a_business_elsewhere_only_that_it_is_elsewhere(client, people):
    elsewhere = BusinessFactory(ward=people.b.ward, name="Rahasia Seberang")
    submission = ingested(body(WaveFactory(), elsewhere, note="catatan"), people.enumerator_a).submission
    client.force_login(people.supervisor_a)

    page = client.get(reverse("surveys:held-detail", args=[submission.instance_id])).content.decode()

    assert "Tidak ada di wilayah kerja Anda" in page
    assert "Rahasia Seberang" not in page
    assert "Media sosial" not in page


def test_tried_again_after_its_cause_is_gone_it_is_an_interview_of_who_made_it(client, people):
    submission, wave = over(people)
    wave.period_end = date(2026, 12, 31)
    wave.save()
    client.force_login(people.supervisor_a)

    page = act(client, "retry", submission).content.decode()

    assert "tidak lagi ditahan" in page
    submission.refresh_from_db()
    assert (submission.state, submission.problem) == (SubmissionState.STORED, "")
    assert Response.objects.get().enumerator == people.enumerator_a
    assert Visit.objects.get().enumerator == people.enumerator_a
    assert AuditEvent.objects.about(submission).filter(verb="released").get().actor_name == str(
        people.supervisor_a
    )


def test_tried_again_too_early_it_stays_held_and_says_why(client, people):
    submission, _ = over(people)
    client.force_login(people.supervisor_a)

    assert "Masih belum dapat disimpan" in act(client, "retry", submission).content.decode()
    assert Submission.objects.get().state == SubmissionState.HELD
    assert AuditEvent.objects.about(submission).count() == 1


def test_set_aside_with_a_reason_it_keeps_what_was_sent(client, people):
    submission, _ = over(people)
    client.force_login(people.supervisor_a)

    assert "Bagian ini wajib diisi" in act(client, "discard", submission, reason=" ").content.decode()
    act(client, "discard", submission, reason="Sudah diwawancarai ulang")

    stored = Submission.objects.get()
    assert (stored.state, stored.payload) == (SubmissionState.DISCARDED, submission.payload)
    assert AuditEvent.objects.about(stored).get(verb="discarded").reason == "Sudah diwawancarai ulang"
    assert "Tidak ada kiriman" in client.get(LIST).content.decode()


@pytest.mark.parametrize("name", ["retry", "discard"])
def test_decided_by_somebody_else_meanwhile_it_is_a_conflict(client, people, name):
    submission, _ = over(people)
    Submission.objects.update(state=SubmissionState.DISCARDED)
    client.force_login(people.supervisor_a)

    answer = act(client, name, submission, reason="Alasan")

    assert answer.status_code == 409
    assert "tidak lagi ditahan" in answer.content.decode()


@pytest.mark.parametrize("name", ["retry", "discard"])
def test_elsewhere_it_is_not_there(client, people, name):
    submission, _ = over(people)
    client.force_login(people.supervisor_b)

    assert act(client, name, submission, reason="Alasan").status_code == 404
    assert act(client, name, Submission(instance_id=uuid.uuid4())).status_code == 404
    assert Submission.objects.get().state == SubmissionState.HELD


def test_the_clock_is_not_forgotten_when_it_is_tried_again(client, people):
    submission, wave = over(people)
    Submission.objects.update(clock_skew_seconds=3_600)
    wave.period_end = date(2026, 12, 31)
    wave.save()
    client.force_login(people.supervisor_a)
    act(client, "retry", submission)

    assert Response.objects.get().clock_skew_seconds == 3_600


def test_the_first_page_of_who_decides_says_how_many_wait(client, people):
    held_in(people.a)
    for user, shows in (
        (people.supervisor_a, True),
        (people.supervisor_b, False),
        (people.enumerator_a, False),
    ):
        client.force_login(user)
        assert ("1 kiriman lapangan ditahan" in client.get(reverse("core:home")).content.decode()) is shows


def test_the_way_to_the_pages_of_the_field(client, people):
    pages = [LIST, reverse("surveys:backup-restore"), reverse("surveys:device-list")]
    for user, count in ((people.supervisor_a, 3), (people.enumerator_a, 1)):
        client.force_login(user)
        page = client.get(reverse("surveys:wave-list")).content.decode()
        assert sum(f'href="{url}"' in page for url in pages) == count
