"""The base of every admin page: permissions by name, rows of the user's area only, nothing deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from core.models import User
from core.permissions import Permission

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class KeysOnlyAutocomplete(AutocompleteSelect):
    """Shows a refused form again without asking the database for what can be no key."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = [key for key in value if re.fullmatch(r"[0-9]{1,18}", str(key))]
        return super().optgroups(name, keys or [""], attr)


class ScopedAdmin(_ModelAdmin):
    """Name the permissions; leave one None and nobody has it.

    Rows come from the model's `for_user` where it has one; an address of a row outside is 404.
    Deleting is never offered: a business closes, a wave ends, a user is deactivated.
    """

    view_permission: ClassVar[Permission]
    add_permission: ClassVar[Permission | None] = None
    change_permission: ClassVar[Permission | None] = None
    export_permission: ClassVar[Permission | None] = None
    list_per_page = 50
    show_full_result_count = False
    actions: Any = None
    refusals: ClassVar[tuple[type[Exception], ...]] = (IntegrityError,)
    _refused: ClassVar[WeakKeyDictionary[HttpRequest, str]] = WeakKeyDictionary()
    view_on_site = False

    def _can(self, request: HttpRequest, permission: Permission | None) -> bool:
        return permission is not None and request.user.is_authenticated and request.user.can(permission)

    def by(self, request: HttpRequest) -> User:
        """Who is working here; what the actions want as `by`."""
        if not request.user.is_authenticated:
            raise PermissionDenied
        return request.user

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._can(request, self.view_permission) or self._can(request, self.change_permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._can(request, self.add_permission)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._can(request, self.change_permission)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_export_permission(self, request: HttpRequest, *_: Any) -> bool:
        return self._can(request, self.export_permission)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history of a row is its part of the audit trail."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
        query = urlencode({"object_type": self.opts.label_lower, "object_id": unquote(object_id)})
        return redirect(f"{reverse('core:audit-list')}?{query}")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.for_user(request.user) if hasattr(rows, "for_user") else rows

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    # What was refused after the form was valid (somebody else was faster) becomes an error of the form,
    # which then still holds everything typed.
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        may_see_audit = request.user.is_authenticated and request.user.can(Permission.VIEW_AUDIT)
        context = {"may_see_audit": may_see_audit, **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except self.refusals as refusal:
            self._refused[request] = self.refusal_message(refusal)
            return super().changeform_view(request, object_id, form_url, context)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeysOnlyAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def refusal_message(self, refusal: Exception) -> str:
        if isinstance(refusal, IntegrityError):
            return "Data ini bentrok dengan data yang baru saja disimpan. Periksa isian, lalu simpan lagi."
        return str(refusal)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user, form.today = request.user, timezone.localdate()  # type: ignore[attr-defined]
        form.refusal = self._refused.get(request, "")  # type: ignore[attr-defined]
        return form

    # The audit trail replaces the admin's own log.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...
