"""The telephones that may send: whose they are, when they were heard of, and what they still hold."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from surveys.actions import DeviceRefused, enroll_device, revoke_device
from surveys.forms.devices import DeviceForm, enrollable_by
from surveys.models import DeviceKind, FieldDevice
from surveys.views import odk


@requires(Permission.VIEW_RESPONSES)
@require_safe
def device_list(request: SignedInRequest) -> HttpResponse:
    user = request.user
    devices = FieldDevice.objects.for_user(user).select_related("user")
    context = {
        "devices": devices.annotate(stored=Count("submissions")).order_by("revoked_at", "-created_at", "-pk"),
        "may_enroll": enrollable_by(user).exists(),
        "may_revoke": user.can(Permission.MANAGE_FIELDWORK),
    }
    return render(request, "surveys/devices/list.html", context)


@requires(Permission.VIEW_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def device_create(request: SignedInRequest) -> HttpResponse:
    """Its token stands on the answer to the form and nowhere else, ever again."""
    form = DeviceForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            device, token = enroll_device(
                user=given["user"],
                kind=DeviceKind(given["kind"]),
                name=given["name"],
                by=request.user,
                at=timezone.now(),
            )
        except DeviceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if device.kind == DeviceKind.ODK:
                return odk.shown_once(request, device, token)
            return render(request, "surveys/devices/created.html", {"device": device, "token": token})
    return render(request, "surveys/devices/form.html", {"form": form})


@requires(Permission.MANAGE_FIELDWORK)
@require_POST
def device_revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    device = get_object_or_404(FieldDevice.objects.for_user(request.user), public_id=public_id)
    try:
        revoke_device(device=device, by=request.user, at=timezone.now())
    except DeviceRefused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, f"Perangkat {device.name} dicabut. Kirimannya tidak diterima lagi.")
    return redirect("surveys:device-list")
