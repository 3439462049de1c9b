from surveys.actions.exports import FORMATS, ExportedFile, export_responses
from surveys.actions.interviews import (
    AlreadyInterviewed,
    InterviewRefused,
    StaleResponse,
    change_response,
    choices_of,
    record_response,
    why_not_changeable,
    why_not_interviewable,
)
from surveys.actions.questionnaires import (
    NotPublished,
    current_questionnaire,
    drafted,
    publish_questionnaire,
)
from surveys.actions.sampling import (
    AlreadyReplaced,
    DrawDesign,
    NoReserveLeft,
    NotReplaceable,
    SampleRefused,
    activate_reserve,
    draw_sample,
    take_frame,
)
from surveys.actions.study import Loaded, ReferenceMissing, load_study
from surveys.actions.waves import WaveIsReconstruction, load_demo_wave, save_record

__all__ = [
    "FORMATS",
    "AlreadyInterviewed",
    "AlreadyReplaced",
    "DrawDesign",
    "ExportedFile",
    "InterviewRefused",
    "Loaded",
    "NoReserveLeft",
    "NotPublished",
    "NotReplaceable",
    "ReferenceMissing",
    "SampleRefused",
    "StaleResponse",
    "WaveIsReconstruction",
    "activate_reserve",
    "change_response",
    "choices_of",
    "current_questionnaire",
    "drafted",
    "draw_sample",
    "export_responses",
    "load_demo_wave",
    "load_study",
    "publish_questionnaire",
    "record_response",
    "save_record",
    "take_frame",
    "why_not_changeable",
    "why_not_interviewable",
]
