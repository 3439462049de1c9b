"""An uploaded list lies encrypted on the disk; its key stands, encrypted too, in the batch."""

from django.db import migrations

import core.fields


class Migration(migrations.Migration):
    dependencies = [("core", "0017_import_conflicts")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="file_key",
            field=core.fields.EncryptedTextField(null=True, verbose_name="kunci berkas"),
        ),
    ]
