"""Export at the desk, noted in the audit trail, and the way to the import."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from core.admin.scoped import ScopedAdmin
from core.logs import mask_long_numbers
from core.permissions import Permission
from registry.actions import ActionError
from registry.exports import Wanted, export_rows
from registry.forms.downloads import ExportForm
from registry.models import Business
from registry.views.downloads import file_response


class ExchangeAdmin(ScopedAdmin):
    """A list that can be downloaded; who may import finds the way there."""

    change_list_template = "admin/registry/exchange_change_list.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        url = path("export/", self.admin_site.admin_view(self.export_view), name=f"{name}_export")
        return [url, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {
            "may_export": self.has_export_permission(request),
            "may_import": self.by(request).can(Permission.IMPORT_BUSINESSES),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    # --- Export: exactly the rows the list shows under the same address -------------------------
    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters as error:  # a filter nobody can read must not mean: everything
            raise BadRequest("unknown filter") from error
        layouts = self.model is Business
        form = ExportForm(request.POST or None, user=self.by(request), layouts=layouts)
        if request.method == "POST" and form.is_valid():
            return self._file(request, rows, form.wanted)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": "Unduh data",
            "rows": rows.count(),
        }
        return TemplateResponse(request, "admin/registry/export.html", context)

    def _file(self, request: HttpRequest, rows: Any, wanted: Wanted) -> FileResponse:
        told = mask_long_numbers(request.GET.urlencode()[:500]) or "tanpa filter"
        by = self.by(request)
        try:
            return file_response(export_rows(rows=rows, told=told, wanted=wanted, by=by, at=timezone.now()))
        except ActionError as error:
            raise BadRequest(str(error)) from error
