"""*Mutu data*: what is missing or odd, with the way to the rows."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.worklists import quality


@requires(Permission.VIEW_BUSINESSES)
@require_safe
def quality_page(request: SignedInRequest) -> HttpResponse:
    return render(request, "registry/quality.html", {"quality": quality(request.user, timezone.localdate())})
