"""What is there to do today, for the first page.

The apps say it, each in a function named in `settings.HOME_TASKS`: this room imports none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from core.models import User


@dataclass(frozen=True)
class Task:
    """`text` is a full sentence without its stop; `waits` is false where nothing is left to do."""

    text: str
    url: str
    waits: bool = True


TaskSource = Callable[[User, date], list[Task]]


def tasks_for(user: User, day: date) -> list[Task]:
    """Of all apps, in the order of the settings; each counts only rows of the user's area."""
    sources: list[TaskSource] = [import_string(name) for name in settings.HOME_TASKS]
    return [task for source in sources for task in source(user, day)]
