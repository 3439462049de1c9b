"""One send of a telephone: a visit, and with it an interview or not. Pure.

It is what was said, not what is right: whether the wave, the business and the answers stand is judged when it
is stored (`surveys.actions.ingesting`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from surveys.answers import Circumstances
from surveys.questionnaire import Values


class Unreadable(ValueError):
    """What can't be read at all; str() tells the sender why, in Indonesian."""


@dataclass(frozen=True)
class Found:
    """A business the enumerator met that the list does not hold; `sector` is a KBLI letter, `ward` a region's code."""

    public_id: UUID
    name: str
    sector: str
    ward: str
    owner_name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Photo:
    """A picture that follows in a request of its own; `sha256` and `size` are of the bytes sent."""

    name: str
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True)
class Payload:
    """`wave` is a code, `outcome` a value of `surveys.models.Outcome`, `visited_at` the telephone's own time."""

    instance_id: UUID
    wave: str
    version: int
    outcome: str
    visited_at: datetime
    replaces_id: UUID | None = None
    business: UUID | None = None
    found: Found | None = None
    note: str = ""
    values: Values = field(default_factory=dict)
    circumstances: Circumstances = field(default_factory=Circumstances)
    photos: tuple[Photo, ...] = ()
