"""Logging in and out."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from core.gates import public
from core.models import Throttle

WINDOW = timedelta(seconds=settings.LOGIN_WINDOW_SECONDS)


class LoginView(auth_views.LoginView):
    template_name = "core/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = str(request.POST.get("username", ""))[:80].strip().lower()
        address = str(request.META.get("REMOTE_ADDR", ""))
        tries = (
            (f"login:account:{account}", settings.LOGIN_ATTEMPTS_PER_ACCOUNT),
            (f"login:address:{address}", settings.LOGIN_ATTEMPTS_PER_ADDRESS),
        )
        now = timezone.now()
        if not all(Throttle.objects.take(key, limit=limit, window=WINDOW, at=now) for key, limit in tries):
            return self.render_to_response(self.get_context_data(is_throttled=True), status=429)
        return super().post(request, *args, **kwargs)


_login = LoginView.as_view()
_logout = auth_views.LogoutView.as_view()


@public("Everybody must be able to log in.")
def login(request: HttpRequest) -> HttpResponseBase:
    return _login(request)


@public("Logging out twice does no harm.")
def logout(request: HttpRequest) -> HttpResponseBase:
    return _logout(request)
