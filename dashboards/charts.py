"""Charts as JSON for Chart.js 4, on django-chartjs through one class that keeps its traps away.

django-chartjs would send its whole template context, Decimals as strings and NaN as no JSON at all; here
only `type`, `data` and `options` leave the house. Its own JavaScript is never served.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from chartjs.views.lines import BaseLineOptionsChartView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from core.formats import NO_BREAK_SPACE, format_integer
from core.gates import requires
from core.permissions import Permission
from dashboards.aggregates import CODES, wave_report
from dashboards.breakdowns import Breakdown, Cell, Row
from dashboards.forms import FilterForm

KEYS = ("type", "data", "options")


@dataclass(frozen=True)
class Colour:
    fill: str  # at least 3:1 against the white page
    text: str  # at least 4.5:1 on the fill


PALETTE = (
    Colour("#005a9c", "#ffffff"),
    Colour("#b35900", "#ffffff"),
    Colour("#00795a", "#ffffff"),
)


def plain(value: Any) -> Any:
    """The value as JSON can say it: exact numbers as floats, NaN and infinity as null; else TypeError."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal | Fraction | float):
        number = float(value)
        return number if isfinite(number) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} does not belong into a chart")


class ChartView(BaseLineOptionsChartView):  # type: ignore[misc]  # the library has no types
    """A chart as JSON. Subclasses give labels, providers, data, options; `gated` puts it behind its door."""

    permission: Permission
    chart_type = "bar"
    http_method_names = ["get", "head", "options"]

    @classmethod
    def gated(cls, **initial: Any) -> Callable[..., HttpResponseBase]:
        """The view with its permission: 403 instead of a redirect, which fetch would follow to a page."""
        return requires(cls.permission, redirect=False)(cls.as_view(**initial))

    def get_colors(self) -> Iterator[Colour]:
        while True:
            yield from PALETTE

    def get_datasets(self) -> list[dict[str, Any]]:
        series = zip(self.get_providers(), self.get_data(), self.get_colors(), strict=False)
        return [
            {"label": label, "data": data, **self.get_dataset_options(index, colour)}
            for index, (label, data, colour) in enumerate(series)
        ]

    def get_dataset_options(self, index: int, colour: Colour) -> dict[str, Any]:
        return {"backgroundColor": colour.fill, "borderColor": "#ffffff", "labelColor": colour.text}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "type": self.chart_type}
        return {key: plain(context[key]) for key in KEYS}

    def convert_context_to_json(self, context: dict[str, Any]) -> str:
        return json.dumps(context, allow_nan=False, ensure_ascii=False)

    def get_json_response(self, content: str, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get_json_response(content, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response


class BreakdownChart(ChartView):
    """A table of a wave as stacked bars of percentages, a bar a sector, all of them on top."""

    permission = Permission.VIEW_DASHBOARD
    table: Breakdown

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["table"] not in CODES:
            raise Http404
        assert request.user.is_authenticated
        form = FilterForm(request.GET, user=request.user)
        if form.default_wave is None:
            raise Http404
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        report = wave_report(form.shown_wave, user=request.user, filters=form.filters)
        self.table = report[kwargs["table"]]
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    @property
    def rows(self) -> tuple[Row, ...]:
        """Of a table of businesses the whole is no bar: every bar is a part of it."""
        return (self.table.total, *self.table.rows) if self.table.spec.is_question else self.table.rows

    def get_labels(self) -> list[str]:
        return [bar_label(row, is_question=self.table.spec.is_question) for row in self.rows]

    def get_providers(self) -> list[str]:
        return [column.label for column in self.table.columns]

    def get_data(self) -> list[list[Fraction | None]]:
        places = range(len(self.table.columns))
        return [[percentage(row.cells[place]) for row in self.rows] for place in places]

    def get_dataset_options(self, index: int, colour: Colour) -> dict[str, Any]:
        cells = [row.cells[index] for row in self.rows]
        return {
            **super().get_dataset_options(index, colour),
            "counts": [cell.count for cell in cells],
            "notes": [tooltip(cell, self.table.spec.unit) for cell in cells],
        }

    def get_options(self) -> dict[str, Any]:
        return {
            "indexAxis": "y",
            "stacked": self.table.spec.is_question,
            "title": self.table.heading,
            "unit": self.table.spec.unit,
        }


def bar_label(row: Row, *, is_question: bool) -> str:
    base = row.answered if is_question else row.cells[0].count
    name = row.label if row.code else "Semua"
    size = f"n = {format_integer(base)}".replace(" ", NO_BREAK_SPACE)
    small = f", n{NO_BREAK_SPACE}kecil" if row.is_small and base else ""
    return f"{name} ({size}{small})"


def percentage(cell: Cell) -> Fraction | None:
    """Of 100; None draws no bar, where the base is too small to be a percentage."""
    return None if cell.share.ratio is None else 100 * cell.share.ratio


def tooltip(cell: Cell, unit: str) -> str:
    """ "18 dari 33 jawaban, 54,5 %"."""
    share = cell.share
    return f"{share.fraction_text} {unit}" + (f", {share.percent_text}" if share.percent_text else "")
