"""Earlier states of businesses and owners: looked at, and brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.formats import format_date, format_datetime
from core.gates import SignedInRequest, requires
from core.models import AuditEvent, User
from core.permissions import Permission
from registry.actions import ActionError, is_registered, restore_version
from registry.forms.versions import MomentForm, RestoreForm
from registry.history import history_of_owner, version_page
from registry.models import Business, Owner, Record
from registry.versions import Version, version_after, version_before, version_on, written


@requires(Permission.VIEW_BUSINESSES)
@require_safe
def owner_history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    owner = get_object_or_404(Owner.objects.for_user(request.user), public_id=public_id)
    context = {
        "owner": owner,
        "businesses": Business.objects.for_user(request.user).filter(owner=owner).newest_first(),
        "history": history_of_owner(owner, reader=request.user, number=request.GET.get("page")),
        "versions": moment_context(owner, request.user),
    }
    return render(request, "registry/owner_history.html", context)


def moment_context(record: Record, user: User) -> dict[str, object] | None:
    """The form that asks for a day; None for who may not change the record."""
    if not user.can(Permission.EDIT_BUSINESSES):
        return None
    since = timezone.localdate(record.created_at)
    form = MomentForm(today=timezone.localdate(), since=since, auto_id="versi_%s")
    return {"url": version_page(record), "form": form}


@requires(Permission.EDIT_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def business_version(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    rows = Business.objects.for_user(request.user).filter(is_reconstruction=False, merged_into__isnull=True)
    business = get_object_or_404(rows, public_id=public_id)
    return _version_page(request, business, business.get_absolute_url())


@requires(Permission.EDIT_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def owner_version(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    owner = get_object_or_404(Owner.objects.for_user(request.user), public_id=public_id)
    return _version_page(request, owner, reverse("registry:owner-history", args=[public_id]))


def _version_page(request: SignedInRequest, record: Record, back: str) -> HttpResponse:
    now = timezone.now()
    moment = MomentForm(
        request.GET, today=timezone.localdate(now), since=timezone.localdate(record.created_at)
    )
    context: dict[str, object] = {"record": record, "back": back, "moment": moment}
    if not moment.is_valid():
        return render(request, "registry/version.html", context)
    version, when = _chosen(record, moment.cleaned_data, request.user)
    form = RestoreForm(request.POST or None, version=version)
    chosen = form["fields_back"].value() or []
    context |= {"version": version, "when_shown": when, "form": form, "chosen": chosen}
    context["is_registered"] = is_registered(record)
    if not form.is_valid():
        return render(request, "registry/version.html", context)
    try:
        proposed = _restore(form, version, by=request.user, at=now)
    except ActionError as error:
        return render(request, "registry/version.html", context | {"error": error}, status=409)
    what = "Diusulkan dan menunggu persetujuan." if proposed else "Keadaan itu dikembalikan."
    messages.success(request, what)
    return redirect(back)


def _chosen(record: Record, moment: dict[str, Any], reader: User) -> tuple[Version, str]:
    """The version, and the moment of it in words."""
    if moment["event"] is None:
        return version_on(record, moment["on"], reader=reader), f"pada {format_date(moment['on'])}"
    event: AuditEvent = get_object_or_404(written(record), pk=moment["event"])
    when = f"{format_datetime(event.at)} oleh {event.actor_name}"
    if moment["before"]:
        return version_before(record, event, reader=reader), f"sebelum perubahan {when}"
    return version_after(record, event, reader=reader), f"sesudah perubahan {when}"


def _restore(form: RestoreForm, version: Version, *, by: User, at: datetime) -> bool:
    """Whether it became a proposal."""
    chosen = form.cleaned_data
    proposal = restore_version(
        record=version.record,
        values=version.values(chosen["fields_back"]),
        reason=chosen["reason"],
        by=by,
        at=at,
        expected_version=chosen["seen_version"],
    )
    return proposal is not None
