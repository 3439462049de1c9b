from core.models.audit import AuditChain, AuditEvent, AuditSecret, Verb
from core.models.imports import (
    Differs,
    ImportBatch,
    ImportMapping,
    ImportPolicy,
    ImportRow,
    ImportState,
    RowDecision,
    RowOutcome,
    Verdict,
)
from core.models.jobs import Job, JobState, Worker
from core.models.offices import Office
from core.models.regions import Region
from core.models.throttle import Throttle
from core.models.users import User

__all__ = [
    "AuditChain",
    "AuditEvent",
    "AuditSecret",
    "Differs",
    "ImportBatch",
    "ImportMapping",
    "ImportPolicy",
    "ImportRow",
    "ImportState",
    "Job",
    "JobState",
    "Office",
    "Region",
    "RowDecision",
    "RowOutcome",
    "Throttle",
    "User",
    "Verb",
    "Verdict",
    "Worker",
]
