from django.db import migrations
from django.utils import timezone


def give_versions(apps, schema_editor):
    """Every wave asks the core questions, the study's only its three; what was counted stays counted."""
    from surveys.questionnaire import questionnaire, study_questionnaire

    Wave = apps.get_model("surveys", "Wave")
    Version = apps.get_model("surveys", "QuestionnaireVersion")
    Response = apps.get_model("surveys", "Response")
    for wave in Wave.objects.order_by("pk"):
        definition = study_questionnaire() if wave.is_reconstruction else questionnaire()
        version = Version.objects.create(
            wave=wave,
            number=1,
            document=definition.as_json(),
            fingerprint=definition.fingerprint,
            published_at=timezone.now(),
        )
        Response.objects.filter(wave=wave).update(questionnaire=version, state="accepted")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_field")]
    operations = [migrations.RunPython(give_versions, migrations.RunPython.noop)]
