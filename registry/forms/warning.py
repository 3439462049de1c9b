"""A form that warns of likely doubles before it stores, and asks why it should store all the same."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import CleanCharField
from registry.actions import MIN_REASON_LENGTH
from registry.duplicates import Candidate, Sought, candidates_for
from registry.duplicates.pairs import dismissed_with
from registry.forms.base import RegisterForm
from registry.models import Business

ELSEWHERE = "x"  # stands for what is registered outside the user's area


class WarningForm(RegisterForm):
    """`doubles` are the likely doubles of a valid form that was not confirmed; empty where none are left.

    Confirmed are those that stood on the page with the reason: one that came since is shown first.
    """

    duplicate_reason = CleanCharField(
        label="Alasan tetap menyimpan",
        max_length=300,
        required=False,
        help_text="Tampak pada riwayat UMKM. Jangan tulis data pribadi di sini.",
    )
    seen_doubles = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    doubles: tuple[Candidate, ...] = ()
    confirmed = ""

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors:
            self._look_for_doubles()

    def sought(self) -> Sought | None:
        """What is about to be stored; None where nothing changes by which doubles are known."""
        raise NotImplementedError

    def _look_for_doubles(self) -> None:
        sought = self.sought()
        if sought is None:
            return
        instance: Business = self.instance
        dismissed = dismissed_with(instance) if instance.pk and "name" not in self.changed_data else set()
        found = tuple(
            candidate for candidate in candidates_for(sought, self.user) if candidate.pk not in dismissed
        )
        if not found:
            return
        reason = self.cleaned_data.get("duplicate_reason") or ""
        seen = set((self.cleaned_data.get("seen_doubles") or "").split())
        if len(reason) >= MIN_REASON_LENGTH and {_token(candidate) for candidate in found} <= seen:
            self.confirmed = f"Disimpan walaupun mungkin ganda: {reason}"
            return
        self.doubles = found
        data: Any = self.data
        self.data = data = data.copy()  # what the page sends back next time
        data[self.add_prefix("seen_doubles")] = " ".join(_token(candidate) for candidate in found)
        if reason and len(reason) < MIN_REASON_LENGTH:
            self.add_error("duplicate_reason", f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
        elif seen and not reason:
            self.add_error("duplicate_reason", "Tulis alasannya, atau buka yang ada.")
        self.add_error(None, "UMKM ini mungkin sudah terdaftar. Periksa kotak kuning, lalu pilih langkahnya.")


def _token(candidate: Candidate) -> str:
    return candidate.public_id.hex if candidate.public_id is not None else ELSEWHERE
