"""The waves, their businesses and the interviews of each."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.models import Business, BusinessStatus
from surveys.actions import (
    AlreadyInterviewed,
    InterviewRefused,
    NotPublished,
    change_response,
    current_questionnaire,
    record_refusal,
    record_response,
    why_not_changeable,
    why_not_interviewable,
)
from surveys.actions.field_visits import RESERVE_RULE
from surveys.actions.reviewing import verdicts_open_to
from surveys.answers import Circumstances
from surveys.forms import InterviewForm, RowFilterForm
from surveys.models import Response, SubmissionPhoto, Wave
from surveys.progress import answer_rows, businesses_of, interview_rows, progress_of
from surveys.review_queue import returned_note
from surveys.visits_page import visits_of
from surveys.wave_tabs import wave_tabs

ROWS_PER_PAGE = 50
NUMBER = re.compile(r"[0-9]{1,9}\Z")
SENT_BEFORE = "Wawancara ini sudah tersimpan sebelumnya; kiriman ulang tidak mengubah apa pun."


@requires(Permission.VIEW_RESPONSES)
@require_safe
def wave_list(request: SignedInRequest) -> HttpResponse:
    waves = Wave.objects.newest_first()
    progress = progress_of(waves, request.user, timezone.localdate())
    context = {
        "progress": progress,
        "wave_tabs": wave_tabs(request.user),
        "may_manage": request.user.can(Permission.MANAGE_FIELDWORK),
    }
    return render(request, "surveys/wave_list.html", context)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def wave_businesses(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    form = RowFilterForm(request.GET)
    businesses = businesses_of(wave, request.user, **form.chosen())
    page = Paginator(businesses, ROWS_PER_PAGE).get_page(request.GET.get("hal"))
    context = {
        "wave": wave,
        "progress": progress_of([wave], request.user, timezone.localdate())[0],
        "form": form,
        "page": page,
        "rows": interview_rows(wave, page.object_list),
        "may_interview": request.user.can(Permission.ENTER_RESPONSES),
        "may_export": request.user.can(Permission.EXPORT_RESPONSES),
    }
    return render(request, "surveys/wave_businesses.html", context)


@requires(Permission.ENTER_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def response_create(request: SignedInRequest, code: str, public_id: UUID) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    visible = Business.objects.for_user(request.user).real().select_related("sector", "ward", "district")
    business = get_object_or_404(visible, public_id=public_id)
    at = timezone.now()
    if request.method != "POST":
        if existing := Response.objects.interviews().filter(wave=wave, business=business).first():
            return _refused(request, wave, business, AlreadyInterviewed(existing), status=200)
        if reason := why_not_interviewable(wave, business, at):
            return _refused(request, wave, business, InterviewRefused(reason), status=200)
    try:
        form = _new_form(request, wave, at)
    except NotPublished as refusal:
        return _refused(request, wave, business, InterviewRefused(str(refusal)), status=409)
    if form.is_refusal:
        return _record_refusal(request, wave, business)
    if form.is_valid():
        return _send(request, wave, business, form)
    return render(request, "surveys/interview_form.html", {"wave": wave, "business": business, "form": form})


def _new_form(request: SignedInRequest, wave: Wave, at: datetime) -> InterviewForm:
    """The form of the version in force; one that was opened before that goes on with its own version."""
    if request.method != "POST":
        filled_with = current_questionnaire(wave)
    else:
        opened_with = request.POST.get("questionnaire", "")
        known = wave.questionnaires.filter(number=opened_with) if NUMBER.match(opened_with) else None
        filled_with = (known and known.first()) or current_questionnaire(wave)
    data = request.POST if request.method == "POST" else None
    return InterviewForm(data, wave=wave, today=timezone.localdate(at), filled_with=filled_with)


def _record_refusal(request: SignedInRequest, wave: Wave, business: Business) -> HttpResponse:
    try:
        record_refusal(wave=wave, business=business, by=request.user, at=timezone.now())
    except InterviewRefused as refusal:
        return _refused(request, wave, business, refusal, status=409)
    messages.success(
        request, f"{business.name} tidak bersedia: kunjungan dicatat, tidak ada wawancara yang disimpan."
    )
    return redirect("surveys:wave-businesses", code=wave.code)


def _send(request: SignedInRequest, wave: Wave, business: Business, form: InterviewForm) -> HttpResponse:
    at = timezone.now()
    try:
        response, is_new = record_response(
            wave=wave,
            business=business,
            submission_id=form.cleaned_data["submission_id"],
            answers=form.answers(at),
            by=request.user,
            at=at,
            questionnaire=form.filled_with,
            circumstances=Circumstances(consented_at=at),
        )
    except InterviewRefused as refusal:
        return _refused(request, wave, business, refusal, status=409)
    if is_new:
        messages.success(request, f"Wawancara {business.name} tersimpan.")
    else:
        messages.info(request, SENT_BEFORE)
    return redirect("surveys:response-detail", public_id=response.public_id)


def _refused(
    request: SignedInRequest, wave: Wave, business: Business, refusal: InterviewRefused, *, status: int
) -> HttpResponse:
    """Why there is no form, with a link to the interview there is, if this user may see it."""
    existing = getattr(refusal, "existing", None)
    if existing and not Response.objects.for_user(request.user).filter(pk=existing.pk).exists():
        existing = None
    context = {"wave": wave, "business": business, "reason": str(refusal), "existing": existing}
    return render(request, "surveys/interview_refused.html", context, status=status)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def response_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    response = _response_or_404(request, public_id)
    may_change = request.user.can(Permission.ENTER_RESPONSES) and not why_not_changeable(
        response, request.user, timezone.now()
    )
    photos = SubmissionPhoto.objects.filter(submission__response=response).defer("secret")
    context = {
        "response": response,
        "rows": answer_rows(response),
        "photos": photos,
        "may_change": may_change,
        "returned": returned_note(response),
        "may_review": bool(verdicts_open_to(response, request.user)),
    }
    return render(request, "surveys/response_detail.html", context)


@requires(Permission.ENTER_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def response_change(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    response = _response_or_404(request, public_id)
    at = timezone.now()
    if reason := why_not_changeable(response, request.user, at):
        status = 409 if request.method == "POST" else 200
        refusal = InterviewRefused(reason)
        return _refused(request, response.wave, response.business, refusal, status=status)
    form = InterviewForm(
        request.POST if request.method == "POST" else None,
        wave=response.wave,
        today=timezone.localdate(at),
        filled_with=response.questionnaire,
        asks_consent=False,
        initial=InterviewForm.initial_of(response),
    )
    if form.is_valid():
        return _correct(request, response, form)
    return _correction_page(request, response, form)


def _correction_page(
    request: SignedInRequest, response: Response, form: InterviewForm, *, status: int = 200
) -> HttpResponse:
    context = {"wave": response.wave, "business": response.business, "form": form, "response": response}
    context["returned"] = returned_note(response)
    return render(request, "surveys/interview_form.html", context, status=status)


def _correct(request: SignedInRequest, response: Response, form: InterviewForm) -> HttpResponse:
    at = timezone.now()
    try:
        change_response(
            response=response,
            answers=form.answers(at, stored=response.interviewed_at),
            expected_version=form.cleaned_data["version"] or 0,
            by=request.user,
            at=at,
        )
    except InterviewRefused as refusal:
        form.add_error(None, str(refusal))
        return _correction_page(request, response, form, status=409)
    messages.success(request, "Perbaikan wawancara tersimpan.")
    return redirect("surveys:response-detail", public_id=response.public_id)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def business_responses(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The interviews of one business; its page in the register links here."""
    business = get_object_or_404(Business.objects.for_user(request.user), public_id=public_id)
    responses = Response.objects.for_user(request.user).filter(business=business)
    waiting = Wave.objects.none()
    if request.user.can(Permission.ENTER_RESPONSES) and business.status != BusinessStatus.CLOSED:
        open_waves = Wave.objects.open_on(timezone.localdate())
        waiting = open_waves.exclude(responses__business=business).newest_first()
    context = {
        "business": business,
        "responses": responses.select_related("wave", "enumerator"),
        "waiting": waiting,
        "visits": visits_of(business, request.user, timezone.localdate()),
        "reserve_rule": RESERVE_RULE,
    }
    return render(request, "surveys/business_responses.html", context)


def _response_or_404(request: SignedInRequest, public_id: UUID) -> Response:
    visible = Response.objects.for_user(request.user).select_related(
        "wave", "business", "enumerator", "sector", "ward", "district", "questionnaire"
    )
    return get_object_or_404(visible.prefetch_related("choices"), public_id=public_id)
