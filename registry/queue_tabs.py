"""What waits for a verifier: registrations of the counter, applications of the public door, proposed changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from core.models import User
from registry.models import ChangeProposal, PublicApplication, Registration

COUNTER, DOOR, PROPOSALS = (
    "registry:registration-queue",
    "registry:application-queue",
    "registry:proposal-list",
)
# How many wait in the user's area, and the name of the queue.
QUEUES: dict[str, tuple[str, Callable[[User], int]]] = {
    COUNTER: ("Dari loket", lambda user: Registration.objects.for_user(user).waiting().count()),
    DOOR: ("Permohonan daring", lambda user: PublicApplication.objects.for_user(user).waiting().count()),
    PROPOSALS: ("Usulan perubahan", lambda user: ChangeProposal.objects.for_user(user).pending().count()),
}


@dataclass(frozen=True)
class QueueTab:
    label: str
    url: str
    count: int
    is_current: bool


def queue_tabs(user: User, current: str, counted: int) -> list[QueueTab]:
    """All queues with how many wait in the user's area; `current` is the one shown, which was `counted`."""
    return [
        QueueTab(label, reverse(name), counted if name == current else count(user), name == current)
        for name, (label, count) in QUEUES.items()
    ]


def waiting_for_verifier(user: User) -> int:
    """For the menu: all queues together."""
    return sum(count(user) for _, count in QUEUES.values())
