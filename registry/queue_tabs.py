"""What waits for a verifier comes in two ways: by the counter and by the public door."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from core.models import User
from registry.models import PublicApplication, Registration

COUNTER, DOOR = "registry:registration-queue", "registry:application-queue"


@dataclass(frozen=True)
class QueueTab:
    label: str
    url: str
    count: int
    is_current: bool


def queue_tabs(user: User, current: str, counted: int) -> list[QueueTab]:
    """Both queues with how many wait in the user's area; `current` is the one shown, which was `counted`."""
    if current == COUNTER:
        counter, door = counted, PublicApplication.objects.for_user(user).waiting().count()
    else:
        counter, door = Registration.objects.for_user(user).waiting().count(), counted
    tabs = (("Dari loket", COUNTER, counter), ("Permohonan daring", DOOR, door))
    return [QueueTab(label, reverse(name), count, name == current) for label, name, count in tabs]
