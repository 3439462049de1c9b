"""Changing the same fields of many businesses: first a preview that is kept, then chunk by chunk.

The preview freezes which rows are meant and in which version each was seen; whatever somebody else changed
since is left out and listed. Drafts change at once; of registered businesses the change is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from core import audit, jobs
from core.models import Region, User, Verb
from core.permissions import Permission
from registry.actions.errors import Incomplete, WrongState
from registry.actions.personal import MIN_REASON_LENGTH
from registry.actions.proposals import propose_changes
from registry.models import BulkEdit, BulkEditRow, BulkEditState, Business, Outcome, Registration, Sector
from registry.models.businesses import BusinessQuerySet

EDITABLE = ("sector", "kbli_code", "ward", "legal_form", "micro_kind", "is_branch_or_subsidiary")
CHUNK = 500  # rows of one transaction: others wait no longer than that
AT_ONCE = 500  # rows changed within the request; more are a job
JOB = "bulk_edit"


@transaction.atomic
def preview_bulk_edit(
    *,
    businesses: BusinessQuerySet,
    values: Mapping[str, Any],
    reason: str,
    described: str,
    by: User,
    at: datetime,
    out_of_reach: int = 0,
) -> BulkEdit:
    """Keep which of the businesses would change, in which version, and why the others would not.

    `businesses` are those the user sees; an earlier preview of the user that was not applied goes.
    """
    if not by.can(Permission.BULK_EDIT_BUSINESSES):
        raise PermissionDenied
    if not values or set(values) - set(EDITABLE):
        raise Incomplete("Pilih paling sedikit satu isian yang diubah.")
    if len(reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    BulkEdit.objects.for_user(by).filter(state=BulkEditState.PREVIEW).delete()
    edit = BulkEdit.objects.create(
        values=dict(values),
        reason=reason.strip(),
        described=described,
        out_of_reach=out_of_reach,
        created_by=by,
        created_at=at,
    )
    BulkEditRow.objects.bulk_create(_verdicts(edit, businesses), batch_size=2_000)
    return edit


def _verdicts(edit: BulkEdit, businesses: BusinessQuerySet) -> Iterable[BulkEditRow]:
    sectors = Sector.objects.in_bulk()
    fields = {"sector": "sector_id", "ward": "ward_id"}
    asked = {"sector_id", "kbli_code", *(fields.get(name, name) for name in edit.values)}
    wanted = {fields.get(name, name): value for name, value in edit.values.items()}
    for row in businesses.order_by("pk").values("pk", "version", "is_reconstruction", *asked).iterator():
        outcome = Outcome.WAITING
        if row["is_reconstruction"]:
            outcome = Outcome.RECONSTRUCTION
        elif all(row[name] == value for name, value in wanted.items()):
            outcome = Outcome.UNCHANGED
        elif {"sector_id", "kbli_code"} & set(wanted) and not _fits({**row, **wanted}, sectors):
            outcome = Outcome.MISFIT
        yield BulkEditRow(edit=edit, business_id=row["pk"], version=row["version"], outcome=outcome)


def _fits(row: Mapping[str, Any], sectors: Mapping[int, Sector]) -> bool:
    """Whether the KBLI code, where there is one, is of the section."""
    return not row["kbli_code"] or sectors[row["sector_id"]].covers(row["kbli_code"])


@transaction.atomic
def start_bulk_edit(*, edit: BulkEdit, by: User, at: datetime) -> bool:
    """Take the preview for applying, or go on with what was stopped; whether that is a job.

    What is not too much for a request is done when this returns.
    """
    if not by.can(Permission.BULK_EDIT_BUSINESSES):
        raise PermissionDenied
    BulkEdit.objects.for_user(by).filter(pk=edit.pk).select_for_update(of=("self",)).first()
    edit.refresh_from_db()
    if edit.created_by_id != by.pk or not (edit.is_preview or edit.is_stopped):
        raise WrongState("Perubahan ini sudah diterapkan.")
    edit.applied_at = edit.applied_at or at  # however often it is gone on with, it is one act
    edit.state, edit.job = BulkEditState.RUNNING, None
    is_job = edit.rows.waiting().count() > AT_ONCE
    if is_job:
        edit.job = jobs.enqueue(JOB, {"edit": edit.pk}, by=by, at=at)
    edit.save(update_fields=["state", "applied_at", "job"])
    while not is_job and go_on(edit=edit):
        pass
    return is_job


def stop_bulk_edit(*, edit: BulkEdit, at: datetime) -> None:
    """At the next chunk; what is changed already stays."""
    if edit.job is not None:
        jobs.request_cancel(edit.job, at=at)


@transaction.atomic
def go_on(*, edit: BulkEdit) -> int:
    """Change the next rows, in the order of their pk; how many were looked at, 0 once all are done.

    By and at are those of the start: however many transactions, it is one act of one person.
    """
    by, at = edit.created_by, edit.applied_at
    assert at is not None
    rows = list(edit.rows.waiting()[:CHUNK])
    if not rows:
        BulkEdit.objects.filter(pk=edit.pk).update(state=BulkEditState.DONE)
        return 0
    businesses = _locked(edit, [row.business_id for row in rows], by)
    numbered = set(
        Registration.objects.numbered().filter(business__in=businesses).values_list("business", flat=True)
    )
    direct: list[Business] = []
    proposed: list[Business] = []
    for row in rows:
        business = businesses.get(row.business_id)
        if business is None:
            row.outcome = Outcome.OUTSIDE
        elif business.version != row.version:
            row.outcome = Outcome.EDITED
        else:
            (proposed if business.pk in numbered else direct).append(business)
    outcomes = {**_change(edit, direct, by, at), **_propose(edit, proposed, by, at)}
    for row in rows:
        row.outcome = outcomes.get(row.business_id, row.outcome)
    BulkEditRow.objects.bulk_update(rows, ["outcome"])
    return len(rows)


def _locked(edit: BulkEdit, pks: Sequence[int], by: User) -> dict[int, Business]:
    rows = Business.objects.for_user(by).filter(pk__in=pks).order_by("pk")
    rows = rows.only("version", "name", "district", "merged_into", *edit.values)
    return {row.pk: row for row in rows.select_for_update(of=("self",))}


def _change(edit: BulkEdit, businesses: Sequence[Business], by: User, at: datetime) -> dict[int, Outcome]:
    if not businesses:
        return {}
    fields = [field for field in Business._meta.concrete_fields if field.name in edit.values]
    columns = {field.attname: edit.values[field.name] for field in fields}
    events = []
    for business in businesses:
        differences = [
            (field, old, columns[field.attname])
            for field in fields
            if (old := getattr(business, field.attname)) != columns[field.attname]
        ]
        changes = audit.shown_changes(differences)
        events.append(audit.Event(Verb.CHANGED, business, changes=changes, reason=edit.reason))
    if "ward" in edit.values:
        columns["district_id"] = Region.objects.get(pk=edit.values["ward"]).parent_id
    rows = Business.objects.filter(pk__in=[business.pk for business in businesses])
    rows.update(**columns, version=F("version") + 1, updated_at=at)
    audit.record_many(events, by=by, at=at, batch=edit.public_id)
    return {business.pk: Outcome.CHANGED for business in businesses}


def _propose(edit: BulkEdit, businesses: Sequence[Business], by: User, at: datetime) -> dict[int, Outcome]:
    if not businesses:
        return {}
    items = [(business, edit.values) for business in businesses]
    told = propose_changes(items, by=by, at=at, reason=edit.reason, batch=edit.public_id)
    return {
        **{proposal.business_id: Outcome.PROPOSED for proposal in told.made if proposal.business_id},
        **{business.pk: Outcome.UNCHANGED for business in told.unchanged},
        **{business.pk: Outcome.PENDING for business, _ in told.refused},
    }
