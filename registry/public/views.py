"""The door itself: consent, three steps, summary, receipt, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.gates import public
from core.models import Office
from registry.actions import ActionError, discard_draft, save_answers, start_application, submit_application
from registry.models import ApplicationState, ConsentText, PublicApplication
from registry.public import answers as kept
from registry.public.codes import grouped, new_code, read_code
from registry.public.forms import REFUSE, STEPS, CodeForm, ConsentForm, first_open_step
from registry.public.limits import TooMany, code_was_right, count_code, count_start
from registry.public.visitor import address_of, application_of, code_of, find, forget, remember
from registry.size_badges import SizeBadge, badges, read_amounts

WHY = "Owners register without an account."
BY_CODE = "Whoever holds the code in the cookie; nobody else is shown anything."
TOO_MANY_STARTS = (
    "Terlalu banyak pendaftaran dimulai dari jaringan ini. Coba lagi satu jam lagi, atau datanglah ke loket."
)
TOO_MANY_CODES = "Terlalu banyak kode yang keliru. Coba lagi satu jam lagi, atau datanglah ke loket."
UNKNOWN_CODE = "Kode ini tidak dikenal. Periksa tulisannya; kode draf yang lama sudah dihapus."


@never_cache
@public(WHY)
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """The text in force and the choice, before any question. Refusing stores nothing."""
    now = timezone.now()
    text = ConsentText.objects.in_force(timezone.localdate(now))
    if text is None:
        return render(request, "registry/public/closed.html", _office())
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["choice"] == REFUSE:
            return render(request, "registry/public/refused.html", _office())
        # They agreed to the text they were shown, which may have been replaced meanwhile.
        if request.POST.get("version") == str(text.version):
            return _begin(request, text)
        form.add_error(None, "Naskah ini baru saja diganti. Baca yang baru, lalu pilih lagi.")
    context = {
        "form": form,
        "text": text,
        "mine": application_of(request),
        "was_lost": "tutup" in request.GET,
    }
    return render(request, "registry/public/consent.html", context)


def _office() -> dict[str, Any]:
    """Whom to ask: every page on which somebody may be stuck says it."""
    return {"office": Office.objects.current()}


def _too_many(request: HttpRequest, advice: str) -> HttpResponse:
    return render(request, "registry/public/too_many.html", {"advice": advice} | _office(), status=429)


def _begin(request: HttpRequest, text: ConsentText) -> HttpResponse:
    now, code = timezone.now(), new_code()
    try:
        count_start(address=address_of(request), at=now)
    except TooMany:
        return _too_many(request, TOO_MANY_STARTS)
    application = start_application(code=code, consent=text, at=now)
    response = redirect("door:step", 1)
    remember(response, code, application)
    return response


@never_cache
@public(BY_CODE)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: int) -> HttpResponse:
    if not 1 <= number <= len(STEPS):
        raise Http404
    application = application_of(request)
    if application is None or not application.is_editable:
        return _away(application)
    now, answers = timezone.now(), kept.read(application)
    data = request.POST if request.method == "POST" else None
    form = STEPS[number - 1](data, answers=answers, today=timezone.localdate(now))
    is_valid = data is not None and form.is_valid()
    if is_valid or (data is not None and "back" in data):
        return _kept(request, application, form.cleaned_data, number)
    amounts, problems = read_amounts(form.data) if form.is_bound else (kept.applied(application).amounts, [])
    context = _progress(request, application, number) | {
        "form": form,
        "badges": _told(amounts),
        "problems": problems,
    }
    return render(request, "registry/public/step.html", context)


def _told(amounts: Mapping[str, int | None]) -> list[SizeBadge]:
    """Nothing about the size before there is an amount: "not classified" would only frighten."""
    return badges(amounts) if any(amount is not None for amount in amounts.values()) else []


def _kept(
    request: HttpRequest, application: PublicApplication, cleaned: dict[str, Any], number: int
) -> HttpResponse:
    """Keep what is in order, and go on or back."""
    try:
        save_answers(application=application, answers=cleaned, at=timezone.now())
    except ActionError:
        return redirect("door:status")
    number += -1 if "back" in request.POST else 1
    response = redirect("door:step", number) if 1 <= number <= len(STEPS) else redirect("door:summary")
    remember(response, code_of(request), application)
    return response


def _away(application: PublicApplication | None) -> HttpResponse:
    """Who has no open application is told so: what was just typed on a page of one was not stored."""
    return redirect(f"{reverse('door:consent')}?tutup=1" if application is None else "door:status")


def _progress(request: HttpRequest, application: PublicApplication, number: int) -> dict[str, Any]:
    return {
        "application": application,
        "number": number,
        "previous": number - 1,
        "count": len(STEPS),
        "titles": [step.title for step in STEPS],
        "code": grouped(code_of(request)),
    }


@never_cache
@public(BY_CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest) -> HttpResponse:
    """All of it once more; sending is the only thing left to do."""
    application = application_of(request)
    if application is None or not application.is_editable:
        return _away(application)
    now = timezone.now()
    open_step = first_open_step(kept.read(application), today=timezone.localdate(now))
    if open_step is not None:
        messages.warning(request, "Lengkapi dahulu bagian ini.")
        return redirect("door:step", open_step)
    if request.method == "POST":
        return _sent(request, application)
    applied = kept.applied(application)
    context = {"application": application, "applied": applied, "badges": _told(applied.amounts)}
    return render(request, "registry/public/summary.html", context)


def _sent(request: HttpRequest, application: PublicApplication) -> HttpResponse:
    with suppress(ActionError):  # sent by the same finger a moment ago: the receipt tells how it stands
        submit_application(application=application, at=timezone.now())
    response = redirect("door:receipt")
    remember(response, code_of(request), application)
    return response


@never_cache
@public(BY_CODE)
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    application = application_of(request)
    if application is None or application.state == ApplicationState.DRAFT:
        return _away(application)
    return render(request, "registry/public/receipt.html", _standing(request, application))


def _standing(request: HttpRequest, application: PublicApplication) -> dict[str, Any]:
    """What receipt and status tell: which business, how it stands, and what comes next."""
    business = application.kept_business
    return _office() | {
        "application": application,
        "name": business.name if business else kept.read(application).get("name", ""),
        "business": business,
        "registration": getattr(business, "registration", None),
        "ahead": PublicApplication.objects.ahead_of(application).count(),
        "code": grouped(code_of(request)),
        "address": request.build_absolute_uri(reverse("door:status")),
    }


@never_cache
@public("The code is what opens it; wrong ones are counted.")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """*Usaha saya*: by the code, which is sent in the body and kept by the browser only."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        return _opened(request, form)
    application = application_of(request)
    if application is None:
        return render(request, "registry/public/code.html", {"form": form})
    if application.state == ApplicationState.DRAFT:
        today = timezone.localdate(timezone.now())
        open_step = first_open_step(kept.read(application), today=today)
        return redirect("door:step", open_step) if open_step else redirect("door:summary")
    return render(request, "registry/public/status.html", _standing(request, application))


