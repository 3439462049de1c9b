"""Two businesses side by side: what differs, which value a merge would take, and what would move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from core import formats
from registry.actions.merging import CHOICES, may_win, movings
from registry.actions.merging_owners import others_of
from registry.duplicates.candidates import sought_of
from registry.matching import EVIDENCE_LABELS, weigh
from registry.models import Business

WINNER, LOSER = "winner", "loser"
_LABELS = {"coordinates": "lintang dan bujur", "ward": "kelurahan"}
_RUPIAH = {"net_assets", "business_capital", "annual_sales"}


@dataclass(frozen=True)
class Line:
    """One choice: the value of each record in words, and the side that is proposed."""

    name: str
    label: str
    winner: str
    loser: str
    proposed: str
    differs: bool


@dataclass(frozen=True)
class Moved:
    """How many rows of one kind move, and how many stay because the winner has the like."""

    label: str
    moved: int
    kept: int


@dataclass(frozen=True)
class Comparison:
    winner: Business
    loser: Business
    score: int
    evidence: list[str]
    lines: list[Line]
    moved: list[Moved]
    may_swap: bool

    @property
    def has_two_owners(self) -> bool:
        owners = {self.winner.owner_id, self.loser.owner_id}
        return len(owners) == 2 and None not in owners

    @property
    def different(self) -> list[Line]:
        return [line for line in self.lines if line.differs]

    @property
    def equal(self) -> list[Line]:
        return [line for line in self.lines if not line.differs]


def likely_winner(one: Business, other: Business) -> tuple[Business, Business]:
    """Who should be kept, and who merged: the registered one, else the one that was there first."""
    if may_win(one, other) != may_win(other, one):
        return (one, other) if may_win(one, other) else (other, one)
    return (one, other) if (one.created_at, one.pk) <= (other.created_at, other.pk) else (other, one)


def compare(winner: Business, loser: Business) -> Comparison:
    match = weigh(
        sought_of(winner).features._replace(id=winner.pk), sought_of(loser).features._replace(id=loser.pk)
    )
    return Comparison(
        winner,
        loser,
        round(match.score),
        [EVIDENCE_LABELS[code] for code in match.evidence],
        [_line(choice, names, winner, loser) for choice, names in CHOICES.items()],
        [
            Moved(str(moving.model._meta.verbose_name), len(moving.moved), len(moving.kept))
            for moving in movings(winner, loser)
        ],
        may_win(loser, winner),
    )


def _line(choice: str, names: tuple[str, ...], winner: Business, loser: Business) -> Line:
    """Proposed is the filled one; where both are filled, that of the record changed last."""
    label = _LABELS.get(choice) or str(_field(names[0]).verbose_name)
    if choice == "owner":
        return _owners(label, winner, loser)
    shown = [_words(business, choice, names) for business in (winner, loser)]
    filled = [bool(words) for words in shown]
    takes = filled[1] and (not filled[0] or (loser.updated_at > winner.updated_at))
    if choice == "name":
        takes = False  # the name by which people know the record that is kept
    return Line(choice, label, shown[0], shown[1], LOSER if takes else WINNER, shown[0] != shown[1])


def _owners(label: str, winner: Business, loser: Business) -> Line:
    """Two records under one name are two; proposed is the one with a NIK, else that of the record that is kept."""
    takes = loser.owner is not None and (
        winner.owner is None or bool(loser.owner.national_id and not winner.owner.national_id)
    )
    shown = [_owner(business, winner, loser) for business in (winner, loser)]
    differs = winner.owner_id != loser.owner_id
    return Line("owner", label, shown[0], shown[1], LOSER if takes else WINNER, differs)


def _owner(business: Business, *compared: Business) -> str:
    owner = business.owner
    if owner is None:
        return ""
    numbers = [f"NIK {owner.masked_national_id}" if owner.national_id else "tanpa NIK"]
    if owner.phone:
        numbers.append(f"telepon {owner.masked_phone}")
    others = others_of(owner.pk, *compared).count()
    return f"{owner.name} ({', '.join(numbers)}; {formats.format_integer(others)} UMKM lain)"


def _words(business: Business, choice: str, names: tuple[str, ...]) -> str:
    if choice == "coordinates":
        place = f"{business.latitude}; {business.longitude}" if business.latitude is not None else ""
        return place.replace(".", ",")  # as on the page of the business
    name = names[0]
    value: Any = getattr(business, name)
    if value in (None, ""):
        return ""
    if name == "npwp":
        return business.masked_npwp
    if name in _RUPIAH:
        return formats.format_rupiah(value)
    if _field(name).choices:
        return str(getattr(business, f"get_{name}_display")())
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, date):
        return formats.format_date(value)
    return formats.format_integer(value) if isinstance(value, int) else str(value)


def _field(name: str) -> models.Field[Any, Any]:
    field = Business._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field
