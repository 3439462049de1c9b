"""The file to type a list of interviews into."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.spreadsheets import SafeXLSX
from surveys.importing import template
from surveys.models import Wave


@requires(Permission.IMPORT_RESPONSES)
@require_safe
def import_template(request: SignedInRequest, code: str) -> FileResponse:
    """Made from the newest questionnaire of the wave; it holds nothing about anybody."""
    wave = get_object_or_404(Wave.objects.filter(is_reconstruction=False), code=code)
    version = wave.questionnaires.order_by("-number").first()
    if version is None:
        raise Http404
    out = BytesIO()
    template.write(out, wave, version.definition)
    out.seek(0)
    name = f"isian-wawancara-{wave.code}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=SafeXLSX.CONTENT_TYPE)
