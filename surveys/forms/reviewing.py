"""What the queue of reviewers is narrowed by, and what a reviewer decides."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms

from core import roles
from core.forms import CleanCharField, CleanTextField
from core.models import Region, User
from core.permissions import Permission
from surveys.actions.reviewing import AcceptanceFilter
from surveys.models import Response, Wave
from surveys.models.responses import ResponseQuerySet
from surveys.quality import FLAG_LABELS
from surveys.questionnaire import Definition
from surveys.review_queue import TABS, first_tab
from surveys.review_steps import Verdict

UNFLAGGED = "none"
INTERVIEWERS = [
    role for role, permissions in roles.PERMISSIONS.items() if Permission.ENTER_RESPONSES in permissions
]
NOTE_MISSING = "Catatan belum diisi: enumerator perlu tahu apa yang harus diperbaiki."
REASONS_LEFT = (
    "Alasan pada pertanyaan hanya dipakai untuk Kembalikan. Kosongkan alasannya, atau pilih Kembalikan."
)


def choice(label: str, refusal: str = "Pilih dari daftar.") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages={"invalid_choice": refusal})


class ReviewFilterForm(forms.Form):
    """A GET form; without a tab the user's own work is shown."""

    state = forms.ChoiceField(
        required=False,
        choices=[(state.value, state.label) for state in TABS],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Tab ini tidak ada."},
    )
    wave = choice("Gelombang")
    district = choice(
        "Kecamatan", "Kecamatan ini tidak ada atau di luar wilayah kerja Anda. Pilih dari daftar."
    )
    enumerator = choice("Enumerator")
    flag = choice("Tanda")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        waves = Wave.objects.filter(is_reconstruction=False).newest_first()
        districts = Region.objects.districts().for_user(user)
        self._offer("wave", [(wave.code, wave.title) for wave in waves])
        self._offer("district", [(district.code, district.name) for district in districts])
        self._offer("enumerator", [(str(one.pk), str(one)) for one in _interviewers(user)])
        self._offer(
            "flag",
            [(UNFLAGGED, "Tanpa tanda"), *((flag.value, label) for flag, label in FLAG_LABELS.items())],
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Semua"), *choices]

    @property
    def state_shown(self) -> str:
        return self.cleaned_data.get("state") or first_tab(self.user)

    def narrowed(self) -> ResponseQuerySet:
        """Interviews of the user's area that the valid form lets through, of every tab."""
        chosen = self.cleaned_data
        named = {
            "wave__code": chosen["wave"],
            "district__code": chosen["district"],
            "enumerator": chosen["enumerator"],
        }
        rows = Response.objects.for_user(self.user).filter(wave__is_reconstruction=False)
        rows = rows.filter(**{name: value for name, value in named.items() if value})
        if chosen["flag"] == UNFLAGGED:
            return rows.filter(flags__isnull=True)
        return rows.filter(flags__code=chosen["flag"]) if chosen["flag"] else rows

    def in_tab(self) -> ResponseQuerySet:
        return self.narrowed().filter(state=self.state_shown)

    @property
    def acceptance(self) -> AcceptanceFilter:
        chosen = self.cleaned_data
        return AcceptanceFilter(chosen["wave"], chosen["district"], chosen["enumerator"])

    def query(self, **changes: str) -> str:
        """The choices as they stand in an address."""
        chosen = self.cleaned_data | {"state": self.state_shown} | changes
        return urlencode({name: value for name, value in chosen.items() if value})


def _interviewers(user: User) -> list[User]:
    """Who may have interviewed in the user's area."""
    people = User.objects.filter(role__in=INTERVIEWERS).order_by("full_name", "pk")
    districts = user.district_ids()
    if districts is None:
        return list(people)
    return list(people.filter(whole_city=True) | people.filter(pk__in=_working_in(districts)))


def _working_in(districts: list[int]) -> Any:
    return User.objects.filter(districts__in=districts).values("pk")


class VerdictForm(forms.Form):
    """The decision on one interview: a note, and reasons beside its questions."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    verdict = forms.ChoiceField(
        choices=[(verdict.value, verdict.value) for verdict in Verdict],
        error_messages={"invalid_choice": "Pilih keputusannya.", "required": "Pilih keputusannya."},
    )
    note = CleanTextField(
        label="Catatan",
        required=False,
        max_length=1_000,
        help_text="Wajib diisi untuk mengembalikan; dibaca enumerator di atas formulirnya.",
    )

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [item.code for item in definition]
        for item in definition:
            self.fields[f"reason_{item.code}"] = CleanCharField(
                label=f"Alasan mengembalikan: {item.label}", required=False, max_length=300
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("verdict") == Verdict.RETURNED and not data.get("note") and "note" not in self.errors:
            self.add_error("note", NOTE_MISSING)
        if data.get("verdict") in (Verdict.PASSED, Verdict.ACCEPTED) and self.reasons:
            self.add_error("note", REASONS_LEFT)
        return data

    @property
    def reasons(self) -> dict[str, str]:
        given = {code: self.cleaned_data.get(f"reason_{code}", "") for code in self.codes}
        return {code: reason for code, reason in given.items() if reason}
