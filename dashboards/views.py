"""Pages of numbers: permission, filters, aggregate, page."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.models import User
from core.permissions import Permission
from dashboards import captions, publication
from dashboards.actions import download_table
from dashboards.aggregates import CODES, Filters, WaveReport, population, wave_report
from dashboards.charts import BreakdownChart
from dashboards.exports import active_filters
from dashboards.forms import FilterForm

FILTER_FIELDS = ("district", "sector", "scale")

breakdown_chart = BreakdownChart.gated()


@requires(Permission.VIEW_DASHBOARD)
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """The state of the city: cards, four tables with their charts, and how the numbers came about."""
    form = FilterForm(request.GET, user=request.user)
    if form.default_wave is None:
        return render(request, "dashboards/no_wave.html")
    context: dict[str, Any] = {
        "form": form,
        "can_export": request.user.can(Permission.EXPORT_TABLES),
        "may_follow": request.user.can(Permission.VIEW_RESPONSES),
    }
    if form.is_valid():
        report = wave_report(form.shown_wave, user=request.user, filters=form.filters)
        context |= {"report": report, "query": form.query(), **_words(form, report)}
        context["review_url"] = _review_url(request.user, form)
    return render(request, "dashboards/overview.html", context)


def _review_url(user: User, form: FilterForm) -> str:
    """Where those who may review find what is waiting; the queue knows neither sector nor scale."""
    if not (user.can(Permission.REVIEW_RESPONSES) or user.can(Permission.ACCEPT_RESPONSES)):
        return ""
    chosen = {"wave": form.shown_wave.code, "district": form.cleaned_data["district"]}
    return f"{reverse('surveys:review-queue')}?{urlencode({k: v for k, v in chosen.items() if v})}"


def _words(form: FilterForm, report: WaveReport) -> dict[str, Any]:
    figure = population()
    chosen = [name for name in FILTER_FIELDS if form.cleaned_data[name]]
    return {
        "cards": captions.cards(report, figure),
        "method": captions.method_lines(report, figure),
        "tables": [(table, captions.notes(report, table)) for table in report.breakdowns],
        "active_filters": [
            (label, value, form.query(without=name))
            for name, (label, value) in zip(chosen, active_filters(report), strict=True)
        ],
    }


@requires(Permission.EXPORT_TABLES)
@require_POST
def breakdown_csv(request: SignedInRequest, table: str) -> HttpResponse:
    """One table as a file; a POST because the download is written into the audit trail."""
    if table not in CODES:
        raise Http404
    form = FilterForm(request.GET, user=request.user)
    if form.default_wave is None or not form.is_valid():
        return redirect(f"{reverse('dashboards:overview')}?{request.GET.urlencode()}")
    report = wave_report(form.shown_wave, user=request.user, filters=form.filters)
    content = download_table(report=report, table=report[table], by=request.user, at=timezone.now())
    response = HttpResponse(content.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table}-{report.wave.code}.csv"'
    return response


@requires(Permission.VIEW_DASHBOARD)
@require_safe
def publication_comparison(request: SignedInRequest) -> HttpResponse:
    """The published numbers of a wave beside those computed from its rows."""
    waves = publication.published_waves()
    asked = request.GET.get("wave")
    wave = next((item for item in waves if not asked or item.code == asked), None)
    if asked and wave is None:
        raise Http404
    context: dict[str, Any] = {"waves": waves, "wave": wave}
    if wave is not None:
        report = wave_report(wave, user=request.user, filters=Filters())
        context["report"] = report
        if not report.is_out_of_sight:
            context["statements"] = publication.compared_statements(report)
            context["tables"] = publication.compared_tables(report)
    return render(request, "dashboards/publication_comparison.html", context)
