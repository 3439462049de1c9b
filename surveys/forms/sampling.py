"""The forms of a sample: what goes into the frame, what is planned with, and how it is drawn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from core.forms import NOT_A_CHOICE, REQUIRED, WholeNumberField
from core.models import Region, User
from registry.models import Sector
from registry.size_class import RULE_SETS, SCALE_LABELS, Scale
from surveys.actions import DrawDesign
from surveys.frames import FrameFilter
from surveys.models import DrawMethod, StrataBy
from surveys.models.sampling import MAX_SEED
from surveys.sampling.sizes import CONFIDENCE_LEVELS, Plan

MAX_SIZE = 1_000_000
MAX_RESERVE_PERCENT = 200
NO_NUMBER = "Tulis angka saja, misalnya 5 atau 2,5."
PLAN_NAMES = ("margin", "confidence", "proportion", "response_rate", "design_effect")


def _several(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_A_CHOICE},
    )


class FrameForm(forms.Form):
    """By codes. Nothing chosen stands for all; who works in some kecamatan takes these only."""

    districts = _several("Kecamatan")
    sectors = _several("Jenis usaha")
    scales = _several("Skala usaha")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_local = user.district_ids() is not None
        self.own = {district.code: district for district in Region.objects.for_user(user).districts()}
        kinds = Sector.objects.filter(is_current=True).in_study_order()
        self.kinds = {f"{sector.version}-{sector.code}": sector for sector in kinds}
        offered = {
            "districts": [(code, district.name) for code, district in self.own.items()],
            "sectors": [(code, sector.table_label) for code, sector in self.kinds.items()],
            "scales": [(scale.value, label) for scale, label in SCALE_LABELS.items()],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices
        self.fields["scales"].help_text = f"Menurut {RULE_SETS[settings.HEADLINE_RULE_SET].legal_basis}"

    def wanted(self) -> FrameFilter:
        data = self.cleaned_data
        districts = tuple(self.own[code] for code in data["districts"])
        return FrameFilter(
            districts=districts or (tuple(self.own.values()) if self.is_local else ()),
            sectors=tuple(self.kinds[code] for code in data["sectors"]),
            scales=tuple(Scale(value) for value in data["scales"]),
        )


class PercentField(forms.DecimalField):
    """A percentage as people write it, "2,5"; its value is a ratio of 1."""

    def __init__(self, *, least: str, most: str, **options: Any) -> None:
        self.least, self.most = Decimal(least), Decimal(most)
        super().__init__(
            localize=True,
            max_digits=8,
            decimal_places=2,
            widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"required": REQUIRED, "invalid": NO_NUMBER},
            **options,
        )

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number is not None and not self.least <= number <= self.most:
            bounds = f"{_shown(self.least)} dan {_shown(self.most)}"
            raise forms.ValidationError(f"Isi angka antara {bounds}.", code="out_of_bounds")
        return number


def _shown(number: Decimal) -> str:
    return str(number).replace(".", ",")


class PlanForm(forms.Form):
    """Planning values of a sample; the calculator takes them from the address."""

    use_required_attribute = False
    margin = PercentField(
        label="Batas kesalahan (poin persen)",
        least="0.5",
        most="30",
        initial=Decimal(5),
        help_text="Seberapa jauh sebuah persentase boleh meleset ke atas dan ke bawah",
    )
    confidence = forms.TypedChoiceField(
        label="Tingkat kepercayaan",
        choices=[(level, f"{level} %") for level in CONFIDENCE_LEVELS],
        coerce=int,
        initial=95,
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    proportion = PercentField(
        label="Persentase yang diperkirakan (%)",
        least="1",
        most="99",
        initial=Decimal(50),
        help_text="Bila belum diketahui isi 50: itu yang memerlukan sampel terbesar",
    )
    response_rate = PercentField(
        label="Tingkat jawaban yang diharapkan (%)",
        least="10",
        most="100",
        initial=Decimal(80),
        help_text="Berapa dari 100 UMKM terpilih yang akhirnya dapat diwawancarai",
    )
    design_effect = PercentField(
        label="Efek rancangan",
        least="1",
        most="5",
        initial=Decimal(1),
        help_text="1 untuk penarikan acak; lebih besar bila sampel mengumpul di beberapa tempat",
    )

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            confidence=data["confidence"],
            margin=data["margin"] / 100,
            proportion=data["proportion"] / 100,
            response_rate=data["response_rate"] / 100,
            design_effect=data["design_effect"],
        )

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """As they stand in a form that nobody has filled."""
        return {name: field.initial for name, field in cls.base_fields.items()}


class DrawForm(PlanForm):
    """How to draw, with the values it was planned with, which are kept beside the draw."""

    method = forms.ChoiceField(
        label="Cara penarikan",
        choices=DrawMethod.choices,
        initial=DrawMethod.RANDOM,
        help_text="Sistematis berjalan dengan langkah tetap menurut kelurahan dan jenis usaha",
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    strata_by = forms.ChoiceField(
        label="Strata",
        choices=StrataBy.choices,
        initial=StrataBy.DISTRICT,
        help_text="Sampel dibagi menurut banyaknya UMKM pada setiap strata",
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    size = WholeNumberField(label="Banyaknya sampel utama", maximum=MAX_SIZE)
    minimum = WholeNumberField(
        label="Minimum per strata",
        maximum=MAX_SIZE,
        initial=0,
        help_text="Strata yang lebih kecil diambil semua; 0 berarti tanpa minimum",
    )
    reserve_percent = WholeNumberField(
        label="Cadangan (% dari sampel utama)", maximum=MAX_RESERVE_PERCENT, initial=20
    )
    seed = WholeNumberField(
        label="Benih",
        maximum=MAX_SEED,
        help_text="Angka acak. Benih dan kerangka yang sama selalu menghasilkan sampel yang sama",
    )
    field_order = ("method", "strata_by", "size", "minimum", "reserve_percent", "seed", *PLAN_NAMES)

    def clean_size(self) -> int:
        size: int = self.cleaned_data["size"]
        if size < 1:
            raise forms.ValidationError("Sampel paling sedikit satu UMKM.")
        return size

    def design(self) -> DrawDesign:
        data = self.cleaned_data
        return DrawDesign(
            method=data["method"],
            strata_by=data["strata_by"],
            size=data["size"],
            seed=data["seed"],
            minimum=data["minimum"],
            reserve_percent=data["reserve_percent"],
            plan=self.plan(),
        )


class SampleFilterForm(forms.Form):
    """Which rows of a drawn list are shown; an address nobody could have typed shows all."""

    strata = forms.ChoiceField(label="Strata", required=False)
    jenis = forms.ChoiceField(
        label="Jenis",
        required=False,
        choices=[
            ("", "Semua"),
            ("utama", "Utama"),
            ("cadangan", "Cadangan"),
            ("dipakai", "Cadangan yang dipakai"),
        ],
    )

    def __init__(self, *args: Any, strata: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["strata"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Semua"), *strata]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {"stratum": self.cleaned_data.get("strata", ""), "kind": self.cleaned_data.get("jenis", "")}
