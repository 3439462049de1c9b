"""The first page, and the one the load balancer asks for."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core import roles
from core.gates import SignedInRequest, public, signed_in


@signed_in("Everybody starts here; the page lists only what the role may open.")
def home(request: SignedInRequest) -> HttpResponse:
    return render(request, "core/home.html", {"role_prose": roles.PROSE.get(request.user.role, "")})


@never_cache
@public("A health check has no account; it says only that the database answers.")
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
