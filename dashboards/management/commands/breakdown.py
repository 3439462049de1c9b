"""Print one table of a wave, computed by the aggregate the pages use."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.models import User
from dashboards.aggregates import CODES, Filters, wave_report
from dashboards.captions import waiting_text
from dashboards.exports import aligned_text, long_csv
from surveys.models import Wave

FORMATS = {"csv": long_csv, "table": aligned_text}


class Command(BaseCommand):
    help = "Mencetak satu tabel sebuah gelombang: jenis usaha, pemasaran, kemitraan, atau pendapatan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", choices=CODES, help="tabel yang dicetak")
        parser.add_argument("--wave", required=True, help="kode gelombang, mis. probolinggo-2022")
        parser.add_argument("--format", choices=sorted(FORMATS), default="table", help="bentuk cetakan")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            known = ", ".join(Wave.objects.values_list("code", flat=True)) or "belum ada gelombang"
            raise CommandError(f"Gelombang “{options['wave']}” tidak ada. Yang ada: {known}.")
        # Whoever may run commands on the server reads the whole database: no person's area applies.
        report = wave_report(wave, user=User(whole_city=True), filters=Filters())
        self.stdout.write(FORMATS[options["format"]](report[options["table"]]), ending="")
        if report.is_reviewed and options["format"] == "table":
            self.stdout.write(f"Menunggu pemeriksaan: {waiting_text(report)}")
