"""Two records of one business made one, and two again.

The loser is kept as it stands, marked and out of every list and count. What hangs on it moves to the winner; where the
winner has the like (an interview in the same wave, a permit of the same kind) it stays with the loser, so that no
published count changes. Nothing names the models of the rooms above: the relations are asked of the business itself, and
a model whose rows belong to their record whatever happens says `stays_when_merged = True`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from core import audit
from core.models import AuditEvent, User, Verb
from registry.actions.doubles import pair_of
from registry.actions.errors import AlreadyTaken, Incomplete, SamePerson, StaleRecord, WrongState
from registry.actions.holding import hold_nibs
from registry.actions.merging_owners import left_behind, move_back, move_others, others_of
from registry.actions.personal import MIN_REASON_LENGTH
from registry.models import (
    Business,
    ChangeProposal,
    MergeJournal,
    PairState,
    Registration,
    RegistrationState,
)
from registry.models.proposals import as_json, from_json
from registry.steps import REVOKE

# What is chosen together, by its name on the page; ward brings the kecamatan.
TOGETHER = {"coordinates": ("latitude", "longitude"), "ward": ("ward", "district")}
_ALONE = [
    "name",
    "owner",
    "sector",
    "kbli_code",
    "products",
    "legal_form",
    "nib",
    "npwp",
    "address",
    "started_on",
    "net_assets",
    "business_capital",
    "annual_sales",
    "workers_male",
    "workers_female",
    "is_branch_or_subsidiary",
    "micro_kind",
]
JUST_CHANGED = "Salah satu UMKM diubah orang lain. Muat ulang halaman ini, lalu periksa lagi."
CHOICES: dict[str, tuple[str, ...]] = {**{name: (name,) for name in _ALONE}, **TOGETHER}


@dataclass(frozen=True)
class Moving:
    """Rows of one model that hang on the loser: those that move, and those that stay as the winner has the like."""

    model: type[models.Model]
    field: str
    moved: list[Any]
    kept: list[Any]


@transaction.atomic
def merge_businesses(
    *,
    winner: Business,
    loser: Business,
    take: Collection[str],
    versions: tuple[int, int],
    by: User,
    at: datetime,
    reason: str,
    same_owner: bool = False,
) -> MergeJournal:
    """Make `loser` part of `winner`; of the names in `take` (see `CHOICES`) the winner gets the loser's values.

    `versions` are those of winner and loser as they were looked at. `same_owner`: both owners are one person, so the
    other businesses of the one whose record is not chosen go to the other.
    """
    reason, left = _reason(reason), left_behind(winner, loser, take) if same_owner else None
    others = [business.pk for business in others_of(left, winner, loser)]
    winner, loser = _locked(winner.pk, loser.pk, others=others)
    _refuse(winner, loser, versions)
    before, taken = _take(winner, loser, take, by)
    _mark(loser, winner, at)
    if winner.nib and winner.nib_is_anothers():
        raise AlreadyTaken("NIB yang dipilih sudah dipakai UMKM milik pelaku usaha lain.")
    winner.version, winner.updated_at = winner.version + 1, at
    winner.save(update_fields=[*taken, "version", "updated_at"])
    content = {
        "owner": move_others(left, winner, loser, held=others, by=by, at=at, reason=reason),
        "fields": _changed(before, winner, taken),
        "moved": _move(winner, loser),
        "registration": _revoke(loser, winner, by=by, at=at, reason=reason),
    }
    journal = MergeJournal.objects.create(
        winner=winner, loser=loser, content=json.dumps(content), merged_at=at, merged_by=by, reason=reason
    )
    pair_of(winner, loser, PairState.MERGED, by=by, at=at, reason=reason)
    _record(Verb.MERGED, before, winner, loser, by=by, at=at, reason=reason)
    return journal


@transaction.atomic
def unmerge_businesses(*, journal: MergeJournal, by: User, at: datetime, reason: str) -> MergeJournal:
    """Give the loser back what the merge moved, and the winner the values it had, but for those edited since."""
    reason = _reason(reason)
    content = json.loads(journal.content)
    nib_before = content["fields"].get("nib", [None])[0] or ""
    moved_along = content.get("owner", {})
    others = moved_along.get("businesses", [])
    winner, loser = _locked(journal.winner_id, journal.loser_id, nib_before, others=others)
    journal = MergeJournal.objects.select_for_update().get(pk=journal.pk)
    if journal.is_undone:
        raise WrongState("Penggabungan ini sudah diurungkan.")
    if winner.merged_into_id is not None:
        raise WrongState(
            f"{winner.name} kemudian digabung ke UMKM lain. Urungkan dahulu penggabungan yang lebih baru."
        )
    before = Business.objects.get(pk=winner.pk)
    _mark(loser, None, at)
    restored = _restore(winner, content["fields"])
    winner.version, winner.updated_at = winner.version + 1, at
    winner.save(update_fields=[*restored, "version", "updated_at"])
    _refuse_nibs_of_others(winner, loser, *move_back(moved_along, by=by, at=at, reason=reason))
    for label, field, keys in content["moved"]:
        rows = _rows(_model(label)).filter(**{f"{field}_id": winner.pk, "pk__in": keys})
        rows.update(**{f"{field}_id": loser.pk})
    _reinstate(loser, content["registration"], by=by, at=at, reason=reason)
    journal.undone_at, journal.undone_by, journal.undo_reason = at, by, reason
    journal.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    pair_of(winner, loser, PairState.OPEN, by=by, at=at, reason="")
    _record(Verb.UNMERGED, before, winner, loser, by=by, at=at, reason=reason)
    return journal


def _refuse_nibs_of_others(*businesses: Business) -> None:
    if any(business.nib and business.nib_is_anothers() for business in businesses):
        raise AlreadyTaken(
            "NIB salah satu UMKM ini sekarang dipakai UMKM milik pelaku usaha lain. "
            "Perbaiki NIB itu dahulu, lalu urungkan."
        )


def may_win(winner: Business, loser: Business) -> bool:
    """A number given out stays in use: who has one is not merged into who has none."""
    return _has_number(winner) or not _has_number(loser)


def movings(winner: Business, loser: Business) -> Iterator[Moving]:
    """What hangs on the loser, model by model."""
    for relation in Business._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        model, field = relation.related_model, relation.field.name
        if model is Business or getattr(model, "stays_when_merged", False):
            continue
        rows = list(_rows(model).filter(**{field: loser}).order_by("pk"))
        kept = [row.pk for row in rows if _has_the_like(row, field, winner)]
        moved = [row.pk for row in rows if row.pk not in set(kept)]
        if rows:
            yield Moving(model, field, moved, kept)


def _has_the_like(row: models.Model, field: str, winner: Business) -> bool:
    """Whether a rule of uniqueness keeps the row from hanging on the winner."""
    for names in _unique_together(type(row), field):
        others = {name: getattr(row, name) for name in names if name != field}
        if _rows(type(row)).filter(**{field: winner}, **others).exists():
            return True
    return False


def _unique_together(model: type[models.Model], field: str) -> Iterator[list[str]]:
    options = model._meta
    if options.get_field(field).unique:  # type: ignore[union-attr]  # a foreign key has it
        yield [field]
    for rule in options.constraints:
        if isinstance(rule, models.UniqueConstraint):
            names = [*rule.fields, *(str(getattr(part, "name", "")) for part in rule.expressions)]
            if field in names:
                yield names


def _take(winner: Business, loser: Business, take: Collection[str], by: User) -> tuple[Business, list[str]]:
    """Set the chosen values of the loser on the winner; how it was before, and the names of the fields."""
    before = Business.objects.get(pk=winner.pk)
    taken = [name for choice in CHOICES if choice in take for name in CHOICES[choice]]
    for name in taken:
        setattr(winner, name, getattr(loser, name))
    _refuse_own_values(before, winner, loser, taken, by)
    return before, taken


def _move(winner: Business, loser: Business) -> list[list[Any]]:
    """Hang what may move on the winner; model, field and keys, as the journal holds them."""
    moves = [move for move in movings(winner, loser) if move.moved]
    for move in moves:
        _rows(move.model).filter(pk__in=move.moved).update(**{f"{move.field}_id": winner.pk})
    return [[move.model._meta.label, move.field, move.moved] for move in moves]


def _rows(model: type[models.Model]) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model._base_manager.all()
    return rows


def _model(label: str) -> type[models.Model]:
    return Business._meta.apps.get_model(label)


def _reason(reason: str) -> str:
    if len(reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    return reason.strip()


def _locked(
    winner: int, loser: int, *more_nibs: str, others: Collection[int] = ()
) -> tuple[Business, Business]:
    """Both rows, held until commit in the order of their pk; NIB and registrations first, as in all other steps."""
    keys, held = {winner, loser}, {winner, loser, *others}
    nibs = {*more_nibs, *Business.objects.filter(pk__in=held).values_list("nib", flat=True)}
    hold_nibs(nibs)
    list(Registration.objects.select_for_update().filter(business__in=keys).order_by("pk"))
    rows = {
        row.pk: row
        for row in Business.objects.select_for_update(of=("self",)).filter(pk__in=held).order_by("pk")
    }
    if len(keys) < 2 or not keys <= set(rows):
        raise WrongState("Pilih dua UMKM yang berbeda.")
    if not nibs.issuperset(row.nib for row in rows.values()):
        raise StaleRecord(JUST_CHANGED)
    return rows[winner], rows[loser]


def _refuse(winner: Business, loser: Business, versions: tuple[int, int]) -> None:
    for business in (winner, loser):
        if business.merged_into_id is not None:
            raise WrongState(f"{business.name} sudah digabung ke UMKM lain.")
        if business.is_reconstruction:
            raise WrongState("Baris rekonstruksi, bukan data survei: tidak dapat digabung.")
    if (winner.version, loser.version) != versions:
        raise StaleRecord(JUST_CHANGED)
    if ChangeProposal.objects.of(loser).pending().exists():
        raise WrongState(f"Usulan perubahan {loser.name} masih menunggu keputusan. Putuskan itu dahulu.")
    if not may_win(winner, loser):
        raise WrongState(f"{loser.name} sudah terdaftar dan bernomor: pilih UMKM itu yang dipertahankan.")


def _has_number(business: Business) -> bool:
    registration = getattr(business, "registration", None)
    return bool(registration is not None and registration.number)


def _refuse_own_values(
    before: Business, winner: Business, loser: Business, taken: list[str], by: User
) -> None:
    """Four eyes: values of one's own in a registered record would be a correction that nobody else approves.

    One's own are those of the public door too, for who took them in.
    """
    if not _has_number(winner) or not _changed(before, winner, taken):
        return
    verbs = {Verb.CREATED, Verb.CHANGED, Verb.IMPORTED}
    if AuditEvent.objects.about(loser).filter(actor_id=by.pk, verb__in=verbs).exists():
        raise SamePerson(
            "Data UMKM yang digabung Anda isi sendiri: pakai data UMKM terdaftar, atau minta orang lain."
        )


def _mark(loser: Business, winner: Business | None, at: datetime) -> None:
    loser.merged_into = winner
    loser.version, loser.updated_at = loser.version + 1, at
    loser.save(update_fields=["merged_into", "version", "updated_at"])


def _changed(before: Business, after: Business, names: list[str]) -> dict[str, list[Any]]:
    """Old and new value of what the merge changed, as JSON holds them."""
    values = {name: [_json(before, name), _json(after, name)] for name in names}
    return {name: pair for name, pair in values.items() if pair[0] != pair[1]}


def _restore(winner: Business, fields: Mapping[str, list[Any]]) -> list[str]:
    """Set the old values back; those of a choice of which anything was edited since stay."""
    restored = []
    for names in CHOICES.values():
        changed = [name for name in names if name in fields]
        if not changed or any(_json(winner, name) != fields[name][1] for name in changed):
            continue
        for name in changed:
            setattr(winner, _field(name).attname, from_json(_field(name), fields[name][0]))
        restored += changed
    return restored


def _field(name: str) -> models.Field[Any, Any]:
    field = Business._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _json(business: Business, name: str) -> Any:
    return as_json(_field(name), getattr(business, _field(name).attname))


def _revoke(loser: Business, winner: Business, *, by: User, at: datetime, reason: str) -> dict[str, str]:
    """The loser's number is never given out again, and counts no more; what it was before."""
    registration: Registration | None = getattr(loser, "registration", None)
    if registration is None or registration.state not in REVOKE.sources:
        return {}
    before = {"state": str(registration.state), "note": registration.note}
    registration.state = RegistrationState.REVOKED
    registration.note = f"Digabung ke {winner.registration.number}. {reason}"
    registration.save(update_fields=["state", "note"])
    _record_state(Verb.REVOKED, registration, before["state"], by=by, at=at, reason=registration.note)
    return before


def _reinstate(loser: Business, before: Mapping[str, str], *, by: User, at: datetime, reason: str) -> None:
    registration: Registration | None = getattr(loser, "registration", None)
    if before and registration is not None and registration.state == RegistrationState.REVOKED:
        registration.state, registration.note = RegistrationState(before["state"]), before["note"]
        registration.save(update_fields=["state", "note"])
        _record_state(Verb.RESUMED, registration, RegistrationState.REVOKED, by=by, at=at, reason=reason)


def _record_state(
    verb: Verb, registration: Registration, before: str, *, by: User, at: datetime, reason: str
) -> None:
    changes = {"state": [str(before), str(registration.state)]}
    label = str(registration.business)
    audit.record(verb, by=by, at=at, subject=registration, label=label, changes=changes, reason=reason)


def _record(
    verb: Verb, before: Business, winner: Business, loser: Business, *, by: User, at: datetime, reason: str
) -> None:
    changes, secrets = audit.field_changes(before, winner), audit.secret_changes(before, winner)
    events = [
        audit.Event(verb, winner, str(winner), changes, reason, secrets),
        audit.Event(verb, loser, str(loser), {}, reason),
    ]
    audit.record_many(events, by=by, at=at)
