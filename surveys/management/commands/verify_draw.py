"""Draw the sample of a wave again and compare it with what was sealed; for who doubts a draw."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.formats import format_integer
from surveys.models import Draw
from surveys.verification import verify


class Command(BaseCommand):
    help = "Ulangi penarikan sampel sebuah gelombang dari kerangka tersimpan dan bandingkan segelnya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="kode gelombang")

    def handle(self, *args: Any, **options: Any) -> None:
        draw = (
            Draw.objects.filter(wave__code=options["code"], is_current=True).select_related("frame").first()
        )
        if draw is None:
            raise CommandError(f"Gelombang {options['code']} tidak ada atau belum memiliki sampel.")
        result = verify(draw)
        self.stdout.write(f"Kerangka: {format_integer(draw.frame.count)} UMKM, segel {draw.frame.sha256}")
        self.stdout.write(f"Penarikan: {format_integer(result.drawn)} baris, segel {result.seal}")
        if not result.frame_agrees:
            raise CommandError("Isi kerangka yang tersimpan tidak sama lagi dengan segelnya.")
        if not result.draw_agrees:
            raise CommandError(f"Penarikan ulang berbeda; segel yang tersimpan {draw.sha256}.")
        if result.differing:
            raise CommandError(
                f"Penarikan ulang sama, tetapi {format_integer(result.differing)} baris daftar sampel sudah diubah."
            )
        self.stdout.write("Sama: penarikan ulang menghasilkan baris yang persis sama.")
