"""The form of a bulk edit: for each field the new value, or that it stays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MinLengthValidator

from core.forms import CleanCharField, CleanTextField, GroupedModelChoiceField
from core.forms import cleaned as cleaned_by
from core.models import Region, User
from registry.actions import MIN_REASON_LENGTH
from registry.forms.base import ward_field
from registry.forms.businesses import OTHERS, SURVEYED
from registry.identifiers import normalise_kbli_code
from registry.models import LegalForm, MicroKind, Sector

STAYS, EMPTY = "", "-"
STAYS_LABEL = "Tidak diubah"


def _choice(label: str, choices: Any) -> forms.ChoiceField:
    offered = [(STAYS, STAYS_LABEL), (EMPTY, "Kosongkan"), *choices]
    return forms.ChoiceField(label=label, choices=offered, required=False)


class BulkEditForm(forms.Form):
    """`values` are those to write, by the name of the field of the business."""

    sector = GroupedModelChoiceField(
        Sector.objects.none(),
        label="Jenis usaha",
        required=False,
        empty_label=STAYS_LABEL,
        group_of=lambda sector: SURVEYED if sector.study_row else OTHERS,
        widget=forms.Select(attrs={"data-filter": "jenis usaha"}),
    )
    kbli_code = CleanCharField(
        label="Kode KBLI",
        required=False,
        max_length=20,
        help_text="Lima angka. Kosong: tidak diubah; tanda - mengosongkannya.",
    )
    ward = ward_field(label="Kelurahan", required=False, empty_label=STAYS_LABEL)
    legal_form = _choice("Bentuk usaha", LegalForm.choices)
    micro_kind = _choice("Macam usaha mikro", MicroKind.choices)
    is_branch_or_subsidiary = _choice("Cabang atau anak perusahaan", [("true", "Ya"), ("false", "Tidak")])
    reason = CleanTextField(
        label="Alasan",
        max_length=500,
        validators=[
            MinLengthValidator(MIN_REASON_LENGTH, f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
        ],
        help_text="Satu alasan untuk semua baris; tampak pada riwayat setiap UMKM. Jangan tulis data pribadi.",
    )

    prefix = "baru"  # the names of the filters stand beside it in the page

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sector"].queryset = Sector.objects.offered_to(user).in_study_order()  # type: ignore[attr-defined]
        wards = Region.objects.for_user(user).wards().select_related("parent").order_by("code")
        self.fields["ward"].queryset = wards  # type: ignore[attr-defined]

    def clean_kbli_code(self) -> str:
        code: str = self.cleaned_data["kbli_code"]
        return code if code in (STAYS, EMPTY) else cleaned_by(normalise_kbli_code, code)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        sector, code = data.get("sector"), data.get("kbli_code") or STAYS
        if sector is not None and code not in (STAYS, EMPTY) and not sector.covers(code):
            self.add_error("kbli_code", f"Kode {code} tidak termasuk jenis usaha yang dipilih.")
        if not set(self.errors) - {"reason"} and not self.values:
            self.add_error(None, "Pilih paling sedikit satu isian yang diubah.")
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What was chosen; call it on a valid form."""
        data = self.cleaned_data
        chosen: dict[str, Any] = {
            name: "" if data[name] == EMPTY else data[name]
            for name in ("kbli_code", "legal_form", "micro_kind")
            if data.get(name)
        }
        chosen |= {name: data[name].pk for name in ("sector", "ward") if data.get(name)}
        if branch := data.get("is_branch_or_subsidiary"):
            chosen["is_branch_or_subsidiary"] = {"true": True, "false": False}.get(branch)
        return chosen
