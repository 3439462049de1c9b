"""Is this certificate genuine? Answered with the public keys alone, without database or network."""

from __future__ import annotations

import base64
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.formats import format_date
from core.signing import id_of, is_signed, public_keys
from registry.certificate_seal import Finding, Verdict, check, codes_in

EXIT = {Verdict.VALID: 0, Verdict.EXPIRED: 3, Verdict.ALTERED: 4, Verdict.UNKNOWN_KEY: 5}
WORST_FIRST = (Verdict.ALTERED, Verdict.UNKNOWN_KEY, Verdict.EXPIRED, Verdict.VALID)
MAX_BYTES = 20 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Periksa sertifikat dari berkas PDF, SVG kode QR, atau teks hasil pindai. Kode akhir: 0 sah, "
        "3 kedaluwarsa, 4 diubah, 5 kunci tidak dikenal, 1 tidak ada sertifikat di dalam berkas."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--keys", type=Path, help="kunci publik yang disimpan dari alamat /sertifikat/kunci/"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        codes = codes_in(_content(options["file"]))
        if not codes:
            raise CommandError("Tidak ada isi sertifikat di dalam berkas ini.")
        keys, today = _keys(options["keys"]), timezone.localdate()
        findings = [check(code, keys=keys, is_signed=is_signed, today=today) for code in codes]
        # Several statements in one file: one of them was put there.
        altered = len({finding.statement for finding in findings}) > 1
        finding = min(findings, key=lambda found: WORST_FIRST.index(found.verdict))
        verdict = Verdict.ALTERED if altered else finding.verdict
        self.stdout.write(f"{verdict}: {_explained(verdict, finding)}")
        if EXIT[verdict]:
            raise SystemExit(EXIT[verdict])


def _explained(verdict: Verdict, finding: Finding) -> str:
    statement = finding.statement
    if verdict is Verdict.ALTERED or statement is None:
        return "isinya tidak cocok dengan tanda tangannya."
    said = f"{statement.number}, {statement.name}, Kelurahan {statement.ward}"
    dates = f"terbit {format_date(statement.issued_on)}, berlaku sampai {format_date(statement.valid_until)}"
    if verdict is Verdict.UNKNOWN_KEY:
        return f"kunci {finding.key} tidak ada di antara kunci publik; isinya tidak dapat dipercaya."
    return f"{said}, {dates}. Pencabutan hanya diketahui register: /sertifikat/{statement.id}/"


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"Berkas tidak dapat dibaca: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise CommandError("Berkas lebih besar dari 20 MB.")
    return content


def _keys(path: Path | None) -> dict[str, bytes]:
    if path is None:
        try:
            return public_keys()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
    try:
        listed = json.loads(_content(path))["keys"]
        keys = [base64.b64decode(key["public"], validate=True) for key in listed]
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError("Berkas kunci publik tidak dapat dibaca.") from error
    return {id_of(key): key for key in keys}
