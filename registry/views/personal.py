"""Personal data: seen in full only by a step of its own, and searched without standing in an address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError, reveal
from registry.forms.steps import RevealForm
from registry.models import Business
from registry.views.refusals import refused


@dataclass(frozen=True)
class Secret:
    """A masked value of a business or its owner, by the word that stands in the address."""

    label: str
    field: str
    of_owner: bool


SECRETS = {
    "nik": Secret("NIK", "national_id", of_owner=True),
    "telepon": Secret("Nomor telepon", "phone", of_owner=True),
    "npwp": Secret("NPWP", "npwp", of_owner=False),
}


# Never cached: neither the browser nor anything on the way keeps the page with the value.
@requires(Permission.REVEAL_PERSONAL_DATA)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def business_reveal(request: SignedInRequest, public_id: UUID, secret: str) -> HttpResponse:
    visible = Business.objects.for_user(request.user).select_related("owner")
    business = get_object_or_404(visible, public_id=public_id)
    wanted = SECRETS.get(secret)
    record = business.owner if wanted is not None and wanted.of_owner else business
    if wanted is None or record is None:
        raise Http404
    form = RevealForm(request.POST or None)
    context: dict[str, object] = {
        "record": business,
        "back": business.get_absolute_url(),
        "label": wanted.label,
        "whose": record if wanted.of_owner else "",
        "form": form,
    }
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            context["value"] = reveal(
                record=record, field=wanted.field, reason=reason, by=request.user, at=timezone.now()
            )
        except ActionError as error:
            return refused(request, error, business)
    return render(request, "registry/reveal.html", context)
