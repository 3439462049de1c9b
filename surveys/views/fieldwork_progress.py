"""Who is behind: the progress of a wave, as it is now."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from surveys.actions.progress_file import FORMATS, export_progress
from surveys.fieldwork_progress import COLUMNS, OF_ENUMERATORS, field_progress
from surveys.models import Wave
from surveys.response_rates import DEFINITION
from surveys.wave_tabs import wave_tabs


@requires(Permission.VIEW_RESPONSES)
@require_safe
def progress_newest(request: SignedInRequest) -> HttpResponse:
    """The wave that takes interviews now, or the last one that did."""
    waves = Wave.objects.filter(is_reconstruction=False).newest_first()
    wave = waves.open_on(timezone.localdate()).first() or waves.first()
    if wave is None:
        return redirect("surveys:wave-list")
    return redirect("surveys:wave-progress", code=wave.code)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def wave_progress(request: SignedInRequest, code: str) -> HttpResponse:
    """The whole page, or, for htmx, the part of it that changes."""
    wave, now = get_object_or_404(Wave, code=code), timezone.now()
    context = {
        "wave": wave,
        "wave_tabs": wave_tabs(request.user),
        "progress": field_progress(wave, user=request.user, day=timezone.localdate(now)),
        "columns": COLUMNS,
        "enumerator_columns": OF_ENUMERATORS,
        "definition": DEFINITION,
        "now": now,
        "is_paused": "jeda" in request.GET,
        "formats": FORMATS if request.user.can(Permission.EXPORT_RESPONSES) else (),
        "may_manage": request.user.can(Permission.MANAGE_FIELDWORK),
    }
    part = request.headers.get("HX-Request") == "true"
    template = "surveys/fieldwork/_progress.html" if part else "surveys/fieldwork/progress.html"
    return render(request, template, context)


@requires(Permission.EXPORT_RESPONSES)
@require_POST
def progress_export(request: SignedInRequest, code: str) -> HttpResponse:
    """A download leaves an event, so it is never a GET."""
    wave, file_format = get_object_or_404(Wave, code=code), request.POST.get("format", "")
    if file_format not in FORMATS:
        return HttpResponseBadRequest("Pilih format berkas: csv atau xlsx.")
    file = export_progress(wave=wave, file_format=file_format, by=request.user, at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content.read(), content_type=file.content_type, headers=headers)
