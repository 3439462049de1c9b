"""What waits to be reviewed: the queue, its tabs, the one after this one, and what was said about one that came back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from core.models import User
from core.permissions import Permission
from surveys.models import Response, ResponseState, Review
from surveys.models.responses import ResponseQuerySet

TABS = (
    ResponseState.SENT,
    ResponseState.CORRECTED,
    ResponseState.PASSED,
    ResponseState.RETURNED,
    ResponseState.ACCEPTED,
)
FOR_REVIEWERS = (ResponseState.SENT, ResponseState.CORRECTED)
NEWEST_FIRST = frozenset({ResponseState.ACCEPTED.value})


@dataclass(frozen=True)
class ReviewTab:
    state: str
    label: str
    count: int


@dataclass(frozen=True)
class LabelledReason:
    code: str
    label: str
    reason: str


@dataclass(frozen=True)
class ReviewLine:
    review: Review
    reasons: list[LabelledReason]


def first_tab(user: User) -> str:
    """Where the user's own work begins."""
    return ResponseState.SENT if user.can(Permission.REVIEW_RESPONSES) else ResponseState.PASSED


def tabs(rows: ResponseQuerySet) -> list[ReviewTab]:
    """With how many of `rows` are in each: one query."""
    counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return [ReviewTab(state.value, state.label, counted.get(state.value, 0)) for state in TABS]


def for_queue(rows: ResponseQuerySet) -> ResponseQuerySet:
    return rows.select_related("wave", "business__ward", "business__sector", "enumerator").prefetch_related(
        "flags"
    )


def next_in_queue(rows: ResponseQuerySet, decided: Response) -> Response | None:
    """The one after `decided` in the order of the queue, else the first that is left."""
    rows = rows.exclude(pk=decided.pk).order_by("received_at", "pk")
    beyond = Q(received_at__gt=decided.received_at) | Q(received_at=decided.received_at, pk__gt=decided.pk)
    return rows.filter(beyond, received_at__gte=decided.received_at).first() or rows.first()


def waiting_for(user: User) -> int:
    """How many in the user's area wait for what the user does."""
    states: list[str] = []
    if user.can(Permission.REVIEW_RESPONSES):
        states += FOR_REVIEWERS
    if user.can(Permission.ACCEPT_RESPONSES):
        states.append(ResponseState.PASSED)
    if not states:
        return 0
    return Response.objects.for_user(user).filter(state__in=states).exclude(enumerator=user).count()


def returned_to(user: User) -> ResponseQuerySet:
    """The user's own interviews that came back, the longest waiting first."""
    return Response.objects.filter(enumerator=user, state=ResponseState.RETURNED).order_by(
        "received_at", "pk"
    )


def history(response: Response) -> list[ReviewLine]:
    """Every decision on the interview, the newest first: two queries."""
    reviews = response.reviews.select_related("by").prefetch_related("reasons")
    return [ReviewLine(review, _labelled(response, review)) for review in reviews]


def returned_note(response: Response) -> ReviewLine | None:
    """Why it lies with its enumerator again; None where it does not."""
    if response.state != ResponseState.RETURNED:
        return None
    review = Review.objects.latest_return(response)
    return ReviewLine(review, _labelled(response, review)) if review else None


def _labelled(response: Response, review: Review) -> list[LabelledReason]:
    given = review.reason_by_code
    items = response.questionnaire.definition
    return [LabelledReason(item.code, item.label, given[item.code]) for item in items if item.code in given]
