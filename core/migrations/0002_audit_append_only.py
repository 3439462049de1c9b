"""Events are written once: triggers on both databases refuse to change or remove them."""

from django.db import migrations

from core.audit_triggers import install, remove


def forwards(apps, schema_editor):
    install(schema_editor.connection)


def backwards(apps, schema_editor):
    remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
