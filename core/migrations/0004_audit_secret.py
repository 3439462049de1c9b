"""The plain values of what events mask get a table of their own; an event names its secret by a seal."""

from django.db import migrations, models

import core.fields
from core.audit_triggers import install, remove


def renew_triggers(apps, schema_editor):
    """SQLite makes the table anew to add or drop a column, which takes the triggers along."""
    remove(schema_editor.connection)
    install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_user_manager")]
    operations = [
        migrations.CreateModel(
            name="AuditSecret",
            fields=[
                ("seal", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "content",
                    core.fields.EncryptedTextField(help_text="JSON: garam dan {nama field: [lama, baru]}"),
                ),
            ],
            options={"verbose_name": "isi jejak audit", "verbose_name_plural": "isi jejak audit"},
        ),
        migrations.RunPython(migrations.RunPython.noop, renew_triggers),
        migrations.AddField(
            model_name="auditevent",
            name="secret_seal",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunPython(renew_triggers, migrations.RunPython.noop),
    ]
