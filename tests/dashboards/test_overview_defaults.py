"""What the filters show before anybody chose anything."""

import pytest
from django.http import QueryDict

from dashboards.forms import FilterForm
from tests.factories import ResponseFactory, WaveFactory

pytestmark = pytest.mark.django_db


def test_the_filter_names_the_wave_whose_numbers_are_shown(people):
    answered = WaveFactory(period_start="2025-01-01", period_end="2025-12-31")
    WaveFactory()  # newer, without responses
    ResponseFactory(wave=answered, business__ward=people.a.ward)

    form = FilterForm(QueryDict(), user=people.official)

    assert form.shown_wave == answered
    assert form["wave"].value() == answered.code
