"""Taking the frame of a wave, drawing from it, and letting a reserve come into use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.audit import record
from core.formats import format_integer
from core.models import User, Verb
from registry.actions import ActionError
from registry.models import BusinessStatus
from surveys.frames import (
    COPIED,
    EXCLUDED,
    FrameFilter,
    FrameRow,
    Stratum,
    cells_of_frame,
    counted_by_reason,
    rows_of,
    seal_of,
    snapshot,
    strata_of,
)
from surveys.models import (
    Assignment,
    Draw,
    DrawMethod,
    DrawStratum,
    Frame,
    FrameEntry,
    Response,
    SampleEntry,
    Visit,
    Wave,
    WaveDesign,
)
from surveys.models.sampling import base_weight, planning_of
from surveys.sampling.allocation import MinimumTooLarge, Share, allocate
from surveys.sampling.drawing import Drawn, draw, seal_of_draw
from surveys.sampling.sizes import Plan

ROWS_AT_ONCE = 2_000
FIELD_WORK = (Response, Visit, Assignment)


class SampleRefused(ActionError):
    """The wave takes no frame or draw now."""


class EmptyFrame(SampleRefused):
    """No business of the register fits the filters."""


class SampleTooSmall(SampleRefused):
    """The minimum of every stratum needs a larger sample; `needed` is the least that would do."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        super().__init__(
            f"Minimum per strata memerlukan paling sedikit {format_integer(needed)} UMKM."
            " Perbesar sampelnya atau kecilkan minimumnya."
        )


class NotReplaceable(ActionError):
    """The entry is not one in use of a draw."""


class AlreadyReplaced(NotReplaceable):
    """`reserve` is the entry that stands in for it."""

    def __init__(self, reserve: SampleEntry) -> None:
        self.reserve = reserve
        super().__init__(f"UMKM ini sudah digantikan oleh {reserve.business.name}.")


class NoReserveLeft(ActionError):
    """Every reserve of the stratum is in use, or closed by now."""


@dataclass(frozen=True)
class DrawDesign:
    """All that decides who is drawn from a frame, and with what in mind."""

    method: str
    strata_by: str
    size: int
    seed: int
    minimum: int = 0
    reserve_percent: int = 0
    plan: Plan = field(default_factory=Plan)


def why_not_drawable(wave: Wave) -> str:
    """Why nothing can be drawn for this wave now; empty when it can."""
    if wave.is_reconstruction:
        return "Gelombang rekonstruksi tidak memiliki sampel untuk ditarik."
    if wave.design == WaveDesign.CENSUS:
        return "Gelombang sensus mewawancarai semua UMKM, sehingga tidak ada sampel yang ditarik."
    if Response.objects.filter(wave=wave).exists():
        return "Gelombang ini sudah memiliki wawancara, sehingga sampelnya tidak dapat ditarik lagi."
    if Assignment.objects.filter(wave=wave, withdrawn_at__isnull=True).exists() or wave.visits.exists():
        return "UMKM gelombang ini sudah ditugaskan atau dikunjungi, sehingga sampelnya tidak dapat ditarik lagi."
    entries = SampleEntry.objects.filter(wave=wave)
    if entries.filter(activated_at__isnull=False).exists():
        return "Cadangan sampel gelombang ini sudah dipakai, sehingga sampelnya tidak dapat ditarik lagi."
    if entries.filter(draw__isnull=True).exists():
        return "Gelombang ini sudah memiliki daftar UMKM yang bukan hasil penarikan di sini."
    return ""


@transaction.atomic
def take_frame(*, wave: Wave, wanted: FrameFilter, by: User, at: datetime) -> Frame:
    """A snapshot of the registered and active businesses that `wanted` names, in the area of the user.

    Frames that nothing was drawn from go: only the newest one is drawn from. Raises SampleRefused or EmptyFrame.
    """
    wave = _drawable(wave)
    rows = list(snapshot(wanted, by))
    if not rows:
        raise EmptyFrame("Tidak ada UMKM terdaftar yang aktif untuk pilihan ini.")
    counts = counted_by_reason(wanted, by)
    Frame.objects.filter(wave=wave, draws__isnull=True).delete()
    frame = Frame.objects.create(
        wave=wave,
        taken_at=at,
        taken_by=by,
        filters=wanted.codes,
        described=wanted.described,
        count=len(rows),
        excluded={reason: counts[reason] for reason in EXCLUDED if reason in counts},
        sha256=seal_of(row[4:] for row in rows),
    )
    FrameEntry.objects.bulk_create(
        (
            FrameEntry(
                frame=frame,
                business_id=business,
                sector_id=sector,
                ward_id=ward,
                district_id=district,
                scale_uu20=sealed[-2],
                scale_pp7=sealed[-1],
            )
            for business, sector, ward, district, *sealed in rows
        ),
        batch_size=ROWS_AT_ONCE,
    )
    changes = {name: [None, getattr(frame, name)] for name in ("described", "count", "sha256")}
    record(Verb.CREATED, by=by, at=at, subject=frame, changes=changes)
    return frame


