from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from surveys.actions import current_questionnaire, publish_questionnaire
from surveys.models import Response, Wave
from surveys.questionnaire import study_questionnaire
from tests.factories.registry import BusinessFactory

AT = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)


class WaveFactory(DjangoModelFactory):
    class Meta:
        model = Wave
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"gelombang-{n + 1}")
    title = factory.Sequence(lambda n: f"Gelombang {n + 1}")
    design = "sample"
    period_start = date(2026, 1, 1)
    period_end = date(2026, 12, 31)
    target_n = 100
    method = "Wawancara langsung di tempat usaha."
    source = "Dinas Koperasi dan UMKM"

    @factory.post_generation
    def published(wave, create, extracted, **kwargs):
        """A wave can begin: its core questions are published."""
        if create and extracted is not False:
            definition = study_questionnaire() if wave.is_reconstruction else None
            publish_questionnaire(wave=wave, by=None, at=AT, definition=definition)


class ResponseFactory(DjangoModelFactory):
    class Meta:
        model = Response

    wave = factory.SubFactory(WaveFactory)
    questionnaire = factory.LazyAttribute(lambda response: current_questionnaire(response.wave))
    business = factory.SubFactory(BusinessFactory)
    state = "accepted"
    interviewed_at = AT
    received_at = AT
    mode = "direct"
    sector = factory.SelfAttribute("business.sector")
    ward = factory.SelfAttribute("business.ward")
    district = factory.SelfAttribute("business.district")
    scale_uu20 = "unclassified"
    scale_pp7 = "unclassified"
    marketing_channel = "offline"
    partnership = "independent"
    revenue_trend = "stable"
    capital_source = "own_capital"
