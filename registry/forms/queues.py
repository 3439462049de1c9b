"""What the queues of the verifier are narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from core.models import Region, User
from registry.models import ChangeProposal


class DistrictForm(forms.Form):
    """A GET form; `district_path` is the way from a row to its kecamatan."""

    district_path = ""
    district = forms.ChoiceField(
        label="Kecamatan",
        required=False,
        error_messages={
            "invalid_choice": "Kecamatan ini tidak ada atau di luar wilayah kerja Anda. Pilih dari daftar."
        },
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        rows = Region.objects.for_user(user).filter(level=Region.Level.DISTRICT).order_by("code")
        self.districts = {district.code: district for district in rows}
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Semua"), *((code, district.name) for code, district in self.districts.items())]

    def narrowed(self, rows: Any) -> Any:
        """The rows the valid form lets through."""
        district = self.districts.get(self.cleaned_data["district"])
        return rows.filter(**{self.district_path: district}) if district else rows


class ProposalFilterForm(DistrictForm):
    def narrowed(self, rows: QuerySet[Any]) -> Any:
        district = self.districts.get(self.cleaned_data["district"])
        if district is None:
            return rows
        of_owner = Q(owner__district=district) | Q(owner__businesses__district=district)
        chosen = ChangeProposal.objects.filter(Q(business__district=district) | of_owner)
        return rows.filter(pk__in=chosen.values("pk"))


class QueueForm(DistrictForm):
    district_path = "business__district"
    holder = forms.ChoiceField(
        label="Pemeriksa",
        required=False,
        choices=[("", "Semua"), ("nobody", "Belum diambil"), ("me", "Saya")],
        error_messages={"invalid_choice": "Pilih dari daftar."},
    )

    def narrowed(self, rows: QuerySet[Any]) -> Any:
        rows = super().narrowed(rows)
        holder = self.cleaned_data["holder"]
        if holder == "me":
            return rows.filter(taken_by=self.user)
        return rows.filter(taken_by__isnull=True) if holder else rows
