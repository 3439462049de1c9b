"""The questionnaire of a wave, defined once."""

from surveys.questionnaire.checking import Checked, check
from surveys.questionnaire.codebook import CodebookRow, Variable, codebook, variables
from surveys.questionnaire.core import CONSENT, questionnaire, study_questionnaire
from surveys.questionnaire.definition import DECLINED, Definition, Item, Kind, Part, ShownIf, Value, Values
from surveys.questionnaire.differences import differences
from surveys.questionnaire.drafting import Fault, faults
from surveys.questionnaire.storing import to_answers, values_of
from surveys.questionnaire.wording import KIND_LABELS, answer_text, condition_text, range_text

__all__ = [
    "CONSENT",
    "DECLINED",
    "KIND_LABELS",
    "Checked",
    "CodebookRow",
    "Definition",
    "Fault",
    "Item",
    "Kind",
    "Part",
    "ShownIf",
    "Value",
    "Values",
    "Variable",
    "answer_text",
    "check",
    "codebook",
    "condition_text",
    "differences",
    "faults",
    "questionnaire",
    "range_text",
    "study_questionnaire",
    "to_answers",
    "values_of",
    "variables",
]
