import uuid

from django.db import migrations, models


def give_each_its_own(apps, schema_editor):
    Response = apps.get_model("surveys", "Response")
    for response in Response.objects.filter(public_id__isnull=True).iterator():
        response.public_id = uuid.uuid4()
        response.save(update_fields=["public_id"])


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        migrations.AddField("response", "public_id", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(give_each_its_own, migrations.RunPython.noop),
        migrations.AlterField(
            "response", "public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
        migrations.AddField("response", "version", models.PositiveIntegerField(default=1, editable=False)),
    ]
