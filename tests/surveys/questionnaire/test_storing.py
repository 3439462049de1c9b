"""What was answered is stored and read back as the same answers, through columns, rows and data."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from surveys.actions import record_response
from surveys.models import QuestionnaireVersion, Response
from surveys.questionnaire import (
    DECLINED,
    Definition,
    Item,
    Kind,
    Values,
    check,
    questionnaire,
    study_questionnaire,
    to_answers,
    values_of,
)
from tests.factories.registry import BusinessFactory
from tests.factories.surveys import ResponseFactory, WaveFactory
from tests.people import People
from tests.surveys.interviews import MULTIPLE, NOW, SINGLE
from tests.surveys.questionnaire.fillings import filled_definitions

pytestmark = pytest.mark.django_db
CORE: Values = SINGLE | {"mode": "direct"} | {code: tuple(values) for code, values in MULTIPLE.items()}
PETS = Item(
    "hewan", Kind.MULTIPLE, "Hewan", "Hewan apa?", (("cat", "Kucing"), ("dog", "Anjing")), may_decline=True
)


def stored(definition: Definition, values: Values, people: People) -> Response:
    """The interview as the database gives it back."""
    wave = WaveFactory()
    version = QuestionnaireVersion.objects.create(
        wave=wave,
        number=2,
        document=definition.as_json(),
        fingerprint=definition.fingerprint,
        published_at=NOW,
    )
    checked = check(definition, values)
    assert checked.problems == {}
    response, _ = record_response(
        wave=wave,
        business=BusinessFactory(ward=people.a.ward),
        submission_id=uuid4(),
        answers=to_answers(definition, checked.values, interviewed_at=NOW),
        by=people.enumerator_a,
        at=NOW,
        questionnaire=version,
    )
    return Response.objects.get(pk=response.pk)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filled=filled_definitions())
def test_whatever_is_accepted_comes_back_as_it_was(filled, people):
    definition, values = filled
    accepted = check(definition, values)
    response = stored(definition, values, people)
    assert values_of(response) == accepted.values
    assert values_of(response, definition) == accepted.values


def test_declining_is_kept_apart_from_leaving_out(people):
    note = Item("catatan", Kind.TEXT, "Catatan", "Ada catatan?", required=False)
    declined = CORE | {"platforms": (DECLINED,), "partnership": DECLINED, "hewan": (DECLINED,)}
    response = stored(questionnaire((PETS, note)), declined, people)
    assert response.partnership == ""
    assert response.extra == {"hewan": [DECLINED]}
    values = values_of(response)
    assert (values["partnership"], values["platforms"], values["hewan"]) == (
        DECLINED,
        (DECLINED,),
        (DECLINED,),
    )
    assert "catatan" not in values


def test_ticks_come_back_in_the_order_of_the_question(people):
    response = stored(questionnaire((PETS,)), CORE | {"hewan": ("dog", "cat", "dog")}, people)
    assert response.extra == {"hewan": ["cat", "dog"]}


def test_what_is_not_asked_of_somebody_with_credit_is_neither_stored_nor_read(people):
    response = stored(questionnaire(), CORE | {"capital_source": "business_credit"}, people)
    assert "credit_refusal_reasons" not in values_of(response)


def test_the_published_survey_is_read_by_its_three_questions():
    wave = WaveFactory(published=False, is_reconstruction=True)
    definition = study_questionnaire()
    version = QuestionnaireVersion.objects.create(
        wave=wave, number=1, document=definition.as_json(), fingerprint="-", published_at=NOW
    )
    response = ResponseFactory(wave=wave, questionnaire=version, mode="", partnership="")
    assert values_of(response) == {
        "marketing_channel": "offline",
        "partnership": DECLINED,
        "revenue_trend": "stable",
    }


def test_reading_many_with_one_definition_asks_for_no_version(django_assert_num_queries):
    response = ResponseFactory()
    definition = questionnaire()
    (read,) = Response.objects.filter(pk=response.pk).prefetch_related("choices")
    with django_assert_num_queries(0):
        values_of(read, definition)
