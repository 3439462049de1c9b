"""What a wave asks: its versions, the draft of the next one, and the code book of all of them."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.spreadsheets import SafeCSV
from surveys.actions import (
    QuestionnaireRefused,
    delete_question,
    drafted,
    move_question,
    publish_questionnaire,
    published,
)
from surveys.forms import InterviewForm
from surveys.models import LocalQuestion, QuestionnaireVersion, Wave
from surveys.questionnaire import KIND_LABELS, codebook, differences, faults
from surveys.questionnaire.wording import outline

CODEBOOK_HEADINGS = ("variabel", "judul", "jenis", "kode", "label_kode", "versi")


@requires(Permission.VIEW_RESPONSES)
@require_safe
def questionnaire(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    versions = list(wave.questionnaires.select_related("publisher"))
    draft = drafted(wave)
    context = {
        "wave": wave,
        "versions": versions,
        "may_manage": request.user.can(Permission.MANAGE_WAVES) and not wave.is_reconstruction,
        "questions": wave.local_questions.all(),
        "is_changed": not versions or versions[0].fingerprint != draft.fingerprint,
        "next_number": versions[0].number + 1 if versions else 1,
    }
    return render(request, "surveys/questionnaire/detail.html", context)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def version(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    versions = QuestionnaireVersion.objects.select_related("wave", "publisher")
    shown = get_object_or_404(versions, wave__code=code, number=number)
    before = versions.filter(wave=shown.wave, number=number - 1).first()
    context = {
        "wave": shown.wave,
        "version": shown,
        "before": before,
        "differences": differences(before.definition, shown.definition) if before else [],
        "parts": outline(shown.definition),
    }
    return render(request, "surveys/questionnaire/version.html", context)


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code, is_reconstruction=False)
    if request.method != "POST":
        return _preview(request, wave)
    seen = request.POST.get("fingerprint", "")
    try:
        made, is_new = publish_questionnaire(wave=wave, by=request.user, at=timezone.now(), seen=seen)
    except QuestionnaireRefused as refusal:
        return _preview(request, wave, refusal=str(refusal))
    if is_new:
        messages.success(request, f"Kuesioner versi {made.number} terbit dan dipakai mulai sekarang.")
    else:
        messages.info(request, f"Tidak ada yang berubah: versi {made.number} tetap berlaku.")
    return redirect("surveys:questionnaire", code=wave.code)


def _preview(request: SignedInRequest, wave: Wave, *, refusal: str = "") -> HttpResponse:
    """The form as it will be, unless faults stand in its way, and what differs from the version in force."""
    draft = drafted(wave)
    standing = wave.questionnaires.order_by("-number").first()
    number = standing.number + 1 if standing else 1
    next_version = QuestionnaireVersion(
        wave=wave, number=number, document=draft.as_json(), fingerprint=draft.fingerprint
    )
    questions = {question.code: question for question in wave.local_questions.all()}
    found = [(fault, questions.get(fault.code)) for fault in faults(draft.local, published(wave))]
    context = {
        "wave": wave,
        "refusal": refusal,
        "standing": standing,
        "number": number,
        "fingerprint": draft.fingerprint,
        "faults": found,
        "differences": differences(standing.definition, draft) if standing else [],
        # Two questions of one code, say, make no form.
        "form": None
        if found
        else InterviewForm(wave=wave, today=timezone.localdate(), filled_with=next_version),
    }
    status = 409 if refusal else 200
    return render(request, "surveys/questionnaire/publish.html", context, status=status)


@requires(Permission.MANAGE_WAVES)
@require_POST
def question_move(request: SignedInRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(LocalQuestion.objects.select_related("wave"), pk=pk)
    up = request.POST.get("arah") == "naik"
    try:
        move_question(question=question, up=up, by=request.user, at=timezone.now())
    except QuestionnaireRefused as refusal:
        messages.error(request, f"Urutan tidak diubah. {refusal}")
    return redirect("surveys:questionnaire", code=question.wave.code)


@requires(Permission.MANAGE_WAVES)
@require_POST
def question_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(LocalQuestion.objects.select_related("wave"), pk=pk)
    try:
        delete_question(question=question, by=request.user, at=timezone.now())
    except QuestionnaireRefused as refusal:
        messages.error(request, f"Pertanyaan tidak dihapus. {refusal}")
    else:
        messages.success(request, f"Pertanyaan “{question.label}” dihapus dari rancangan.")
    return redirect("surveys:questionnaire", code=question.wave.code)


@requires(Permission.VIEW_RESPONSES)
@require_safe
def codebook_page(request: SignedInRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(Wave, code=code)
    return render(request, "surveys/questionnaire/codebook.html", {"wave": wave, "rows": _codebook(wave)})


@requires(Permission.VIEW_RESPONSES)
@require_safe
def codebook_file(request: SignedInRequest, code: str) -> HttpResponse:
    """Nothing about anybody in it, so that it leaves no event."""
    wave = get_object_or_404(Wave, code=code)
    out = BytesIO()
    SafeCSV().write(out, [CODEBOOK_HEADINGS, *_codebook(wave)])
    headers = {"Content-Disposition": f'attachment; filename="buku-kode-{wave.code}.csv"'}
    return HttpResponse(out.getvalue(), content_type=SafeCSV.CONTENT_TYPE, headers=headers)


def _codebook(wave: Wave) -> list[tuple[str, ...]]:
    return [
        (
            row.variable,
            row.label,
            KIND_LABELS[row.kind],
            row.code,
            row.code_label,
            ", ".join(map(str, row.versions)),
        )
        for row in codebook(published(wave))
    ]
