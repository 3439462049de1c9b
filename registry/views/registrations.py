"""The steps of a registration: submit, wait, approve."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError, approve_registration, submit_registration
from registry.models import Registration
from registry.queue_tabs import COUNTER, queue_tabs
from registry.views.refusals import refused

PAGE_SIZE = 50
FROM_QUEUE = "queue"


@requires(Permission.APPROVE_REGISTRATIONS)
@require_safe
def registration_queue(request: SignedInRequest) -> HttpResponse:
    waiting = Registration.objects.for_user(request.user).waiting().for_queue()
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    tabs = queue_tabs(request.user, COUNTER, page.paginator.count)
    context = {"page": page, "from_queue": FROM_QUEUE, "tabs": tabs}
    return render(request, "registry/registration_queue.html", context)


def _registration(request: SignedInRequest, public_id: UUID) -> Registration:
    rows = Registration.objects.for_user(request.user).select_related("business")
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
    try:
        approve_registration(registration=registration, by=request.user, at=timezone.now())
    except ActionError as error:
        return refused(request, error, registration.business)
    messages.success(request, f"{registration.business}: Terdaftar dengan nomor {registration.number}.")
    if request.POST.get("from") == FROM_QUEUE:
        return redirect("registry:registration-queue")
    return redirect("registry:business-detail", public_id)
