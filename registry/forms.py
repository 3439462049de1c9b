"""Forms of the register: normalise and validate, nothing else. Pages and imports use the same ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

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
from core.models import Region, User
from registry.identifiers import (
    mask_nik,
    mask_npwp,
    mask_phone,
    nik_warnings,
    normalise_kbli_code,
    normalise_nib,
    normalise_nik,
    normalise_npwp,
    normalise_phone,
)
from registry.models import MAX_WORKERS, Business, BusinessPermit, OnlineAccount, Owner, Sector, Sex

NIK_TAKEN = "NIK ini sudah terdaftar."
PREMISES = "Tidak termasuk tanah dan bangunan tempat usaha."
SURVEYED, OTHERS = "Dipakai survei", "Lainnya"


def phone_number(value: str) -> str:
    return normalise_phone(value).number


class SecretField(IdentifierField):
    """A number kept encrypted: never shown, kept when left empty, removed by a dash."""

    REMOVED = "-"

    def __init__(self, *, mask: Callable[[str], str], **options: Any) -> None:
        self.mask = mask
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if typed and typed == self.widget.attrs.get("placeholder"):
            return ""  # the mask itself, sent back: unchanged
        return self.REMOVED if typed == self.REMOVED else super().to_python(value)


class RegisterForm(forms.ModelForm[Any]):
    """Knows who is working, what day it is, and what an action refused after the form was valid."""

    user: User
    today: date
    refusal = ""
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.warnings: list[str] = []
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
        for name, field in self.fields.items():
            if isinstance(field, SecretField):
                self._hide(name, field)

    def _hide(self, name: str, field: SecretField) -> None:
        stored = getattr(self.instance, name, None)
        self.initial[name] = None
        if stored:
            field.widget.attrs["placeholder"] = field.mask(stored)
            field.help_text = "Biarkan kosong bila tidak berubah; tulis tanda - untuk menghapusnya."

    def secret(self, name: str) -> str | None:
        """The value to store: what was typed, else what is stored already."""
        typed = self.cleaned_data.get(name) or ""
        if typed == SecretField.REMOVED:
            return None
        return typed or getattr(self.instance, name, None)

    def clean(self) -> dict[str, Any]:
        for name, field in self.fields.items():
            if isinstance(field, SecretField) and name in self.cleaned_data and hasattr(self.instance, name):
                self.cleaned_data[name] = self.secret(name)
        if self.refusal:
            self.add_error(None, self.refusal)
        return self.cleaned_data

    def wards(self) -> QuerySet[Region]:
        """The kelurahan of the user's area, kecamatan by kecamatan."""
        return Region.objects.for_user(self.user).wards().select_related("parent").order_by("code")

    def warn_about_nik(self, nik: str | None, born_on: date | None) -> None:
        if nik:
            codes = Region.objects.districts().values_list("code", flat=True)
            self.warnings += nik_warnings(nik, region_codes=set(codes), born_on=born_on)

    def warn_about_phone(self, name: str) -> None:
        typed = self.data.get(self.add_prefix(name)) or ""
        if typed and self.cleaned_data.get(name) not in (None, SecretField.REMOVED):
            try:
                note = normalise_phone(str(typed)).note
            except CleaningError:
                return  # the mask, sent back
            self.warnings += [note] if note else []


def ward_field(**options: Any) -> GroupedModelChoiceField:
    """Its rows are set by the form, which knows the user."""
    return GroupedModelChoiceField(
        Region.objects.none(),
        group_of=lambda ward: f"Kecamatan {ward.parent.name}",
        widget=forms.Select(attrs={"data-filter": "kelurahan"}),
        **options,
    )


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


class BusinessForm(RegisterForm):
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
        return self.cleaned_data

    def _clean_kbli_code(self) -> None:
        code, sector = self.cleaned_data.get("kbli_code"), self.cleaned_data.get("sector")
        if code and sector and sector.division_first:
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
            name=value("owner_name"),
            national_id=value("owner_national_id") or None,
            phone=value("owner_phone") or None,
            sex=value("owner_sex") or "",
            born_on=value("owner_born_on"),
            ward=value("ward"),
        )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


class PermitForm(forms.ModelForm[BusinessPermit]):
    number = CleanCharField(label="Nomor", max_length=60, required=False)
    valid_until = IndonesianDateField(label="Berlaku sampai", required=False)

    class Meta:
        model = BusinessPermit
        fields = ("kind", "number", "valid_until")


class OnlineAccountForm(forms.ModelForm[OnlineAccount]):
    name = CleanCharField(label="Nama akun", max_length=100)
    link = forms.URLField(
        label="Tautan", max_length=300, required=False, assume_scheme="https", widget=forms.URLInput
    )

    class Meta:
        model = OnlineAccount
        fields = ("platform", "name", "link")


class DistinctLinesFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """No line twice: `distinct` names the fields that tell lines of one business apart."""

    distinct: tuple[str, ...]
    twice: str

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if not data or data.get("DELETE"):
                continue
            line = tuple(data.get(name) for name in self.distinct)
            if line in seen:
                form.add_error(self.distinct[-1], self.twice)
            seen.add(line)


class PermitFormSet(DistinctLinesFormSet):
    distinct = ("kind",)
    twice = "Izin ini sudah ada pada baris lain."


class OnlineAccountFormSet(DistinctLinesFormSet):
    distinct = ("platform", "name")
    twice = "Akun ini sudah ada pada baris lain."
