"""Giving out the work of a wave, and changing what was given out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.formats import format_date, format_integer
from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.queue_page import queue_page
from surveys.actions.fieldwork import FieldworkRefused, assign, change_due, reassign, withdraw
from surveys.assignments import assignment_lines
from surveys.fieldwork_progress import field_progress
from surveys.forms.fieldwork import AssignForm, AssignmentChangeForm, AssignmentFilterForm
from surveys.models import Assignment, Wave
from surveys.models.fieldwork import AssignmentQuerySet
from surveys.wave_tabs import wave_tabs

PAGE_SIZE = 50


@requires(Permission.MANAGE_FIELDWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_create(request: SignedInRequest, code: str) -> HttpResponse:
    wave, today = get_object_or_404(Wave, code=code), timezone.localdate()
    data = request.POST if request.method == "POST" else None
    initial = {name: request.GET[name] for name in ("district", "enumerator") if name in request.GET}
    form = AssignForm(data, wave=wave, user=request.user, today=today, initial=initial)
    if form.is_valid() and _assigned(request, wave, form):
        return redirect("surveys:assignment-create", code=wave.code)
    context = {
        "wave": wave,
        "wave_tabs": wave_tabs(request.user),
        "form": form,
        "is_open": wave.is_open_on(today),
        "progress": field_progress(wave, user=request.user, day=today),
    }
    return render(request, "surveys/fieldwork/assign.html", context)


def _assigned(request: SignedInRequest, wave: Wave, form: AssignForm) -> bool:
    try:
        count = assign(wave=wave, **form.cleaned_data, by=request.user, at=timezone.now())
    except FieldworkRefused as error:
        form.refuse(error)
        return False
    told = form.cleaned_data
    messages.success(
        request,
        f"{format_integer(count)} UMKM di {told['ward'] or told['district']} ditugaskan kepada"
        f" {told['enumerator']}, tenggat {format_date(told['due_on'])}.",
    )
    return True


@requires(Permission.MANAGE_FIELDWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_list(request: SignedInRequest, code: str) -> HttpResponse:
    wave, today = get_object_or_404(Wave, code=code), timezone.localdate()
    filters = AssignmentFilterForm(request.GET, wave=wave, user=request.user, today=today)
    listed = filters.narrowed(Assignment.objects.for_user(request.user).filter(wave=wave))
    change = AssignmentChangeForm(request.POST if request.method == "POST" else None, user=request.user)
    if change.is_valid() and _changed(request, wave, listed, change):
        address = reverse("surveys:assignment-list", args=[wave.code])
        return redirect(f"{address}?{request.GET.urlencode()}")
    page = queue_page(_for_list(listed), request.GET, by="pk", size=PAGE_SIZE)
    context = {
        "wave": wave,
        "wave_tabs": wave_tabs(request.user),
        "filters": filters,
        "form": change,
        "page": page,
        "lines": assignment_lines(wave, page.rows, today),
        "count": listed.count(),
        "open_count": listed.open().count(),
        "is_open": wave.is_open_on(today),
    }
    return render(request, "surveys/fieldwork/assignment_list.html", context)


def _for_list(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    return assignments.select_related("business__ward", "business__sector", "enumerator")


def _changed(
    request: SignedInRequest, wave: Wave, listed: AssignmentQuerySet, form: AssignmentChangeForm
) -> bool:
    told, chosen = form.cleaned_data, form.chosen(listed)
    common: dict[str, Any] = {"wave": wave, "assignments": chosen, "by": request.user, "at": timezone.now()}
    try:
        if told["change"] == form.REASSIGN:
            done = f"{format_integer(reassign(**common, to=told['to']))} UMKM dialihkan kepada {told['to']}."
        elif told["change"] == form.DUE:
            count = format_integer(change_due(**common, due_on=told["due_on"]))
            done = f"Tenggat {count} UMKM menjadi {format_date(told['due_on'])}."
        else:
            done = f"{format_integer(withdraw(**common))} UMKM ditarik dari enumeratornya."
    except FieldworkRefused as error:
        form.refuse(error)
        return False
    messages.success(request, done)
    return True
