"""Tugas saya: the own assignments, wave by wave."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError, record_found
from registry.forms.found import FoundBusinessForm
from registry.queue_page import queue_page
from surveys.actions.fieldwork import assign_found
from surveys.assignments import assignment_lines
from surveys.models import Assignment, Wave
from surveys.my_tasks import WaveTasks, tasks_of, unassigned_interviews
from surveys.review_queue import returned_to

PAGE_SIZE = 50
OTHERS_SHOWN = 50


@requires(Permission.ENTER_RESPONSES)
@require_safe
def task_list(request: SignedInRequest) -> HttpResponse:
    """Nobody else's rows, whoever asks."""
    today = timezone.localdate()
    tasks = tasks_of(Wave.objects.open_on(today).newest_first(), request.user, today)
    returned = returned_to(request.user).select_related("wave", "business__ward")
    context: dict[str, object] = {"tasks": tasks, "returned": returned}
    shown = _shown(tasks, request.GET.get("gelombang", ""))
    if shown is not None:
        own = Assignment.objects.filter(wave=shown.wave, enumerator=request.user)
        is_open_only = request.GET.get("status") == "belum"
        listed = (own.open() if is_open_only else own).select_related("business__ward", "business__sector")
        page = queue_page(listed, request.GET, by="due_on", size=PAGE_SIZE)
        others = unassigned_interviews(shown.wave, request.user).select_related("business__ward")
        context |= {
            "shown": shown,
            "wave": shown.wave,
            "page": page,
            "lines": assignment_lines(shown.wave, page.rows, today),
            "others": others[:OTHERS_SHOWN],
            "is_open_only": is_open_only,
        }
    return render(request, "surveys/fieldwork/task_list.html", context)


def _shown(tasks: list[WaveTasks], code: str) -> WaveTasks | None:
    """The wave asked for, else the newest one with work, else the newest one."""
    asked = next((one for one in tasks if one.wave.code == code), None)
    return asked or next((one for one in tasks if one.total), tasks[0] if tasks else None)


@requires(Permission.ENTER_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def found_create(request: SignedInRequest, code: str) -> HttpResponse:
    """A business the register does not hold, to be interviewed in this wave at once."""
    wave, at = get_object_or_404(Wave, code=code), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = FoundBusinessForm(data, user=request.user, today=timezone.localdate(at))
    if form.is_valid():
        try:
            with transaction.atomic():
                business, _ = record_found(
                    business=form.business,
                    owner=form.owner,
                    by=request.user,
                    at=at,
                    double_reason=form.confirmed,
                )
                assign_found(wave=wave, business=business, by=request.user, at=at)
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{business.name} tercatat dan masuk ke tugas Anda.")
            return redirect("surveys:response-create", code=wave.code, public_id=business.public_id)
    return render(request, "registry/found_form.html", {"form": form, "wave": wave})
