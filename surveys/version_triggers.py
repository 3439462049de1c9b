"""The triggers that keep what was published as it is, for SQLite and PostgreSQL."""

from core.append_only import AppendOnly

VERSIONS = AppendOnly(
    "surveys_questionnaireversion", "questionnaire", "a published questionnaire never changes"
)
install = VERSIONS.install
remove = VERSIONS.remove
