"""Logging in and out."""

import time

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core import sign_in
from core.account_forms import LoginForm
from core.gates import public
from core.models import User

MISMATCH = "Nama pengguna dan kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."


def local_target(request: HttpRequest) -> str:
    """Where to go after the login: an address of this site, whatever `next` says."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_ours else reverse("core:home")  # `redirect` would take a bare word for a view's name


def _enter(request: HttpRequest, user: User) -> None:
    auth.login(request, user)  # with a new session key
    request.session.pop("ended", None)
    request.session["started"] = request.session["seen"] = int(time.time())


@never_cache
@public("Everybody must be able to log in.")
@sensitive_post_parameters()
def login(request: HttpRequest) -> HttpResponse:
    target = local_target(request)
    if request.user.is_authenticated:
        return redirect(target)
    form, throttled = LoginForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        address = str(request.META.get("REMOTE_ADDR", ""))
        try:
            user = sign_in.sign_in(**form.cleaned_data, address=address, at=timezone.now())
        except sign_in.TooManyTries:
            throttled = True
        else:
            if user is not None:
                _enter(request, user)
                return redirect(target)
            form.add_error(None, MISMATCH)
    context = {"form": form, "next": target, "throttled": throttled, "ended": request.session.get("ended")}
    return render(request, "core/login.html", context, status=429 if throttled else 200)


@never_cache
@public("Logging out twice does no harm.")
def logout(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.user.is_authenticated:
        sign_in.note_sign_out(user=request.user, at=timezone.now())
    auth.logout(request)
    response = redirect("core:login")
    response["Clear-Site-Data"] = '"cache"'
    return response
