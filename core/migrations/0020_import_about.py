"""An import may be about one thing of its kind, and keeps the choices of its kind by name."""

from django.db import migrations, models


def submit_new_becomes_an_option(apps, schema_editor):
    batches = apps.get_model("core", "ImportBatch").objects
    batches.filter(submit_new=True).update(options=["submit_new"])


def options_become_submit_new(apps, schema_editor):
    batches = apps.get_model("core", "ImportBatch").objects
    chosen = [pk for pk, options in batches.values_list("pk", "options") if "submit_new" in options]
    batches.filter(pk__in=chosen).update(submit_new=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0019_field_verbs")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="about",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Misalnya nomor gelombang wawancara",
                max_length=40,
                verbose_name="tentang",
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="options",
            field=models.JSONField(
                default=list, help_text="[nama pilihan yang dicentang, …]", verbose_name="pilihan"
            ),
        ),
        migrations.RunPython(submit_new_becomes_an_option, options_become_submit_new),
        migrations.RemoveField(model_name="importbatch", name="submit_new"),
    ]
