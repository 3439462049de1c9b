"""What a supervisor fills in to give out work, and to change what was given out."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef

from core.forms import (
    NOT_A_CHOICE,
    REQUIRED,
    CleanCharField,
    GroupedModelChoiceField,
    IndonesianDateField,
    SearchInput,
    WholeNumberField,
)
from core.models import Region, User
from surveys.actions.fieldwork import FieldworkRefused, enumerators_around
from surveys.models import Response, Wave
from surveys.models.fieldwork import AssignmentQuerySet

MAX_QUANTITY = 5_000
USUAL_DAYS = timedelta(days=14)


def _person(label: str, **options: Any) -> forms.ModelChoiceField[User]:
    return forms.ModelChoiceField(
        User.objects.none(),
        label=label,
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
        **{"empty_label": "Pilih…"} | options,
    )


class AssignForm(forms.Form):
    """The next targets of a place to one enumerator, until a day."""

    use_required_attribute = False
    district = forms.ModelChoiceField(
        Region.objects.none(),
        label="Kecamatan",
        empty_label="Pilih…",
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    ward = GroupedModelChoiceField(
        Region.objects.none(),
        label="Kelurahan",
        group_of=lambda ward: f"Kecamatan {ward.parent.name}",
        required=False,
        empty_label="Semua kelurahan",
        help_text="Boleh dikosongkan.",
    )
    enumerator = _person("Enumerator")
    quantity = WholeNumberField(label="Jumlah UMKM", maximum=MAX_QUANTITY)
    due_on = IndonesianDateField(label="Tenggat", help_text="Contoh: 31/01/2026")

    def __init__(self, data: Any, *, wave: Wave, user: User, today: date, initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial | {"due_on": min(today + USUAL_DAYS, wave.period_end)})
        area = Region.objects.for_user(user)
        self.fields["district"].queryset = area.districts().order_by("code")  # type: ignore[attr-defined]
        wards = area.wards().select_related("parent").order_by("parent__code", "name")
        self.fields["ward"].queryset = wards  # type: ignore[attr-defined]
        self.fields["enumerator"].queryset = enumerators_around(user)  # type: ignore[attr-defined]

    def refuse(self, error: FieldworkRefused) -> None:
        self.add_error(error.field, str(error))


class AssignmentFilterForm(forms.Form):
    """Which assignments the list shows; an address nobody could have typed shows all of them."""

    q = CleanCharField(label="Cari nama usaha", required=False, max_length=100, widget=SearchInput())
    district = forms.ModelChoiceField(
        Region.objects.none(), label="Kecamatan", required=False, empty_label="Semua", to_field_name="code"
    )
    enumerator = _person("Enumerator", required=False, empty_label="Semua")
    state = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[
            ("", "Semua"),
            ("open", "Terbuka"),
            ("overdue", "Lewat tenggat"),
            ("done", "Sudah diwawancarai"),
            ("withdrawn", "Ditarik"),
        ],
    )

    def __init__(self, data: Any, *, wave: Wave, user: User, today: date) -> None:
        super().__init__(data)
        self.wave, self.today = wave, today
        self.fields["district"].queryset = Region.objects.for_user(user).districts()  # type: ignore[attr-defined]
        holders = wave.assignments.all().values("enumerator")
        people = User.objects.filter(pk__in=holders).order_by("full_name", "pk")
        self.fields["enumerator"].queryset = people  # type: ignore[attr-defined]

    def narrowed(self, rows: AssignmentQuerySet) -> AssignmentQuerySet:
        self.is_valid()
        chosen = self.cleaned_data.get
        if words := chosen("q"):
            rows = rows.filter(business__name__icontains=words)
        if district := chosen("district"):
            rows = rows.filter(business__district=district)
        if enumerator := chosen("enumerator"):
            rows = rows.filter(enumerator=enumerator)
        return self._in_state(rows, chosen("state") or "")

    def _in_state(self, rows: AssignmentQuerySet, state: str) -> AssignmentQuerySet:
        if state == "open":
            return rows.open()
        if state == "overdue":
            return rows.open().filter(due_on__lt=self.today)
        if state == "done":
            interviews = Response.objects.interviews().filter(wave=self.wave, business=OuterRef("business"))
            return rows.standing().filter(Exists(interviews))
        return rows.filter(withdrawn_at__isnull=False) if state else rows

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.values()) if self.is_valid() else False


class AssignmentChangeForm(forms.Form):
    """One change for the ticked assignments, or for all open ones of the list."""

    REASSIGN, DUE, WITHDRAW = "reassign", "due", "withdraw"
    use_required_attribute = False
    which = forms.ChoiceField(
        label="Penugasan yang diubah",
        choices=[("ticked", "Yang dicentang"), ("all", "Semua yang terbuka pada daftar ini")],
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    change = forms.ChoiceField(
        label="Perubahan",
        choices=[(REASSIGN, "Alihkan ke enumerator lain"), (DUE, "Ubah tenggat"), (WITHDRAW, "Tarik")],
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    to = _person("Enumerator baru", required=False, empty_label="Tidak dialihkan")
    due_on = IndonesianDateField(label="Tenggat baru", required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        self.fields["to"].queryset = enumerators_around(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("change") == self.REASSIGN and not data.get("to") and "to" not in self.errors:
            self.add_error("to", "Pilih enumerator barunya.")
        if data.get("change") == self.DUE and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Isi tenggat barunya.")
        if data.get("which") == "ticked" and not self.ticked:
            self.add_error("which", "Centang paling sedikit satu penugasan.")
        return data

    @property
    def ticked(self) -> list[str]:
        getlist = getattr(self.data, "getlist", None)
        return [value for value in getlist("id") if _is_uuid(value)] if getlist else []

    def chosen(self, listed: AssignmentQuerySet) -> AssignmentQuerySet:
        """Of the assignments on the list those meant."""
        return listed if self.cleaned_data["which"] == "all" else listed.filter(public_id__in=self.ticked)

    def refuse(self, error: FieldworkRefused) -> None:
        self.add_error({"enumerator": "to", "due_on": "due_on"}.get(error.field or ""), str(error))


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
