"""The first page, and the one the load balancer asks for."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from core import roles
from core.gates import SignedInRequest, public, signed_in
from core.tasks import tasks_for


@signed_in("Everybody starts here; the page lists only what the role may open.")
def home(request: SignedInRequest) -> HttpResponse:
    user = request.user
    context = {
        "role_prose": roles.PROSE.get(user.role, ""),
        "districts": [] if user.whole_city else user.districts.all(),
        "tasks": tasks_for(user, timezone.localdate()),
    }
    return render(request, "core/home.html", context)


@never_cache
@public("A health check has no account; it says only that the database answers.")
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
