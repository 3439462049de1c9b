"""Decisions on long groups of proposals, which a worker carries out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0017_import_conflicts"), ("registry", "0015_coordinates_paired")]

    operations = [
        migrations.CreateModel(
            name="GroupDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("batch", models.UUIDField(db_index=True, verbose_name="kelompok")),
                (
                    "state",
                    models.CharField(
                        choices=[("approved", "Disetujui"), ("refused", "Ditolak")],
                        max_length=8,
                        verbose_name="keputusan",
                    ),
                ),
                (
                    "note",
                    models.TextField(blank=True, max_length=500, verbose_name="catatan keputusan"),
                ),
                ("decided_at", models.DateTimeField(verbose_name="diputuskan pada")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="diputuskan oleh",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.job",
                        verbose_name="pekerjaan",
                    ),
                ),
            ],
            options={
                "verbose_name": "keputusan kelompok",
                "verbose_name_plural": "keputusan kelompok",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["approved", "refused"])),
                        name="groupdecision_state_known",
                    )
                ],
            },
        ),
    ]
