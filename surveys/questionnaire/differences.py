"""What differs between two versions of a questionnaire, in words for those who publish it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from surveys.questionnaire.definition import Definition, Item
from surveys.questionnaire.wording import KIND_LABELS, answer_text, condition_text


def differences(old: Definition, new: Definition) -> list[str]:
    """One sentence a difference, in the order of the new version; empty exactly when the two are the same."""
    sentences = []
    if old.consent != new.consent:
        sentences.append("Naskah persetujuan diubah.")
    for item in new:
        if item.code not in old:
            sentences.append(f"Pertanyaan baru: “{item.label}” ({KIND_LABELS[item.kind]}).")
        else:
            sentences += [f"“{item.label}”: {change}." for change in _changes(old[item.code], new, item)]
    sentences += [f"Pertanyaan dihapus: “{item.label}”." for item in old if item.code not in new]
    shared_before = [item.code for item in old if item.code in new]
    shared_now = [item.code for item in new if item.code in old]
    if shared_before != shared_now:
        sentences.append("Urutan pertanyaan diubah.")
    if not sentences and old != new:
        sentences.append("Pembagian ke dalam bagian diubah.")
    return sentences


def _changes(before: Item, new: Definition, now: Item) -> Iterator[str]:
    if before.label != now.label:
        yield f"judul kolom semula “{before.label}”"
    if before.prompt != now.prompt:
        yield f"pertanyaannya sekarang berbunyi “{now.prompt}”"
    if before.kind is not now.kind:
        yield f"jenis jawaban sekarang {KIND_LABELS[now.kind]}, semula {KIND_LABELS[before.kind]}"
    if before.help_text != now.help_text:
        yield f"penjelasannya sekarang “{now.help_text}”" if now.help_text else "penjelasannya dihapus"
    yield from _changed_choices(before, now)
    if before.required != now.required:
        yield "sekarang wajib diisi" if now.required else "sekarang boleh kosong"
    for name, word in (("minimum", "batas bawah"), ("maximum", "batas atas")):
        if getattr(before, name) != getattr(now, name):
            yield f"{word} sekarang {_limit(now, name)}, semula {_limit(before, name)}"
    if before.shown_if != now.shown_if:
        if now.shown_if is None:
            yield "sekarang selalu ditanyakan"
        else:
            yield f"sekarang ditanyakan bila {condition_text(new, now.shown_if)}"
    rest = replace(now, max_length=before.max_length, may_decline=before.may_decline, is_core=before.is_core)
    if rest != now:
        yield "aturan pengisiannya diubah"


def _changed_choices(before: Item, now: Item) -> Iterator[str]:
    labels_before, labels_now = dict(before.choices), dict(now.choices)
    for code, label in now.choices:
        if code not in labels_before:
            yield f"pilihan baru “{label}”"
        elif labels_before[code] != label:
            yield f"pilihan “{labels_before[code]}” sekarang berbunyi “{label}”"
    for code, label in before.choices:
        if code not in labels_now:
            yield f"pilihan “{label}” dihapus"
    shared = [code for code, _ in before.choices if code in labels_now]
    if shared != [code for code, _ in now.choices if code in labels_before]:
        yield "urutan pilihan diubah"


def _limit(item: Item, name: str) -> str:
    limit: str = getattr(item, name)
    return answer_text(item, limit) if limit else "tidak ada"
