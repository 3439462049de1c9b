"""What waits to be decided: applications of the public door, registrations, proposed changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from core.models import User
from core.permissions import Permission
from registry.models import ChangeProposal, PublicApplication, Registration

COUNTER, DOOR, PROPOSALS = (
    "registry:registration-queue",
    "registry:application-queue",
    "registry:proposal-list",
)
_APPROVE = Permission.APPROVE_REGISTRATIONS


@dataclass(frozen=True)
class Queue:
    """`waiting`: how many wait in the user's area."""

    label: str
    permission: Permission
    waiting: Callable[[User], int]


QUEUES = {
    COUNTER: Queue(
        "Pendaftaran", _APPROVE, lambda user: Registration.objects.for_user(user).waiting().count()
    ),
    DOOR: Queue(
        "Permohonan daring",
        Permission.RECEIVE_APPLICATIONS,
        lambda user: PublicApplication.objects.for_user(user).waiting().count(),
    ),
    PROPOSALS: Queue(
        "Usulan perubahan", _APPROVE, lambda user: ChangeProposal.objects.for_user(user).pending().count()
    ),
}


@dataclass(frozen=True)
class QueueTab:
    label: str
    url: str
    count: int
    is_current: bool


def queue_tabs(user: User, current: str, counted: int) -> list[QueueTab]:
    """The user's queues with how many wait in their area; `current` is the one shown, which was `counted`."""
    return [
        QueueTab(
            queue.label,
            reverse(name),
            counted if name == current else queue.waiting(user),
            name == current,
        )
        for name, queue in QUEUES.items()
        if user.can(queue.permission)
    ]


def waiting_for_verifier(user: User) -> int:
    """For the menu: all queues together."""
    return sum(queue.waiting(user) for queue in QUEUES.values() if user.can(queue.permission))
