"""The office on its own papers: one row, its page the only one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from core import actions
from core.admin.scoped import ScopedAdmin
from core.cleaning import fold_figures
from core.forms import CleanCharField, WholeNumberField
from core.models import Office
from core.models.offices import LONGEST_VALIDITY
from core.permissions import Permission
from core.pictures import BadPicture, rewritten

LOGO_EDGE = 600
MAX_LOGO_BYTES = 5 * 1024 * 1024
NIP_LENGTH = 18


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    government = CleanCharField(label="Pemerintah daerah", max_length=100, required=False)
    name = CleanCharField(label="Nama kantor", max_length=150)
    address = CleanCharField(label="Alamat", max_length=250, required=False)
    contact = CleanCharField(
        label="Kontak", max_length=150, required=False, help_text="Telepon, surel, atau situs"
    )
    place = CleanCharField(label="Tempat penandatanganan", max_length=60, required=False)
    new_logo = forms.FileField(
        label="Lambang",
        required=False,
        help_text="JPEG, PNG, atau WebP. Yang lama tetap dipakai bila dikosongkan.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    without_logo = forms.BooleanField(label="Hapus lambang", required=False)
    official_name = CleanCharField(label="Nama pejabat", max_length=150, required=False)
    official_title = CleanCharField(label="Jabatan", max_length=150, required=False)
    official_nip = CleanCharField(label="NIP", max_length=30, required=False, help_text="18 angka")
    certificate_years = WholeNumberField(label="Masa berlaku sertifikat (tahun)", maximum=LONGEST_VALIDITY)

    class Meta:
        model = Office
        fields = (
            "government",
            "name",
            "address",
            "contact",
            "place",
            "official_name",
            "official_title",
            "official_nip",
            "certificate_years",
        )

    def clean_official_nip(self) -> str:
        nip = "".join(fold_figures(self.cleaned_data["official_nip"]).split())
        if nip and not (nip.isascii() and nip.isdigit() and len(nip) == NIP_LENGTH):
            raise ValidationError(f"NIP terdiri atas {NIP_LENGTH} angka.")
        return nip

    def clean_new_logo(self) -> Any:
        uploaded = self.cleaned_data["new_logo"]
        if not uploaded:
            return None
        if uploaded.size > MAX_LOGO_BYTES:
            raise ValidationError("Berkas lambang paling besar 5 MB.")
        try:
            return rewritten(uploaded.read(), longest_edge=LOGO_EDGE, format="PNG").content
        except BadPicture as error:
            raise ValidationError(str(error)) from error


@admin.register(Office)
class OfficeAdmin(ScopedAdmin):
    view_permission = Permission.MANAGE_REFERENCE
    add_permission = Permission.MANAGE_REFERENCE
    change_permission = Permission.MANAGE_REFERENCE
    form = OfficeForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        logo = ["new_logo", "without_logo"] if obj and obj.logo else ["new_logo"]
        return [
            ("Kop surat", {"fields": ["government", "name", "address", "contact", *logo]}),
            (
                "Pejabat penanda tangan",
                {"fields": ["official_name", "official_title", "official_nip", "place"]},
            ),
            ("Sertifikat", {"fields": ["certificate_years"]}),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Of one row there is no list."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        office = Office.objects.first()
        return (
            redirect("admin:core_office_change", office.pk) if office else redirect("admin:core_office_add")
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        if self.has_add_permission(request) and (office := Office.objects.first()):
            return redirect("admin:core_office_change", office.pk)
        page = {"show_save_and_add_another": False, **(extra_context or {})}
        return super().add_view(request, form_url, page)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        page = {"show_save_and_add_another": False, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, page)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        super().response_add(request, obj, post_url_continue)
        return redirect("admin:core_office_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        super().response_change(request, obj)
        return redirect("admin:core_office_change", obj.pk)

    def save_model(self, request: HttpRequest, obj: Office, form: Any, change: bool) -> None:
        if form.cleaned_data.get("new_logo"):
            obj.logo = form.cleaned_data["new_logo"]
        elif form.cleaned_data.get("without_logo"):
            obj.logo = None
        actions.save_office(office=obj, by=self.by(request), at=timezone.now())
