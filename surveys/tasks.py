"""What the field asks of those who interview: the open waves, and how far each has come in their area."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from core.formats import format_integer
from core.models import User
from core.permissions import Permission
from core.tasks import Task
from surveys.models import Wave
from surveys.progress import WaveProgress, progress_of


def survey_tasks(user: User, day: date) -> list[Task]:
    if not user.can(Permission.ENTER_RESPONSES):
        return []
    waves = list(Wave.objects.open_on(day).newest_first())
    if not waves:
        url = reverse("surveys:wave-list")
        return [Task("Tidak ada survei yang menerima wawancara hari ini", url, waits=False)]
    return [_task(progress) for progress in progress_of(waves, user, day)]


def _task(progress: WaveProgress) -> Task:
    url = reverse("surveys:wave-businesses", args=[progress.wave.code])
    if not progress.total:
        return Task(f"{progress.wave.title}: belum ada UMKM di wilayah kerja Anda", url, waits=False)
    done = f"{format_integer(progress.done)} dari {format_integer(progress.total)} selesai"
    return Task(f"{progress.wave.title}: {done}", url, waits=progress.done < progress.total)
