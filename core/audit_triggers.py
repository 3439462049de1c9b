"""The triggers that make `core_auditevent` append-only, for SQLite and PostgreSQL."""

from core.append_only import AppendOnly

EVENTS = AppendOnly("core_auditevent", "audit", "audit is append-only")
install = EVENTS.install
remove = EVENTS.remove
