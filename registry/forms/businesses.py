"""The form of a business, which on a new registration takes its owner too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from core.cleaning import CleaningError, parse_latitude_longitude
from core.forms import (
    CleanCharField,
    CleanTextField,
    DecimalDegreeField,
    GroupedModelChoiceField,
    IdentifierField,
    IndonesianDateField,
    RupiahField,
    WholeNumberField,
)
from registry.duplicates import Sought, sought_of
from registry.forms.base import SecretField, phone_number, ward_field
from registry.forms.owners import NIK_TAKEN
from registry.forms.warning import WarningForm
from registry.identifiers import (
    mask_nik,
    mask_npwp,
    mask_phone,
    normalise_kbli_code,
    normalise_nib,
    normalise_nik,
    normalise_npwp,
)
from registry.models import MAX_WORKERS, Business, Owner, Sector, Sex

PREMISES = "Tidak termasuk tanah dan bangunan tempat usaha."
SURVEYED, OTHERS = "Dipakai survei", "Lainnya"


class BusinessForm(WarningForm):
    """A business with its owner: chosen, or, on a new registration, typed beside it.

    A NIK that belongs to an owner of the user's area links to that owner (`new_owner` stays None then).
    """

    name = CleanCharField(label="Nama usaha", max_length=150)
    owner_name = CleanCharField(label="Nama pelaku usaha baru", max_length=150, required=False)
    owner_national_id = SecretField(
        label="NIK",
        normalise=normalise_nik,
        mask=mask_nik,
        help_text="16 angka, sesuai KTP. NIK yang sudah terdaftar di wilayah Anda ditautkan.",
    )
    owner_phone = SecretField(label="Nomor telepon", normalise=phone_number, mask=mask_phone)
    owner_sex = forms.ChoiceField(
        label="Jenis kelamin", choices=[("", "Pilih…"), *Sex.choices], required=False
    )
    owner_born_on = IndonesianDateField(label="Tanggal lahir", required=False)
    sector = GroupedModelChoiceField(
        Sector.objects.none(),
        label="Jenis usaha",
        group_of=lambda sector: SURVEYED if sector.study_row else OTHERS,
        widget=forms.Select(attrs={"data-filter": "jenis usaha"}),
    )
    kbli_code = IdentifierField(
        label="Kode KBLI", normalise=normalise_kbli_code, required=False, help_text="Lima angka, boleh kosong"
    )
    products = CleanTextField(label="Produk utama", max_length=1_000, required=False)
    nib = IdentifierField(
        label="NIB", normalise=normalise_nib, required=False, help_text="13 angka, dari OSS"
    )
    npwp = SecretField(label="NPWP", normalise=normalise_npwp, mask=mask_npwp, help_text="15 atau 16 angka")
    address = CleanCharField(label="Alamat usaha", max_length=250, required=False)
    ward = ward_field(label="Kelurahan")
    latitude = DecimalDegreeField(label="Lintang", required=False, help_text="Misalnya -7,754300")
    longitude = DecimalDegreeField(label="Bujur", required=False, help_text="Misalnya 113,215700")
    started_on = IndonesianDateField(label="Mulai usaha", required=False)
    net_assets = RupiahField(label="Kekayaan bersih", required=False, help_text=PREMISES)
    business_capital = RupiahField(label="Modal usaha", required=False, help_text=PREMISES)
    annual_sales = RupiahField(label="Omzet per tahun", required=False)
    workers_male = WholeNumberField(label="Tenaga kerja laki-laki", maximum=MAX_WORKERS, required=False)
    workers_female = WholeNumberField(label="Tenaga kerja perempuan", maximum=MAX_WORKERS, required=False)

    class Meta:
        model = Business
        fields = (
            "name",
            "owner",
            "sector",
            "kbli_code",
            "products",
            "legal_form",
            "nib",
            "npwp",
            "address",
            "ward",
            "latitude",
            "longitude",
            "started_on",
            "net_assets",
            "business_capital",
            "annual_sales",
            "workers_male",
            "workers_female",
            "is_branch_or_subsidiary",
            "micro_kind",
        )

    new_owner: Owner | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer_choices()
        for name in ("started_on", "owner_born_on"):
            if name in self.fields:
                self.fields[name].latest = self.today  # type: ignore[attr-defined]
        if self.instance.pk:
            for name in [name for name in self.fields if name.startswith("owner_")]:
                del self.fields[name]

    def _offer_choices(self) -> None:
        if "sector" in self.fields:
            offered = Sector.objects.offered_to(self.user).values("pk")
            sectors = Sector.objects.filter(Q(pk__in=offered) | Q(pk=self.instance.sector_id))
            self.fields["sector"].queryset = sectors.in_study_order()  # type: ignore[attr-defined]
        if "ward" in self.fields:
            self.fields["ward"].queryset = self.wards()  # type: ignore[attr-defined]
        if "owner" in self.fields:
            owner = self.fields["owner"]
            owner.queryset = Owner.objects.for_user(self.user)  # type: ignore[attr-defined]
            owner.label, owner.required = "Pelaku usaha", bool(self.instance.pk)
            owner.error_messages["required"] = "Pelaku usaha wajib dipilih."

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._clean_kbli_code()
        self._clean_coordinates()
        if not self.instance.pk:
            self._clean_owner()
        self._clean_nib()
        return self.cleaned_data

    def sought(self) -> Sought | None:
        if self.instance.pk and not {"name", "owner", "ward", "nib"} & set(self.changed_data):
            return None
        business: Business = self.instance
        owner = self.new_owner or business.owner
        return sought_of(
            Business(pk=business.pk, name=business.name, nib=business.nib, ward=business.ward, owner=owner)
        )

    def _clean_nib(self) -> None:
        nib, owner = self.cleaned_data.get("nib"), self.cleaned_data.get("owner")
        if nib and Business(pk=self.instance.pk, owner=owner, nib=nib).nib_is_anothers():
            self.add_error("nib", "NIB ini sudah dipakai UMKM milik pelaku usaha lain.")

    def _clean_kbli_code(self) -> None:
        code, sector = self.cleaned_data.get("kbli_code"), self.cleaned_data.get("sector")
        if not (code and sector and sector.division_first):
            return
        if not sector.division_first <= code[:2] <= sector.division_last:
            self.add_error(
                "kbli_code",
                f"Kode {code} tidak termasuk jenis usaha ini: dua angka pertamanya harus "
                f"{sector.division_first}–{sector.division_last}.",
            )

    def _clean_coordinates(self) -> None:
        if {"latitude", "longitude"} & set(self.errors) or "latitude" not in self.cleaned_data:
            return
        latitude, longitude = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        try:
            parse_latitude_longitude(_text(latitude), _text(longitude))
        except CleaningError as error:
            self.add_error("longitude" if longitude is None else "latitude", error.message)

    def _clean_owner(self) -> None:
        """Exactly one of: an owner chosen, an owner found by NIK, a new owner with a name."""
        typed = [name for name in self.cleaned_data if name.startswith("owner_") and self.cleaned_data[name]]
        if self.cleaned_data.get("owner"):
            if typed:
                self.add_error(
                    "owner", "Pilih pelaku usaha dari daftar atau isi yang baru; jangan keduanya sekaligus."
                )
            return
        if any(name == "owner" or name.startswith("owner_") for name in self.errors):
            return
        nik = self.cleaned_data.get("owner_national_id")
        known = Owner.objects.with_national_id(nik).first() if nik else None
        if known is not None:
            self._link(known)
        elif self.cleaned_data.get("owner_name"):
            self.new_owner = self._typed_owner()
        elif typed:
            self.add_error("owner_name", "Isi nama pelaku usaha baru.")
        else:
            self.add_error("owner", "Pilih pelaku usaha, atau isi data pelaku usaha baru di bawahnya.")

    def _link(self, known: Owner) -> None:
        name = self.cleaned_data.get("owner_name")
        if not Owner.objects.for_user(self.user).filter(pk=known.pk).exists():
            self.add_error("owner_national_id", f"{NIK_TAKEN} Minta administrator menautkan UMKM ini.")
        elif name and name.casefold() != known.name.casefold():
            self.add_error(
                "owner_national_id",
                f"NIK ini sudah terdaftar atas nama “{known.name}”. Periksa NIK, atau kosongkan nama "
                "untuk menautkan UMKM ini kepadanya.",
            )
        else:
            self.cleaned_data["owner"] = known
            self.warnings.append(f"NIK sudah terdaftar: UMKM ini ditautkan ke pelaku usaha “{known.name}”.")

    def _typed_owner(self) -> Owner:
        value = self.cleaned_data.get
        self.warn_about_nik(value("owner_national_id"), value("owner_born_on"))
        self.warn_about_phone("owner_phone")
        return Owner(
            name=self.cleaned_data["owner_name"],
            national_id=value("owner_national_id") or None,
            phone=value("owner_phone") or None,
            sex=value("owner_sex") or "",
            born_on=value("owner_born_on"),
        )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
