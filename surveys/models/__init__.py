from surveys.models.fieldwork import Assignment, DeviceKind, FieldDevice, Outcome, Visit
from surveys.models.publications import PopulationFigure, PublishedCell, PublishedStatement
from surveys.models.questionnaires import LocalQuestion, QuestionnaireVersion
from surveys.models.responses import AWAITING, Door, Response, ResponseChoice, ResponseState
from surveys.models.submissions import Submission, SubmissionState
from surveys.models.waves import SampleEntry, SectorBasis, Wave, WaveDesign

__all__ = [
    "AWAITING",
    "Assignment",
    "DeviceKind",
    "Door",
    "FieldDevice",
    "LocalQuestion",
    "Outcome",
    "PopulationFigure",
    "PublishedCell",
    "PublishedStatement",
    "QuestionnaireVersion",
    "Response",
    "ResponseChoice",
    "ResponseState",
    "SampleEntry",
    "SectorBasis",
    "Submission",
    "SubmissionState",
    "Visit",
    "Wave",
    "WaveDesign",
]
