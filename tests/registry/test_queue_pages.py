"""The queues of the verifier a page at a time: nothing is missed, nothing comes twice, whatever is decided meanwhile."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.models import ChangeProposal, Registration
from registry.queue_page import queue_page
from registry.views import applications, proposals, registrations
from tests.factories import BusinessFactory, registered_business
from tests.factories.registry import AT, ChangeProposalFactory
from tests.people import People
from tests.registry.applicants import waiting_application

pytestmark = pytest.mark.django_db
SIZE = 3


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (applications, proposals, registrations):
        monkeypatch.setattr(module, "PAGE_SIZE", SIZE)


def made(people: People, count: int, batch: uuid.UUID | None = None) -> list[int]:
    """Proposals, two and two at the same moment."""
    return [
        ChangeProposalFactory(
            business=registered_business(ward=people.a.ward),
            proposed_by=people.registrar_a,
            proposed_at=AT + timedelta(minutes=number // 2),
            batch=batch,
        ).pk
        for number in range(count)
    ]


def walk(way: str, asked: dict[str, str], **options: Any) -> list[list[int]]:
    """The pages from `asked` on, by their links `way`."""
    pages = []
    while True:
        page = queue_page(ChangeProposal.objects.all(), asked, by="proposed_at", size=SIZE, **options)
        pages.append([row.pk for row in page.rows])
        mark = getattr(page, way)
        if mark is None:
            return pages
        asked = {way: str(mark)}


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7, 8])
@pytest.mark.parametrize("newest_first", [False, True])
def test_forth_and_back_every_row_comes_once(people: People, count: int, newest_first: bool) -> None:
    pks = made(people, count)
    order = pks[::-1] if newest_first else pks
    forth = walk("after", {}, newest_first=newest_first)
    assert [pk for page in forth for pk in page] == order
    assert all(len(page) == SIZE for page in forth[:-1])
    if count:
        back = walk("before", {"before": str(order[-1])}, newest_first=newest_first)
        seen = list(dict.fromkeys(pk for page in back[::-1] for pk in page))  # the first page is a full one
        assert seen == order[: max(SIZE, count - 1)]
        assert back[-1] == order[:SIZE]


def test_what_is_decided_meanwhile_takes_nobody_s_place(people: People) -> None:
    pks = made(people, 7)
    first = queue_page(ChangeProposal.objects.pending(), {}, by="proposed_at", size=SIZE)
    state = {"state": "withdrawn", "decided_at": AT, "decided_by": people.registrar_a}
    ChangeProposal.objects.filter(pk__in=pks[:3]).update(**state)  # the mark itself among them
    asked = {"after": str(first.after)}
    second = queue_page(ChangeProposal.objects.pending(), asked, by="proposed_at", size=SIZE)
    assert [row.pk for row in second.rows] == pks[3:6]


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30, "٣", "", "0", "999999999"])
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_mark_that_is_none_shows_the_first_page(people: People, asked: str, way: str) -> None:
    pks = made(people, 4)
    page = queue_page(ChangeProposal.objects.all(), {way: asked}, by="proposed_at", size=SIZE)
    assert [row.pk for row in page.rows] == pks[:3]
    assert page.before is None


def registrations_waiting(people: People, count: int) -> None:
    for _ in range(count):
        business = BusinessFactory(ward=people.a.ward)
        Registration.objects.filter(business=business).update(
            state="submitted", submitted_at=AT, submitted_by=people.registrar_a
        )


def applications_waiting(people: People, count: int) -> None:
    for _ in range(count):
        waiting_application(people.a.ward)


BATCH = uuid.UUID(int=9)
QUEUES: dict[str, tuple[Any, str, str]] = {
    "registration-queue": (registrations_waiting, "verifier_a", ""),
    "application-queue": (applications_waiting, "verifier_a", ""),
    "proposal-list": (made, "verifier_a", ""),
    "proposal-mine": (made, "registrar_a", ""),
    "proposal-batch": (lambda people, count: made(people, count, BATCH), "verifier_a", str(BATCH)),
}


@pytest.mark.parametrize("name", QUEUES)
def test_the_pages_lead_on_and_cost_as_many_questions(people: People, name: str) -> None:
    make, who, argument = QUEUES[name]
    client = Client()
    client.force_login(getattr(people, who))
    url = reverse(f"registry:{name}", args=[argument] if argument else [])
    make(people, SIZE + 1)
    first = client.get(url).text
    link = re.search(r'href="(\?after=\d+)"', first)
    assert link is not None
    costs = []
    for more in (0, 2 * SIZE):
        make(people, more)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(url + link[1])
        costs.append(len(asked))
        assert 'rel="prev"' in shown.text
        older = not more or name == "proposal-mine"  # where the new ones stand in front
        assert len(shown.context["lines"]) == (1 if older else SIZE)
    assert costs[0] == costs[1]
