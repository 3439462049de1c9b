"""Proposed changes: the queue of the verifier, one batch, and what became of one's own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.formats import format_integer
from core.gates import SignedInRequest, requires
from core.jobs import request_cancel
from core.permissions import Permission
from core.views.jobs import status_context
from registry import actions
from registry.actions import ActionError
from registry.actions.proposals import DECIDED_AT_ONCE
from registry.forms.queues import ProposalFilterForm
from registry.forms.steps import NoteForm
from registry.models import ChangeProposal, GroupDecision, ProposalState
from registry.models.proposals import ChangeProposalQuerySet
from registry.proposed import batch_lines, proposal_lines
from registry.queue_page import queue_page
from registry.queue_tabs import PROPOSALS, queue_tabs

PAGE_SIZE = 20
REFUSED_SHOWN = 50


@requires(Permission.APPROVE_REGISTRATIONS)
@require_safe
def proposal_list(request: SignedInRequest) -> HttpResponse:
    form = ProposalFilterForm(request.GET, user=request.user)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        waiting = form.narrowed(_visible(request).pending())
        context |= _page(request, waiting.filter(batch__isnull=True), by="proposed_at")
        tabs = queue_tabs(request.user, PROPOSALS, waiting.count())
        context |= {"batches": batch_lines(waiting), "tabs": tabs}
    return render(request, "registry/proposal_list.html", context)


@requires(Permission.EDIT_BUSINESSES)
@require_safe
def proposal_mine(request: SignedInRequest) -> HttpResponse:
    """All of one's own, the newest first: also of records that have left the area since."""
    own = ChangeProposal.objects.filter(proposed_by=request.user)
    context = _page(request, own, by="proposed_at", newest_first=True)
    return render(request, "registry/proposal_mine.html", context)


@requires(Permission.APPROVE_REGISTRATIONS)
@require_safe
def proposal_batch(request: SignedInRequest, batch: UUID) -> HttpResponse:
    """Also when all of it is decided: then it tells what became of it."""
    proposals = _batch(request, batch)
    context = _page(request, proposals, by="pk")
    waiting = proposals.pending()
    decision = GroupDecision.objects.filter(batch=batch).select_related("job", "decided_by").first()
    if decision is not None:
        context |= {"decision": decision} | status_context(decision.job)
    context |= {
        "batch": batch,
        "first": proposals.select_related("proposed_by").earliest("pk"),
        "count": proposals.count(),
        "waiting": waiting.count(),
        "may_decide": not waiting.filter(proposed_by=request.user).exists(),
    }
    return render(request, "registry/proposal_batch.html", context)


def _visible(request: SignedInRequest) -> ChangeProposalQuerySet:
    return ChangeProposal.objects.for_user(request.user)


def _batch(request: SignedInRequest, batch: UUID) -> ChangeProposalQuerySet:
    proposals = _visible(request).filter(batch=batch)
    if not proposals.exists():
        raise Http404
    return proposals


def _page(
    request: SignedInRequest, proposals: ChangeProposalQuerySet, *, by: str, newest_first: bool = False
) -> dict[str, object]:
    rows = proposals.for_queue()
    page = queue_page(rows, request.GET, by=by, size=PAGE_SIZE, newest_first=newest_first)
    return {"page": page, "lines": proposal_lines(page.rows, reader=request.user)}


def _proposal(request: SignedInRequest, public_id: UUID) -> ChangeProposal:
    return get_object_or_404(_visible(request).select_related("business", "owner"), public_id=public_id)


@requires(Permission.APPROVE_REGISTRATIONS)
@require_POST
def proposal_approve(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    proposal = _proposal(request, public_id)
    try:
        actions.approve_proposal(proposal=proposal, by=request.user, at=timezone.now())
    except ActionError as error:
        return _refused(request, error)
    messages.success(request, f"Perubahan {proposal.record} disetujui dan sekarang berlaku.")
    return redirect("registry:proposal-list")


@requires(Permission.APPROVE_REGISTRATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_refuse(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    proposal = _proposal(request, public_id)
    form = NoteForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "lines": proposal_lines([proposal], reader=request.user)}
        return render(request, "registry/proposal_refuse.html", context)
    note = form.cleaned_data["note"]
    try:
        actions.refuse_proposal(proposal=proposal, by=request.user, at=timezone.now(), note=note)
    except ActionError as error:
        return _refused(request, error)
    messages.success(request, f"Usulan perubahan {proposal.record} ditolak.")
    return redirect("registry:proposal-list")


@requires(Permission.EDIT_BUSINESSES)
@require_POST
def proposal_withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    own = ChangeProposal.objects.filter(proposed_by=request.user).select_related("business", "owner")
    proposal = get_object_or_404(own, public_id=public_id)
    try:
        actions.withdraw_proposal(proposal=proposal, by=request.user, at=timezone.now())
    except ActionError as error:
        return _refused(request, error)
    messages.success(request, f"Usulan perubahan {proposal.record} ditarik.")
    return redirect("registry:proposal-mine")


@requires(Permission.APPROVE_REGISTRATIONS)
@require_POST
def batch_approve(request: SignedInRequest, batch: UUID) -> HttpResponse:
    waiting = _batch(request, batch).pending().count()
    try:
        if waiting > DECIDED_AT_ONCE:
            return _later(request, batch, ProposalState.APPROVED)
        result = actions.approve_batch(batch=batch, by=request.user, at=timezone.now())
    except ActionError as error:
        return _refused(request, error)
    messages.success(request, f"{format_integer(result.approved)} perubahan disetujui dan sekarang berlaku.")
    for proposal, refusal in result.refused[:REFUSED_SHOWN]:
        messages.warning(request, f"{proposal.record}: {refusal}")
    return redirect("registry:proposal-batch", batch)


@requires(Permission.APPROVE_REGISTRATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def batch_refuse(request: SignedInRequest, batch: UUID) -> HttpResponse:
    waiting = _batch(request, batch).pending().count()
    form = NoteForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "batch": batch, "waiting": waiting}
        return render(request, "registry/proposal_refuse.html", context)
    note = form.cleaned_data["note"]
    try:
        if waiting > DECIDED_AT_ONCE:
            return _later(request, batch, ProposalState.REFUSED, note=note)
        count = actions.refuse_batch(batch=batch, by=request.user, at=timezone.now(), note=note)
    except ActionError as error:
        return _refused(request, error)
    messages.success(request, f"{format_integer(count)} usulan perubahan ditolak.")
    return redirect("registry:proposal-list")


def _later(request: SignedInRequest, batch: UUID, state: ProposalState, note: str = "") -> HttpResponse:
    actions.start_group_decision(batch=batch, state=state, by=request.user, at=timezone.now(), note=note)
    messages.success(request, "Keputusan Anda dikerjakan di latar.")
    return redirect("registry:proposal-batch", batch)


@requires(Permission.APPROVE_REGISTRATIONS)
@require_POST
def batch_stop(request: SignedInRequest, batch: UUID) -> HttpResponse:
    """What is decided already stays; the others wait again."""
    _batch(request, batch)
    decision = GroupDecision.objects.filter(batch=batch).select_related("job").first()
    if decision is not None:
        request_cancel(decision.job, at=timezone.now())
    return redirect("registry:proposal-batch", batch)


def _refused(request: SignedInRequest, error: ActionError) -> HttpResponse:
    return render(request, "registry/refused.html", {"error": error, "business": None}, status=409)
