"""The one search box, the filters kept under a name, and the columns of the list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.models import User
from core.permissions import Permission
from core.personal_numbers import has_personal_number
from registry.actions import (
    ActionError,
    choose_columns,
    delete_filter,
    rename_filter,
    save_filter,
    share_filter,
)
from registry.columns import read_by
from registry.filters import FilterForm, Offers
from registry.forms.saved_filters import ColumnsForm, FilterNameForm
from registry.models import SavedFilter
from registry.number_search import NOT_A_NUMBER, NOT_ALLOWED, find_by_number, read_number
from registry.views.businesses import list_context, shown_columns


@requires(Permission.VIEW_BUSINESSES)
@require_POST
def business_find(request: SignedInRequest) -> HttpResponse:
    """What was typed and chosen above the list: a personal number is answered here, all else gets an address."""
    typed = request.POST.get("search", "")
    if has_personal_number(typed) or read_number(typed):
        return _answer(request, typed)
    query = _address(request.POST)
    if not getattr(request, "htmx", False):
        return redirect(f"{reverse('registry:business-list')}?{query}")
    form = FilterForm(QueryDict(query), user=request.user)
    response = render(request, "registry/business_list.html", list_context(request, form))
    response.headers["HX-Push-Url"] = f"{reverse('registry:business-list')}?{query}"
    return response


def _address(sent: QueryDict) -> str:
    """What was filled in, as it may stand in an address."""
    given = ((name, sent.get(name, "").strip()) for name in FilterForm.base_fields)
    return urlencode({name: value for name, value in given if value and not has_personal_number(value)})


def _answer(request: SignedInRequest, typed: str) -> HttpResponse:
    user, numbers = request.user, read_number(typed)
    form = FilterForm(QueryDict(), user=user)
    context = {**list_context(request, form, rows=[]), "is_number_search": True}
    if not user.can(Permission.FIND_BY_NUMBER):
        context["problem"] = NOT_ALLOWED
    elif not numbers:
        context["problem"] = NOT_A_NUMBER
    else:
        columns = shown_columns(request)
        answer = find_by_number(numbers=numbers, by=user, at=timezone.now(), reading=read_by(columns))
        context |= list_context(request, form, rows=answer.rows) | {"answer": answer}
    response = render(request, "registry/business_list.html", context)
    response.headers["HX-Push-Url"] = "false"
    return response


@requires(Permission.VIEW_BUSINESSES)
@require_safe
def filter_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "registry/filter_list.html", _filters_context(request.user))


def _filters_context(user: User) -> dict[str, Any]:
    """All filters the user may pick, each with what of it holds no longer."""
    offers = Offers(user)
    found = []
    for saved in SavedFilter.objects.for_user(user).select_related("made_by"):
        form = FilterForm(QueryDict(saved.query), user=user, offers=offers)
        gone = [] if form.is_valid() else [str(form.fields[name].label) for name in form.errors]
        described = [*([("Cari", form.cleaned_data["search"])] if form.cleaned_data.get("search") else [])]
        found.append((saved, gone, described + (form.described if not gone else [])))
    return {
        "own": [entry for entry in found if entry[0].made_by_id == user.pk],
        "shared": [entry for entry in found if entry[0].made_by_id != user.pk],
        "may_share": user.can(Permission.SHARE_FILTERS),
    }


@requires(Permission.VIEW_BUSINESSES)
@require_POST
def filter_save(request: SignedInRequest) -> HttpResponse:
    """Keep the filters that the list was made with, sent along as they stand in the address."""
    form, name = FilterForm(request.POST, user=request.user), FilterNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Filter ini tidak dapat disimpan. Perbaiki dahulu filternya.")
        return redirect("registry:business-list")
    back = f"{reverse('registry:business-list')}?{form.query()}"
    if not name.is_valid():
        messages.error(request, f"Filter belum disimpan. {name.errors['name'][0]}")
        return redirect(back)
    columns = [column.key for column in shown_columns(request)]
    try:
        saved = save_filter(
            name=name.cleaned_data["name"],
            query=form.query(),
            columns=columns,
            by=request.user,
            at=timezone.now(),
        )
    except ActionError as error:
        messages.error(request, str(error))
        return redirect(back)
    messages.success(request, f"Filter disimpan dengan nama {saved.name}.")
    return redirect(f"{back}&saved={saved.public_id}")


@requires(Permission.VIEW_BUSINESSES)
@require_POST
def filter_change(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Rename, share, take back or delete one's own."""
    saved = get_object_or_404(SavedFilter.objects.made_by(request.user), public_id=public_id)
    step = request.POST.get("step", "")
    if step == "rename":
        _rename(request, saved)
    elif step == "delete":
        delete_filter(saved=saved, by=request.user, at=timezone.now())
        messages.success(request, f"Filter {saved.name} dihapus.")
    elif step in {"share", "unshare"}:
        share_filter(saved=saved, share=step == "share", by=request.user, at=timezone.now())
        done = "dibagikan kepada rekan kerja" if saved.is_shared else "tidak dibagikan lagi"
        messages.success(request, f"Filter {saved.name} {done}.")
    return redirect("registry:filter-list")


def _rename(request: HttpRequest, saved: SavedFilter) -> None:
    form = FilterNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Nama belum diganti. {form.errors['name'][0]}")
        return
    try:
        rename_filter(saved=saved, name=form.cleaned_data["name"])
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Filter bernama {saved.name} sekarang.")


@requires(Permission.VIEW_BUSINESSES)
@require_POST
def columns_choose(request: SignedInRequest) -> HttpResponse:
    form = ColumnsForm(request.POST)
    if form.is_valid():
        choose_columns(columns=form.cleaned_data["columns"], by=request.user)
    else:
        messages.error(request, str(form.errors["columns"][0]))
    return redirect(f"{reverse('registry:business-list')}?{_address(request.POST)}")
