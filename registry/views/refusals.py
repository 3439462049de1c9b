"""The answer to a step that cannot be taken now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from core.gates import SignedInRequest
from registry.actions import ActionError
from registry.models import Business


def refused(request: SignedInRequest, error: ActionError, business: Business) -> HttpResponse:
    """409: the request was right, the record is in another state; says so and leads back."""
    return render(request, "registry/refused.html", {"error": error, "business": business}, status=409)
