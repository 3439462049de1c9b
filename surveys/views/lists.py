"""Interviews as files: the sheet to type them into, and the results of a wave."""

from __future__ import annotations

from io import BytesIO

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import Incomplete
from registry.spreadsheets import SafeXLSX
from registry.views.downloads import file_response
from surveys.actions import FORMATS, export_responses
from surveys.forms import ResultsForm
from surveys.importing import template
from surveys.models import Response, Wave


@requires(Permission.IMPORT_RESPONSES)
@require_safe
def import_template(request: SignedInRequest, code: str) -> HttpResponse:
    """Made from the newest questionnaire of the wave; it holds nothing about anybody."""
    wave = get_object_or_404(Wave.objects.filter(is_reconstruction=False), code=code)
    version = wave.questionnaires.order_by("-number").first()
    if version is None:
        raise Http404
    out = BytesIO()
    template.write(out, wave, version.definition)
    headers = {"Content-Disposition": f'attachment; filename="isian-wawancara-{wave.code}.xlsx"'}
    return HttpResponse(out.getvalue(), content_type=SafeXLSX.CONTENT_TYPE, headers=headers)


@requires(Permission.EXPORT_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def response_export(request: SignedInRequest, code: str) -> HttpResponseBase:
    """What can be taken; by POST the file itself, as taking it leaves an event."""
    wave = get_object_or_404(Wave, code=code)
    form = ResultsForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            file = export_responses(
                wave=wave,
                file_format=form.cleaned_data["format"],
                wanted=form.wanted,
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
                at=timezone.now(),
            )
            return file_response(file)
        except Incomplete as error:
            form.add_error(None, str(error))
    seen = Response.objects.for_user(request.user).in_wave(wave)
    context = {"wave": wave, "form": form, "formats": FORMATS}
    context |= {"accepted": seen.counted().count(), "awaiting": seen.awaiting().count()}
    return render(request, "surveys/results.html", context, status=400 if form.errors else 200)
