"""Everybody changes their own password; an administrator gives somebody a new one."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from core import actions, sign_in
from core.account_forms import NewPasswordForm, OwnPasswordForm
from core.gates import SignedInRequest, requires, signed_in
from core.models import User
from core.permissions import Permission


@signed_in("Everybody may change their own password.")
@sensitive_post_parameters()
def password_change(request: SignedInRequest) -> HttpResponse:
    """The present password may be guessed at no more often here than at the login."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST":
        try:
            sign_in.check_again(user=request.user, at=timezone.now())
        except sign_in.TooManyTries:
            return render(request, "core/password_change.html", {"throttled": True}, status=429)
        if form.is_valid():
            password = form.cleaned_data["new_password1"]
            actions.set_password(user=request.user, password=password, by=request.user, at=timezone.now())
            update_session_auth_hash(request, request.user)
            messages.success(request, "Kata sandi sudah diganti. Sesi di perangkat lain sudah berakhir.")
            return redirect("core:home")
    return render(request, "core/password_change.html", {"form": form})


@requires(Permission.MANAGE_USERS)
@sensitive_post_parameters()
def user_password(request: SignedInRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["new_password1"]
        actions.set_password(user=user, password=password, by=request.user, at=timezone.now())
        messages.success(request, f"Kata sandi {user} sudah diganti dan semua sesinya berakhir.")
        return redirect("admin:core_user_change", user.pk)
    return render(request, "core/user_password.html", {"form": form, "person": user})
