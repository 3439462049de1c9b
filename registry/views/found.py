"""A business found in the field, by who interviews there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError, record_found
from registry.forms.found import FoundBusinessForm


@requires(Permission.ENTER_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def found_create(request: SignedInRequest) -> HttpResponse:
    at, data = timezone.now(), request.POST if request.method == "POST" else None
    form = FoundBusinessForm(data, user=request.user, today=timezone.localdate(at))
    if not form.is_valid():
        return render(request, "registry/found_form.html", {"form": form})
    try:
        business, is_new = record_found(
            business=form.business, owner=form.owner, by=request.user, at=at, double_reason=form.confirmed
        )
    except ActionError as error:
        form.add_error(None, str(error))
        return render(request, "registry/found_form.html", {"form": form})
    for warning in form.warnings:
        messages.warning(request, warning)
    told = "tercatat sebagai usaha yang ditemukan di lapangan" if is_new else "sudah tercatat sebelumnya"
    messages.success(request, f"{business.name} {told}.")
    return redirect("registry:business-detail", business.public_id)
