"""Every write to the register: in one transaction, with its audit row inside.

`by` is the user and `at` the time of the action; who may do it is the view's to check, except where a
docstring says otherwise. What a person did wrong raises an `ActionError`, whose str() is a message for them.
"""

from registry.actions.errors import (
    ActionError,
    AlreadyTaken,
    Incomplete,
    SamePerson,
    StaleRecord,
    WrongState,
)
from registry.actions.lines import save_lines
from registry.actions.personal import MIN_REASON_LENGTH, REVEALABLE, note_print, reveal
from registry.actions.records import save_business, save_owner
from registry.actions.registrations import REQUIRED_TO_SUBMIT, approve_registration, submit_registration
from registry.actions.status import STATUS_CHOICES, change_status

__all__ = [
    "MIN_REASON_LENGTH",
    "REQUIRED_TO_SUBMIT",
    "REVEALABLE",
    "STATUS_CHOICES",
    "ActionError",
    "AlreadyTaken",
    "Incomplete",
    "SamePerson",
    "StaleRecord",
    "WrongState",
    "approve_registration",
    "change_status",
    "note_print",
    "reveal",
    "save_business",
    "save_lines",
    "save_owner",
    "submit_registration",
]
