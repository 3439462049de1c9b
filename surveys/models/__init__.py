from surveys.models.fieldwork import Assignment, DeviceKind, FieldDevice, FormerAssignment, Outcome, Visit
from surveys.models.publications import PopulationFigure, PublishedCell, PublishedStatement
from surveys.models.questionnaires import LocalQuestion, QuestionnaireVersion
from surveys.models.responses import AWAITING, Door, Response, ResponseChoice, ResponseState
from surveys.models.reviews import QualityThresholds, ResponseFlag, Review, ReviewReason, limits_of
from surveys.models.sampling import Draw, DrawMethod, DrawStratum, Frame, FrameEntry, StrataBy
from surveys.models.submissions import Submission, SubmissionPhoto, SubmissionState
from surveys.models.waves import SampleEntry, SectorBasis, Wave, WaveDesign

__all__ = [
    "AWAITING",
    "Assignment",
    "DeviceKind",
    "Door",
    "Draw",
    "DrawMethod",
    "DrawStratum",
    "FieldDevice",
    "FormerAssignment",
    "Frame",
    "FrameEntry",
    "LocalQuestion",
    "Outcome",
    "PopulationFigure",
    "PublishedCell",
    "PublishedStatement",
    "QualityThresholds",
    "QuestionnaireVersion",
    "Response",
    "ResponseChoice",
    "ResponseFlag",
    "ResponseState",
    "Review",
    "ReviewReason",
    "SampleEntry",
    "SectorBasis",
    "StrataBy",
    "Submission",
    "SubmissionPhoto",
    "SubmissionState",
    "Visit",
    "Wave",
    "WaveDesign",
    "limits_of",
]
