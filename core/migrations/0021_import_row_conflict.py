"""A row may differ from what is stored and must not overwrite it."""

from django.db import migrations, models

NEW = ["new", "changed", "unchanged", "possible_duplicate", "conflict", "error", "ignored"]


def conflicts_become_errors(apps, schema_editor):
    apps.get_model("core", "ImportRow").objects.filter(verdict="conflict").update(verdict="error")


class Migration(migrations.Migration):
    dependencies = [("core", "0020_import_about")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, conflicts_become_errors),
        migrations.RemoveConstraint(model_name="importrow", name="importrow_verdict_known"),
        migrations.AlterField(
            model_name="importrow",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("new", "Baru"),
                    ("changed", "Berubah"),
                    ("unchanged", "Tidak berubah"),
                    ("possible_duplicate", "Mungkin duplikat"),
                    ("conflict", "Berbeda dari yang tersimpan"),
                    ("error", "Galat"),
                    ("ignored", "Diabaikan"),
                ],
                max_length=18,
                verbose_name="putusan",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", NEW)), name="importrow_verdict_known"
            ),
        ),
    ]
