import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_questionnaire_of_responses")]
    operations = [
        migrations.AlterField(
            model_name="response",
            name="questionnaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="surveys.questionnaireversion",
                verbose_name="versi kuesioner",
            ),
        ),
    ]
