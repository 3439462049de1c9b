"""The questions of a wave are drafted at the desk; every mistake is told at its field and what was typed stays."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.models import AuditEvent, Verb
from surveys.actions import publish_questionnaire, save_question
from surveys.models import LocalQuestion
from tests.factories import WaveFactory
from tests.surveys.interviews import NOW

ADD = reverse("admin:surveys_localquestion_add")


@pytest.fixture
def desk(client, people):
    client.force_login(people.administrator)
    return client


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026")


def draft(wave, **fields):
    """What the form posts for a question of one choice."""
    return {
        "wave": wave.pk,
        "prompt": "Di mana tempat usahanya?",
        "label": "Tempat usaha",
        "code": "tempat",
        "kind": "single",
        "help_text": "",
        "choice_lines": "kios: Kios pasar\nRumah sendiri",
        "required": "on",
        "minimum": "",
        "maximum": "",
    } | fields


def rent(wave, **fields):
    amount = {
        "label": "Sewa",
        "prompt": "Berapa sewanya?",
        "code": "sewa",
        "kind": "amount",
        "choice_lines": "",
    }
    return draft(wave, **amount | fields)


def question(wave, people, **fields):
    values = {"code": "tempat", "kind": "single", "label": "Tempat", "prompt": "Di mana?"}
    values |= {"choices": [["kios", "Kios"], ["rumah", "Rumah"]]} | fields
    return save_question(question=LocalQuestion(wave=wave, **values), by=people.administrator, at=NOW)


def test_a_question_is_drafted_with_its_event(desk, wave, people):
    assert f"?wave={wave.pk}" in desk.get(reverse("surveys:questionnaire", args=[wave.code])).content.decode()
    page = desk.get(f"{ADD}?wave={wave.pk}").content.decode()
    assert f'<option value="{wave.pk}" selected>' in page
    answer = desk.post(ADD, draft(wave), follow=True)
    assert "tersimpan dalam rancangan" in answer.content.decode()
    drafted = LocalQuestion.objects.get()
    assert drafted.choices == [["kios", "Kios pasar"], ["rumah_sendiri", "Rumah sendiri"]]
    event = AuditEvent.objects.get(verb=Verb.CREATED, object_type="surveys.localquestion")
    assert event.actor_id == people.administrator.pk
    assert wave.questionnaires.count() == 1  # nobody is asked it yet


def test_all_six_kinds_are_drafted_in_indonesian_notation(desk, wave):
    drafts = [
        draft(wave),
        draft(wave, kind="multiple", label="Bantuan", code="", choice_lines="Keluarga\nTidak ada"),
        rent(wave, minimum="Rp 100.000", maximum="5 juta", shown_when=["tempat:kios"]),
        rent(wave, kind="number", label="Pekerja", code="", maximum="1.000"),
        rent(wave, kind="date", label="Sejak", code="", minimum="1/1/2000", maximum="31 Desember 2026"),
        rent(wave, kind="text", label="2 Harapan!", code="", required=""),
    ]
    for data in drafts:
        assert desk.post(ADD, data).status_code == 302
    questions = {q.code: q for q in LocalQuestion.objects.all()}
    assert list(questions) == ["tempat", "bantuan", "sewa", "pekerja", "sejak", "p_2_harapan"]
    assert questions["bantuan"].choices == [["keluarga", "Keluarga"], ["none", "Tidak ada"]]
    amount = questions["sewa"]
    assert (amount.minimum, amount.maximum) == ("100000", "5000000")
    assert (amount.shown_if_question, amount.shown_if_values) == ("tempat", ["kios"])
    assert (questions["sejak"].minimum, questions["sejak"].maximum) == ("2000-01-01", "2026-12-31")
    page = desk.get(reverse("admin:surveys_localquestion_change", args=[amount.pk])).content.decode()
    assert 'value="100.000"' in page
    assert 'value="tempat:kios" id="id_shown_when' in page
    assert "checked" in page
    since = desk.get(
        reverse("admin:surveys_localquestion_change", args=[questions["sejak"].pk])
    ).content.decode()
    assert 'value="01/01/2000"' in since


BAD = {
    "no prompt": ({"prompt": " "}, "prompt", "wajib diisi"),
    "a core question's code": ({"code": "platforms"}, "code", "milik pertanyaan inti"),
    "a reserved code": ({"code": "business"}, "code", "dipakai aplikasi"),
    "a code in capitals": ({"code": "Tempat"}, "code", "huruf kecil"),
    "no choices": ({"choice_lines": ""}, "choice_lines", "paling sedikit dua pilihan"),
    "a choice twice": ({"choice_lines": "a: A\na: B"}, "choice_lines", "ditulis lebih dari sekali"),
    "not answering typed": ({"choice_lines": "A\nTidak menjawab"}, "choice_lines", "selalu ditawarkan"),
    "a limit of a choice": ({"minimum": "3"}, "minimum", "Hanya bilangan, rupiah, dan tanggal"),
    "choices of a number": ({"kind": "number"}, "choice_lines", "kosongkan bagian ini"),
    "limits turned round": (
        {"kind": "number", "choice_lines": "", "minimum": "10", "maximum": "9"},
        "maximum",
        "tidak boleh kurang",
    ),
    "a limit in words": (
        {"kind": "amount", "choice_lines": "", "minimum": "banyak"},
        "minimum",
        "Ini bukan jumlah rupiah",
    ),
    "a limit that is no day": (
        {"kind": "date", "choice_lines": "", "maximum": "31/02/2026"},
        "maximum",
        "tidak ada di kalender",
    ),
    "an answer of no earlier question": (
        {"shown_when": ["besok:ya"]},
        "shown_when",
        "bukan dari pertanyaan sebelumnya",
    ),
    "answers of two questions": (
        {"shown_when": ["partnership:partnered", "capital_source:both"]},
        "shown_when",
        "satu pertanyaan saja",
    ),
    "no kind": ({"kind": "essay"}, "kind", "bukan"),
    "no wave": ({"wave": "x"}, "wave", "Pilih salah satu"),
}


@pytest.mark.parametrize(("changes", "field", "message"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_told_at_its_field(desk, wave, changes, field, message):
    answer = desk.post(ADD, draft(wave) | changes)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert message in " ".join(map(str, form.errors[field]))
    assert not LocalQuestion.objects.exists()
    assert "Tempat usaha" in answer.content.decode()


def test_a_code_is_used_once_in_a_wave(desk, wave, people):
    question(wave, people)
    answer = desk.post(ADD, draft(wave))
    assert answer.context["adminform"].form.errors["code"] == [
        "Kode ini sudah dipakai pertanyaan lain pada gelombang ini."
    ]
    assert desk.post(ADD, draft(WaveFactory())).status_code == 302


def test_a_published_code_keeps_its_kind_and_its_choices_their_meaning(desk, wave, people):
    drafted = question(wave, people)
    publish_questionnaire(wave=wave, by=None, at=NOW)
    address = reverse("admin:surveys_localquestion_change", args=[drafted.pk])
    retyped = desk.post(address, rent(wave, code="tempat")).context["adminform"].form
    assert "jenisnya tetap" in retyped.errors["kind"][0]
    drafted.choices = [["kios", "Kios"], ["los", "Los"]]
    save_question(question=drafted, by=people.administrator, at=NOW)
    publish_questionnaire(wave=wave, by=None, at=NOW)
    reused = desk.post(address, draft(wave, choice_lines="kios: Kios\nrumah: Rumah makan")).context
    assert "berarti “Rumah” pada versi 2" in reused["adminform"].form.errors["choice_lines"][0]


def test_what_others_depend_on_is_not_taken_from_under_them(desk, wave, people):
    asked = question(wave, people)
    question(
        wave,
        people,
        code="sewa",
        label="Sewa",
        kind="amount",
        choices=[],
        shown_if_question="tempat",
        shown_if_values=["kios"],
    )
    address = reverse("admin:surveys_localquestion_change", args=[asked.pk])
    for changes, field in (
        ({"choice_lines": "rumah: Rumah\nlos: Los"}, "choice_lines"),
        ({"kind": "text", "choice_lines": ""}, "kind"),
        ({"code": "lokasi", "choice_lines": "kios: Kios\nrumah: Rumah"}, "code"),
    ):
        form = desk.post(address, draft(wave, **changes)).context["adminform"].form
        assert "Pertanyaan “Sewa” bergantung" in form.errors[field][0]
    for step, data in (("question-delete", {}), ("question-move", {"arah": "turun"})):
        page = desk.post(reverse(f"surveys:{step}", args=[asked.pk]), data, follow=True).content.decode()
        assert "harus pertanyaan berpilihan yang ditanyakan lebih dahulu" in page
    assert [q.code for q in wave.local_questions.all()] == ["tempat", "sewa"]


def test_questions_are_put_in_order_and_taken_away(desk, wave, people):
    first, second = question(wave, people), question(wave, people, code="lain", label="Lain")
    desk.post(reverse("surveys:question-move", args=[second.pk]), {"arah": "naik"})
    assert [q.code for q in wave.local_questions.all()] == ["lain", "tempat"]
    desk.post(reverse("surveys:question-move", args=[second.pk]), {"arah": "naik"})  # is the first already
    desk.post(reverse("surveys:question-delete", args=[first.pk]))
    assert [q.code for q in wave.local_questions.all()] == ["lain"]
    event = AuditEvent.objects.filter(object_type="surveys.localquestion").latest("pk")
    assert event.object_label.endswith("(dihapus)")
    assert event.changes["code"] == ["tempat", None]


def test_a_change_without_difference_leaves_no_event(desk, wave, people):
    drafted = question(wave, people)
    before = AuditEvent.objects.count()
    data = draft(wave, label="Tempat", prompt="Di mana?", choice_lines="kios: Kios\nrumah: Rumah")
    assert (
        desk.post(reverse("admin:surveys_localquestion_change", args=[drafted.pk]), data).status_code == 302
    )
    assert AuditEvent.objects.count() == before


def test_the_published_survey_takes_no_question(desk, people):
    study = WaveFactory(is_reconstruction=True)
    form = desk.post(ADD, draft(study)).context["adminform"].form
    assert "Pilih salah satu" in form.errors["wave"][0]
    fixed = LocalQuestion.objects.create(wave=study, code="tempat", kind="text", label="T", prompt="T?")
    address = reverse("admin:surveys_localquestion_change", args=[fixed.pk])
    assert desk.post(address, draft(study)).status_code == 403
    for step in ("question-move", "question-delete"):
        page = desk.post(reverse(f"surveys:{step}", args=[fixed.pk]), follow=True).content.decode()
        assert "Kuesioner survei terbit tidak dapat diubah" in page
    assert LocalQuestion.objects.filter(pk=fixed.pk).exists()


@pytest.mark.parametrize("who", ["supervisor_a", "enumerator_a", "official", "registrar_a"])
def test_only_who_manages_waves_drafts(client, people, wave, who):
    drafted = question(wave, people)
    client.force_login(getattr(people, who))
    assert client.get(ADD).status_code in (302, 403)
    for step in ("question-move", "question-delete"):
        assert client.post(reverse(f"surveys:{step}", args=[drafted.pk])).status_code == 403
    assert LocalQuestion.objects.exists()
