"""Users: who may come in, with which role, and where they work. Nobody is deleted, only deactivated."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from core import actions
from core.admin.forms import KeysOnlyChoices, NewUserForm, UserForm
from core.admin.scoped import ScopedAdmin
from core.models import User
from core.permissions import Permission


@admin.register(User)
class UserAdmin(ScopedAdmin):
    view_permission = Permission.MANAGE_USERS
    add_permission = Permission.MANAGE_USERS
    change_permission = Permission.MANAGE_USERS
    form = UserForm
    list_display = ["username", "full_name", "role", "area", "is_active", "last_login"]
    list_filter = ["role", "is_active", "whole_city"]
    search_fields = ["username", "full_name", "email"]
    ordering = ["username"]
    readonly_fields = ["password_page", "last_login"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs.setdefault("form", UserForm if change else NewUserForm)
        kwargs.setdefault("fields", None)
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = self.by(request)
        return form

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, form_class=KeysOnlyChoices, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        way_in = ["password_page", "last_login"] if obj else ["password1", "password2"]
        return [
            (None, {"fields": ["full_name", "username", "email", "is_active"]}),
            ("Peran dan wilayah kerja", {"fields": ["role", "whole_city", "districts"]}),
            ("Kata sandi", {"fields": way_in}),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("districts")

    @admin.display(description="wilayah kerja")
    def area(self, user: User) -> str:
        if user.whole_city:
            return "Seluruh kota"
        return ", ".join(district.name for district in user.districts.all()) or "Tidak ada"

    @admin.display(description="kata sandi")
    def password_page(self, user: User) -> str:
        return format_html(
            '<a href="{}">Atur kata sandi baru</a>', reverse("core:user-password", args=[user.pk])
        )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form has asked the same questions; the action's answer counts when two ask at once."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (actions.OwnAccount, actions.LastAdministrator) as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        districts = form.cleaned_data["districts"]
        actions.save_user(user=obj, districts=districts, by=self.by(request), at=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The action has saved the area too."""
