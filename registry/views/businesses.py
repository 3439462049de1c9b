"""The list of businesses, one of them with all that is known, and its status."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.actions import ActionError, change_status, note_print
from registry.certificates import may_be_issued
from registry.columns import Column, columns_of, lines, read_by
from registry.duplicates.standing import open_doubles, winner_of
from registry.filters import FilterForm
from registry.forms.downloads import ExportForm
from registry.forms.saved_filters import ColumnsForm
from registry.forms.steps import StatusForm
from registry.history import history_of
from registry.listing import BusinessPage, business_page, has_reconstruction
from registry.models import Business, ListColumns, Registration, SavedFilter
from registry.offers import offers
from registry.proposed import pending_of
from registry.size_badges import badges
from registry.steps import WAITING
from registry.views.refusals import refused
from registry.views.versions import moment_context


@requires(Permission.VIEW_BUSINESSES)
@require_safe
def business_list(request: SignedInRequest) -> HttpResponse:
    form = FilterForm(request.GET, user=request.user)
    return render(request, "registry/business_list.html", list_context(request, form))


def list_context(
    request: SignedInRequest,
    form: FilterForm,
    download: ExportForm | None = None,
    rows: list[Business] | None = None,
) -> dict[str, Any]:
    """What the list shows under these filters; `download` is the form of a file that was refused.

    `rows` are those of a search by number, which has no filters, no pages and no file.
    """
    user = request.user
    columns = shown_columns(request)
    context: dict[str, Any] = {
        "form": form,
        "may_edit": user.can(Permission.EDIT_BUSINESSES) and user.can(Permission.USE_ADMIN),
        "may_record_found": user.can(Permission.ENTER_RESPONSES),
        "may_export": user.can(Permission.EXPORT_BUSINESSES) and rows is None,
        "may_bulk_edit": user.can(Permission.BULK_EDIT_BUSINESSES) and rows is None,
        "saved_filters": SavedFilter.objects.for_user(user).order_by("name", "pk"),
        "columns": columns,
        "columns_form": ColumnsForm(initial={"columns": [column.key for column in columns]}),
    }
    if not form.is_valid():
        return context
    if rows is not None:
        return context | {"page": BusinessPage(rows, len(rows)), "lines": lines(rows, columns)}
    after, before = _public_id(request.GET, "after"), _public_id(request.GET, "before")
    page = business_page(user, form.filters, after=after, before=before, reading=read_by(columns))
    is_empty = page.total == 0 and not form.chosen
    kept = {"saved": str(saved)} if (saved := _public_id(request.GET, "saved")) else {}
    return context | {
        "page": page,
        "lines": lines(page.rows, columns),
        "newer_query": form.query(before=str(page.newer.public_id), **kept) if page.newer else "",
        "older_query": form.query(after=str(page.older.public_id), **kept) if page.older else "",
        "is_empty": is_empty,
        "has_reconstruction": is_empty and has_reconstruction(user),
        "download": download or ExportForm(user=user, auto_id="unduh_%s"),
    }


def shown_columns(request: SignedInRequest) -> list[Column]:
    """Those of the saved filter in the address, else those the user has chosen, else the usual ones."""
    public_id = _public_id(request.GET, "saved")
    if public_id is not None:
        saved = SavedFilter.objects.for_user(request.user).filter(public_id=public_id).first()
        if saved is not None:
            return columns_of(saved.columns)
    chosen = ListColumns.objects.filter(user=request.user).values_list("columns", flat=True).first()
    return columns_of(chosen or ())


def _public_id(query: QueryDict, name: str) -> UUID | None:
    try:
        return UUID(query.get(name, ""))
    except ValueError:
        return None


@requires(Permission.VIEW_BUSINESSES)
@require_safe
def business_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    business = Business.objects.for_user(request.user).for_detail().filter(public_id=public_id).first()
    if business is None:
        return redirect("registry:business-detail", winner_of(request.user, public_id).public_id)
    context = {
        **_facts(business),
        "doubles": open_doubles(business, request.user),
        "may_verify": request.user.can(Permission.APPROVE_REGISTRATIONS),
        "merged_here": business.merged.in_area_of(request.user).select_related("registration"),
        "history": history_of(business, reader=request.user, number=request.GET.get("page")),
        "certificates": business.certificates.for_list(),
        "attachments": business.attachments.for_list(),
        "versions": None if business.is_reconstruction else moment_context(business, request.user),
        **_steps_open(request, business),
        "proposals": pending_of(business, reader=request.user),
    }
    return render(request, "registry/business_detail.html", context)


def _facts(business: Business) -> dict[str, Any]:
    """What is known of a business, as the page and the printed sheet show it."""
    amounts = {
        "net_assets": business.net_assets,
        "business_capital": business.business_capital,
        "annual_sales": business.annual_sales,
    }
    return {
        "business": business,
        "owner": business.owner,
        "registration": getattr(business, "registration", None),
        "badges": badges(amounts),
    }


@requires(Permission.VIEW_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def business_print(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The sheet itself by POST, as printing leaves an event; by GET the button that asks for it."""
    business = get_object_or_404(Business.objects.for_user(request.user).for_detail(), public_id=public_id)
    if request.method != "POST":
        return render(request, "registry/business_print_ask.html", {"business": business})
    now = timezone.now()
    note_print(business=business, by=request.user, at=now)
    return render(request, "registry/business_print.html", {**_facts(business), "printed_at": now})


def _steps_open(request: SignedInRequest, business: Business) -> dict[str, Any]:
    """Which steps the page offers to this user; the views and actions check again."""
    user = request.user
    registration: Registration | None = getattr(business, "registration", None)
    if business.is_reconstruction:
        registration = None
    may_edit = user.can(Permission.EDIT_BUSINESSES) and not business.is_reconstruction
    waiting = registration if registration is not None and registration.state in WAITING else None
    return {
        "offers": offers(registration, user) if registration is not None else [],
        "waits_for_another": waiting is not None and waiting.submitted_by_id == user.pk,
        "held_by_another": waiting is not None and waiting.taken_by_id not in (None, user.pk),
        "may_edit": may_edit and user.can(Permission.USE_ADMIN),
        "may_change_status": may_edit,
        "may_attach": may_edit,
        "may_read_interviews": user.can(Permission.VIEW_RESPONSES),
        "may_issue": user.can(Permission.ISSUE_CERTIFICATES) and may_be_issued(business),
        "may_revoke": user.can(Permission.ISSUE_CERTIFICATES),
        "may_reveal": user.can(Permission.REVEAL_PERSONAL_DATA),
    }


@requires(Permission.EDIT_BUSINESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def business_status(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    business = get_object_or_404(Business.objects.for_user(request.user), public_id=public_id)
    now = timezone.now()
    form = StatusForm(request.POST or None, current=business.status, today=timezone.localdate(now))
    if not form.is_valid():
        context = {"business": business, "form": form}
        return render(request, "registry/business_status.html", context)
    try:
        change_status(business=business, by=request.user, at=now, **form.cleaned_data)
    except ActionError as error:
        return refused(request, error, business)
    messages.success(request, f"Status usaha sekarang: {business.get_status_display().lower()}.")
    return redirect("registry:business-detail", business.public_id)