def _opened(request: HttpRequest, form: CodeForm) -> HttpResponse:
    address, found = address_of(request), None
    if form.is_valid():
        try:
            count_code(address=address, at=timezone.now())
        except TooMany:
            return _too_many(request, TOO_MANY_CODES)
        code = read_code(form.cleaned_data["code"])
        found = find(code) if code else None
        if code and found is not None:
            code_was_right(address=address)
            response = redirect("door:status")
            remember(response, code, found)
            return response
        form.add_error("code", UNKNOWN_CODE)
    return render(request, "registry/public/code.html", {"form": form})


@never_cache
@public(BY_CODE)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Let this browser forget the code; a draft that was never sent is deleted when that is asked for."""
    application = application_of(request)
    if application is not None and "discard" in request.POST:
        try:
            discard_draft(application=application)
        except ActionError:
            return redirect("door:status")
        messages.success(request, "Isian Anda sudah dihapus.")
    response = redirect(reverse("door:consent"))
    forget(response)
    return response


@public("Arithmetic on two amounts; it reads and writes nothing. By POST: amounts stand in no address.")
@require_POST
def size_class(request: HttpRequest) -> HttpResponse:
    amounts, problems = read_amounts(request.POST.dict())
    context = {"badges": _told(amounts), "problems": problems}
    return render(request, "registry/public/_size.html", context)
