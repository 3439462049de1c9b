"""What can be done, one name each. A view, admin page, export or chart names the one it needs."""

from enum import StrEnum


class Permission(StrEnum):
    VIEW_BUSINESSES = "view_businesses"
    EDIT_BUSINESSES = "edit_businesses"
    BULK_EDIT_BUSINESSES = "bulk_edit_businesses"
    APPROVE_REGISTRATIONS = "approve_registrations"
    ISSUE_CERTIFICATES = "issue_certificates"
    RESOLVE_DUPLICATES = "resolve_duplicates"
    MERGE_BUSINESSES = "merge_businesses"
    EXPORT_BUSINESSES = "export_businesses"
    IMPORT_BUSINESSES = "import_businesses"
    FIND_BY_NUMBER = "find_by_number"
    SHARE_FILTERS = "share_filters"
    REVEAL_PERSONAL_DATA = "reveal_personal_data"
    EXPORT_PERSONAL_DATA = "export_personal_data"
    ENTER_RESPONSES = "enter_responses"
    VIEW_RESPONSES = "view_responses"
    EXPORT_RESPONSES = "export_responses"
    MANAGE_WAVES = "manage_waves"
    VIEW_DASHBOARD = "view_dashboard"
    EXPORT_TABLES = "export_tables"
    VIEW_AUDIT = "view_audit"
    MANAGE_USERS = "manage_users"
    MANAGE_REFERENCE = "manage_reference"
    USE_ADMIN = "use_admin"
