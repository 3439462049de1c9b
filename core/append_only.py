"""Tables whose rows are written once: triggers on SQLite and PostgreSQL refuse UPDATE, DELETE and TRUNCATE.

SQLite loses the triggers of a table that a migration alters, as it writes the table anew: such a migration
removes them first and installs them again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class AppendOnly:
    """`name` begins the names of triggers and function; the error says `message`."""

    table: str
    name: str
    message: str

    def install(self, connection: BaseDatabaseWrapper) -> None:
        self._execute(
            connection, self._on_sqlite() if connection.vendor == "sqlite" else self._on_postgresql()
        )

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        if connection.vendor == "sqlite":
            statements = [f"DROP TRIGGER IF EXISTS {self.name}_no_{verb}" for verb in ("update", "delete")]
        else:
            statements = [
                f"DROP TRIGGER IF EXISTS {self.name}_no_change ON {self.table}",
                f"DROP TRIGGER IF EXISTS {self.name}_no_truncate ON {self.table}",
                f"DROP FUNCTION IF EXISTS {self.name}_refuse()",
            ]
        self._execute(connection, statements)

    def _on_sqlite(self) -> list[str]:
        return [
            f"CREATE TRIGGER {self.name}_no_{verb.lower()} BEFORE {verb} ON {self.table} "
            f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            for verb in ("UPDATE", "DELETE")
        ]

    def _on_postgresql(self) -> list[str]:
        return [
            f"""CREATE OR REPLACE FUNCTION {self.name}_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{self.message}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
            f"CREATE TRIGGER {self.name}_no_change BEFORE UPDATE OR DELETE ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}_refuse()",
            f"CREATE TRIGGER {self.name}_no_truncate BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}_refuse()",
        ]

    def _execute(self, connection: BaseDatabaseWrapper, statements: list[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
