"""The certificate of a business at the desk: issued, downloaded, taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.gates import SignedInRequest, requires
from core.models import Office
from core.permissions import Permission
from registry.actions import ActionError, issue_certificate, note_certificate_print, revoke_certificate
from registry.certificate_pdf import PrintingUnavailable, certificate_pdf
from registry.forms.steps import RevokeForm
from registry.models import Business, Certificate
from registry.views.refusals import refused


@requires(Permission.ISSUE_CERTIFICATES)
@require_POST
def certificate_issue(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    rows = Business.objects.for_user(request.user).select_related("owner", "sector", "ward", "district")
    business = get_object_or_404(rows.filter(registration__isnull=False), public_id=public_id)
    try:
        certificate = issue_certificate(business=business, by=request.user, at=timezone.now())
    except ActionError as error:
        return refused(request, error, business)
    messages.success(request, f"Sertifikat {certificate.number} diterbitkan.")
    return redirect("registry:business-detail", public_id)


def _standing(request: SignedInRequest, public_id: UUID) -> Certificate:
    rows = Certificate.objects.for_user(request.user).standing().for_page()
    return get_object_or_404(rows, business__public_id=public_id)


@requires(Permission.VIEW_BUSINESSES)
@require_POST
def certificate_download(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """By POST, as handing out a paper leaves an event."""
    certificate = _standing(request, public_id)
    site = request.build_absolute_uri("/").rstrip("/")
    try:
        pdf = certificate_pdf(certificate, logo=Office.objects.current().logo, site=site)
    except PrintingUnavailable as error:
        context = {"error": error, "business": certificate.business}
        return render(request, "registry/refused.html", context, status=503)
    note_certificate_print(certificate=certificate, by=request.user, at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="sertifikat-{certificate.number}.pdf"'
    return response


@requires(Permission.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    certificate = _standing(request, public_id)
    form = RevokeForm(request.POST or None)
    if not form.is_valid():
        context = {"business": certificate.business, "certificate": certificate, "form": form}
        return render(request, "certificates/revoke.html", context)
    try:
        revoke_certificate(
            certificate=certificate, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
        )
    except ActionError as error:
        return refused(request, error, certificate.business)
    messages.success(request, f"Sertifikat {certificate.number} dicabut.")
    return redirect("registry:business-detail", public_id)
