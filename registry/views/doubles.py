"""Likely doubles: the worklist, two records side by side, merged and taken apart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import jobs
from core.gates import SignedInRequest, requires
from core.models import Job
from core.permissions import Permission
from registry.actions import ActionError, dismiss_pair, merge_businesses, unmerge_businesses
from registry.duplicates.comparing import Comparison, compare, likely_winner
from registry.duplicates.listing import mark_of, pair_page
from registry.forms.doubles import DismissForm, MergeForm, PairFilterForm, UndoMergeForm
from registry.models import Business, MergeJournal
from registry.views.refusals import refused

MERGES_A_PAGE = 25


@requires(Permission.RESOLVE_DUPLICATES)
@require_safe
def duplicate_list(request: SignedInRequest) -> HttpResponse:
    form = PairFilterForm(request.GET, user=request.user)
    context: dict[str, Any] = {"form": form, "job": _last_search(request)}
    if form.is_valid():
        get = request.GET.get
        page = pair_page(request.user, form.filters, after=get("after", ""), before=get("before", ""))
        context |= {
            "page": page,
            "newer_query": form.query(before=mark_of(page.newer)) if page.newer else "",
            "older_query": form.query(after=mark_of(page.older)) if page.older else "",
        }
    context["worker_missing"] = bool(context["job"]) and not jobs.worker_seen()
    return render(request, "registry/duplicate_list.html", context)


def _last_search(request: SignedInRequest) -> Job | None:
    return Job.objects.for_user(request.user).filter(kind="duplicates").order_by("-pk").first()


@requires(Permission.RESOLVE_DUPLICATES)
@require_POST
def duplicate_search(request: SignedInRequest) -> HttpResponse:
    last = _last_search(request)
    if last is None or last.has_ended:
        jobs.enqueue("duplicates", {}, by=request.user, at=timezone.now())
    return redirect("registry:duplicate-list")


def _two(request: SignedInRequest, public_id: UUID, other_id: UUID) -> tuple[Business, Business]:
    """Both records, or 404; in the order of the address: who is kept, and who is merged."""
    rows = Business.objects.for_user(request.user).for_detail()
    return get_object_or_404(rows, public_id=public_id), get_object_or_404(rows, public_id=other_id)


@requires(Permission.RESOLVE_DUPLICATES)
@require_safe
def duplicate_compare(request: SignedInRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    one, other = _two(request, public_id, other_id)
    if "tukar" not in request.GET:
        one, other = likely_winner(one, other)
    return _compared(request, compare(one, other))


def _compared(request: SignedInRequest, comparison: Comparison, **forms: Any) -> HttpResponse:
    context = {
        "comparison": comparison,
        "merge_form": MergeForm(None, comparison=comparison),
        "dismiss_form": DismissForm(),
        "may_merge": request.user.can(Permission.MERGE_BUSINESSES),
        **forms,
    }
    return render(request, "registry/duplicate_compare.html", context)


@requires(Permission.RESOLVE_DUPLICATES)
@require_POST
def duplicate_dismiss(request: SignedInRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    one, other = _two(request, public_id, other_id)
    form = DismissForm(request.POST)
    if not form.is_valid():
        return _compared(request, compare(one, other), dismiss_form=form)
    reason = form.cleaned_data["reason"]
    try:
        dismiss_pair(one=one, other=other, by=request.user, at=timezone.now(), reason=reason)
    except ActionError as error:
        return refused(request, error, one)
    messages.success(request, f"Dicatat: {one.name} dan {other.name} dua usaha yang berbeda.")
    return redirect("registry:duplicate-list")


@requires(Permission.MERGE_BUSINESSES)
@require_POST
def duplicate_merge(request: SignedInRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    winner, loser = _two(request, public_id, other_id)
    comparison = compare(winner, loser)
    form = MergeForm(request.POST, comparison=comparison)
    if not form.is_valid():
        return _compared(request, comparison, merge_form=form)
    try:
        merge_businesses(
            winner=winner,
            loser=loser,
            take=form.take,
            versions=form.versions,
            by=request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
            same_owner=form.cleaned_data.get("same_owner", False),
        )
    except ActionError as error:
        return refused(request, error, winner)
    messages.success(request, f"{loser.called} digabung ke {winner.called}.")
    return redirect("registry:business-detail", winner.public_id)


@requires(Permission.RESOLVE_DUPLICATES)
@require_safe
def merge_list(request: SignedInRequest) -> HttpResponse:
    merges = MergeJournal.objects.for_user(request.user).for_list()
    page = Paginator(merges, MERGES_A_PAGE).get_page(request.GET.get("page"))
    may_undo = request.user.can(Permission.MERGE_BUSINESSES)
    return render(request, "registry/merge_list.html", {"page": page, "may_undo": may_undo})


@requires(Permission.MERGE_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_undo(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    journal = get_object_or_404(MergeJournal.objects.for_user(request.user).for_list(), public_id=public_id)
    form = UndoMergeForm(request.POST or None)
    if not form.is_valid():
        return render(request, "registry/merge_undo.html", {"journal": journal, "form": form})
    reason = form.cleaned_data["reason"]
    try:
        unmerge_businesses(journal=journal, by=request.user, at=timezone.now(), reason=reason)
    except ActionError as error:
        return refused(request, error, journal.winner)
    messages.success(request, f"Penggabungan diurungkan: {journal.loser.called} tercatat lagi.")
    return redirect("registry:business-detail", journal.loser.public_id)
