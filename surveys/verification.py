"""Drawing again from the stored frame, to see whether the same rows come out."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.frames import cells_of_frame, rows_of, stored_seal, strata_of
from surveys.models import Draw, SampleEntry
from surveys.sampling.allocation import allocate
from surveys.sampling.drawing import Drawn, draw, seal_of_draw


@dataclass(frozen=True)
class Verification:
    """What agrees with what was sealed when the frame was taken and the sample drawn.

    `differing` counts the rows of the list in use that are not those drawn again, in whatever way; an earlier
    draw has none left to compare.
    """

    draw: Draw
    frame_agrees: bool
    draw_agrees: bool
    seal: str
    drawn: int
    differing: int

    @property
    def agrees(self) -> bool:
        return self.frame_agrees and self.draw_agrees and not self.differing


def verify(stored: Draw) -> Verification:
    """Six queries, whatever the size of the frame; nothing is written."""
    seal = stored_seal(stored.frame)
    again = _drawn_again(stored)
    new_seal = seal_of_draw(again)
    return Verification(
        draw=stored,
        frame_agrees=seal == stored.frame.sha256,
        draw_agrees=new_seal == stored.sha256,
        seal=new_seal,
        drawn=len(again),
        differing=len(_places(again) ^ _stored_places(stored)) if stored.is_current else 0,
    )


def _drawn_again(stored: Draw) -> list[Drawn]:
    shares = allocate(
        {
            stratum.key: stratum.population
            for stratum in strata_of(cells_of_frame(stored.frame), stored.strata_by)
        },
        stored.size,
        minimum=stored.minimum,
        reserve_percent=stored.reserve_percent,
    )
    units = (row.unit for row in rows_of(stored.frame, stored.strata_by))
    return draw(units, shares, seed=stored.seed, systematic=stored.is_systematic)


Place = tuple[str, int, bool, str]


def _places(drawn: list[Drawn]) -> set[Place]:
    return {(row.unit.stratum, row.position, row.is_reserve, row.unit.public_id) for row in drawn}


def _stored_places(stored: Draw) -> set[Place]:
    entries = SampleEntry.objects.filter(draw=stored).order_by()
    values = entries.values_list("stratum", "position", "is_reserve", "business__public_id")
    return {
        (stratum, position, is_reserve, str(public_id))
        for stratum, position, is_reserve, public_id in values
        if position is not None
    }
