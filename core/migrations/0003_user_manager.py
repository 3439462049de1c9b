"""The manager of users is code, not schema: migrations do without it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_append_only")]
    operations = [migrations.AlterModelManagers(name="user", managers=[])]
