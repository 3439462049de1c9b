"""The pages of the application for the field itself: they hold no data, so that they may lie in any telephone."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from core.gates import SignedInRequest, public, requires
from core.permissions import Permission
from surveys.phone.release import address_of, current_release

OFFICE_COLOUR = "#0b4f6c"
WITHOUT_DATA = "opens without signal and long after the session has ended; holds no data"


def _page(request: HttpRequest, template: str) -> HttpResponse:
    release = current_release()
    addresses = {
        "script": address_of("js/field/app.js"),
        "style": address_of("css/field.css"),
        "icon": address_of("img/icon.svg"),
        "touch_icon": address_of("img/field-192.png"),
    }
    context = {"addresses": addresses, "office": settings.OFFICE_NAME, "colour": OFFICE_COLOUR}
    response = render(request, template, context)
    response["X-Field-Release"] = release.version
    response["Cache-Control"] = "no-cache"
    return response


@public(WITHOUT_DATA)
@require_safe
def app(request: HttpRequest) -> HttpResponse:
    return _page(request, "field/shell.html")


@public(WITHOUT_DATA)
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows for a page it has not."""
    return _page(request, "field/offline.html")


@requires(Permission.ENTER_RESPONSES)
@require_safe
@ensure_csrf_cookie
def setup(request: SignedInRequest) -> HttpResponse:
    """Signed in once, to enrol this telephone; afterwards its own token counts."""
    context = {
        "script": address_of("js/field/setup.js"),
        "enrol": reverse("field:device-create"),
    }
    return render(request, "field/setup.html", context)


@public(WITHOUT_DATA)
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    start = reverse("field:shell")
    document = {
        "id": start,
        "name": f"Aplikasi lapangan – {settings.OFFICE_NAME}",
        "short_name": "Lapangan",
        "description": "Wawancara UMKM tanpa jaringan.",
        "lang": "id",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "theme_color": OFFICE_COLOUR,
        "background_color": "#ffffff",
        "icons": _icons(),
    }
    return JsonResponse(
        document,
        content_type="application/manifest+json",
        headers={"X-Field-Release": current_release().version, "Cache-Control": "no-cache"},
    )


def _icons() -> list[dict[str, str]]:
    return [
        {
            "src": address_of(f"img/field-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]


@public(WITHOUT_DATA)
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    script = current_release().script(
        shell=reverse("field:shell"),
        offline=reverse("field:offline"),
        manifest=reverse("field:manifest"),
    )
    return HttpResponse(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )
