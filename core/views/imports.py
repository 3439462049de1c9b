"""A list on its way into the register: upload, columns, verdicts, commit, undo."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit
from core.gates import SignedInRequest, requires_any
from core.import_forms import CommitForm, PolicyForm, ReadingForm, StagingForm, UploadForm, samples
from core.import_page import counts_to_decide, outcomes_of, preview_of, records_url, row_page, ways_on
from core.importing import batches, error_file, storage
from core.importing.committing import conflicts_kept
from core.importing.files import UnreadableFile
from core.importing.importers import importer_of, kind_of, kinds_for
from core.models import ImportBatch, ImportState, Verb
from core.models.imports import BUSY
from core.permissions import Permission
from core.views.jobs import status_context

IMPORTS = (Permission.IMPORT_BUSINESSES, Permission.IMPORT_RESPONSES)
LISTED = 50
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
TO_READ = (ImportState.UPLOADED, ImportState.READ)


def batch_of(request: SignedInRequest, public_id: UUID) -> ImportBatch:
    """404 for batches of others and of kinds the user may not import."""
    seen = ImportBatch.objects.for_user(request.user).select_related("job", "uploaded_by", "committed_by")
    batch = get_object_or_404(seen, public_id=public_id)
    if not request.user.can(kind_of(batch.kind).permission):
        raise Http404
    return batch


def own_batch(request: SignedInRequest, public_id: UUID) -> ImportBatch:
    """Who says which columns hold numbers says what others see of them: only who uploaded the file."""
    batch = batch_of(request, public_id)
    if batch.uploaded_by_id != request.user.pk:
        raise PermissionDenied
    return batch


@requires_any(*IMPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: SignedInRequest) -> HttpResponse:
    """The imports so far, and the form that begins one."""
    day = timezone.localdate()
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, day=day)
    if request.method == "POST" and form.is_valid():
        batch = _begin(request, form)
        if batch is not None:
            return redirect("core:import-detail", batch.public_id)
    seen = ImportBatch.objects.for_user(request.user).filter(kind__in=kinds_for(request.user))
    newest = seen.newest_first()[:LISTED]
    return render(request, "core/imports/list.html", {"form": form, "batches": newest})


def _begin(request: SignedInRequest, form: UploadForm) -> ImportBatch | None:
    """Keep the file and read its headings; None, with the reason at the file, for one nobody can read."""
    chosen = form.cleaned_data
    try:
        kind, about = form.kind_and_about
        batch = storage.create_batch(
            kind,
            about=about,
            file_name=chosen["file"].name,
            content=chosen["file"].chunks(),
            source=chosen["source"],
            by=request.user,
            at=timezone.now(),
        )
    except UnreadableFile as error:
        form.add_error("file", str(error))
        return None
    try:
        storage.read_headers(batch, sheet=chosen["sheet"] or None)
    except (UnreadableFile, batches.WrongColumns) as error:
        storage.discard(batch)
        form.add_error("file", str(error))
        return None
    return batch


@requires_any(*IMPORTS)
@require_safe
def import_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _page(request, batch_of(request, public_id))


def _page(request: SignedInRequest, batch: ImportBatch, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an import in the state it is in; `more` are forms that were refused."""
    of_kind = importer_of(batch)
    context: dict[str, Any] = {
        "batch": batch,
        "kind": of_kind.label,
        "updates": of_kind.updates,
        "records_label": of_kind.records_label,
        "outcomes": outcomes_of(batch),
        "records_url": records_url(batch),
        **ways_on(batch, reader=request.user),
    }
    if batch.state in BUSY and batch.job is not None and not batch.is_stopped:
        context |= status_context(batch.job) | {"is_own_job": batch.job.created_by_id == request.user.pk}
    elif batch.state in TO_READ:
        if batch.uploaded_by_id == request.user.pk:  # the file is shown as it is, with every number
            context |= _columns_context(batch, more)
    elif batch.erased_at is None and not batch.is_stopped:
        context |= _rows_context(request, batch, more)
        if batch.conflicts and "conflicts" not in more:
            context["conflicts"] = conflicts_kept(batch)
    return render(request, "core/imports/detail.html", context | more, status=status)


def _columns_context(batch: ImportBatch, more: dict[str, Any]) -> dict[str, Any]:
    try:
        preview = preview_of(batch)
    except UnreadableFile as error:
        return {"unreadable": str(error)}
    earlier = storage.same_file(batch)
    staging = more.get("staging") or StagingForm(batch=batch, of_kind=importer_of(batch), earlier=earlier)
    shown = samples(batch.headers, [cells for _, cells in preview.rows])
    fields = {int(field.name.removeprefix("column_")): field for field in staging.column_fields()}
    return {
        "preview": preview,
        "reading": ReadingForm(meta=preview.meta),
        "staging": staging,
        "columns": [(field, shown[place]) for place, field in fields.items()],
        "earlier": earlier,
    }


def _rows_context(request: SignedInRequest, batch: ImportBatch, more: dict[str, Any]) -> dict[str, Any]:
    ready, bad = counts_to_decide(batch)
    after = request.GET.get("after", "")
    page = row_page(
        batch,
        reader=request.user,
        tab=request.GET.get("tab", ""),
        after=int(after) if after.isdecimal() and len(after) < 9 else 0,
    )
    return {
        "ready": ready,
        "bad": bad,
        "may_take_errors": may_take_errors(request, batch),
        "page": page,
        "commit": more.get("commit") or CommitForm(bad=bad),
        "policy": PolicyForm(initial={"policy": batch.policy}),
    }


