"""The desk of the survey: waves and population figures are set up here, the rest is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.admin.scoped import ScopedAdmin
from core.forms import CleanCharField, CleanTextField, IndonesianDateField, WholeNumberField
from core.permissions import Permission
from surveys.actions import QuestionnaireRefused, save_question, save_record
from surveys.forms.questions import LocalQuestionForm
from surveys.models import LocalQuestion, PopulationFigure, PublishedStatement, Response, Wave
from surveys.questionnaire import CONSENT

EARLIEST_YEAR = 1945


class WaveForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    title = CleanCharField(label="Judul", max_length=150)
    period_start = IndonesianDateField(label="Awal pendataan")
    period_end = IndonesianDateField(label="Akhir pendataan")
    target_n = WholeNumberField(label="Target responden", maximum=10_000_000, required=False)
    method = CleanTextField(label="Metode", help_text="Dicetak bersama setiap tabel", max_length=2_000)
    source = CleanCharField(label="Sumber", max_length=250)
    note = CleanTextField(label="Catatan", required=False, max_length=5_000)
    consent_text = CleanTextField(
        label="Persetujuan",
        max_length=2_000,
        initial=CONSENT,
        help_text="Dibacakan sebelum pertanyaan pertama; berlaku setelah kuesioner diterbitkan.",
    )

    class Meta:
        model = Wave
        fields = (
            "code",
            "title",
            "design",
            "sector_basis",
            "period_start",
            "period_end",
            "target_n",
            "method",
            "source",
            "note",
            "consent_text",
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = data.get("period_start"), data.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", "Akhir pendataan tidak boleh sebelum awalnya.")
        if start and end and self.instance.pk and self._leaves_interviews_out(start, end):
            self.add_error("period_end", "Ada wawancara di luar periode ini; periode harus mencakupnya.")
        return data

    def _leaves_interviews_out(self, start: Any, end: Any) -> bool:
        dated = Response.objects.filter(wave=self.instance, interviewed_at__isnull=False)
        outside = models.Q(interviewed_at__date__lt=start) | models.Q(interviewed_at__date__gt=end)
        return dated.filter(outside).exists()


class PopulationFigureForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    group = CleanCharField(label="Kelompok", max_length=80, help_text="Sebagaimana sumbernya menyebutnya")
    count = WholeNumberField(label="Banyaknya usaha", maximum=100_000_000)
    source = CleanCharField(label="Sumber", max_length=200)
    note = CleanTextField(label="Catatan", required=False, max_length=5_000)

    class Meta:
        model = PopulationFigure
        fields = ("area", "year", "group", "count", "source", "is_total", "note")

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        this_year = timezone.localdate().year
        if not EARLIEST_YEAR <= year <= this_year:
            raise forms.ValidationError(f"Tahun harus antara {EARLIEST_YEAR} dan {this_year}.")
        return year


class AuditedAdmin(ScopedAdmin):
    """Saves through the action, so that every change leaves its event."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if request.user.is_authenticated:
            save_record(wave_or_figure=obj, by=request.user, at=timezone.now())


@admin.register(Wave)
class WaveAdmin(AuditedAdmin):
    form = WaveForm
    view_permission = Permission.MANAGE_WAVES
    add_permission = Permission.MANAGE_WAVES
    change_permission = Permission.MANAGE_WAVES
    list_display = ("title", "code", "design", "period_start", "period_end", "target_n", "is_reconstruction")
    list_filter = ("design", "is_reconstruction")
    search_fields = ("title", "code")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """The wave of the published study can only be read."""
        is_fixed = isinstance(obj, Wave) and obj.is_reconstruction
        return not is_fixed and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """The code stands in addresses and files, so it stays; an added wave is never a reconstruction."""
        return () if obj is None else ("code", "is_reconstruction")


@admin.register(LocalQuestion)
class LocalQuestionAdmin(ScopedAdmin):
    """Drafts of a wave; they are put in order, taken away and published on the page of its questionnaire."""

    form = LocalQuestionForm
    view_permission = Permission.MANAGE_WAVES
    add_permission = Permission.MANAGE_WAVES
    change_permission = Permission.MANAGE_WAVES
    refusals = (*ScopedAdmin.refusals, QuestionnaireRefused)
    list_display = ("label", "wave", "position", "kind", "code", "required")
    list_select_related = ("wave",)
    list_filter = ("wave", "kind")
    search_fields = ("label", "prompt", "code")
    fieldsets = (
        (None, {"fields": ("wave", "prompt", "label", "code", "help_text", "kind", "choice_lines")}),
        ("Aturan pengisian", {"fields": ("required", "minimum", "maximum", "shown_when")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        is_fixed = isinstance(obj, LocalQuestion) and obj.wave.is_reconstruction
        return not is_fixed and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return () if obj is None else ("wave",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_question(question=obj, by=self.by(request), at=timezone.now())

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, question: LocalQuestion) -> HttpResponse:
        messages.success(request, f"Pertanyaan “{question.label}” tersimpan dalam rancangan.")
        if "_addanother" in request.POST:
            return redirect(f"{reverse('admin:surveys_localquestion_add')}?wave={question.wave_id}")
        if "_continue" in request.POST:
            return redirect("admin:surveys_localquestion_change", question.pk)
        return redirect("surveys:questionnaire", code=question.wave.code)


@admin.register(PopulationFigure)
class PopulationFigureAdmin(AuditedAdmin):
    form = PopulationFigureForm
    view_permission = Permission.MANAGE_REFERENCE
    add_permission = Permission.MANAGE_REFERENCE
    change_permission = Permission.MANAGE_REFERENCE
    list_display = ("group", "area", "year", "count", "source", "is_total")
    list_select_related = ("area",)
    list_filter = ("year",)


@admin.register(Response)
class ResponseAdmin(ScopedAdmin):
    view_permission = Permission.VIEW_RESPONSES
    list_display = ("business", "wave", "enumerator", "interviewed_at", "received_at", "mode")
    list_select_related = ("business", "wave", "enumerator")
    list_filter = ("wave", "mode")
    search_fields = ("business__name",)


@admin.register(PublishedStatement)
class PublishedStatementAdmin(ScopedAdmin):
    view_permission = Permission.MANAGE_REFERENCE
    list_display = ("code", "statement", "published", "unit", "place", "wave")
    list_select_related = ("wave",)
    list_filter = ("wave",)