@transaction.atomic
def draw_sample(*, wave: Wave, frame: Frame, design: DrawDesign, by: User, at: datetime) -> Draw:
    """Draw from the frame; an earlier draw of the wave gives way, with its rows.

    Raises SampleRefused, or SampleTooSmall where the minimums need more.
    """
    wave = _drawable(wave)
    if frame.wave_id != wave.pk:
        raise SampleRefused("Kerangka ini milik gelombang lain.")
    strata = strata_of(cells_of_frame(frame), design.strata_by)
    try:
        shares = allocate(
            {stratum.key: stratum.population for stratum in strata},
            design.size,
            minimum=design.minimum,
            reserve_percent=design.reserve_percent,
        )
    except MinimumTooLarge as error:
        raise SampleTooSmall(error.needed) from None
    rows = {row.unit.public_id: row for row in rows_of(frame, design.strata_by)}
    chosen = draw(
        (row.unit for row in rows.values()),
        shares,
        seed=design.seed,
        systematic=design.method == DrawMethod.SYSTEMATIC,
    )
    _refuse_if_field_work_began(wave)
    SampleEntry.objects.filter(wave=wave).delete()
    Draw.objects.filter(wave=wave, is_current=True).update(is_current=False)
    drawn = _new_draw(wave, frame, design, seal_of_draw(chosen), by, at)
    _write_strata(drawn, strata, shares)
    _write_entries(drawn, chosen, rows, shares)
    _record_draw(drawn, chosen, by, at)
    return drawn


@transaction.atomic
def activate_reserve(*, entry: SampleEntry, by: User, at: datetime) -> SampleEntry:
    """The next reserve of the entry's stratum, which from now on stands in for it.

    Reserves whose business has closed, or is now part of another, are passed over. The draw is locked, so that
    two at the same moment get two reserves. Raises NotReplaceable, AlreadyReplaced or NoReserveLeft.
    """
    if entry.draw_id is None:
        raise NotReplaceable("UMKM ini bukan hasil penarikan sampel, sehingga tidak memiliki cadangan.")
    Draw.objects.select_for_update().get(pk=entry.draw_id)
    entry = SampleEntry.objects.select_related("business", "wave").get(pk=entry.pk)
    if entry.is_reserve and entry.activated_at is None:
        raise NotReplaceable("UMKM ini cadangan yang belum dipakai.")
    if replacement := SampleEntry.objects.filter(reserve_for=entry).select_related("business").first():
        raise AlreadyReplaced(replacement)
    unused = SampleEntry.objects.filter(
        draw=entry.draw_id, stratum=entry.stratum, is_reserve=True, activated_at__isnull=True
    )
    standing = unused.filter(business__merged_into__isnull=True).exclude(
        business__status=BusinessStatus.CLOSED
    )
    reserve = standing.select_related("business").order_by("position").first()
    if reserve is None:
        raise NoReserveLeft("Cadangan strata ini sudah habis.")
    reserve.activated_at, reserve.reserve_for = at, entry
    reserve.save(update_fields=["activated_at", "reserve_for"])
    label = f"{reserve.business.name} menggantikan {entry.business.name} – {entry.wave.title}"
    changes = {"position": [None, reserve.position]}
    record(Verb.CHANGED, by=by, at=at, subject=reserve, label=label, changes=changes)
    return reserve


def _drawable(wave: Wave) -> Wave:
    """The wave, locked: two who draw at once take turns. Raises SampleRefused."""
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if refusal := why_not_drawable(wave):
        raise SampleRefused(refusal)
    return wave


def _refuse_if_field_work_began(wave: Wave) -> None:
    """Again, now that nobody can store an interview, a visit or an assignment until the draw stands.

    PostgreSQL checks foreign keys at commit, so no lock of a row would wait for one that is just being stored.
    The wave's own lock leaves its key free, else that one would wait for us in turn.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in FIELD_WORK)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
    if refusal := why_not_drawable(wave):
        raise SampleRefused(refusal)


def _new_draw(wave: Wave, frame: Frame, design: DrawDesign, seal: str, by: User, at: datetime) -> Draw:
    return Draw.objects.create(
        wave=wave,
        frame=frame,
        method=design.method,
        strata_by=design.strata_by,
        size=min(design.size, frame.count),
        minimum=design.minimum,
        reserve_percent=design.reserve_percent,
        seed=design.seed,
        planning=planning_of(design.plan),
        drawn_at=at,
        drawn_by=by,
        sha256=seal,
    )


def _write_strata(drawn: Draw, strata: Sequence[Stratum], shares: Mapping[str, Share]) -> None:
    DrawStratum.objects.bulk_create(
        DrawStratum(
            draw=drawn,
            key=stratum.key,
            label=stratum.label,
            population=stratum.population,
            drawn=shares[stratum.key].drawn,
            reserves=shares[stratum.key].reserves,
        )
        for stratum in strata
    )


def _write_entries(
    drawn: Draw, chosen: Sequence[Drawn], rows: Mapping[str, FrameRow], shares: Mapping[str, Share]
) -> None:
    weights = {key: base_weight(share.population, share.drawn) for key, share in shares.items()}
    entries = []
    for one in chosen:
        copied = dict(zip(COPIED, rows[one.unit.public_id].copied, strict=True))
        entries.append(
            SampleEntry(
                wave_id=drawn.wave_id,
                draw=drawn,
                stratum=one.unit.stratum,
                position=one.position,
                is_reserve=one.is_reserve,
                base_weight=weights[one.unit.stratum],
                **copied,
            )
        )
    SampleEntry.objects.bulk_create(entries, batch_size=ROWS_AT_ONCE)


def _record_draw(drawn: Draw, chosen: Sequence[Drawn], by: User, at: datetime) -> None:
    reserves = sum(one.is_reserve for one in chosen)
    told = ("method", "strata_by", "minimum", "reserve_percent", "seed", "sha256")
    changes: dict[str, list[Any]] = {name: [None, getattr(drawn, name)] for name in told}
    changes |= {"drawn": [None, len(chosen) - reserves], "reserves": [None, reserves]}
    record(Verb.DRAWN, by=by, at=at, subject=drawn, changes=changes)
