"""The interview of a business of an invented city, with associations as one would expect. Pure.

Younger owners sell online more; who sells online has partners and growing revenue more often; who uses own
capital says why no credit. Every question stays unanswered now and then.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from surveys.city.people import Drawn, generator_for, public_id
from surveys.questions import NONE

FIELD_WORK_DAYS = 75  # from the second week of the period on
REFUSES_ALL = 0.006
_UNANSWERED = {
    "marketing_channel": 0.05,
    "partnership": 0.055,
    "revenue_trend": 0.03,
    "capital_source": 0.06,
    "bookkeeping_regular": 0.08,
    "finances_separated": 0.09,
    "has_potential": 0.1,
}
_OFFLINE, _ONLINE, _BOTH = ("offline", "online", "both")
_NOTES = ("Pemilik ramai pembeli", "Diwawancarai di tempat usaha", "Diwakili keluarga")
_POTENTIALS = ("Produk khas daerah", "Pembeli dari luar kota", "Lokasi ramai")


@dataclass
class Answered:
    """`fields` are columns of Response, `choices` pairs of a question and one ticked value."""

    fields: dict[str, object]
    choices: list[tuple[str, str]] = field(default_factory=list)


def answer(drawn: Drawn, *, seed: int, period_start: date) -> Answered:
    random = generator_for(seed, "answer", drawn.index)
    silent = random.random() < REFUSES_ALL
    given = {
        question: "" if silent or random.random() < chance else None
        for question, chance in _UNANSWERED.items()
    }
    channel = _channel(random, drawn)
    answers = {
        "marketing_channel": channel,
        "partnership": _partnership(random, drawn, channel),
        "revenue_trend": _trend(random, channel),
        "capital_source": random.choices(("own_capital", "business_credit", "both"), (76, 9, 15))[0],
        "bookkeeping_regular": _yes(random, 0.45 if channel != _OFFLINE else 0.22),
        "finances_separated": _yes(random, 0.4 if channel != _OFFLINE else 0.2),
        "has_potential": _yes(random, 0.72),
    }
    fields: dict[str, object] = {
        question: value if given[question] is None else "" for question, value in answers.items()
    }
    interviewed = datetime.combine(
        period_start + timedelta(days=7 + random.randrange(FIELD_WORK_DAYS)),
        time(1 + random.randrange(8), random.randrange(60)),
        UTC,
    )
    fields["public_id"] = public_id(seed, "response", drawn.index)
    fields["submission_id"] = public_id(seed, "submission", drawn.index)
    fields["interviewed_at"] = interviewed
    fields["received_at"] = interviewed + timedelta(minutes=random.randint(5, 600))
    fields["mode"] = "direct" if random.random() < 0.93 else "indirect"
    fields["note"] = random.choice(_NOTES) if random.random() < 0.05 else ""
    fields["potential_note"] = (
        random.choice(_POTENTIALS) if fields["has_potential"] == "yes" and random.random() < 0.2 else ""
    )
    return Answered(fields, _choices(random, fields, silent))


def _channel(random: Random, drawn: Drawn) -> str:
    if not drawn.sells_online:
        return _OFFLINE
    return _ONLINE if random.random() < (0.75 if drawn.sector in {"C", "J"} else 0.55) else _BOTH


def _partnership(random: Random, drawn: Drawn, channel: str) -> str:
    chance = 0.55 if drawn.sector in {"C", "A", "F"} else 0.3
    return "partnered" if random.random() < chance + (0.1 if channel != _OFFLINE else 0) else "independent"


def _trend(random: Random, channel: str) -> str:
    shares = (6, 46, 48) if channel == _OFFLINE else (3, 31, 66)
    return random.choices(("decreased", "stable", "increased"), shares)[0]


def _yes(random: Random, chance: float) -> str:
    return "yes" if random.random() < chance else "no"


def _choices(random: Random, fields: dict[str, object], silent: bool) -> list[tuple[str, str]]:
    choices = [("methods", "interview")]
    if random.random() < 0.25:
        choices.append(("methods", random.choice(("observation", "questionnaire"))))
    if silent:
        return choices
    if fields["capital_source"] == "own_capital" and random.random() < 0.9:
        reasons = ("not_interested", "repayment_burden", "interest_too_high", "complicated_administration")
        choices += _ticked(random, "credit_refusal_reasons", (*reasons, "other"), (40, 30, 20, 18, 4))
    choices += _platforms(random, str(fields["marketing_channel"]))
    if random.random() < 0.15:
        choices.append(("problems", NONE))
    elif random.random() < 0.93:
        areas = ("human_resources", "capital", "marketing", "promotion")
        choices += _ticked(random, "problems", areas, (18, 35, 40, 25))
    return choices


def _platforms(random: Random, channel: str) -> list[tuple[str, str]]:
    if channel == _OFFLINE:
        return [("platforms", NONE)] if random.random() < 0.8 else []
    if not channel:
        return []
    return _ticked(random, "platforms", ("social_media", "marketplace", "website"), (70, 28, 3))


def _ticked(
    random: Random, question: str, values: tuple[str, ...], weights: tuple[int, ...]
) -> list[tuple[str, str]]:
    """One value, sometimes a second one, in the order of the question."""
    ticked = set(random.choices(values, weights, k=1 if random.random() < 0.7 else 2))
    return [(question, value) for value in values if value in ticked]
