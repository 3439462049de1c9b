"""What reading leaves behind: a download is written into the audit trail."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.models import User, Verb
from dashboards.aggregates import WaveReport
from dashboards.breakdowns import Breakdown
from dashboards.exports import active_filters, download_csv


@transaction.atomic
def download_table(*, report: WaveReport, table: Breakdown, by: User, at: datetime) -> str:
    """The table as CSV with its provenance; the event names table, wave, filters and number of rows."""
    content = download_csv(report, table)
    chosen = ", ".join(f"{name}: {value}" for name, value in active_filters(report)) or "tanpa filter"
    audit.record(
        Verb.EXPORTED,
        by=by,
        at=at,
        subject=report.wave,
        label=f"{table.heading} – {report.wave.title}",
        changes={"baris": [None, len(table.rows)], "filter": [None, chosen]},
    )
    return content
