from django.db import migrations, models

import registry.match_keys


def fill(apps, schema_editor):
    """The keys of the names that are there already; the fields compute them as they are written."""
    for name in ("Owner", "Business"):
        rows = apps.get_model("registry", name)._base_manager.order_by("pk").only("pk", "name")
        batch = []
        for row in rows.iterator(chunk_size=2_000):
            batch.append(row)
            if len(batch) == 2_000:
                _write(batch)
                batch = []
        _write(batch)


def _write(rows):
    if not rows:
        return
    model = type(rows[0])
    keys = [
        field for field in model._meta.concrete_fields if isinstance(field, registry.match_keys.MatchKeyField)
    ]
    for row in rows:
        for field in keys:
            field.pre_save(row, add=False)
    model._base_manager.bulk_update(rows, [field.name for field in keys])


def leave(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_known_values"),
        ("registry", "0002_known_values"),
    ]

    operations = [
        migrations.AddField(
            model_name="business",
            name="initials_key",
            field=registry.match_keys.MatchKeyField("name", "initials"),
        ),
        migrations.AddField(
            model_name="business",
            name="name_key",
            field=registry.match_keys.MatchKeyField("name", "name", db_index=True),
        ),
        migrations.AddField(
            model_name="owner",
            name="name_key",
            field=registry.match_keys.MatchKeyField("name", "owner", db_index=True),
        ),
        migrations.RunPython(fill, leave),
        migrations.AddIndex(
            model_name="business",
            index=models.Index(fields=["initials_key", "ward"], name="business_initials_ward"),
        ),
    ]
