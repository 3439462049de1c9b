"""The base of every admin page: permissions by name, rows of the user's area only, nothing deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from core.permissions import Permission


class ScopedAdmin(admin.ModelAdmin[Any]):
    """Name the permissions; leave one None and nobody has it.

    Rows come from the model's `for_user` where it has one; an address of a row outside is 404.
    Deleting is never offered: a business closes, a wave ends, a user is deactivated.
    """

    view_permission: ClassVar[Permission]
    add_permission: ClassVar[Permission | None] = None
    change_permission: ClassVar[Permission | None] = None
    list_per_page = 50
    show_full_result_count = False
    actions: Any = None

    def _can(self, request: HttpRequest, permission: Permission | None) -> bool:
        return permission is not None and request.user.is_authenticated and request.user.can(permission)

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

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.for_user(request.user) if hasattr(rows, "for_user") else rows

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    # The audit trail replaces the admin's own log.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...
