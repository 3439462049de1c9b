from surveys.actions.devices import (
    DeviceRefused,
    device_of,
    enroll_device,
    note_report,
    note_seen,
    revoke_device,
    why_silent,
)
from surveys.actions.exports import FORMATS, export_responses
from surveys.actions.ingesting import (
    DifferentPayload,
    Held,
    Ingested,
    discard_held,
    ingest,
    retry_held,
    skew_of,
)
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
from surveys.actions.photos import DifferentPhoto, PhotoRefused, store_photo
from surveys.actions.questionnaires import (
    NotPublished,
    QuestionnaireRefused,
    current_questionnaire,
    drafted,
    publish_questionnaire,
    published,
)
from surveys.actions.questions import delete_question, move_question, save_question
from surveys.actions.refusals import record_refusal
from surveys.actions.restoring import BackupRefused, Restored, restore_backup
from surveys.actions.sample_lists import export_sample
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
from surveys.actions.visits import record_visit
from surveys.actions.waves import WaveIsReconstruction, load_demo_wave, save_record

__all__ = [
    "FORMATS",
    "AlreadyInterviewed",
    "AlreadyReplaced",
    "BackupRefused",
    "DeviceRefused",
    "DifferentPayload",
    "DifferentPhoto",
    "DrawDesign",
    "Held",
    "Ingested",
    "InterviewRefused",
    "Loaded",
    "NoReserveLeft",
    "NotPublished",
    "NotReplaceable",
    "PhotoRefused",
    "QuestionnaireRefused",
    "ReferenceMissing",
    "Restored",
    "SampleRefused",
    "StaleResponse",
    "WaveIsReconstruction",
    "activate_reserve",
    "change_response",
    "choices_of",
    "current_questionnaire",
    "delete_question",
    "device_of",
    "discard_held",
    "drafted",
    "draw_sample",
    "enroll_device",
    "export_responses",
    "export_sample",
    "ingest",
    "load_demo_wave",
    "load_study",
    "move_question",
    "note_report",
    "note_seen",
    "publish_questionnaire",
    "published",
    "record_refusal",
    "record_response",
    "record_visit",
    "restore_backup",
    "retry_held",
    "revoke_device",
    "save_question",
    "save_record",
    "skew_of",
    "store_photo",
    "take_frame",
    "why_not_changeable",
    "why_not_interviewable",
    "why_silent",
]
