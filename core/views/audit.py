"""The audit trail for those who may read it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from core.gates import SignedInRequest, requires
from core.models import AuditEvent
from core.permissions import Permission


@requires(Permission.VIEW_AUDIT)
def audit_list(request: SignedInRequest) -> HttpResponse:
    events = AuditEvent.objects.for_user(request.user)
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    return render(request, "core/audit_list.html", {"page": page})
