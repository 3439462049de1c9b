"""A batch knows its job by a reference, now that there are jobs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0012_merge_verbs")]

    operations = [
        migrations.RemoveField(model_name="importbatch", name="job"),
        migrations.AddField(
            model_name="importbatch",
            name="job",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="core.job",
                verbose_name="pekerjaan",
            ),
        ),
    ]
