"""Two who publish, draft or record at the same moment. With a control that goes wrong.

The rows are made inside the test: a test with real transactions ends in a flush.
"""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError

from core.models import AuditEvent, Verb
from surveys.actions import publish_questionnaire, record_refusal, save_question
from surveys.models import LocalQuestion, QuestionnaireVersion
from surveys.questionnaire import questionnaire
from tests.factories import BusinessFactory, UserFactory, WaveFactory
from tests.registry.test_actions_races import PATIENCE, at_once
from tests.surveys.interviews import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def draft(wave, code):
    return LocalQuestion(wave=wave, code=code, kind="number", label=code, prompt=f"{code}?")


def test_four_who_publish_at_once_make_one_version():
    wave, by = WaveFactory(), UserFactory(role="administrator")
    save_question(question=draft(wave, "pekerja"), by=by, at=NOW)
    errors = at_once([lambda: publish_questionnaire(wave=wave, by=by, at=NOW)] * 4)
    assert errors == [None] * 4
    assert [version.number for version in wave.questionnaires.all()] == [2, 1]
    assert AuditEvent.objects.filter(verb=Verb.PUBLISHED, actor_id=by.pk).count() == 1


def test_control_without_taking_turns_both_would_write_the_same_number():
    """What the lock is for: the database refuses the second one, who then has published nothing."""
    wave = WaveFactory()
    both_have_read = threading.Barrier(2, timeout=PATIENCE)

    def publish_without_lock(consent):
        number = wave.questionnaires.latest("number").number + 1
        both_have_read.wait()
        definition = questionnaire(consent=consent)
        QuestionnaireVersion.objects.create(
            wave=wave,
            number=number,
            document=definition.as_json(),
            fingerprint=definition.fingerprint,
            published_at=NOW,
        )

    errors = at_once([lambda consent=consent: publish_without_lock(consent) for consent in "ab"])
    assert sum(isinstance(error, IntegrityError) for error in errors) == 1


def test_drafts_added_at_once_stand_one_after_the_other():
    wave, by = WaveFactory(), UserFactory(role="administrator")
    errors = at_once(
        [
            lambda code=code: save_question(question=draft(wave, code), by=by, at=NOW)
            for code in ("aa", "bb", "cc")
        ]
    )
    assert errors == [None] * 3
    assert [question.position for question in wave.local_questions.all()] == [1, 2, 3]


def test_a_refusal_clicked_four_times_is_one_visit():
    wave, by = WaveFactory(), UserFactory(role="enumerator")
    business = BusinessFactory()
    errors = at_once([lambda: record_refusal(wave=wave, business=business, by=by, at=NOW)] * 4)
    assert errors == [None] * 4
    assert wave.visits.count() == 1
