"""The filter of the audit page: what may be asked, and the events that answer it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Div, Field, Layout, Row, Submit
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone

from core.formats import format_date
from core.forms import SearchInput
from core.models import AuditEvent, Verb

LONG_NUMBER = re.compile(r"[0-9]{10,}")
# Beyond them a day has no midnight before or after it that a database could hold.
EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2999, 12, 31)
DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]


def object_types() -> list[tuple[str, str]]:
    """The models an event may be about: those that declare their privacy."""
    models = [model for model in apps.get_models() if hasattr(model, "privacy")]
    names = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in models]
    return sorted(names, key=lambda name: name[1])


def _date(label: str) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label,
        required=False,
        widget=widget,
        input_formats=DATE_FORMATS,
        validators=[
            MinValueValidator(EARLIEST_DAY, "Tanggal ini terlalu lama."),
            MaxValueValidator(LATEST_DAY, "Tanggal ini terlalu jauh."),
        ],
    )


class AuditFilterForm(forms.Form):
    verb = forms.ChoiceField(label="Tindakan", required=False, choices=[("", "Semua"), *Verb.choices])
    actor = forms.CharField(label="Pelaku", required=False, max_length=150, widget=SearchInput)
    object_type = forms.ChoiceField(label="Jenis objek", required=False)
    object_id = forms.CharField(label="Id objek", required=False, max_length=40, widget=forms.HiddenInput)
    text = forms.CharField(label="Nama objek", required=False, max_length=100, widget=SearchInput)
    since = _date("Dari tanggal")
    until = _date("Sampai tanggal")
    batch = forms.UUIDField(label="Kelompok", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = [("", "Semua"), *object_types()]
        self.fields["object_type"].choices = choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.attrs = {"novalidate": ""}
        narrow = "col-sm-6 col-lg-3"
        self.helper.layout = Layout(
            Row(*(Column(name, css_class=narrow) for name in ("verb", "actor", "object_type", "text"))),
            Row(*(Column(name, css_class=narrow) for name in ("since", "until", "batch"))),
            Field("object_id"),
            Div(
                Submit("", "Terapkan"),
                HTML('<a class="btn btn-outline-secondary" href="?">Hapus filter</a>'),
                css_class="d-flex gap-2 mb-3",
            ),
        )

    def clean_text(self) -> str:
        """What is typed here stands in the address of the page, where no NIK belongs."""
        text = str(self.cleaned_data["text"])
        if LONG_NUMBER.search(re.sub(r"[\s.-]", "", text)):
            raise ValidationError("Jangan mencari dengan NIK atau nomor lain; pakai nama.")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", "Tanggal akhir mendahului tanggal awal.")
        return data

    def apply(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events asked for; a filter that cannot be read shows none rather than all."""
        if not self.is_valid():
            return events.none()
        data = self.cleaned_data
        for name in ("verb", "object_type", "object_id", "batch"):
            if data[name]:
                events = events.filter(**{name: data[name]})
        if data["actor"]:
            events = events.filter(actor_name__icontains=data["actor"])
        if data["text"]:
            events = events.filter(object_label__icontains=data["text"])
        if data["since"]:
            events = events.filter(at__gte=_midnight(data["since"]))
        if data["until"]:
            events = events.filter(at__lt=_midnight(data["until"] + timedelta(days=1)))
        return events

    def active(self) -> list[str]:
        """The filters in use, in words: "Tindakan: Mengubah"."""
        if not self.is_valid():
            return []
        words = []
        for name, value in self.cleaned_data.items():
            if value:
                choices = dict(getattr(self.fields[name], "choices", ()))
                shown = format_date(value) if name in ("since", "until") else choices.get(value, value)
                words.append(f"{self.fields[name].label}: {shown}")
        return words


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
