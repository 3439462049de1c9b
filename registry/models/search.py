"""What a business is found by: the text of several tables in one row, written by triggers only."""

from __future__ import annotations

from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat

from core.privacy import declare
from registry.models.businesses import Business

# No typed word holds it, so that no word is found across two parts.
_BREAK = Value("\n", output_field=models.TextField())


class SearchEntry(models.Model):
    """One a business. Nobody but `registry.search_triggers` writes it: so it follows bulk writes too.

    Letters A to Z are stored as capitals. Each part is written by the triggers of its own table, so that
    two people who save two of the tables at the same time lose nothing.
    """

    business = models.OneToOneField(
        Business,
        models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="search_entry",
        verbose_name="UMKM",
    )
    own = models.TextField("nama, produk, dan NIB", editable=False)
    owner_name = models.TextField("nama pelaku usaha", editable=False)
    number = models.TextField("nomor pendaftaran", editable=False)
    text = models.GeneratedField(
        expression=Concat("own", _BREAK, "owner_name", _BREAK, "number"),
        output_field=models.TextField("teks pencarian"),
        db_persist=True,
    )

    stays_when_merged = True
    privacy = declare(none="business number", general="own owner_name text")

    class Meta:
        verbose_name = "teks pencarian"
        verbose_name_plural = "teks pencarian"

    def __str__(self) -> str:
        return str(self.pk)
