"""What is published stays as it was; what differs is read before it is published."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from core.models import AuditEvent, Verb
from surveys.actions import QuestionnaireRefused, current_questionnaire, publish_questionnaire, save_question
from surveys.models import LocalQuestion, QuestionnaireVersion
from surveys.questionnaire import questionnaire
from tests.factories import WaveFactory
from tests.surveys.interviews import NOW
from tests.surveys.study import load_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


@pytest.fixture
def draft(wave, people):
    drafted = LocalQuestion(
        wave=wave, code="pekerja", kind="number", label="Pekerja", prompt="Berapa <pekerja>?"
    )
    return save_question(question=drafted, by=people.administrator, at=NOW)


@pytest.fixture
def desk(client, people):
    client.force_login(people.administrator)
    return client


TABLE = "surveys_questionnaireversion"
WRITES = {
    "update": lambda: QuestionnaireVersion.objects.update(document={}),
    "save": lambda: QuestionnaireVersion.objects.get().save(),
    "delete": lambda: QuestionnaireVersion.objects.all().delete(),
    "delete_with_the_wave": lambda: QuestionnaireVersion.objects.get().wave.delete(),
    "bulk_update": lambda: QuestionnaireVersion.objects.bulk_update(
        QuestionnaireVersion.objects.all(), ["number"]
    ),
    "sql_update": lambda: connection.cursor().execute(f"UPDATE {TABLE} SET number = 9"),
    "sql_delete": lambda: connection.cursor().execute(f"DELETE FROM {TABLE} WHERE number = 1"),
    "sql_empty": lambda: connection.cursor().execute(
        f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {TABLE} CASCADE"
        if connection.vendor == "postgresql"
        else f"DELETE FROM {TABLE}"
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_the_database_refuses_to_change_what_was_published(wave, write):
    with pytest.raises(DatabaseError, match="published questionnaire never changes"), transaction.atomic():
        WRITES[write]()
    version = QuestionnaireVersion.objects.get()
    assert (version.number, version.definition) == (1, questionnaire())


def test_the_page_shows_the_form_and_the_differences_and_publishes(desk, wave, draft, people):
    address = reverse("surveys:questionnaire-publish", args=[wave.code])
    answer = desk.get(address)
    page = answer.content.decode()
    assert "Pertanyaan baru: “Pekerja” (Bilangan)." in page
    assert "Berapa &lt;pekerja&gt;?" in page
    assert "<fieldset" in page
    assert wave.questionnaires.count() == 1
    answer = desk.post(address, {"fingerprint": answer.context["fingerprint"]}, follow=True)
    assert "Kuesioner versi 2 terbit" in answer.content.decode()
    version = current_questionnaire(wave)
    assert (version.number, version.publisher) == (2, people.administrator)
    assert [item.code for item in version.definition.local] == ["pekerja"]
    event = AuditEvent.objects.filter(verb=Verb.PUBLISHED).latest("pk")
    assert (event.object_label, event.actor_id) == (str(version), people.administrator.pk)


def test_the_form_is_shown_as_it_stands_however_often_it_changed(desk, wave, draft, people):
    address = reverse("surveys:questionnaire-publish", args=[wave.code])
    assert "Berapa &lt;pekerja&gt;?" in desk.get(address).content.decode()
    draft.prompt = "Berapa orang?"
    save_question(question=draft, by=people.administrator, at=NOW)
    page = desk.get(address).content.decode()
    assert "Berapa orang?" in page
    assert "Berapa &lt;pekerja&gt;?" not in page


def test_what_has_no_fingerprint_yet_is_never_taken_for_another(wave):
    one, other = (
        QuestionnaireVersion(wave=wave, document=questionnaire(consent=text).as_json())
        for text in ("Satu", "Dua")
    )
    assert (one.definition.consent, other.definition.consent) == ("Satu", "Dua")


def test_a_draft_that_makes_no_form_is_shown_with_its_fault(desk, wave, draft):
    LocalQuestion.objects.filter(pk=draft.pk).update(code="platforms")
    answer = desk.get(reverse("surveys:questionnaire-publish", args=[wave.code]))
    assert answer.status_code == 200
    assert "Yang perlu diperbaiki dahulu" in answer.text
    assert "Formulir yang akan dilihat" not in answer.text


def test_what_is_published_is_what_was_looked_at(desk, wave, draft, people):
    address = reverse("surveys:questionnaire-publish", args=[wave.code])
    seen = desk.get(address).context["fingerprint"]
    draft.prompt = "Berapa orang?"
    save_question(question=draft, by=people.administrator, at=NOW)
    answer = desk.post(address, {"fingerprint": seen})
    assert answer.status_code == 409
    assert "berubah sejak halaman ini dibuka" in answer.content.decode()
    assert wave.questionnaires.count() == 1


def test_the_same_questions_make_no_second_version(desk, wave):
    address = reverse("surveys:questionnaire-publish", args=[wave.code])
    seen = desk.get(address).context["fingerprint"]
    page = desk.post(address, {"fingerprint": seen}, follow=True).content.decode()
    assert "Tidak ada yang berubah: versi 1 tetap berlaku." in page


def test_a_faulty_draft_is_not_published(desk, wave, people):
    """However it came there: the form at the desk would not have taken it."""
    LocalQuestion.objects.create(
        wave=wave, code="sewa", kind="amount", label="Sewa", prompt="?", shown_if_question="x"
    )
    with pytest.raises(QuestionnaireRefused, match="“sewa”"):
        publish_questionnaire(wave=wave, by=people.administrator, at=NOW)
    answer = desk.get(reverse("surveys:questionnaire-publish", args=[wave.code]))
    page = answer.content.decode()
    assert "Yang perlu diperbaiki dahulu" in page
    assert "Terbitkan versi 2</button>" not in page
    answer = desk.post(answer.request["PATH_INFO"], {"fingerprint": answer.context["fingerprint"]})
    assert answer.status_code == 409


def test_old_versions_stay_readable(desk, client, wave, draft, people):
    publish_questionnaire(wave=wave, by=people.administrator, at=NOW)
    draft.maximum, draft.required = "2000", False
    save_question(question=draft, by=people.administrator, at=NOW)
    publish_questionnaire(wave=wave, by=people.administrator, at=NOW)
    client.force_login(people.enumerator_a)
    page = client.get(reverse("surveys:questionnaire", args=[wave.code])).content.decode()
    assert page.count("Versi ") >= 3
    assert "Tambah pertanyaan" not in page
    third = client.get(reverse("surveys:questionnaire-version", args=[wave.code, 3])).content.decode()
    assert "“Pekerja”: sekarang boleh kosong." in third
    assert "“Pekerja”: batas atas sekarang 2.000, semula tidak ada." in third
    second = client.get(reverse("surveys:questionnaire-version", args=[wave.code, 2])).content.decode()
    assert "Bilangan · wajib diisi · paling sedikit 0" in second
    assert client.get(reverse("surveys:questionnaire-version", args=[wave.code, 4])).status_code == 404
    assert client.get(reverse("surveys:questionnaire-publish", args=[wave.code])).status_code == 403


def test_the_code_book_is_read_and_taken_along(client, wave, draft, people):
    publish_questionnaire(wave=wave, by=None, at=NOW)
    client.force_login(people.supervisor_b)
    page = client.get(reverse("surveys:codebook", args=[wave.code])).content.decode()
    assert '<th scope="row">pekerja</th><td>Pekerja</td><td>Bilangan</td>' in page
    answer = client.get(reverse("surveys:codebook-file", args=[wave.code]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "variabel;judul;jenis;kode;label_kode;versi"
    assert "marketing_channel;Cara pemasaran;Satu pilihan;not_answered;Tidak menjawab;1, 2" in lines
    assert "pekerja;Pekerja;Bilangan;;;2" in lines


def test_the_questionnaire_of_the_published_survey_is_only_read(desk, people):
    load_study()
    page = desk.get(reverse("surveys:questionnaire", args=["probolinggo-2022"])).content.decode()
    assert "Rancangan" not in page
    version = desk.get(
        reverse("surveys:questionnaire-version", args=["probolinggo-2022", 1])
    ).content.decode()
    assert "Pertanyaan survei terbit" in version
    assert desk.get(reverse("surveys:questionnaire-publish", args=["probolinggo-2022"])).status_code == 404
