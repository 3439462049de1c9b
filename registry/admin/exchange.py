"""Export and small imports at the desk: one form each, files by import-export, all of it audited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from core import audit
from core.admin.scoped import ScopedAdmin
from core.importing.files import UnreadableFile
from core.logs import mask_long_numbers
from core.models import Verb
from registry.actions import ActionError
from registry.exports import Wanted, export_rows
from registry.forms.downloads import ExportForm
from registry.models import Business
from registry.spreadsheets import MAX_FILE_BYTES, SafeCSV, SafeXLSX
from registry.views.downloads import file_response

TOO_LARGE = "Berkas terlalu besar: paling banyak 2 MB."


class ImportForm(forms.Form):
    file = forms.FileField(label="Berkas CSV atau XLSX", help_text="Paling banyak 1.000 baris dan 2 MB.")
    only_check = forms.BooleanField(label="Hanya periksa, jangan simpan apa pun", required=False)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_FILE_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        content = upload.read()
        try:
            # By its content: a name or a declared type says nothing.
            reader = SafeXLSX() if content[:2] == b"PK" else SafeCSV()
            return reader.create_dataset(content)
        except UnreadableFile as error:
            raise forms.ValidationError(str(error)) from error


class ExchangeAdmin(ScopedAdmin):
    """`resource_class` describes the columns; importing is offered where `import_permission` is named."""

    resource_class: Any
    change_list_template = "admin/registry/exchange_change_list.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        urls = [path("export/", self.admin_site.admin_view(self.export_view), name=f"{name}_export")]
        if self.import_permission is not None:
            urls.append(path("import/", self.admin_site.admin_view(self.import_view), name=f"{name}_import"))
        return [*urls, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {
            "may_export": self.has_export_permission(request),
            "may_import": self.has_import_permission(request),
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
        context = self._context(request, form, "Unduh data") | {"rows": rows.count()}
        return TemplateResponse(request, "admin/registry/export.html", context)

    def _file(self, request: HttpRequest, rows: Any, wanted: Wanted) -> FileResponse:
        told = mask_long_numbers(request.GET.urlencode()[:500]) or "tanpa filter"
        by = self.by(request)
        try:
            return file_response(export_rows(rows=rows, told=told, wanted=wanted, by=by, at=timezone.now()))
        except ActionError as error:
            raise BadRequest(str(error)) from error

    # --- Import: all rows or none ---------------------------------------------------------------
    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        context = self._context(request, form, "Impor data") | {"headers": self._headers()}
        if request.method == "POST" and form.is_valid():
            dry_run = form.cleaned_data["only_check"]
            result = self._import(request, form.cleaned_data["file"], dry_run=dry_run)
            context |= {"problems": problems(result), "checked": dry_run, "total": result.total_rows}
            if not context["problems"] and not dry_run:
                messages.success(request, f"{result.total_rows} baris terimpor.")
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return TemplateResponse(request, "admin/registry/import.html", context)

    @transaction.atomic
    def _import(self, request: HttpRequest, dataset: Any, *, dry_run: bool) -> Any:
        by, now = self.by(request), timezone.now()
        resource = self.resource_class(by=by, at=now)
        result = resource.import_data(
            dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
        )
        if not dry_run and not problems(result):
            label = f"{self.opts.verbose_name_plural}: {result.total_rows} baris"
            audit.record(Verb.IMPORTED, by=by, at=now, label=label)
        return result

    def _headers(self) -> list[str]:
        return [field.column_name for field in self.resource_class().fields.values() if not field.readonly]

    def _context(self, request: HttpRequest, form: forms.Form, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "title": title}


def problems(result: Any) -> list[tuple[int | None, str, str]]:
    """Line of the file (its headings are line 1), column and reason of everything that is wrong."""
    found: list[tuple[int | None, str, str]] = []
    for error in result.base_errors:
        found += [
            (None, "Berkas", message) for message in getattr(error.error, "messages", [str(error.error)])
        ]
    for row in result.invalid_rows:
        for column, reasons in row.field_specific_errors.items():
            found += [(row.number + 1, column, reason) for reason in reasons]
        found += [(row.number + 1, "Baris", reason) for reason in row.non_field_specific_errors]
    for row in result.error_rows:
        found.append((row.number + 1, "Baris", "Baris ini tidak dapat disimpan. Periksa isinya."))
    return found
