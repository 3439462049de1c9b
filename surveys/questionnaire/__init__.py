"""The questionnaire of a wave, defined once."""

from surveys.questionnaire.checking import Checked, check
from surveys.questionnaire.core import CONSENT, questionnaire, study_questionnaire
from surveys.questionnaire.definition import DECLINED, Definition, Item, Kind, Part, ShownIf, Value, Values
from surveys.questionnaire.storing import to_answers, values_of

__all__ = [
    "CONSENT",
    "DECLINED",
    "Checked",
    "Definition",
    "Item",
    "Kind",
    "Part",
    "ShownIf",
    "Value",
    "Values",
    "check",
    "questionnaire",
    "study_questionnaire",
    "to_answers",
    "values_of",
]
