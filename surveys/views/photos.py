"""A picture of an interview, for those who may read the interview."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry import attachment_files
from surveys.models import Response, SubmissionPhoto


@requires(Permission.VIEW_RESPONSES)
@require_safe
def response_photo(request: SignedInRequest, public_id: UUID, photo_id: UUID) -> HttpResponse:
    """Never opened as a page of ours, and without any right."""
    response = get_object_or_404(Response.objects.for_user(request.user), public_id=public_id)
    photo = get_object_or_404(SubmissionPhoto, public_id=photo_id, submission__response=response)
    try:
        content = attachment_files.read(photo.public_id, secret=photo.secret)
    except attachment_files.DamagedFile as error:
        raise Http404 from error
    headers = {
        "Content-Disposition": "attachment; filename=foto.jpg",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
