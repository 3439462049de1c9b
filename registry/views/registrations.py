"""The steps of a registration, and the queue of those that wait for a verifier."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry import actions, steps
from registry.actions import ActionError, approve_registration, submit_registration
from registry.forms.queues import QueueForm
from registry.forms.steps import DecisionForm, ReasonForm
from registry.models import Registration
from registry.offers import offers
from registry.queue_page import queue_page
from registry.queue_tabs import COUNTER, queue_tabs
from registry.steps import Step
from registry.views.refusals import refused

PAGE_SIZE = 50
FROM_QUEUE = "queue"
# What each step of the table does, by its name in the address.
STEPS: dict[str, tuple[Step, Callable[..., Registration], str]] = {
    step.name: (step, action, done)
    for step, action, done in (
        (steps.TAKE, actions.take_registration, "Anda sekarang memeriksa pendaftaran {}."),
        (steps.RELEASE, actions.release_registration, "{} kembali menunggu verifikasi."),
        (steps.RETURN, actions.return_registration, "{} dikembalikan dengan catatan Anda."),
        (steps.REJECT, actions.reject_registration, "Pendaftaran {} ditolak."),
        (steps.SUSPEND, actions.suspend_registration, "Pendaftaran {} ditangguhkan."),
        (steps.RESUME, actions.resume_registration, "Pendaftaran {} dipulihkan."),
        (steps.RENEW, actions.renew_registration, "Pendaftaran {} diperpanjang."),
        (steps.REVOKE, actions.revoke_registration, "Pendaftaran {} dicabut."),
    )
}


@requires(Permission.APPROVE_REGISTRATIONS)
@require_safe
def registration_queue(request: SignedInRequest) -> HttpResponse:
    form = QueueForm(request.GET, user=request.user)
    context: dict[str, object] = {"form": form, "from_queue": FROM_QUEUE}
    if form.is_valid():
        waiting = form.narrowed(Registration.objects.for_user(request.user).waiting())
        page = queue_page(waiting.for_queue(), request.GET, by="submitted_at", size=PAGE_SIZE)
        lines = [(registration, offers(registration, request.user)) for registration in page.rows]
        tabs = queue_tabs(request.user, COUNTER, waiting.count())
        context |= {"page": page, "lines": lines, "tabs": tabs}
    return render(request, "registry/registration_queue.html", context)


def _registration(request: SignedInRequest, public_id: UUID) -> Registration:
    rows = Registration.objects.for_user(request.user).select_related("business", "taken_by")
    return get_object_or_404(rows, business__public_id=public_id)


@requires(Permission.EDIT_BUSINESSES)
@require_POST
def registration_submit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    registration = _registration(request, public_id)
    try:
        submit_registration(registration=registration, by=request.user, at=timezone.now())
    except ActionError as error:
        return refused(request, error, registration.business)
    messages.success(request, "Diajukan untuk verifikasi.")
    return redirect("registry:business-detail", public_id)


@requires(Permission.APPROVE_REGISTRATIONS)
@require_POST
def registration_approve(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    registration = _registration(request, public_id)
    form = DecisionForm(request.POST)
    seen = form.cleaned_data["version"] if form.is_valid() else None
    try:
        approve_registration(
            registration=registration, by=request.user, at=timezone.now(), expected_version=seen
        )
    except ActionError as error:
        return refused(request, error, registration.business)
    messages.success(request, f"{registration.business}: Terdaftar dengan nomor {registration.number}.")
    return _onward(request, registration)


@requires(Permission.APPROVE_REGISTRATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def registration_step(request: SignedInRequest, public_id: UUID, step: str) -> HttpResponse:
    """Any other step of a verifier: by GET its form, which asks why where the table wants a reason."""
    if step not in STEPS:
        raise Http404
    wanted, act, done = STEPS[step]
    registration = _registration(request, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, step=wanted)
    if not form.is_valid():
        context = {"registration": registration, "step": wanted, "form": form}
        return render(request, "registry/registration_step.html", context)
    try:
        act(registration=registration, by=request.user, at=timezone.now(), **form.cleaned_data)
    except ActionError as error:
        return refused(request, error, registration.business)
    messages.success(request, done.format(registration.business))
    return _onward(request, registration)


def _onward(request: SignedInRequest, registration: Registration) -> HttpResponse:
    """Back to the queue for who came from there; who took a registration reads it first."""
    if request.POST.get("from") == FROM_QUEUE and registration.state != steps.TAKE.target:
        return redirect("registry:registration-queue")
    return redirect("registry:business-detail", registration.business.public_id)
