"""The three steps, each with fields of the counter's own form: what is refused there is refused here."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any, ClassVar

from django import forms

from core.forms import NOT_A_CHOICE, REQUIRED, CleanCharField, CleanTextField, IndonesianDateField
from core.models import Region
from registry.forms import BusinessForm, SecretField
from registry.models import MAX_NOTE_LENGTH, Owner, Sector
from registry.public.answers import REQUIRED as REQUIRED_ANSWERS
from registry.public.evidence import Evidence

AGREE, REFUSE = "setuju", "tidak"


class ConsentForm(forms.Form):
    choice = forms.ChoiceField(
        label="Pilihan Anda",
        choices=[(AGREE, "Saya setuju"), (REFUSE, "Saya tidak setuju")],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih salah satu.", "invalid_choice": "Pilih salah satu."},
    )


class StepForm(forms.Form):
    """Fields of `BusinessForm` by name, with what was filled in before; says nothing about what is registered."""

    title: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    words: ClassVar[
        Mapping[str, tuple[str, str]]
    ] = {}  # name → label and help, where those of the desk don't fit

    def __init__(self, data: Any = None, *, answers: Mapping[str, Any], today: date) -> None:
        super().__init__(data, initial={name: answers.get(name) for name in self.names})
        self.answers = answers
        for name in self.names:
            field = self.fields[name] = deepcopy(BusinessForm.base_fields[name])
            if name in self.words:
                field.label, field.help_text = self.words[name]
            field.required = field.widget.is_required = name in REQUIRED_ANSWERS
            self._prepare(name, field, today)

    def _prepare(self, name: str, field: forms.Field, today: date) -> None:
        if isinstance(field, SecretField):
            self._hide(name, field)
        elif isinstance(field, IndonesianDateField):
            field.latest = today
        elif isinstance(field, forms.TypedChoiceField):
            choices: Any = field.choices
            field.choices = [(value, label if value else "Pilih…") for value, label in choices]

    def _hide(self, name: str, field: SecretField) -> None:
        """Whoever opens a draft on a shared telephone does not read the numbers in it."""
        self.initial[name] = None
        if self.answers.get(name):
            field.required = False  # it need not be typed again
            field.widget.attrs["placeholder"] = field.mask(self.answers[name])
            field.help_text = "Biarkan kosong bila tidak berubah."

    def clean(self) -> dict[str, Any]:
        for name in self.names:
            if isinstance(self.fields[name], SecretField) and name in self.cleaned_data:
                typed = self.cleaned_data[name]
                value = None if typed == SecretField.REMOVED else typed or self.answers.get(name)
                self.cleaned_data[name] = value
                if not value and name in REQUIRED_ANSWERS:
                    self.add_error(name, REQUIRED)
        return self.cleaned_data


class OwnerStep(StepForm):
    title = "Pelaku usaha"
    names = ("owner_name", "owner_national_id", "owner_phone")
    words = {
        "owner_name": ("Nama pelaku usaha", "Sesuai KTP"),
        "owner_national_id": ("NIK", "16 angka, sesuai KTP. Boleh kosong."),
        "owner_phone": (
            "Nomor telepon",
            "Agar petugas dapat menghubungi Anda. Contoh: 0812 3456 7890",
        ),
    }


class BusinessStep(StepForm):
    title = "Usaha"
    names = ("name", "sector", "products", "started_on", "legal_form", "nib")
    words = {
        "sector": (
            "Jenis usaha",
            "Pilih yang paling dekat; petugas membetulkannya bila keliru. Toko dan warung kelontong: Perdagangan."
            " Warung makan dan katering: Penyediaan Akomodasi dan Penyediaan Makan Minum."
            " Membuat kue, pakaian, atau mebel: Industri Pengolahan. Salon dan penatu: Aktivitas Jasa Lainnya.",
        ),
        "products": ("Produk utama", "Yang Anda jual atau kerjakan. Boleh kosong."),
        "started_on": ("Mulai usaha", "Contoh: 21/03/2021. Boleh kosong, juga bila tidak ingat tanggalnya."),
        "legal_form": ("Bentuk usaha", "Boleh kosong"),
        "nib": ("NIB", "Nomor Induk Berusaha dari OSS, 13 angka. Boleh kosong bila belum punya."),
    }

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        sector: Any = self.fields["sector"]
        sector.group_of = lambda each: "Paling banyak" if each.study_row else "Lainnya"
        sector.queryset = Sector.objects.offered().in_study_order()


class PlaceStep(StepForm):
    title = "Tempat dan besarnya"
    names = ("ward", "address", "net_assets", "business_capital", "annual_sales")
    words = {
        "ward": ("Kelurahan tempat usaha", "Disusun menurut kecamatan"),
        "address": ("Alamat usaha", "Boleh kosong"),
        "net_assets": (
            "Kekayaan bersih (rupiah)",
            "Seluruh harta usaha dikurangi utangnya, tidak termasuk tanah dan bangunan tempat usaha."
            " Contoh: 15.000.000 atau 15 juta. Boleh kosong.",
        ),
        "business_capital": (
            "Modal usaha (rupiah)",
            "Uang sendiri dan pinjaman untuk menjalankan usaha, tidak termasuk tanah dan bangunan tempat usaha."
            " Boleh kosong.",
        ),
        "annual_sales": (
            "Omzet per tahun (rupiah)",
            "Hasil penjualan setahun, sebelum dikurangi biaya. Boleh kosong.",
        ),
    }

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        wards = Region.objects.wards().select_related("parent").order_by("code")
        self.fields["ward"].queryset = wards  # type: ignore[attr-defined]


STEPS: tuple[type[StepForm], ...] = (OwnerStep, BusinessStep, PlaceStep)


def first_open_step(answers: Mapping[str, Any], *, today: date) -> int | None:
    """The number of the first step whose answers would be refused if they came in now; None where all stand."""
    for number, step in enumerate(STEPS, start=1):
        fields = step(answers=answers, today=today).fields
        shown = {name: fields[name].prepare_value(answers.get(name)) for name in step.names}
        again = {name: value for name, value in shown.items() if value is not None}
        if not step(again, answers=answers, today=today).is_valid():
            return number
    return None


class CodeForm(forms.Form):
    """The code is read by the view: a wrong one counts as a try."""

    code = CleanCharField(
        label="Kode pendaftaran",
        max_length=60,
        help_text="Pada tanda terima, misalnya K7Q MX3 …",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )


class NoteForm(forms.Form):
    """What the applicant is told when it is returned or rejected."""

    note = CleanTextField(
        label="Catatan untuk pemohon",
        max_length=MAX_NOTE_LENGTH,
        help_text="Dibaca pemohon. Wajib bila dikembalikan atau ditolak. Jangan tulis NIK atau nomor telepon.",
    )


class AcceptForm(forms.Form):
    """A new owner, or one of those that the evidence names."""

    NEW = "baru"
    owner = forms.ChoiceField(
        label="Pelaku usaha",
        error_messages={"required": "Pilih pelaku usaha.", "invalid_choice": NOT_A_CHOICE},
    )

    def __init__(self, data: Any = None, *, evidence: Evidence) -> None:
        super().__init__(data)
        self.evidence = evidence
        forced = evidence.owner_must_be
        offered = [owner for owner in evidence.owners if forced in (None, owner.public_id)]
        choices = [(str(owner.public_id), f"Tautkan ke {owner.name}") for owner in offered]
        if forced is None:
            choices = [(self.NEW, "Pelaku usaha baru"), *choices]
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.initial = str(forced) if forced else self.NEW

    @property
    def chosen(self) -> Owner | None:
        wanted = self.cleaned_data["owner"]
        return next((owner for owner in self.evidence.owners if str(owner.public_id) == wanted), None)
