"""ODK Collect is set up by a QR code that is shown once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from surveys.actions import DeviceRefused, enroll_device
from surveys.forms.devices import OdkDeviceForm, enrollable_by
from surveys.models import DeviceKind, FieldDevice
from surveys.openrosa.onboarding import code_of, qr_address, settings_of


@requires(Permission.VIEW_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def odk_create(request: SignedInRequest) -> HttpResponse:
    """An own telephone, or, by who runs the fieldwork, anybody's in the area."""
    form = OdkDeviceForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            device, token = enroll_device(
                user=given["user"],
                kind=DeviceKind.ODK,
                name=given["name"],
                by=request.user,
                at=timezone.now(),
            )
        except DeviceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return shown_once(request, device, token)
    context = {"form": form, "may_enroll": enrollable_by(request.user).exists()}
    return render(request, "surveys/odk/form.html", context)


def shown_once(request: SignedInRequest, device: FieldDevice, token: str) -> HttpResponse:
    """The address and the code of a telephone that was just enrolled."""
    path = reverse("odk:form-list", kwargs={"token": token}).removesuffix("/formList")
    address = request.build_absolute_uri(path)
    code = code_of(settings_of(address, f"UMKM – {settings.OFFICE_NAME}"))
    context = {"device": device, "address": address, "code": qr_address(code)}
    return render(request, "surveys/odk/created.html", context)
