"""Photos and documents of a business: added, opened, removed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry import attachment_files
from registry.actions import ActionError, Incomplete, add_attachment, note_document, remove_attachment
from registry.forms.attachments import AttachmentForm, RemoveForm
from registry.models import Attachment, AttachmentKind, Business
from registry.views.refusals import refused


@requires(Permission.EDIT_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_add(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    business = get_object_or_404(Business.objects.for_user(request.user), public_id=public_id)
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, caption = form.cleaned_data["file"], form.cleaned_data["caption"]
        try:
            add_attachment(
                business=business,
                content=file.read(),
                name=file.name,
                caption=caption,
                by=request.user,
                at=timezone.now(),
            )
        except Incomplete as error:
            form.add_error("file", str(error))
        except ActionError as error:
            return refused(request, error, business)
        else:
            messages.success(request, "Lampiran tersimpan.")
            return redirect("registry:business-detail", public_id)
    return render(request, "registry/attachment_add.html", {"business": business, "form": form})


def _attachment(request: SignedInRequest, public_id: UUID, attachment_id: UUID) -> Attachment:
    rows = Attachment.objects.for_user(request.user).select_related("business")
    return get_object_or_404(rows, public_id=attachment_id, business__public_id=public_id)


@requires(Permission.VIEW_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_file(request: SignedInRequest, public_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """Never opened as a page of ours: to be saved, not to be guessed at, and without any right.

    A document may be a KTP or an NPWP card: by POST alone, for who may read the numbers in it, and told.
    """
    attachment = _attachment(request, public_id, attachment_id)
    if attachment.kind == AttachmentKind.DOCUMENT:
        if not request.user.can(Permission.REVEAL_PERSONAL_DATA):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        note_document(attachment=attachment, by=request.user, at=timezone.now())
    try:
        content = attachment_files.read(attachment.public_id, secret=attachment.secret)
    except attachment_files.DamagedFile as error:
        raise Http404 from error
    response = HttpResponse(content, content_type=attachment.content_type)
    disposition = content_disposition_header(True, attachment.download_name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Permission.EDIT_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_remove(request: SignedInRequest, public_id: UUID, attachment_id: UUID) -> HttpResponse:
    attachment = _attachment(request, public_id, attachment_id)
    form = RemoveForm(request.POST or None)
    if not form.is_valid():
        context = {"business": attachment.business, "attachment": attachment, "form": form}
        return render(request, "registry/attachment_remove.html", context)
    try:
        remove_attachment(
            attachment=attachment, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
    except ActionError as error:
        return refused(request, error, attachment.business)
    messages.success(request, "Lampiran dihapus.")
    return redirect("registry:business-detail", public_id)
