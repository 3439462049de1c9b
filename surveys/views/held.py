"""What telephones sent that could not become an interview or a visit: tried again, or set aside."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError
from registry.queue_page import queue_page
from surveys.actions import discard_held, retry_held
from surveys.forms.held import DiscardForm
from surveys.held import held_facts
from surveys.models import Submission

ROWS_PER_PAGE = 50


@requires(Permission.MANAGE_FIELDWORK)
@require_safe
def held_list(request: SignedInRequest) -> HttpResponse:
    held = Submission.objects.for_user(request.user).held().select_related("user", "wave").defer("payload")
    page = queue_page(held, request.GET, by="received_at", size=ROWS_PER_PAGE)
    return render(request, "surveys/held/list.html", {"page": page})


@requires(Permission.MANAGE_FIELDWORK)
@require_safe
def held_detail(request: SignedInRequest, instance_id: UUID) -> HttpResponse:
    submission = _submission_or_404(request, instance_id)
    context = {
        "submission": submission,
        "facts": held_facts(submission, request.user),
        "form": DiscardForm(),
    }
    return render(request, "surveys/held/detail.html", context)


@requires(Permission.MANAGE_FIELDWORK)
@require_POST
def held_retry(request: SignedInRequest, instance_id: UUID) -> HttpResponse:
    submission = _submission_or_404(request, instance_id)
    try:
        tried = retry_held(submission=submission, by=request.user, at=timezone.now())
    except ActionError as refusal:
        return _refused(request, submission, refusal)
    if tried.is_held:
        messages.warning(request, f"Masih belum dapat disimpan: {tried.problem}")
        return redirect("surveys:held-detail", instance_id)
    messages.success(request, "Kiriman tersimpan dan tidak lagi ditahan.")
    return redirect("surveys:held-list")


@requires(Permission.MANAGE_FIELDWORK)
@require_http_methods(["POST"])
def held_discard(request: SignedInRequest, instance_id: UUID) -> HttpResponse:
    submission = _submission_or_404(request, instance_id)
    form = DiscardForm(request.POST)
    if not form.is_valid():
        facts = held_facts(submission, request.user)
        context = {"submission": submission, "facts": facts, "form": form}
        return render(request, "surveys/held/detail.html", context)
    reason = form.cleaned_data["reason"]
    try:
        discard_held(submission=submission, reason=reason, by=request.user, at=timezone.now())
    except ActionError as refusal:
        return _refused(request, submission, refusal)
    messages.success(request, "Kiriman dikesampingkan. Isinya tetap tersimpan.")
    return redirect("surveys:held-list")


def _refused(request: SignedInRequest, submission: Submission, refusal: ActionError) -> HttpResponse:
    """409: somebody else decided meanwhile."""
    context = {"submission": submission, "refusal": refusal}
    return render(request, "surveys/held/refused.html", context, status=409)


def _submission_or_404(request: SignedInRequest, instance_id: UUID) -> Submission:
    sent = Submission.objects.for_user(request.user).select_related("user", "wave", "device", "response")
    return get_object_or_404(sent, instance_id=instance_id)
