"""One row of an import: its cells put right, and what it is decided to be."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.formats import format_integer
from core.gates import SignedInRequest, requires_any
from core.import_page import TABS, row_lines
from core.importing import batches
from core.importing.cells import MAX_CELL
from core.importing.replacing import replace_everywhere
from core.models import ImportBatch, ImportRow, RowDecision, Verdict
from core.views.imports import IMPORTS, batch_of, import_refused

GOOD = {
    Verdict.NEW: "siap disimpan sebagai data baru",
    Verdict.CHANGED: "siap disimpan sebagai perubahan",
    Verdict.UNCHANGED: "sama dengan data yang sudah ada",
    Verdict.POSSIBLE_DUPLICATE: "mungkin duplikat: putuskan dahulu",
    Verdict.CONFLICT: "berbeda dari yang tersimpan, jadi tidak disimpan",
    Verdict.IGNORED: "diabaikan",
}


@requires_any(*IMPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_row(request: SignedInRequest, public_id: UUID, number: int) -> HttpResponse:
    """All cells of a row; by POST those that were sent are put in place of what the file says."""
    batch = batch_of(request, public_id)
    row = get_object_or_404(ImportRow.objects.select_related("batch__job"), batch=batch, number=number)
    if request.method != "POST":
        return _row_page(request, batch, row)
    try:
        texts = _sent(request, batch, row)
        row = batches.correct_cells(row, texts, by=request.user, at=timezone.now())
    except (batches.WrongBatchState, ValueError) as error:
        return _row_page(request, batch, row, refused=str(error), status=409)
    if row.verdict == Verdict.ERROR:
        return _row_page(request, batch, row)
    messages.success(request, f"Baris {row.number}: {GOOD[Verdict(row.verdict)]}.")
    return _back(request, batch)


def _back(request: SignedInRequest, batch: ImportBatch) -> HttpResponse:
    """To the page of rows that was left: its tab, and where it began."""
    tab, after = request.POST.get("tab", ""), request.POST.get("after", "")
    known = tab in dict(TABS) and after.isascii() and after.isdecimal() and len(after) < 9
    query = {"tab": tab, "after": after} if known else None
    return redirect(reverse("core:import-detail", args=[batch.public_id], query=query))


@requires_any(*IMPORTS)
@require_POST
def import_replace(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Put another text where a refused one stands, in all rows that have it."""
    batch = batch_of(request, public_id)
    place, old, new = (request.POST.get(name, "") for name in ("place", "old", "new"))
    new = new.strip()
    try:
        if not new or len(new) > MAX_CELL or not old:
            raise batches.WrongBatchState(f"Tulis isi yang benar untuk “{old[:60]}”.")
        column = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else -1
        done = replace_everywhere(batch, column, old, new, by=request.user, at=timezone.now())
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    if done.still_refused:
        messages.warning(request, f"“{new}” juga ditolak. Pilih isi yang lain.")
    else:
        messages.success(request, f"{format_integer(done.rows)} baris: “{old}” diganti “{new}”.")
    if not done.is_all:
        messages.info(request, f"Masih ada baris lain berisi “{old}”. Ganti sekali lagi.")
    return redirect("core:import-detail", batch.public_id)


def _sent(request: SignedInRequest, batch: ImportBatch, row: ImportRow) -> dict[int, str]:
    """What was typed, by the number of its column; a hidden cell left empty stays as it is."""
    [line] = row_lines(batch, [row], reader=request.user, all_cells=True)
    sent = [(cell, request.POST.get(f"cell_{cell.place}")) for cell in line.cells]
    texts = {
        cell.place: text.strip()
        for cell, text in sent
        if text is not None and (text.strip() or not cell.hidden) and (text != cell.text or cell.hidden)
    }
    if any(len(text) > MAX_CELL for text in texts.values()):
        raise ValueError(f"Isi terlalu panjang: paling banyak {MAX_CELL} karakter.")
    return texts


def _row_page(
    request: SignedInRequest, batch: ImportBatch, row: ImportRow, *, refused: str = "", status: int = 200
) -> HttpResponse:
    [line] = row_lines(batch, [row], reader=request.user, all_cells=True)
    context = {"batch": batch, "line": line, "refused": refused}
    return render(request, "core/imports/row.html", context, status=status)


@requires_any(*IMPORTS)
@require_POST
def import_decide(request: SignedInRequest, public_id: UUID, number: int) -> HttpResponse:
    """New, the same as a candidate (`update:<pk>`), left out, or open again."""
    batch = batch_of(request, public_id)
    row = get_object_or_404(ImportRow.objects.select_related("batch__job"), batch=batch, number=number)
    decision, _, target = request.POST.get("decision", "").partition(":")
    try:
        if decision and decision not in RowDecision.values:
            raise batches.WrongBatchState("Pilihan ini tidak dikenal.")
        pk = int(target) if target.isdecimal() and len(target) < 19 else None
        batches.decide(row, decision, target=pk, by=request.user, at=timezone.now())
    except batches.WrongBatchState as error:
        return _row_page(request, batch, row, refused=str(error), status=409)
    what = RowDecision(decision).label.lower() if decision else "belum diputuskan"
    messages.success(request, f"Baris {row.number}: {what}.")
    return _back(request, batch)
