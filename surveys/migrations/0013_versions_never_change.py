"""A published questionnaire is written once: triggers on both databases refuse to change or remove it."""

from django.db import migrations

from surveys.version_triggers import install, remove


def forwards(apps, schema_editor):
    install(schema_editor.connection)


def backwards(apps, schema_editor):
    remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0012_code_of_a_question")]
    operations = [migrations.RunPython(forwards, backwards)]
