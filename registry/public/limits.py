"""How often the door may be used, counted in the table that all workers share.

The address is that of the connection, as at the login (core/sign_in.py). A try refused for the address does
not count against everybody: one address cannot shut the door for the others.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings

from core.models import Throttle

logger = logging.getLogger(__name__)


class TooMany(Exception):
    """The window holds no more of this."""


def count_start(*, address: str, at: datetime) -> None:
    """Somebody begins a registration; raises TooMany."""
    _take("start", address, settings.DOOR_STARTS_PER_ADDRESS, settings.DOOR_STARTS, at)


def count_code(*, address: str, at: datetime) -> None:
    """A code is tried, before it is looked at; raises TooMany."""
    _take("code", address, settings.DOOR_CODES_PER_ADDRESS, settings.DOOR_CODES, at)


def code_was_right(*, address: str) -> None:
    """Only wrong ones add up."""
    for key in (f"door:code:{address}", "door:code"):
        Throttle.objects.give_back(key)


def _take(what: str, address: str, of_address: int, of_all: int, at: datetime) -> None:
    window = timedelta(seconds=settings.DOOR_WINDOW_SECONDS)
    for key, limit in ((f"door:{what}:{address}", of_address), (f"door:{what}", of_all)):
        if not Throttle.objects.take(key, limit=limit, window=window, at=at):
            logger.warning("door throttled: %s", what)
            raise TooMany
