"""What has run out goes, what still counts stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from core.models import Throttle

pytestmark = pytest.mark.django_db


def session(key, expires_in):
    return Session.objects.create(
        session_key=key, session_data="", expire_date=timezone.now() + timedelta(minutes=expires_in)
    )


def test_only_what_has_run_out_is_removed():
    session("past", -1)
    session("running", 60)
    window = timedelta(seconds=max(settings.LOGIN_WINDOW_SECONDS, settings.DOOR_WINDOW_SECONDS))
    now = timezone.now()
    Throttle.objects.create(key="old", started_at=now - window - timedelta(seconds=1), count=5)
    Throttle.objects.create(key="shut", started_at=now - window / 2, count=5)
    out = StringIO()

    call_command("clear_expired", stdout=out)

    assert out.getvalue() == "Dihapus: 1 sesi, 1 penghitung percobaan, 0 permohonan daring, 0 baris impor.\n"
    assert list(Session.objects.values_list("pk", flat=True)) == ["running"]
    assert list(Throttle.objects.values_list("key", flat=True)) == ["shut"]
