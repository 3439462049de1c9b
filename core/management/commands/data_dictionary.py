"""Every table and field of the register as a page: `docs/data-dictionary.md`, from the models themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from core.privacy import Privacy

PAGE = Path(settings.BASE_DIR) / "docs" / "data-dictionary.md"
ROOMS = ("core", "registry", "surveys", "dashboards")
PRIVACY_WORDS = {
    Privacy.NONE: "–",
    Privacy.GENERAL: "pribadi (umum)",
    Privacy.SPECIFIC: "pribadi (spesifik)",
}
HEAD = """# Kamus data

Dibuat oleh `manage.py data_dictionary` dari model; jangan disunting dengan tangan (`make docs`).
*Data pribadi* menurut UU 27/2022 pasal 4. *Boleh kosong*: nilai tidak wajib ada di basis data.
"""


class Command(BaseCommand):
    help = "Tulis docs/data-dictionary.md dari model; --check hanya membandingkan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="gagal bila berkasnya tidak mutakhir")

    def handle(self, *args: Any, **options: Any) -> None:
        page = data_dictionary()
        if options["check"]:
            if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
                raise CommandError(f"{PAGE.name} tidak mutakhir: jalankan manage.py data_dictionary")
            return
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
        self.stdout.write(f"{PAGE.name}: {page.count(chr(10))} baris.")


def data_dictionary() -> str:
    """The whole page, rooms and models in their order in the code, fields as declared."""
    sections = [HEAD]
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            sections.append("\n".join(_model_section(model)) + "\n")
    return "\n".join(sections)


def _model_section(model: type[models.Model]) -> Iterator[str]:
    options = model._meta
    yield f"## {str(options.verbose_name).capitalize()} (`{options.label}`)"
    yield ""
    yield f"Tabel `{options.db_table}`."
    yield ""
    yield "| field | label | jenis | boleh kosong | data pribadi |"
    yield "| --- | --- | --- | --- | --- |"
    privacy: dict[str, Privacy] = getattr(model, "privacy", {})
    fields = [*options.concrete_fields, *options.local_many_to_many]
    for field in fields:
        empty = "ya" if (field.null or field.blank) and not field.primary_key else "tidak"
        cells = (
            f"`{field.name}`",
            _text(field.verbose_name),
            _kind(field),
            empty,
            PRIVACY_WORDS[privacy.get(field.name, Privacy.NONE)],
        )
        yield f"| {' | '.join(cells)} |"
    for field in fields:
        choices = getattr(_stored(field), "flatchoices", None)
        if choices:
            codes = ", ".join(f"`{code}` {_text(label)}" for code, label in choices)
            yield ""
            yield f"`{field.name}`: {codes}"


def _kind(field: models.Field[Any, Any]) -> str:
    """The type without the database's dialect: text(150), bilangan, tanggal, rujukan ke Region …"""
    if field.is_relation and field.related_model is not None:
        target = field.related_model
        name = target if isinstance(target, str) else target._meta.label
        return f"{'beberapa rujukan' if field.many_to_many else 'rujukan'} ke `{name}`"
    stored = _stored(field)
    kind = stored.__class__.__name__
    if stored.max_length and kind != "BlindIndexField":
        kind = f"{kind}({stored.max_length})"
    return f"{kind}, dihitung basis data" if isinstance(field, models.GeneratedField) else kind


def _stored(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """What a generated field holds, else the field itself."""
    held = field.output_field if isinstance(field, models.GeneratedField) else None
    return held or field


def _text(value: object) -> str:
    return str(value).replace("|", "\\|")
