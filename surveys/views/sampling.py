"""The sample of a wave: its frame, its size, its draw and the list that came of it."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.formats import format_integer
from core.gates import SignedInRequest, requires
from core.permissions import Permission
from surveys.actions import SampleRefused, draw_sample, export_sample, take_frame
from surveys.actions.sampling import EmptyFrame, SampleTooSmall, why_not_drawable
from surveys.forms.sampling import DrawForm, FrameForm, PlanForm, SampleFilterForm
from surveys.models import Draw, Frame, SampleEntry, Wave
from surveys.models.sampling import MAX_SEED
from surveys.sample_page import calculation, sample_page
from surveys.verification import verify

ROWS_PER_PAGE = 50
KINDS = {
    "utama": {"is_reserve": False},
    "cadangan": {"is_reserve": True},
    "dipakai": {"activated_at__isnull": False},
}


@requires(Permission.VIEW_RESPONSES)
@require_safe
def sample_detail(request: SignedInRequest, code: str) -> HttpResponse:
    page = sample_page(get_object_or_404(Wave, code=code))
    context = {
        "page": page,
        "wave": page.wave,
        "may_manage": request.user.can(Permission.MANAGE_WAVES),
        "may_export": request.user.can(Permission.EXPORT_RESPONSES),
    }
    return render(request, "surveys/sampling/sample_detail.html", context)


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["GET", "HEAD", "POST"])
def frame_take(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    form = FrameForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            frame = take_frame(wave=wave, wanted=form.wanted(), by=request.user, at=timezone.now())
        except EmptyFrame as error:
            form.add_error(None, str(error))
        except SampleRefused as error:
            return _refused(request, wave, str(error), status=409)
        else:
            messages.success(request, f"Kerangka berisi {format_integer(frame.count)} UMKM tersimpan.")
            return redirect("surveys:sample-detail", code=wave.code)
    elif reason := why_not_drawable(wave):
        return _refused(request, wave, reason, status=200)
    return render(request, "surveys/sampling/frame_take.html", {"wave": wave, "form": form})


@requires(Permission.VIEW_RESPONSES)
@require_safe
def sample_size(request: SignedInRequest, code: str) -> HttpResponse:
    """The calculator: a form by GET, so that a result can be linked to, and nothing is stored."""
    wave = get_object_or_404(Wave, code=code)
    form = PlanForm(request.GET if set(request.GET) & set(PlanForm.base_fields) else PlanForm.defaults())
    result, values = None, ""
    if form.is_valid():
        result = calculation(Frame.objects.newest_of(wave), form.plan(), request.user)
        typed = {name: str(form[name].value()) for name in form.fields}
        values = urlencode(typed | {"size": str(result.cochran.to_draw)})
    may_draw = request.user.can(Permission.MANAGE_WAVES) and not why_not_drawable(wave)
    context = {"wave": wave, "form": form, "result": result, "values": values, "may_draw": may_draw}
    return render(request, "surveys/sampling/sample_size.html", context)


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["GET", "HEAD", "POST"])
def sample_draw(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    frame = Frame.objects.newest_of(wave)
    if reason := why_not_drawable(wave):
        return _refused(request, wave, reason, status=409 if request.method == "POST" else 200)
    if frame is None:
        return redirect("surveys:frame-take", code=wave.code)
    proposed = {"seed": secrets.randbelow(MAX_SEED + 1), **request.GET.dict()}
    form = DrawForm(request.POST if request.method == "POST" else None, initial=proposed)
    if form.is_valid() and (answer := _draw(request, wave, frame, form)):
        return answer
    current = Draw.objects.current_of(wave)
    context = {"wave": wave, "frame": frame, "form": form, "current": current}
    return render(request, "surveys/sampling/sample_draw.html", context)


def _draw(request: SignedInRequest, wave: Wave, frame: Frame, form: DrawForm) -> HttpResponse | None:
    """The answer to a draw; None where the form says what is wrong with it."""
    try:
        draw = draw_sample(wave=wave, frame=frame, design=form.design(), by=request.user, at=timezone.now())
    except SampleTooSmall as error:
        form.add_error("size", str(error))
        return None
    except SampleRefused as error:
        return _refused(request, wave, str(error), status=409)
    messages.success(request, f"Sampel berisi {format_integer(draw.size)} UMKM sudah ditarik.")
    return redirect("surveys:sample-detail", code=wave.code)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def sample_list(request: SignedInRequest, code: str) -> HttpResponse:
    draw = _current_draw_or_404(code)
    strata = list(draw.strata.values_list("key", "label"))
    form = SampleFilterForm(request.GET, strata=strata if len(strata) > 1 else [])
    entries = _chosen_entries(draw, request, form)
    page = Paginator(entries, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    labels = dict(strata)
    context = {
        "draw": draw,
        "wave": draw.wave,
        "form": form,
        "page": page,
        "rows": [(labels[entry.stratum], entry) for entry in page.object_list],
        "may_export": request.user.can(Permission.EXPORT_RESPONSES),
    }
    return render(request, "surveys/sampling/sample_list.html", context)


def _chosen_entries(draw: Draw, request: SignedInRequest, form: SampleFilterForm) -> QuerySet[SampleEntry]:
    entries = SampleEntry.objects.for_user(request.user).filter(draw=draw)
    chosen = form.chosen()
    if chosen["stratum"]:
        entries = entries.filter(stratum=chosen["stratum"])
    entries = entries.filter(**KINDS.get(chosen["kind"], {}))
    related = ("business__ward", "sector", "district", "reserve_for__business")
    rows = entries.select_related(*related).prefetch_related("replaced_by")
    return rows.order_by("stratum", "position")


@requires(Permission.EXPORT_RESPONSES)
@require_POST
def sample_export(request: SignedInRequest, code: str) -> HttpResponse:
    """A download leaves an event, so it is never a GET."""
    file = export_sample(draw=_current_draw_or_404(code), by=request.user, at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content.read(), content_type=file.content_type, headers=headers)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def sample_verify(request: SignedInRequest, code: str) -> HttpResponse:
    """Draws again and compares; nothing is written."""
    draw = _current_draw_or_404(code)
    context = {"wave": draw.wave, "result": verify(draw)}
    return render(request, "surveys/sampling/sample_verify.html", context)


def _current_draw_or_404(code: str) -> Draw:
    current = Draw.objects.filter(is_current=True).select_related("wave", "frame", "drawn_by")
    return get_object_or_404(current, wave__code=code)


def _refused(request: SignedInRequest, wave: Wave, reason: str, *, status: int) -> HttpResponse:
    return render(request, "surveys/sampling/refused.html", {"wave": wave, "reason": reason}, status=status)
