"""Interviewing again: whom, the second form, both beside each other, and what it says of an enumerator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.gates import SignedInRequest, requires, requires_any
from core.permissions import Permission
from surveys.actions import InterviewRefused
from surveys.actions.back_checks import record_back_check, why_not_back_checked
from surveys.back_checks import back_checks_of, comparison, drawn, mismatches
from surveys.forms import InterviewForm
from surveys.forms.back_checks import DrawForm
from surveys.models import Response, Wave
from surveys.questionnaire import Definition

REVIEW, ACCEPT = Permission.REVIEW_RESPONSES, Permission.ACCEPT_RESPONSES


@requires_any(REVIEW, ACCEPT)
@require_safe
def back_check_list(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code, is_reconstruction=False)
    form = DrawForm(request.GET if "seed" in request.GET else None, initial={"until": timezone.localdate()})
    definitions: dict[int, Definition] = {}
    comparisons = [comparison(again, definitions) for again in back_checks_of(wave, request.user)]
    context: dict[str, Any] = {"wave": wave, "form": form, "comparisons": comparisons}
    context["mismatches"] = mismatches(comparisons)
    if form.is_valid():
        context["drawn"] = drawn(wave, request.user, **form.chosen)
    return render(request, "surveys/review/back_checks.html", context)


@requires(REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def back_check_create(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    visible = Response.objects.for_user(request.user).filter(wave__is_reconstruction=False)
    related = visible.select_related("wave", "business__ward", "business__sector", "questionnaire")
    first, at = get_object_or_404(related, public_id=public_id), timezone.now()
    if request.method != "POST" and (reason := why_not_back_checked(first, request.user, at)):
        return _refused(request, first, reason, status=200)
    data = request.POST if request.method == "POST" else None
    today = timezone.localdate(at)
    form = InterviewForm(data, wave=first.wave, today=today, filled_with=first.questionnaire)
    if form.is_refusal:
        messages.info(
            request, f"{first.business.name} tidak bersedia diwawancarai ulang; tidak ada yang disimpan."
        )
        return redirect("surveys:back-check-list", code=first.wave.code)
    if form.is_valid():
        return _send(request, first, form)
    context = {"wave": first.wave, "business": first.business, "form": form, "back_check": first}
    return render(request, "surveys/interview_form.html", context)


def _send(request: SignedInRequest, first: Response, form: InterviewForm) -> HttpResponse:
    at = timezone.now()
    try:
        again, is_new = record_back_check(
            first=first,
            submission_id=form.cleaned_data["submission_id"],
            answers=form.answers(at),
            by=request.user,
            at=at,
        )
    except InterviewRefused as refusal:
        return _refused(request, first, str(refusal), status=409)
    if is_new:
        messages.success(request, f"Wawancara ulang {first.business.name} tersimpan.")
    return redirect("surveys:back-check-detail", public_id=again.public_id)


@requires_any(REVIEW, ACCEPT)
@require_safe
def back_check_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    visible = Response.objects.for_user(request.user).filter(back_check_of__isnull=False)
    related = visible.select_related("wave", "business", "enumerator", "back_check_of__enumerator")
    again = get_object_or_404(related, public_id=public_id)
    context = {"compared": comparison(again), "wave": again.wave, "business": again.business}
    return render(request, "surveys/review/back_check.html", context)


def _refused(request: SignedInRequest, first: Response, reason: str, *, status: int) -> HttpResponse:
    context = {"wave": first.wave, "business": first.business, "reason": reason, "existing": first}
    return render(request, "surveys/interview_refused.html", context, status=status)
