"""Rows judged anew: after a correction, a decision, another policy, or a change in the register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from core import bulk
from core.importing.importers import Candidate, Draft, Session, importer_of
from core.importing.staging import (
    CHUNK,
    add_clash,
    add_doubles,
    as_json,
    differs,
    draft_of_cells,
    findings_of,
    has_warnings,
)
from core.models import ImportBatch, ImportRow, RowDecision, Verdict


def rejudge(
    batch: ImportBatch,
    rows: Iterable[ImportRow],
    *,
    at: datetime,
    with_neighbours: bool = False,
) -> None:
    """Judge the rows again as the register is now; `with_neighbours` also those they clash or clashed with.

    Whoever corrects them, they tell no more of the register than who uploaded them may see.
    """
    session = importer_of(batch).session(batch, by=batch.uploaded_by, at=at)
    chosen = list(rows)
    for start in range(0, len(chosen), CHUNK):
        part = chosen[start : start + CHUNK]
        if with_neighbours:
            part += _neighbours(batch, [row.keys for row in part], but={row.pk for row in part})
        drafts = _judge(batch, session, part)
        if with_neighbours:
            have = {row.pk for row, _ in drafts}
            tokens = [" ".join(draft.tokens) for _, draft in drafts]
            drafts += _judge(batch, session, _neighbours(batch, tokens, but=have))
        _store(batch, session, drafts)


def _judge(batch: ImportBatch, session: Session, rows: list[ImportRow]) -> list[tuple[ImportRow, Draft]]:
    drafts = []
    for row in rows:
        draft = draft_of_cells(session, batch, row.number, row.raw_cells)
        if row.decision == RowDecision.UPDATE:
            draft.forced = row.target
        drafts.append((row, draft))
    session.judge([draft for _, draft in drafts if draft.verdict != Verdict.IGNORED])
    return drafts


def _store(batch: ImportBatch, session: Session, drafts: list[tuple[ImportRow, Draft]]) -> None:
    doubles = list(session.doubles())
    tokens = [(" ".join(draft.tokens), row.pk) for row, draft in drafts]
    bulk.update(ImportRow, ("keys",), tokens)  # first: rows judged together know of each other
    for row, draft in drafts:
        for other, number in _clashing(batch, draft):
            add_clash(session, draft, other[0], other[1], number)
        add_doubles(draft, [candidate for number, candidate in doubles if number == draft.number])
        _keep_question(row, draft)
        row.content = content_of_read(row, draft)
        row.findings, row.keys = findings_of(draft), " ".join(draft.tokens)
        row.verdict, row.has_warnings = draft.verdict, has_warnings(draft)
        row.differs = differs(draft)
        row.target, row.target_version = draft.target, draft.target_version
        row.save(
            update_fields=[
                "content", "findings", "keys", "verdict", "has_warnings", "differs", "target", "target_version"
            ]
        )  # fmt: skip


def _keep_question(row: ImportRow, draft: Draft) -> None:
    """A row somebody has decided on goes on to be one that was in question, with what was asked."""
    if row.decision in (RowDecision.NEW, RowDecision.UPDATE) and not draft.has_errors:
        add_doubles(draft, [])
        if not draft.candidates:
            draft.candidates = [Candidate(*values) for values in row.found.get("candidates", [])]
        draft.verdict = Verdict.POSSIBLE_DUPLICATE


def content_of_read(row: ImportRow, draft: Draft) -> str:
    """The cells stay as they were read: corrections stand beside them."""
    cells = row.stored_content[0]
    return as_json([cells, draft.values or None])


def _clashing(batch: ImportBatch, draft: Draft) -> Iterable[tuple[tuple[str, str], int]]:
    """(own token, token of the other row) and the number of the other row."""
    for other in _sharing(batch, draft.tokens).exclude(number=draft.number).order_by("number")[:3]:
        theirs = {token.partition(":")[0]: token for token in other.keys.split()}
        for token in draft.tokens:
            if (key := token.partition(":")[0]) in theirs:
                yield (token, theirs[key]), other.number


def _neighbours(batch: ImportBatch, tokens: Iterable[str], *, but: set[int]) -> list[ImportRow]:
    words = [token for text in tokens for token in text.split()]
    return list(_sharing(batch, words).exclude(pk__in=but)[:CHUNK])


def _sharing(batch: ImportBatch, tokens: list[str]) -> QuerySet[ImportRow]:
    """Rows of the batch, not written yet, with one of these tokens, whatever its tag."""
    keys = [token.partition(":")[0] for token in tokens]
    if not keys:
        return batch.rows.none()
    return batch.rows.filter(reduce(or_, (Q(keys__contains=f"{key}:") for key in keys)), outcome="")
