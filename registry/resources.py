"""The columns of the register's files, described once for exports and small imports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult

from core.models import Region, User
from registry import actions
from registry.forms import BusinessForm
from registry.identifiers import mask_nik, mask_npwp, mask_phone
from registry.models import Business, LegalForm, MicroKind, Owner, Sector, Sex
from registry.size_class import SCALE_LABELS

SCALES = {str(scale): label for scale, label in SCALE_LABELS.items()}
RECONSTRUCTION = "baris rekonstruksi, bukan data survei"
Show = Callable[[Any, bool], Any]


class Column(fields.Field):  # type: ignore[misc]  # import-export has no types
    """One column: its heading, what it shows (`full`: personal data unmasked), the form field it fills."""

    def __init__(self, header: str, show: Show, fills: str = "") -> None:
        super().__init__(column_name=header, readonly=not fills)
        self.show, self.fills = show, fills


def _hidden(mask: Callable[[str], str], value: str | None, full: bool) -> str:
    return "" if not value else value if full else mask(value)


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _degrees(value: Any) -> str:
    return "" if value is None else str(value).replace(".", ",")


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "Ya" if value else "Tidak"


class _RegisterResource(resources.Resource):  # type: ignore[misc]
    def __init__(self, *, full: bool = False) -> None:
        super().__init__()
        self.full = full

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def export_field(self, field: Column, instance: Any, **kwargs: Any) -> Any:
        value = field.show(instance, self.full)
        return "" if value is None else value


class OwnerResource(_RegisterResource):
    """Owners, to be exported; they come in with their businesses."""

    code = Column("Kode", lambda owner, full: owner.public_id)
    name = Column("Nama pelaku usaha", lambda owner, full: owner.name)
    national_id = Column("NIK", lambda owner, full: _hidden(mask_nik, owner.national_id, full))
    phone = Column("Nomor telepon", lambda owner, full: _hidden(mask_phone, owner.phone, full))
    sex = Column("Jenis kelamin", lambda owner, full: owner.get_sex_display())
    born_on = Column("Tanggal lahir", lambda owner, full: _day(owner.born_on))
    address = Column("Alamat", lambda owner, full: owner.address)
    ward = Column("Kelurahan tempat tinggal", lambda owner, full: owner.ward and owner.ward.name)


def _of_owner(show: Callable[[Owner, bool], str]) -> Show:
    return lambda business, full: show(business.owner, full) if business.owner else ""


class BusinessResource(_RegisterResource):
    """Businesses with their owners. A row with a *Kode* changes that business, one without registers one."""

    code = Column("Kode", lambda row, full: row.public_id)
    name = Column("Nama usaha", lambda row, full: row.name, "name")
    owner_name = Column("Nama pelaku usaha", _of_owner(lambda owner, full: owner.name), "owner_name")
    owner_national_id = Column(
        "NIK", _of_owner(lambda owner, full: _hidden(mask_nik, owner.national_id, full)), "owner_national_id"
    )
    owner_phone = Column(
        "Nomor telepon", _of_owner(lambda owner, full: _hidden(mask_phone, owner.phone, full)), "owner_phone"
    )
    owner_sex = Column("Jenis kelamin", _of_owner(lambda owner, full: owner.get_sex_display()), "owner_sex")
    sector = Column("Jenis usaha", lambda row, full: row.sector, "sector")
    kbli_code = Column("Kode KBLI", lambda row, full: row.kbli_code, "kbli_code")
    products = Column("Produk utama", lambda row, full: row.products, "products")
    legal_form = Column("Bentuk usaha", lambda row, full: row.get_legal_form_display(), "legal_form")
    nib = Column("NIB", lambda row, full: row.nib, "nib")
    npwp = Column("NPWP", lambda row, full: _hidden(mask_npwp, row.npwp, full), "npwp")
    district = Column("Kecamatan", lambda row, full: row.district and row.district.name)
    ward = Column("Kelurahan", lambda row, full: row.ward and row.ward.name, "ward")
    address = Column("Alamat usaha", lambda row, full: row.address, "address")
    latitude = Column("Lintang", lambda row, full: _degrees(row.latitude), "latitude")
    longitude = Column("Bujur", lambda row, full: _degrees(row.longitude), "longitude")
    started_on = Column("Mulai usaha", lambda row, full: _day(row.started_on), "started_on")
    net_assets = Column("Kekayaan bersih", lambda row, full: row.net_assets, "net_assets")
    business_capital = Column("Modal usaha", lambda row, full: row.business_capital, "business_capital")
    annual_sales = Column("Omzet per tahun", lambda row, full: row.annual_sales, "annual_sales")
    workers_male = Column("Tenaga kerja laki-laki", lambda row, full: row.workers_male, "workers_male")
    workers_female = Column("Tenaga kerja perempuan", lambda row, full: row.workers_female, "workers_female")
    branch = Column(
        "Cabang atau anak perusahaan",
        lambda row, full: _yes_no(row.is_branch_or_subsidiary),
        "is_branch_or_subsidiary",
    )
    micro_kind = Column("Macam usaha mikro", lambda row, full: row.get_micro_kind_display(), "micro_kind")
    scale = Column("Skala menurut PP 7/2021", lambda row, full: SCALES[row.scale_pp7])
    status = Column("Status usaha", lambda row, full: row.get_status_display())
    note = Column("Keterangan", lambda row, full: RECONSTRUCTION if row.is_reconstruction else "")

    class Meta:
        using_db = "default"
        instance_loader_class = BaseInstanceLoader
        skip_diff = True

    by: User
    at: datetime

    def __init__(self, *, full: bool = False, by: User | None = None, at: datetime | None = None) -> None:
        super().__init__(full=full)
        if by is not None and at is not None:
            self.by, self.at = by, at
            self.form = type("RowForm", (BusinessForm,), {"user": by, "today": timezone.localdate(at)})
            self.choices = _choices(by)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        known = {field.column_name for field in self.fields.values()}
        missing = {"Nama usaha", "Jenis usaha", "Kelurahan"} - set(dataset.headers)
        if missing:
            raise ValidationError(f"Kolom wajib tidak ada: {', '.join(sorted(missing))}.")
        if unknown := set(dataset.headers) - known:
            raise ValidationError(f"Kolom tidak dikenal: {', '.join(sorted(unknown))}.")

    def _check_import_id_fields(self, headers: Any) -> None:
        """A row names its business by *Kode*, which may be left out."""

    def import_row(self, row: dict[str, str], instance_loader: Any, **kwargs: Any) -> RowResult:
        result = RowResult()
        try:
            business = self._business(row.get("Kode", "").strip())
            result.import_type = RowResult.IMPORT_TYPE_UPDATE if business.pk else RowResult.IMPORT_TYPE_NEW
            self._save(business, row)
        except ValidationError as error:
            result.import_type, result.validation_error = RowResult.IMPORT_TYPE_INVALID, error
        except actions.ActionError as error:
            result.import_type = RowResult.IMPORT_TYPE_INVALID
            result.validation_error = ValidationError(str(error))
        return result

    def _business(self, code: str) -> Business:
        if not code:
            return Business()
        try:
            return Business.objects.for_user(self.by).select_related("owner").get(public_id=UUID(code))
        except (ValueError, Business.DoesNotExist) as error:
            message = "Kode ini bukan kode UMKM di wilayah Anda. Kosongkan untuk mendaftarkan UMKM baru."
            raise ValidationError({"Kode": message}) from error

    def _save(self, business: Business, row: dict[str, str]) -> None:
        typed, errors = self._typed(business, row)
        form = self.form(typed, instance=business)
        if not form.is_valid() or errors:
            raise ValidationError(errors | self._by_column(form, skip=errors))
        if form.new_owner is not None:
            business.owner = actions.save_owner(owner=form.new_owner, by=self.by, at=self.at)
        actions.save_business(business=form.save(commit=False), by=self.by, at=self.at)

    def _typed(self, business: Business, row: dict[str, str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """What the form gets: the cells, for a known business also what the file leaves out."""
        typed: dict[str, Any] = {"owner": business.owner_id or ""}
        errors: dict[str, list[str]] = {}
        for column in self.fields.values():
            header = column.column_name
            if not column.fills:
                continue
            stored = column.show(business, False) if business.pk else ""
            cell = str(row.get(header, "" if stored is None else stored))
            try:
                typed[column.fills] = self._chosen(column.fills, cell, row.get("Kecamatan", ""))
            except ValidationError as error:
                errors[header] = error.messages
        return typed, errors

    def _chosen(self, name: str, cell: str, district: str) -> str:
        """The key of what the cell names, for fields with a list; other cells as they are."""
        options = self.choices.get(name)
        wanted = " ".join(cell.split()).casefold()
        if options is None or not wanted:
            return cell
        keys = options.get(wanted)
        if name == "ward" and keys is None:
            keys = options.get(f"{' '.join(district.split()).casefold()}/{wanted}")
        if keys is None:
            near = [word for word in get_close_matches(wanted, options, n=1) if "/" not in word]
            hint = f" Mungkin maksudnya “{near[0]}”?" if near else ""
            place = " atau di luar wilayah Anda" if name == "ward" else ""
            raise ValidationError(f"“{cell[:60]}” tidak dikenal{place}.{hint}")
        return keys

    def _by_column(self, form: forms.BaseForm, skip: dict[str, list[str]]) -> dict[str, list[str]]:
        headers = {column.fills: column.column_name for column in self.fields.values() if column.fills}
        headers["owner"] = "Nama pelaku usaha"
        found: dict[str, list[str]] = {}
        for name, messages in form.errors.items():
            header = headers.get(name, "Baris")
            if header not in skip:
                found.setdefault(header, []).extend(str(message) for message in messages)
        return found


def _choices(user: User) -> dict[str, dict[str, str]]:
    """For fields with a list: what may stand in a cell, in small letters, to the key the form takes."""
    sectors: dict[str, str] = {}
    for sector in Sector.objects.offered_to(user):
        for word in (sector.code, sector.name, sector.study_label, str(sector)):
            if word:
                sectors[word.casefold()] = str(sector.pk)
    wards: dict[str, str] = {}
    for ward in Region.objects.for_user(user).wards().select_related("parent"):
        district = ward.parent.name if ward.parent else ""
        wards[ward.name.casefold()] = wards[f"{district}/{ward.name}".casefold()] = str(ward.pk)
    return {
        "sector": sectors,
        "ward": wards,
        "legal_form": {str(label).casefold(): str(value) for value, label in LegalForm.choices},
        "micro_kind": {str(label).casefold(): str(value) for value, label in MicroKind.choices},
        "owner_sex": {str(label).casefold(): str(value) for value, label in Sex.choices},
        "is_branch_or_subsidiary": {"ya": "true", "tidak": "false"},
    }
