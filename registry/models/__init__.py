from registry.models.attachments import Attachment, AttachmentKind, FileFormat
from registry.models.bulk_edits import BulkEdit, BulkEditRow, BulkEditState, Outcome
from registry.models.businesses import (
    MAX_RUPIAH,
    MAX_WORKERS,
    Business,
    BusinessPermit,
    BusinessStatus,
    LegalForm,
    MicroKind,
    OnlineAccount,
    PermitKind,
    Platform,
)
from registry.models.certificates import Certificate
from registry.models.doubles import DuplicatePair, MergeJournal, PairState
from registry.models.group_decisions import GroupDecision
from registry.models.owners import Owner, Sex
from registry.models.proposals import ChangeProposal, ProposalState, Record
from registry.models.public import (
    MAX_NOTE_LENGTH,
    ApplicationState,
    ConsentMethod,
    ConsentText,
    PublicApplication,
)
from registry.models.registrations import Registration, RegistrationCounter, RegistrationState
from registry.models.saved_filters import ListColumns, SavedFilter
from registry.models.search import SearchEntry
from registry.models.sectors import KbliVersion, Sector

__all__ = [
    "MAX_NOTE_LENGTH",
    "MAX_RUPIAH",
    "MAX_WORKERS",
    "ApplicationState",
    "Attachment",
    "AttachmentKind",
    "BulkEdit",
    "BulkEditRow",
    "BulkEditState",
    "Business",
    "BusinessPermit",
    "BusinessStatus",
    "Certificate",
    "ChangeProposal",
    "ConsentMethod",
    "ConsentText",
    "DuplicatePair",
    "FileFormat",
    "GroupDecision",
    "KbliVersion",
    "LegalForm",
    "ListColumns",
    "MergeJournal",
    "MicroKind",
    "OnlineAccount",
    "Outcome",
    "Owner",
    "PairState",
    "PermitKind",
    "Platform",
    "ProposalState",
    "PublicApplication",
    "Record",
    "Registration",
    "RegistrationCounter",
    "RegistrationState",
    "SavedFilter",
    "SearchEntry",
    "Sector",
    "Sex",
]
