"""The form of an owner."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import (
    CleanCharField,
    IndonesianDateField,
)
from core.models import Region, User
from registry.forms.base import RegisterForm, SecretField, phone_number, ward_field
from registry.identifiers import (
    mask_nik,
    mask_phone,
    normalise_nik,
)
from registry.models import Owner

NIK_TAKEN = "NIK ini sudah terdaftar."


class OwnerForm(RegisterForm):
    name = CleanCharField(label="Nama pelaku usaha", max_length=150)
    national_id = SecretField(
        label="NIK", normalise=normalise_nik, mask=mask_nik, help_text="16 angka, sesuai KTP"
    )
    phone = SecretField(label="Nomor telepon", normalise=phone_number, mask=mask_phone)
    born_on = IndonesianDateField(label="Tanggal lahir", required=False)
    address = CleanCharField(label="Alamat", max_length=250, required=False)
    ward = ward_field(label="Kelurahan tempat tinggal", required=False)

    class Meta:
        model = Owner
        fields = ("name", "national_id", "phone", "sex", "born_on", "address", "ward")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "ward" in self.fields:
            # Who lives elsewhere keeps his kelurahan when somebody of another area edits him.
            kept = Region.objects.wards().filter(pk=self.instance.ward_id)
            self.fields["ward"].queryset = self.wards() | kept.select_related("parent")  # type: ignore[attr-defined]
        if "born_on" in self.fields:
            self.fields["born_on"].latest = self.today  # type: ignore[attr-defined]

    def clean_national_id(self) -> str:
        nik: str = self.cleaned_data["national_id"]
        if nik and nik != SecretField.REMOVED:
            twin = Owner.objects.with_national_id(nik).exclude(pk=self.instance.pk).first()
            if twin is not None:
                raise forms.ValidationError(taken_message(twin, self.user))
        return nik

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.warn_about_nik(self.cleaned_data.get("national_id"), self.cleaned_data.get("born_on"))
        self.warn_about_phone("phone")
        return self.cleaned_data


def taken_message(twin: Owner, user: User) -> str:
    """Whose NIK it is, only for those who may see that owner."""
    if Owner.objects.for_user(user).filter(pk=twin.pk).exists():
        return f"NIK ini sudah terdaftar atas nama “{twin.name}”."
    return NIK_TAKEN
