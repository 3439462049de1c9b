"""The pages of a questionnaire: drafting with its mistakes, the preview, versions and the code book."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from surveys.actions import publish_questionnaire
from surveys.models import LocalQuestion, Wave
from tests.browser.every_page import Visit, World, send_admin_form, visit
from tests.factories import WaveFactory

ADMIN, FIELD = "administrator", "enumerator_a"
DRAFTS = [
    {
        "code": "tempat",
        "kind": "single",
        "label": "Tempat usaha",
        "prompt": "Di mana tempat usahanya?",
        "choices": [["kios", "Kios"], ["rumah", "Rumah"]],
    },
    {
        "code": "sewa",
        "kind": "amount",
        "label": "Sewa sebulan",
        "prompt": "Berapa sewanya sebulan?",
        "shown_if_question": "tempat",
        "shown_if_values": ["kios"],
    },
    {"code": "sejak", "kind": "date", "label": "Sejak", "prompt": "Sejak kapan di sini?", "required": False},
]


def drafted_wave(**more: str) -> Wave:
    """Three drafts, the last one faulty where `more` says so; the first was published."""
    wave = WaveFactory()
    for position, fields in enumerate(DRAFTS, start=1):
        LocalQuestion.objects.create(wave=wave, position=position, **fields)
        if position == 1:
            publish_questionnaire(wave=wave, by=None, at=timezone.now())
    wave.local_questions.filter(code="sejak").update(**more)
    return wave


def on(name: str, *, number: int | None = None, **more: str):
    def address(world: World) -> str:
        arguments = [drafted_wave(**more).code, *([number] if number else [])]
        return reverse(f"surveys:{name}", args=arguments)

    return address


def change_of(code: str):
    def address(world: World) -> str:
        question = drafted_wave().local_questions.get(code=code)
        return reverse("admin:surveys_localquestion_change", args=[question.pk])

    return address


def empty_all(page: Page) -> None:
    for name in ("prompt", "choice_lines"):
        page.locator(f"[name={name}]").fill("")
    page.locator("[name=minimum]").fill("10")
    send_admin_form(page)


QUESTIONNAIRE: list[Visit] = [
    visit(ADMIN, "surveys:questionnaire", on("questionnaire"), shows="Lihat dan terbitkan versi 3"),
    visit(FIELD, "surveys:questionnaire", on("questionnaire"), shows="Berlaku"),
    visit(ADMIN, "surveys:questionnaire-publish", on("questionnaire-publish"), shows="Terbitkan versi 3"),
    visit(
        ADMIN,
        "surveys:questionnaire-publish",
        on("questionnaire-publish", code="platforms"),
        shows="Yang perlu diperbaiki dahulu",
    ),
    visit(FIELD, "surveys:questionnaire-version", on("questionnaire-version", number=2), shows="Perbedaan"),
    visit(FIELD, "surveys:codebook", on("codebook"), shows="Arti kode"),
    visit(ADMIN, "admin:surveys_localquestion_changelist"),
    visit(ADMIN, "admin:surveys_localquestion_add", shows="Ditanyakan hanya bila"),
    visit(ADMIN, "admin:surveys_localquestion_change", change_of("sewa"), shows="Ditanyakan hanya bila"),
    visit(
        ADMIN,
        "admin:surveys_localquestion_change",
        change_of("tempat"),
        act=empty_all,
        shows="Belum tersimpan",
    ),
]
