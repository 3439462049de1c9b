"""Pages of numbers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.gates import requires
from core.permissions import Permission


@requires(Permission.VIEW_DASHBOARD)
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboards/overview.html")
