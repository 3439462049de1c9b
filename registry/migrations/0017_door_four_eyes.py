"""Who takes an application of the public door in has submitted it: another person registers it."""

from django.db import migrations, models

STATES = [
    ("draft", "Draf"),
    ("submitted", "Menunggu verifikasi"),
    ("in_verification", "Sedang diverifikasi"),
    ("returned", "Dikembalikan"),
    ("rejected", "Ditolak"),
    ("accepted", "Diterima"),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0016_group_decision")]

    operations = [
        migrations.RemoveConstraint(model_name="registration", name="registration_from_public_is_by_nobody"),
        migrations.AlterField(
            model_name="publicapplication",
            name="state",
            field=models.CharField(choices=STATES, default="draft", max_length=15, verbose_name="status"),
        ),
    ]
