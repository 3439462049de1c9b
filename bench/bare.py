"""The yardstick of the group `ingest`: the site, and a view that saves one row and does nothing else."""

from __future__ import annotations

import json

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as of_the_site
from core.gates import public
from surveys.models import Response


@csrf_exempt
@public("a measurement on a database that is thrown away")
def save_one_row(request: HttpRequest) -> JsonResponse:
    response = Response.objects.create(**json.loads(request.body))
    return JsonResponse({"id": response.pk}, status=201)


urlpatterns = [*of_the_site, path("bare/", save_one_row)]
