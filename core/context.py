"""What every template may need."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.navigation import items_for


def navigation(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "office_name": settings.OFFICE_NAME,
        "is_demo_site": settings.DEBUG,
        "navigation": items_for(user, request.path) if user is not None and user.is_authenticated else [],
    }
