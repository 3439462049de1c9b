"""Where the flags of a wave begin, how many there are, and computing them anew."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.gates import SignedInRequest, requires
from core.models import Job
from core.permissions import Permission
from core.views.jobs import status_context
from surveys.actions.flagging import JOB, ask_to_flag, set_thresholds
from surveys.forms.quality import ThresholdsForm
from surveys.models import QualityThresholds, Response, ResponseFlag, Wave
from surveys.quality import FLAG_LABELS

SAVED = "Batas mutu tersimpan; tanda semua wawancara gelombang ini dihitung ulang di latar."


@requires(Permission.MANAGE_FIELDWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_quality(request: SignedInRequest, code: str) -> HttpResponse:
    wave = _wave_or_404(code)
    stored = QualityThresholds.objects.filter(wave=wave).select_related("changed_by").first()
    data = request.POST if request.method == "POST" else None
    form = ThresholdsForm(data, instance=stored or QualityThresholds(wave=wave))
    if form.is_valid():
        job = set_thresholds(thresholds=form.save(commit=False), by=request.user, at=timezone.now())
        messages.success(request, SAVED if job else "Tidak ada batas yang berubah.")
        return redirect("surveys:wave-quality", code=wave.code)
    context: dict[str, Any] = {"wave": wave, "form": form, "stored": stored, "flags": _counts(request, wave)}
    job = (
        Job.objects.for_user(request.user)
        .filter(kind=JOB, payload={"wave": wave.code})
        .order_by("-pk")
        .first()
    )
    if job is not None and not job.has_ended:
        context |= status_context(job)
    return render(request, "surveys/review/quality.html", context)


@requires(Permission.MANAGE_FIELDWORK)
@require_POST
def quality_run(request: SignedInRequest, code: str) -> HttpResponse:
    wave = _wave_or_404(code)
    ask_to_flag(wave=wave, by=request.user, at=timezone.now())
    messages.success(request, "Tanda semua wawancara gelombang ini dihitung ulang di latar.")
    return redirect("surveys:wave-quality", code=wave.code)


def _wave_or_404(code: str) -> Wave:
    return get_object_or_404(Wave, code=code, is_reconstruction=False)


def _counts(request: SignedInRequest, wave: Wave) -> list[tuple[str, str, int]]:
    """Code, label and number of each flag in the user's area."""
    seen = Response.objects.for_user(request.user).filter(wave=wave)
    rows = ResponseFlag.objects.filter(response__in=seen).order_by().values_list("code").annotate(Count("pk"))
    counted = dict(rows)
    return [(flag.value, label, counted.get(flag.value, 0)) for flag, label in FLAG_LABELS.items()]
