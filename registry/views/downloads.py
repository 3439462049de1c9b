"""The list of businesses as a file."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError
from registry.exports import ExportedFile, export_businesses
from registry.filters import FilterForm
from registry.forms.downloads import ExportForm
from registry.views.businesses import list_context


@requires(Permission.EXPORT_BUSINESSES)
@require_POST
def business_export(request: SignedInRequest) -> HttpResponseBase:
    """By POST, as taking the file leaves an event, and so that a search stands in no address."""
    form = FilterForm(request.POST, user=request.user)
    wanted = ExportForm(request.POST, user=request.user, auto_id="unduh_%s")
    if wanted.is_valid() and form.is_valid():
        try:
            exported = export_businesses(
                filters=form.filters,
                described=form.described,
                wanted=wanted.wanted,
                by=request.user,
                at=timezone.now(),
            )
            return file_response(exported)
        except ActionError as error:
            wanted.add_error("format", str(error))
    context = list_context(request, form, wanted)
    return render(request, "registry/business_list.html", context, status=400)


def file_response(exported: ExportedFile) -> FileResponse:
    return FileResponse(
        exported.content, as_attachment=True, filename=exported.name, content_type=exported.content_type
    )
