"""Pages of numbers."""

from django.http import HttpResponse
from django.shortcuts import render

from core.gates import SignedInRequest, requires
from core.permissions import Permission


@requires(Permission.VIEW_DASHBOARD)
def overview(request: SignedInRequest) -> HttpResponse:
    return render(request, "dashboards/overview.html")
