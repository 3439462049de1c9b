"""A visit without an interview, told on the web, and the reserve that may follow it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError
from registry.models import Business
from surveys.actions.field_visits import tell_visit, use_reserve, why_not_visitable
from surveys.actions.fieldwork import FieldworkRefused
from surveys.forms.visits import VisitForm
from surveys.models import Assignment, Wave


@requires(Permission.ENTER_RESPONSES)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_create(request: SignedInRequest, code: str, public_id: UUID) -> HttpResponse:
    wave, business = _found(request, code, public_id)
    at = timezone.now()
    form = VisitForm(request.POST if request.method == "POST" else None, wave=wave, at=at)
    reason = why_not_visitable(wave, business, at)
    if form.is_valid():
        try:
            _, is_new = tell_visit(wave=wave, business=business, **form.told(), by=request.user, at=at)
        except FieldworkRefused as error:
            reason = str(error)
        else:
            told = "dicatat" if is_new else "sudah dicatat sebelumnya"
            messages.success(request, f"Kunjungan ke {business.name} {told}.")
            return _back(request, wave, business)
    context = {"wave": wave, "business": business, "form": form, "reason": reason}
    status = 409 if reason and request.method == "POST" else 200
    return render(request, "surveys/fieldwork/visit_form.html", context, status=status)


def _back(request: SignedInRequest, wave: Wave, business: Business) -> HttpResponse:
    """To the own tasks where the business is one of them, else to its page."""
    if Assignment.objects.of(request.user).filter(wave=wave, business=business).exists():
        return redirect("surveys:task-list")
    return redirect("surveys:business-responses", public_id=business.public_id)


@requires(Permission.MANAGE_FIELDWORK)
@require_POST
def reserve_use(request: SignedInRequest, code: str, public_id: UUID) -> HttpResponse:
    wave, business = _found(request, code, public_id)
    try:
        used = use_reserve(wave=wave, business=business, by=request.user, at=timezone.now())
    except ActionError as error:
        context = {"wave": wave, "business": business, "reason": str(error)}
        return render(request, "surveys/interview_refused.html", context, status=409)
    name = used.reserve.business.name
    if used.is_assigned:
        messages.success(request, f"{business.name} diganti {name}, dengan enumerator dan tenggat yang sama.")
    else:
        messages.warning(request, f"{business.name} diganti {name}, yang belum ditugaskan kepada siapa pun.")
    return redirect("surveys:business-responses", public_id=business.public_id)


def _found(request: SignedInRequest, code: str, public_id: UUID) -> tuple[Wave, Business]:
    visible = Business.objects.for_user(request.user).real().select_related("sector", "ward", "district")
    return get_object_or_404(Wave, code=code), get_object_or_404(visible, public_id=public_id)
