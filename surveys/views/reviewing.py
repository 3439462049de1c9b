"""Reviewing: the queue, one interview with its flags, and accepting what passed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.formats import format_integer
from core.gates import SignedInRequest, requires, requires_any
from core.models import Job, JobState
from core.permissions import Permission
from core.views.jobs import status_context
from registry.queue_page import queue_page
from surveys.actions import InterviewRefused
from surveys.actions.back_checks import why_not_back_checked
from surveys.actions.reviewing import (
    JOB,
    accept_response,
    accept_responses,
    pass_response,
    return_response,
    verdicts_open_to,
    why_not_reviewable,
)
from surveys.forms.reviewing import ReviewFilterForm, VerdictForm
from surveys.models import Response, ResponseState, SubmissionPhoto
from surveys.progress import answer_rows
from surveys.review_queue import NEWEST_FIRST, for_queue, history, next_in_queue, returned_to, tabs
from surveys.review_steps import Verdict

PAGE_SIZE = 20
REVIEW, ACCEPT = Permission.REVIEW_RESPONSES, Permission.ACCEPT_RESPONSES
DONE = {
    Verdict.RETURNED: "dikembalikan kepada enumerator",
    Verdict.PASSED: "lolos pemeriksaan",
    Verdict.ACCEPTED: "diterima dan sekarang dihitung",
}


@requires_any(REVIEW, ACCEPT)
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    form = ReviewFilterForm(request.GET, user=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        state = form.state_shown
        newest_first = state in NEWEST_FIRST
        rows = for_queue(form.in_tab())
        page = queue_page(rows, request.GET, by="received_at", size=PAGE_SIZE, newest_first=newest_first)
        shown = [(tab, form.query(state=tab.state)) for tab in tabs(form.narrowed())]
        context |= {"page": page, "tabs": shown, "state": state, "query": form.query()}
        if state == ResponseState.PASSED and request.user.can(ACCEPT):
            context |= _acceptance(request, form)
    return render(request, "surveys/review/queue.html", context)


def _acceptance(request: SignedInRequest, form: ReviewFilterForm) -> dict[str, Any]:
    running = Job.objects.filter(
        kind=JOB, created_by=request.user, state__in=[JobState.QUEUED, JobState.RUNNING]
    ).first()
    acceptable = form.acceptance.responses(request.user, until=timezone.now()).count()
    return {"acceptable": acceptable} | (status_context(running) if running else {})


@requires(ACCEPT)
@require_POST
def review_accept_many(request: SignedInRequest) -> HttpResponse:
    """All of the queue's filters that passed without a flag; the flag that is filtered by plays no part."""
    form = ReviewFilterForm(request.GET, user=request.user)
    if not form.is_valid():
        return redirect("surveys:review-queue")
    done = accept_responses(chosen=form.acceptance, by=request.user, at=timezone.now())
    if isinstance(done, Job):
        messages.success(request, "Wawancara yang lolos tanpa tanda sedang diterima di latar.")
    else:
        messages.success(request, f"{format_integer(done)} wawancara diterima dan sekarang dihitung.")
    return redirect(f"{reverse('surveys:review-queue')}?{form.query(state=ResponseState.PASSED)}")


@requires_any(REVIEW, ACCEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def review_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    response = _response_or_404(request, public_id)
    form = VerdictForm(
        request.POST if request.method == "POST" else None,
        definition=response.questionnaire.definition,
        initial={"version": response.version},
    )
    if form.is_valid():
        return _decide(request, response, form)
    rows = [(row, form[f"reason_{row.code}"]) for row in answer_rows(response)]
    context = {
        "response": response,
        "rows": rows,
        "form": form,
        "flags": response.flags.all(),
        "photos": SubmissionPhoto.objects.filter(submission__response=response).defer("secret"),
        "reviews": history(response),
        "verdicts": verdicts_open_to(response, request.user),
        "why_not": why_not_reviewable(response, request.user),
        "may_back_check": request.user.can(REVIEW)
        and not why_not_back_checked(response, request.user, timezone.now()),
        "query": request.GET.urlencode(),
    }
    return render(request, "surveys/review/detail.html", context)


def _decide(request: SignedInRequest, response: Response, form: VerdictForm) -> HttpResponse:
    verdict = Verdict(form.cleaned_data["verdict"])
    given: dict[str, Any] = {
        "response": response,
        "expected_version": form.cleaned_data["version"],
        "note": form.cleaned_data["note"],
        "by": request.user,
        "at": timezone.now(),
    }
    try:
        if verdict is Verdict.RETURNED:
            return_response(**given, reasons=form.reasons)
        elif verdict is Verdict.PASSED:
            pass_response(**given)
        else:
            accept_response(**given)
    except InterviewRefused as refusal:
        context = {"response": response, "reason": str(refusal), "query": request.GET.urlencode()}
        return render(request, "surveys/review/refused.html", context, status=409)
    messages.success(request, f"Wawancara {response.business.name} {DONE[verdict]}.")
    return redirect(_next_address(request, response))


def _next_address(request: SignedInRequest, decided: Response) -> str:
    """The next one of the queue somebody came from, else the queue itself."""
    form = ReviewFilterForm(request.GET, user=request.user)
    if not form.is_valid():
        return reverse("surveys:review-queue")
    waiting = next_in_queue(form.in_tab().exclude(enumerator=request.user), decided)
    if waiting is None or form.state_shown in (ResponseState.RETURNED, ResponseState.ACCEPTED):
        return f"{reverse('surveys:review-queue')}?{form.query()}"
    return f"{reverse('surveys:review-detail', args=[waiting.public_id])}?{form.query()}"


@requires(Permission.ENTER_RESPONSES)
@require_safe
def returned_list(request: SignedInRequest) -> HttpResponse:
    """The enumerator's own interviews that came back."""
    rows = for_queue(returned_to(request.user))
    return render(request, "surveys/review/returned_list.html", {"rows": rows})


def _response_or_404(request: SignedInRequest, public_id: UUID) -> Response:
    visible = Response.objects.for_user(request.user).filter(wave__is_reconstruction=False)
    related = visible.select_related(
        "wave",
        "business__sector",
        "business__ward",
        "enumerator",
        "sector",
        "ward",
        "district",
        "questionnaire",
    )
    return get_object_or_404(related.prefetch_related("choices"), public_id=public_id)