@requires_any(*IMPORTS)
@require_POST
def import_reading(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Read the file in another way than was found out."""
    batch = own_batch(request, public_id)
    try:
        form = ReadingForm(request.POST, meta=preview_of(batch).meta)
        if not form.is_valid():
            return _page(request, batch, reading=form)
        storage.read_headers(batch, **form.reading)
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    except (UnreadableFile, batches.WrongColumns) as error:
        batch.refresh_from_db()
        return _page(request, batch, reading_refused=str(error))
    return redirect("core:import-detail", batch.public_id)


@requires_any(*IMPORTS)
@require_POST
def import_staging(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Judge all rows by the columns and the policy that were chosen."""
    batch = own_batch(request, public_id)
    earlier = storage.same_file(batch)
    form = StagingForm(request.POST, batch=batch, of_kind=importer_of(batch), earlier=earlier)
    if form.is_valid():
        chosen = {"policy": form.cleaned_data.get("policy", batch.policy), "options": form.options}
        try:
            batches.start_staging(batch, mapping=form.mapping, by=request.user, at=timezone.now(), **chosen)
            return redirect("core:import-detail", batch.public_id)
        except batches.WrongBatchState as error:
            return import_refused(request, batch, error)
        except batches.WrongColumns as error:
            form.add_error(None, str(error))
    if batch.state not in TO_READ:
        return import_refused(request, batch, batches.WrongBatchState("Kolom impor ini sudah dipilih."))
    return _page(request, batch, staging=form)


@requires_any(*IMPORTS)
@require_POST
def import_reopen(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Back to the columns: one was forgotten, or goes elsewhere."""
    batch = own_batch(request, public_id)
    try:
        batches.reopen_columns(batch)
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    return redirect("core:import-detail", batch.public_id)


@requires_any(*IMPORTS)
@require_POST
def import_policy(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    batch = batch_of(request, public_id)
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, batch, policy=form)
    try:
        batches.set_policy(batch, form.cleaned_data["policy"], by=request.user, at=timezone.now())
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    messages.success(request, "Pilihan disimpan; putusan setiap baris sudah disesuaikan.")
    return redirect("core:import-detail", batch.public_id)


@requires_any(*IMPORTS)
@require_POST
def import_commit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Write the good rows; the bad ones stay outside only when that was ticked."""
    batch = batch_of(request, public_id)
    form = CommitForm(request.POST, bad=counts_to_decide(batch)[1])
    if batch.is_waiting and not form.is_valid():
        return _page(request, batch, commit=form)
    try:
        batches.start_commit(batch, by=request.user, at=timezone.now())
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    return redirect("core:import-detail", batch.public_id)


@requires_any(*IMPORTS)
@require_POST
def import_cancel(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    batch = batch_of(request, public_id)
    try:
        batches.cancel(batch, by=request.user, at=timezone.now())
        if batch.state == ImportState.CANCELLED:
            storage.forget_file(batch)  # nobody goes on with it, and it lies on the disk as it came
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    return redirect("core:import-detail", batch.public_id)


@requires_any(*IMPORTS)
@require_POST
def import_undo(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take the whole batch back, or say which of its records were touched since."""
    batch = batch_of(request, public_id)
    try:
        found = batches.start_undo(batch, by=request.user, at=timezone.now())
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    if isinstance(found, list):
        return _page(request, batch, status=409, conflicts=found)
    return redirect("core:import-detail", batch.public_id)


@requires_any(*IMPORTS)
@require_POST
def import_retry(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Go on with what was stopped or failed; only who uploaded a file has it checked, by what they may see."""
    batch = batch_of(request, public_id)
    if batches.next_try(batch) == batches.STAGE:
        batch = own_batch(request, public_id)
    try:
        batches.retry(batch, by=request.user, at=timezone.now())
    except batches.WrongBatchState as error:
        return import_refused(request, batch, error)
    return redirect("core:import-detail", batch.public_id)


def may_take_errors(request: SignedInRequest, batch: ImportBatch) -> bool:
    return batch.uploaded_by_id == request.user.pk or request.user.can(Permission.EXPORT_PERSONAL_DATA)


@requires_any(*IMPORTS)
@require_POST
def import_errors(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """The bad rows as a file, to be put right and uploaded again; with every number in full."""
    batch = batch_of(request, public_id)
    if not may_take_errors(request, batch):
        raise PermissionDenied
    kind = request.POST.get("format", "xlsx")
    if kind not in CONTENT_TYPES or batch.erased_at is not None:
        raise Http404
    out = BytesIO()
    rows = error_file.write(batch, out, kind)
    label = f"Baris bermasalah dari {batch.file_name}: {rows} baris"
    audit.record(Verb.EXPORTED, by=request.user, at=timezone.now(), subject=batch, label=label)
    out.seek(0)
    name = f"perbaiki-{batch.public_id.hex[:8]}.{kind}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def import_refused(request: SignedInRequest, batch: ImportBatch, error: Exception) -> HttpResponse:
    """The page of the import as it stands, with why a step was not taken: 409."""
    batch.refresh_from_db()
    return _page(request, batch, status=409, refused=str(error))
