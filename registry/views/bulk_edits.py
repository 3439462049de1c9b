"""Changing many businesses at once: choose, look, apply."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.formats import format_integer
from core.gates import SignedInRequest, requires
from core.models import User
from core.permissions import Permission
from core.views.jobs import status_context
from registry.actions import ActionError, preview_bulk_edit, start_bulk_edit, stop_bulk_edit
from registry.bulk_edit_page import bulk_edit_page
from registry.filters import FilterForm, matching
from registry.forms.bulk_edit import BulkEditForm
from registry.models import BulkEdit, Business
from registry.models.businesses import BusinessQuerySet


@requires(Permission.BULK_EDIT_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edit(request: SignedInRequest) -> HttpResponse:
    """The rows come by the filters of the list, or are those ticked in it."""
    asked = request.POST if request.method == "POST" else request.GET
    filters = FilterForm(asked, user=request.user)
    if not filters.is_valid():
        return redirect(f"{reverse('registry:business-list')}?{request.GET.urlencode()}")  # which says why
    ticked = _ticked(asked)
    rows = _rows(request.user, filters, ticked)
    form = BulkEditForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        edit = preview_bulk_edit(
            businesses=rows,
            values=form.values,
            reason=form.cleaned_data["reason"],
            described=_in_words(filters, ticked),
            out_of_reach=len(ticked) - rows.count() if ticked else 0,
            by=request.user,
            at=timezone.now(),
        )
        return redirect(edit)
    context = {"form": form, "filters": filters, "ticked": ticked, "rows": rows.count()}
    return render(request, "registry/bulk_edit.html", context)


def _ticked(asked: QueryDict) -> set[UUID]:
    found = set()
    for text in asked.getlist("id"):
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _rows(user: User, filters: FilterForm, ticked: set[UUID]) -> BusinessQuerySet:
    mine = Business.objects.for_user(user)
    return mine.filter(public_id__in=ticked) if ticked else matching(mine, filters.filters)


def _in_words(filters: FilterForm, ticked: set[UUID]) -> str:
    """The search is left out: people search for names."""
    if ticked:
        return f"{format_integer(len(ticked))} baris yang dicentang"
    words = "; ".join(f"{name}: {value}" for name, value in filters.described)
    searched = "; dengan pencarian" if filters.filters.search else ""
    return f"{words or 'semua baris'}{searched}"


@requires(Permission.BULK_EDIT_BUSINESSES)
@require_safe
def bulk_edit_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    edit = _own(request, public_id)
    asked = request.GET.get("hasil", "")
    context: dict[str, Any] = {
        "edit": edit,
        "shown": bulk_edit_page(edit, outcome=asked, number=request.GET.get("page")),
        "may_read_trail": request.user.can(Permission.VIEW_AUDIT),
    }
    if edit.job is not None:
        context |= status_context(edit.job)
    return render(request, "registry/bulk_edit_detail.html", context)


@requires(Permission.BULK_EDIT_BUSINESSES)
@require_POST
def bulk_edit_apply(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    edit = _own(request, public_id)
    try:
        is_job = start_bulk_edit(edit=edit, by=request.user, at=timezone.now())
    except ActionError as error:
        messages.error(request, str(error))
        return redirect(edit)
    messages.success(request, "Perubahan dikerjakan di latar." if is_job else "Perubahan selesai dikerjakan.")
    return redirect(edit)


@requires(Permission.BULK_EDIT_BUSINESSES)
@require_POST
def bulk_edit_stop(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    edit = _own(request, public_id)
    stop_bulk_edit(edit=edit, at=timezone.now())
    return redirect(edit)


def _own(request: SignedInRequest, public_id: UUID) -> BulkEdit:
    edits = BulkEdit.objects.for_user(request.user).select_related("job", "created_by")
    return get_object_or_404(edits, public_id=public_id)
