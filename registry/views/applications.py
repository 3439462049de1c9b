"""The desk of the public door: what waits, one of them with its evidence, and the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import (
    ActionError,
    accept_application,
    reject_application,
    release_application,
    return_application,
    reveal,
    take_application,
)
from registry.forms.steps import RevealForm
from registry.models import PublicApplication
from registry.public.answers import applied, applied_many
from registry.public.evidence import evidence_for
from registry.public.forms import AcceptForm, NoteForm
from registry.queue_page import queue_page
from registry.queue_tabs import DOOR, queue_tabs
from registry.size_badges import badges

PAGE_SIZE = 50


@requires(Permission.RECEIVE_APPLICATIONS)
@require_safe
def application_queue(request: SignedInRequest) -> HttpResponse:
    waiting = PublicApplication.objects.for_user(request.user).waiting().select_related("taken_by")
    page = queue_page(waiting, request.GET, by="submitted_at", size=PAGE_SIZE)
    lines = list(zip(page.rows, applied_many(page.rows), strict=True))
    tabs = queue_tabs(request.user, DOOR, waiting.count())
    context = {"page": page, "lines": lines, "tabs": tabs}
    return render(request, "registry/application_queue.html", context)


def _application(request: SignedInRequest, public_id: UUID) -> PublicApplication:
    rows = PublicApplication.objects.for_user(request.user)
    rows = rows.select_related("consent_text", "taken_by", "decided_by", "business__registration")
    return get_object_or_404(rows, public_id=public_id)


@requires(Permission.RECEIVE_APPLICATIONS)
@require_safe
def application_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    application = _application(request, public_id)
    return render(request, "registry/application_detail.html", _context(request, application))


def _context(
    request: SignedInRequest, application: PublicApplication, note: NoteForm | None = None
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "application": application,
        "is_mine": application.taken_by_id in (None, request.user.pk),
        "may_reveal": request.user.can(Permission.REVEAL_PERSONAL_DATA),
        "may_reject": request.user.can(Permission.APPROVE_REGISTRATIONS),
    }
    if not application.is_waiting:
        return context
    sent = applied(application)
    evidence = evidence_for(application, sent, reader=request.user)
    return context | {
        "applied": sent,
        "badges": badges(sent.amounts),
        "evidence": evidence,
        "accept": AcceptForm(evidence=evidence),
        "note": note or NoteForm(),
    }


def _refused(request: SignedInRequest, application: PublicApplication, error: ActionError) -> HttpResponse:
    """409: the request was right, the application is in another state; says so and leads back."""
    context = {"error": error, "application": application}
    return render(request, "registry/application_refused.html", context, status=409)


def _round(request: SignedInRequest) -> int:
    """The round that was read; 0, which none has, for what is no number."""
    sent = request.POST.get("round", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 6 else 0


@requires(Permission.RECEIVE_APPLICATIONS)
@require_POST
def application_take(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take it to be verified, or with `release` put it back."""
    application = _application(request, public_id)
    step = release_application if "release" in request.POST else take_application
    try:
        step(application=application, by=request.user, at=timezone.now())
    except ActionError as error:
        return _refused(request, application, error)
    return redirect("registry:application-detail", public_id)


@requires(Permission.RECEIVE_APPLICATIONS)
@require_POST
def application_accept(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    application = _application(request, public_id)
    evidence = evidence_for(application, applied(application), reader=request.user)
    form = AcceptForm(request.POST, evidence=evidence)
    if application.is_waiting and not form.is_valid():
        context = _context(request, application) | {"accept": form}
        return render(request, "registry/application_detail.html", context, status=400)
    owner, now = form.chosen if application.is_waiting else None, timezone.now()
    try:
        registration = accept_application(
            application=application, sent=_round(request), owner=owner, by=request.user, at=now
        )
    except ActionError as error:
        return _refused(request, application, error)
    messages.success(request, f"{registration.business}: Diterima, menunggu persetujuan orang lain.")
    return redirect("registry:application-queue")


@requires(Permission.RECEIVE_APPLICATIONS)
@require_POST
def application_refuse(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Return it with a note, or with `reject` turn it down for good."""
    application = _application(request, public_id)
    form = NoteForm(request.POST)
    if application.is_waiting and not form.is_valid():
        context = _context(request, application, form)
        return render(request, "registry/application_detail.html", context, status=400)
    note, is_rejected = form.cleaned_data.get("note", ""), "reject" in request.POST
    step = reject_application if is_rejected else return_application
    try:
        step(application=application, sent=_round(request), note=note, by=request.user, at=timezone.now())
    except ActionError as error:
        return _refused(request, application, error)
    messages.success(request, "Ditolak." if is_rejected else "Dikembalikan kepada pemohon.")
    return redirect("registry:application-queue")


SECRETS = {"nik": ("NIK", "national_id"), "telepon": ("Nomor telepon", "phone")}


@requires(Permission.RECEIVE_APPLICATIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_reveal(request: SignedInRequest, public_id: UUID, secret: str) -> HttpResponse:
    """A number in full, with a reason, as on the page of a business."""
    application = _application(request, public_id)
    label, field = SECRETS.get(secret, ("", ""))
    if not field or not getattr(application, field):
        raise Http404
    form = RevealForm(request.POST or None)
    context: dict[str, object] = {
        "record": application,
        "back": application.desk_url,
        "label": label,
        "whose": "pemohon",
        "form": form,
    }
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        context["value"] = reveal(
            record=application, field=field, reason=reason, by=request.user, at=timezone.now()
        )
    return render(request, "registry/reveal.html", context)
