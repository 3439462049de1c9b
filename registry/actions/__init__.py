"""Every write to the register: in one transaction, with its audit row inside.

`by` is the user and `at` the time of the action; who may do it is the view's to check, except where a
docstring says otherwise. What a person did wrong raises an `ActionError`, whose str() is a message for them.
"""

from registry.actions.applications import (
    APPLICANT,
    discard_draft,
    save_answers,
    start_application,
    submit_application,
)
from registry.actions.attachments import add_attachment, note_document, remove_attachment
from registry.actions.bulk_edits import EDITABLE, go_on, preview_bulk_edit, start_bulk_edit, stop_bulk_edit
from registry.actions.certificates import (
    issue_certificate,
    note_certificate_print,
    revoke_certificate,
)
from registry.actions.consent import publish_consent
from registry.actions.decisions import (
    accept_application,
    reject_application,
    release_application,
    return_application,
    take_application,
)
from registry.actions.doubles import dismiss_pair, note_doubles, note_pairs
from registry.actions.errors import (
    ActionError,
    AlreadyTaken,
    Incomplete,
    SamePerson,
    StaleRecord,
    WrongState,
)
from registry.actions.found import record_found
from registry.actions.group_decisions import decide_some, start_group_decision
from registry.actions.lines import save_lines
from registry.actions.merging import merge_businesses, unmerge_businesses
from registry.actions.personal import MIN_REASON_LENGTH, REVEALABLE, note_print, reveal
from registry.actions.proposals import (
    BatchApproval,
    Proposed,
    approve_batch,
    approve_proposal,
    propose_change,
    propose_changes,
    refuse_batch,
    refuse_proposal,
    withdraw_batch,
    withdraw_proposal,
)
from registry.actions.records import is_registered, save_business, save_owner
from registry.actions.registrations import (
    REQUIRED_TO_SUBMIT,
    approve_registration,
    expire_registrations,
    reject_registration,
    release_registration,
    renew_registration,
    resume_registration,
    return_registration,
    revoke_registration,
    submit_registration,
    suspend_registration,
    take_registration,
)
from registry.actions.saved_filters import (
    choose_columns,
    delete_filter,
    rename_filter,
    save_filter,
    share_filter,
)
from registry.actions.status import STATUS_CHOICES, change_status
from registry.actions.versions import restore_version

__all__ = [
    "APPLICANT",
    "EDITABLE",
    "MIN_REASON_LENGTH",
    "REQUIRED_TO_SUBMIT",
    "REVEALABLE",
    "STATUS_CHOICES",
    "ActionError",
    "AlreadyTaken",
    "BatchApproval",
    "Incomplete",
    "Proposed",
    "SamePerson",
    "StaleRecord",
    "WrongState",
    "accept_application",
    "add_attachment",
    "approve_batch",
    "approve_proposal",
    "approve_registration",
    "change_status",
    "choose_columns",
    "decide_some",
    "delete_filter",
    "discard_draft",
    "dismiss_pair",
    "expire_registrations",
    "go_on",
    "is_registered",
    "issue_certificate",
    "merge_businesses",
    "note_certificate_print",
    "note_document",
    "note_doubles",
    "note_pairs",
    "note_print",
    "preview_bulk_edit",
    "propose_change",
    "propose_changes",
    "publish_consent",
    "record_found",
    "refuse_batch",
    "refuse_proposal",
    "reject_application",
    "reject_registration",
    "release_application",
    "release_registration",
    "remove_attachment",
    "rename_filter",
    "renew_registration",
    "restore_version",
    "resume_registration",
    "return_application",
    "return_registration",
    "reveal",
    "revoke_certificate",
    "revoke_registration",
    "save_answers",
    "save_business",
    "save_filter",
    "save_lines",
    "save_owner",
    "share_filter",
    "start_application",
    "start_bulk_edit",
    "start_group_decision",
    "stop_bulk_edit",
    "submit_application",
    "submit_registration",
    "suspend_registration",
    "take_application",
    "take_registration",
    "unmerge_businesses",
    "withdraw_batch",
    "withdraw_proposal",
]
