"""A complete interview, as a form sends it and as the actions take it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from surveys.answers import Answers

NOW = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)

SINGLE = {
    "marketing_channel": "online",
    "partnership": "partnered",
    "revenue_trend": "increased",
    "capital_source": "own_capital",
    "bookkeeping_regular": "yes",
    "finances_separated": "no",
    "has_potential": "yes",
}
MULTIPLE = {
    "credit_refusal_reasons": ["not_interested", "interest_too_high"],
    "platforms": ["social_media", "marketplace"],
    "problems": ["capital"],
    "methods": ["interview", "observation"],
}


def form_data(**changes: Any) -> dict[str, Any]:
    """What a filled form posts; a key given as None is left out, as an untouched question is."""
    data: dict[str, Any] = {
        "submission_id": str(uuid.uuid4()),
        "consent": "yes",
        "interviewed_on": "03/03/2026",
        "mode": "direct",
        "potential_note": "",
        "note": "",
        **SINGLE,
        **MULTIPLE,
        **changes,
    }
    return {name: value for name, value in data.items() if value is not None}


def some_answers(**changes: Any) -> Answers:
    single = {name: changes.pop(name, value) for name, value in SINGLE.items()}
    multiple = {name: frozenset(changes.pop(name, value)) for name, value in MULTIPLE.items()}
    return Answers(
        **{"interviewed_at": NOW, "mode": "direct", "single": single, "multiple": multiple} | changes
    )
