"""Which steps of a registration a page offers to whom: those of the table; the actions check again."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from core.models import User
from registry import steps
from registry.models import Registration
from registry.steps import REGISTRATION_STEPS, Step, steps_from

# Steps with an address of their own; the others share one that is given their name.
_ADDRESSES = {
    steps.SUBMIT: "registry:registration-submit",
    steps.APPROVE: "registry:registration-approve",
}
_MAIN = (steps.SUBMIT, steps.APPROVE)


@dataclass(frozen=True)
class Offer:
    """A button, or, for a step that asks why, a link to its form."""

    step: Step
    url: str
    is_main: bool


def step_url(step: Step, registration: Registration) -> str:
    public_id = registration.business.public_id
    if step in _ADDRESSES:
        return reverse(_ADDRESSES[step], args=[public_id])
    return reverse("registry:registration-step", args=[public_id, step.name])


def offers(registration: Registration, user: User) -> list[Offer]:
    """In the order of the table. Who decides one that still waits takes it with that."""
    state = registration.state
    open_steps = steps_from(state, REGISTRATION_STEPS)
    if state in steps.TAKE.sources:
        open_steps += [step for step in steps_from(steps.TAKE.target, REGISTRATION_STEPS) if step.by_holder]
    return [
        Offer(step, step_url(step, registration), step in _MAIN)
        for step in open_steps
        if _may(step, registration, user)
    ]


def _may(step: Step, registration: Registration, user: User) -> bool:
    if step.permission is None or not user.can(step.permission):
        return False
    if step.in_business and registration.business.has_left:
        return False
    needs_another = step.four_eyes or step.by_holder
    if needs_another and registration.submitted_by_id == user.pk:
        return False
    return not (step.by_holder and registration.taken_by_id not in (None, user.pk))
