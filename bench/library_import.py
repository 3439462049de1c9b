"""The same list by django-import-export as it comes: a plain ModelResource over the same columns, a row at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import tablib
from import_export import fields, resources, widgets

from core.models import Region
from registry.models import Business, LegalForm, Owner, Sector, Sex

TEXT = widgets.CharWidget(allow_blank=True)
NUMBER = widgets.IntegerWidget()
DAY = widgets.DateWidget(format="%d/%m/%Y")
HEADINGS: dict[str, tuple[str, widgets.Widget]] = {
    "owner": ("owner", widgets.ForeignKeyWidget(Owner)),
    "sector": ("Jenis usaha", widgets.ForeignKeyWidget(Sector)),
    "ward": ("Kelurahan", widgets.ForeignKeyWidget(Region)),
    "name": ("Nama usaha", TEXT),
    "kbli_code": ("Kode KBLI", TEXT),
    "products": ("Produk utama", TEXT),
    "legal_form": ("Bentuk usaha", TEXT),
    "nib": ("NIB", TEXT),
    "npwp": ("NPWP", TEXT),
    "address": ("Alamat usaha", TEXT),
    "latitude": ("Lintang", widgets.DecimalWidget()),
    "longitude": ("Bujur", widgets.DecimalWidget()),
    "started_on": ("Mulai usaha", DAY),
    "net_assets": ("Kekayaan bersih", NUMBER),
    "business_capital": ("Modal usaha", NUMBER),
    "annual_sales": ("Omzet per tahun", NUMBER),
    "workers_male": ("Tenaga kerja laki-laki", NUMBER),
    "workers_female": ("Tenaga kerja perempuan", NUMBER),
}
LEGAL_FORMS = {label: value for value, label in LegalForm.choices}
SEXES = {label: value for value, label in Sex.choices}


class PlainResource(resources.ModelResource):  # type: ignore[misc]  # import-export has no types
    """Fields and foreign keys by name; owners are made as the rows pass. No check of ours, no audit, no doubles."""

    class Meta:
        model = Business
        import_id_fields = ()
        fields = tuple(HEADINGS)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        row["owner"] = self._owner(row).pk
        row["Kelurahan"] = Region.objects.wards().get(name=row["Kelurahan"]).pk
        row["Jenis usaha"] = Sector.objects.get(version="2020", code=row["Jenis usaha"][-2]).pk  # “Nama (C)”
        row["Bentuk usaha"] = LEGAL_FORMS.get(row["Bentuk usaha"], "")
        for heading in ("Lintang", "Bujur"):
            row[heading] = str(row[heading] or "").replace(",", ".")

    def _owner(self, row: Any) -> Owner:
        nik = row["NIK"] or None
        if nik and (owner := Owner.objects.with_national_id(nik).first()):
            return owner
        at = datetime.now(UTC)
        return Owner.objects.create(
            name=row["Nama pelaku usaha"],
            national_id=nik,
            phone=row["Nomor telepon"] or None,
            sex=SEXES.get(row["Jenis kelamin"], ""),
            born_on=DAY.clean(row["Tanggal lahir"]),
            created_at=at,
            updated_at=at,
        )

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.district = instance.ward.parent
        instance.npwp = instance.npwp or None
        instance.created_at = instance.updated_at = datetime.now(UTC)


PlainResource.fields |= {
    name: fields.Field(name, heading, widget) for name, (heading, widget) in HEADINGS.items()
}


def load(content: bytes, rows: int) -> None:
    """A dry run and a run of an XLSX, as the library's page does."""
    dataset = tablib.Dataset().load(content, format="xlsx")
    for dry_run in (True, False):
        result = PlainResource().import_data(dataset, dry_run=dry_run)
        if result.has_errors() or result.totals["new"] != rows:
            raise SystemExit(f"the library's import failed: {result.totals} {_first_error(result)}")


def _first_error(result: Any) -> str:
    errors = [error.error for _, errors in result.row_errors() for error in errors]
    return repr(errors[0]) if errors else ""
