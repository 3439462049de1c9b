"""A staged row says in the clear whether its differences fill or alter, so that another policy deciphers nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0015_verb_deleted_dropped")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="differs",
            field=models.CharField(
                blank=True,
                choices=[("fills", "Mengisi yang kosong"), ("alters", "Mengubah yang terisi")],
                default="",
                max_length=6,
                verbose_name="perbedaan",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("differs__in", ["fills", "alters", ""])), name="importrow_differs_known"
            ),
        ),
    ]
