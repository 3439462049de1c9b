from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0010_public_door"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_state_has_its_facts",
        ),
        migrations.AddField(
            model_name="registration",
            name="from_public",
            field=models.BooleanField(default=False, verbose_name="diajukan pemohon sendiri"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "draft"),
                        ("number", ""),
                        ("registered_at__isnull", True),
                        ("valid_until__isnull", True),
                    ),
                    models.Q(
                        ("state__in", ["submitted", "in_verification", "returned", "rejected"]),
                        ("submitted_at__isnull", False),
                        ("number", ""),
                        ("registered_at__isnull", True),
                        ("valid_until__isnull", True),
                    ),
                    models.Q(
                        ("registered_at__isnull", False),
                        ("state__in", ["expired", "registered", "revoked", "suspended"]),
                        models.Q(("number", ""), _negated=True),
                        models.Q(("submitted_at__isnull", False), ("from_public", True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="registration_state_has_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_public", False), ("submitted_at__isnull", True), _connector="OR"),
                name="registration_from_public_is_by_nobody",
            ),
        ),
    ]
