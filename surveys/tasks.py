"""What the field asks of those who interview: their own assignments, or the wave in their area; and of reviewers."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from core.formats import format_integer
from core.models import User
from core.permissions import Permission
from core.tasks import Task
from surveys.models import Wave
from surveys.my_tasks import WaveTasks, tasks_of
from surveys.progress import WaveProgress, progress_of
from surveys.review_queue import returned_to, waiting_for

NOTHING_TO_REVIEW = "Tidak ada wawancara yang menunggu pemeriksaan"


def survey_tasks(user: User, day: date) -> list[Task]:
    if not user.can(Permission.ENTER_RESPONSES):
        return []
    waves = list(Wave.objects.open_on(day).newest_first())
    if not waves:
        url = reverse("surveys:wave-list")
        return [Task("Tidak ada survei yang menerima wawancara hari ini", url, waits=False)]
    given = {one.wave: one for one in tasks_of(waves, user, day) if one.total}
    rest = {one.wave: one for one in progress_of([wave for wave in waves if wave not in given], user, day)}
    return [_own_task(given[wave]) if wave in given else _task(rest[wave]) for wave in waves]


def _own_task(tasks: WaveTasks) -> Task:
    url = f"{reverse('surveys:task-list')}?gelombang={tasks.wave.code}"
    done = f"{format_integer(tasks.done)} dari {format_integer(tasks.total)} tugas Anda selesai"
    late = f", {format_integer(tasks.overdue)} lewat tenggat" if tasks.overdue else ""
    return Task(f"{tasks.wave.title}: {done}{late}", url, waits=tasks.done < tasks.total)


def _task(progress: WaveProgress) -> Task:
    url = reverse("surveys:wave-businesses", args=[progress.wave.code])
    if not progress.total:
        return Task(f"{progress.wave.title}: belum ada UMKM di wilayah kerja Anda", url, waits=False)
    done = f"{format_integer(progress.done)} dari {format_integer(progress.total)} selesai"
    return Task(f"{progress.wave.title}: {done}", url, waits=progress.done < progress.total)


def review_tasks(user: User, day: date) -> list[Task]:
    """What came back to the user, and what waits for their decision."""
    tasks = []
    if user.can(Permission.ENTER_RESPONSES) and (count := returned_to(user).count()):
        text = f"{format_integer(count)} wawancara Anda dikembalikan untuk diperbaiki"
        tasks.append(Task(text, reverse("surveys:returned-list")))
    if user.can(Permission.REVIEW_RESPONSES) or user.can(Permission.ACCEPT_RESPONSES):
        count = waiting_for(user)
        text = f"{format_integer(count)} wawancara menunggu pemeriksaan" if count else NOTHING_TO_REVIEW
        tasks.append(Task(text, reverse("surveys:review-queue"), waits=bool(count)))
    return tasks
