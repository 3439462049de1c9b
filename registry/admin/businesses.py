"""Businesses at the desk: one page registers a business with its owner, permits and online accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone

from core.permissions import Permission
from registry import actions
from registry.admin.exchange import ExchangeAdmin
from registry.admin.filters import DistrictFilter, RegistrationFilter, ScaleFilter, SectorFilter
from registry.admin.proposing import proposal_fieldset, propose, was_proposed
from registry.forms import BusinessForm, OnlineAccountForm, OnlineAccountFormSet, PermitForm, PermitFormSet
from registry.models import Business, BusinessPermit, OnlineAccount, RegistrationState
from registry.size_badges import badges_of
from registry.size_class import SCALE_LABELS, Scale
from registry.steps import SUBMIT

if TYPE_CHECKING:  # generic only in the stubs
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _TabularInline = admin.TabularInline


MAIN = ("name", "owner")
NEW_OWNER = ("owner_name", "owner_national_id", "owner_phone", "owner_sex", "owner_born_on")
PLACE = ("ward", "address", ("latitude", "longitude"))
ACTIVITY = ("sector", "kbli_code", "products", "legal_form", "nib", "npwp", "started_on")
SIZE = (
    "net_assets",
    "business_capital",
    "annual_sales",
    "size_class",
    ("workers_male", "workers_female"),
    "is_branch_or_subsidiary",
    "micro_kind",
    "seen_version",
    "seen_at",
)


class LinesInline(_TabularInline):
    """Lines go with the business: who may change it may change them. Saved by the action of the page."""

    extra = 0

    def _may_edit(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.can(Permission.EDIT_BUSINESSES)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)


class PermitInline(LinesInline):
    model, form, formset = BusinessPermit, PermitForm, PermitFormSet


class OnlineAccountInline(LinesInline):
    model, form, formset = OnlineAccount, OnlineAccountForm, OnlineAccountFormSet


@admin.register(Business)
class BusinessAdmin(ExchangeAdmin):
    view_permission = Permission.VIEW_BUSINESSES
    add_permission = change_permission = Permission.EDIT_BUSINESSES
    export_permission = Permission.EXPORT_BUSINESSES
    refusals = (actions.ActionError, IntegrityError)
    form = BusinessForm
    inlines = (PermitInline, OnlineAccountInline)
    autocomplete_fields = ("owner",)
    readonly_fields = ("size_class",)
    list_display = ("name", "owner", "kind", "ward", "scale", "status", "state")
    list_filter = (
        SectorFilter,
        DistrictFilter,
        ScaleFilter,
        "status",
        RegistrationFilter,
        "is_reconstruction",
    )
    search_fields = ("name", "owner__name", "registration__number")
    search_help_text = "Cari menurut nama usaha, nama pelaku usaha, atau nomor pendaftaran."
    ordering = ("-created_at", "-pk")
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[Business]:
        rows: QuerySet[Business] = super().get_queryset(request)
        return rows.select_related("owner", "sector", "ward", "district", "registration")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        owner = [] if obj else [("Pelaku usaha baru", {"fields": NEW_OWNER, "description": OWNER_HINT})]
        return [
            *proposal_fieldset(obj),
            (None, {"fields": MAIN}),
            *owner,
            ("Kegiatan", {"fields": ACTIVITY}),
            ("Lokasi", {"fields": PLACE}),
            ("Ukuran usaha", {"fields": SIZE}),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_reconstruction)

    # --- Columns --------------------------------------------------------------------------------
    @admin.display(description="jenis usaha", ordering="sector__code")
    def kind(self, business: Business) -> str:
        return business.sector.table_label

    @admin.display(description="skala", ordering="scale_pp7")
    def scale(self, business: Business) -> str:
        return SCALE_LABELS[Scale(business.scale_pp7)]

    @admin.display(description="pendaftaran", ordering="registration__state")
    def state(self, business: Business) -> str:
        if business.is_reconstruction:
            return "Baris rekonstruksi, bukan data survei"
        return str(business.registration.get_state_display())

    @admin.display(description="skala usaha")
    def size_class(self, business: Business) -> str:
        """Filled anew by htmx while amounts are typed; without JavaScript it tells of what is stored."""
        return render_to_string("registry/_size_class_live.html", {"badges": badges_of(business)})

    # --- Pages ----------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Who may only read, and whoever opens a reconstructed row, reads it on the page of the business."""
        business = self.get_object(request, object_id)
        if isinstance(business, Business) and self.has_view_permission(request, business):
            if not self.has_change_permission(request, business):
                return redirect("registry:business-detail", business.public_id)
            can_submit = business.registration.state in SUBMIT.sources
            returned = business.registration.state == RegistrationState.RETURNED
            extra_context = {
                "can_submit": can_submit,
                "show_save_and_add_another": False,
                "returned_with": business.registration.note if returned else "",
            }
        return super().change_view(request, object_id, form_url, _page(request, extra_context))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return super().add_view(
            request, form_url, _page(request, {"can_submit": True, "title": "Daftar UMKM baru"})
        )

    # --- Writing: everything through the actions ------------------------------------------------
    def save_model(self, request: HttpRequest, obj: Business, form: Any, change: bool) -> None:
        now = timezone.now()
        if form.new_owner is not None:
            obj.owner = actions.save_owner(owner=form.new_owner, by=form.user, at=now)
        seen = form.expected_version if change else None
        if form.proposes:
            propose(request, obj, form, expected_version=seen)
        else:
            actions.save_business(
                business=obj, by=form.user, at=now, reason=form.confirmed, expected_version=seen
            )
            if form.confirmed:
                actions.note_doubles(business=obj, at=now)
        for warning in form.warnings:
            messages.warning(request, warning)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        lines = formset.save(commit=False)
        actions.save_lines(
            business=form.instance,
            saved=lines,
            deleted=formset.deleted_objects,
            by=form.user,
            at=timezone.now(),
        )

    def response_add(
        self, request: HttpRequest, obj: Business, post_url_continue: Any = None
    ) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Business) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, business: Business) -> HttpResponse:
        if not was_proposed(request):
            messages.success(request, "UMKM tersimpan.")
        if "_submit_registration" in request.POST:
            self._submit(request, business)
        if "_addanother" in request.POST:
            return redirect("admin:registry_business_add")
        return redirect("registry:business-detail", business.public_id)

    def _submit(self, request: HttpRequest, business: Business) -> None:
        """Saved it is in any case; a refused submission is told beside that."""
        try:
            actions.submit_registration(
                registration=business.registration, by=self.by(request), at=timezone.now()
            )
            messages.success(request, "Pendaftaran diajukan dan menunggu verifikasi.")
        except actions.ActionError as refusal:
            messages.error(request, str(refusal))


GOING_ON = {
    "_submit_registration": "Tetap simpan dan ajukan",
    "_addanother": "Tetap simpan dan tambahkan lagi",
}
OWNER_HINT = (
    "Isi bagian ini bila pelaku usaha belum terdaftar. NIK yang sudah terdaftar di wilayah Anda "
    "ditautkan ke pelaku usaha yang ada."
)


def _page(request: HttpRequest, context: dict[str, Any] | None) -> dict[str, Any]:
    """`go_on`: the button of the box of doubles, which goes on with what was begun."""
    begun = next((name for name in GOING_ON if name in request.POST), "_save")
    go_on = {"name": begun, "label": GOING_ON.get(begun, "Tetap simpan")}
    return {"show_save_and_continue": False, "go_on": go_on, **(context or {})}
