"""The thresholds of the flags of one wave."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django import forms

from surveys.models import QualityThresholds
from surveys.quality import Limits

if TYPE_CHECKING:
    Base = forms.ModelForm[QualityThresholds]
else:
    Base = forms.ModelForm  # Django's own is not generic


class ThresholdsForm(Base):
    use_required_attribute = False

    class Meta:
        model = QualityThresholds
        fields = [one.name for one in fields(Limits)]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= {
                "required": "Bagian ini wajib diisi.",
                "invalid": "Tulis bilangan bulat.",
            }
