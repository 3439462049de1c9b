"""The short form of a business found in the field; the counter asks for the rest."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms

from core.forms import CleanCharField, GroupedModelChoiceField
from core.models import User
from registry.duplicates import Sought, sought
from registry.forms.base import SecretField, phone_number, ward_field
from registry.forms.businesses import OTHERS, SURVEYED
from registry.forms.warning import WarningForm
from registry.identifiers import mask_phone
from registry.models import Business, Owner, Sector


class FoundBusinessForm(WarningForm):
    """Nothing in it is needed twice: what was registered already, another form changes."""

    seen_version = seen_at = reapply = change_reason = None  # type: ignore[assignment]  # so a form drops a field
    sent_as = forms.UUIDField(widget=forms.HiddenInput)
    name = CleanCharField(label="Nama usaha", max_length=150)
    owner_name = CleanCharField(
        label="Nama pelaku usaha",
        max_length=150,
        required=False,
        help_text="Boleh kosong bila tidak diketahui; loket melengkapinya.",
    )
    owner_phone = SecretField(label="Nomor telepon", normalise=phone_number, mask=mask_phone)
    sector = GroupedModelChoiceField(
        Sector.objects.none(),
        label="Jenis usaha",
        group_of=lambda sector: SURVEYED if sector.study_row else OTHERS,
        widget=forms.Select(attrs={"data-filter": "jenis usaha"}),
    )
    ward = ward_field(label="Kelurahan")
    address = CleanCharField(label="Alamat usaha", max_length=250, required=False)

    class Meta:
        model = Business
        fields = ("name", "sector", "ward", "address")

    def __init__(self, data: Any = None, *, user: User, today: date) -> None:
        self.user, self.today = user, today
        super().__init__(data, initial={"sent_as": uuid.uuid4()})
        self.fields["sector"].queryset = Sector.objects.offered_to(user).in_study_order()  # type: ignore[attr-defined]
        self.fields["ward"].queryset = self.wards()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("owner_phone") and not self.cleaned_data.get("owner_name"):
            self.add_error("owner_name", "Isi nama pemilik nomor telepon ini.")
        self.warn_about_phone("owner_phone")
        return self.cleaned_data

    def sought(self) -> Sought | None:
        business, value = self.instance, self.cleaned_data.get
        if Business.objects.filter(public_id=self.cleaned_data["sent_as"]).exists():
            return None  # sent again: it would be its own double
        return sought(
            name=business.name,
            owner_name=value("owner_name") or "",
            ward=business.ward,
            phone=value("owner_phone") or None,
        )

    @property
    def business(self) -> Business:
        """Of a valid form, not stored yet."""
        self.instance.public_id = self.cleaned_data["sent_as"]
        business: Business = self.instance
        return business

    @property
    def owner(self) -> Owner | None:
        name = self.cleaned_data.get("owner_name")
        return Owner(name=name, phone=self.cleaned_data.get("owner_phone") or None) if name else None
