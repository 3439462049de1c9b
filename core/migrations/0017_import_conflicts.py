"""An import keeps which of its rows stood in the way of taking it back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0016_import_row_differs")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="conflicts",
            field=models.JSONField(
                default=list,
                help_text="Nomor baris yang menghalangi pengurungan, paling banyak 100",
                verbose_name="bentrok",
            ),
        ),
    ]
