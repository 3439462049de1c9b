"""The trigram index of the search: an FTS5 table on SQLite, a GIN index on PostgreSQL."""

from django.db import DatabaseError, migrations, transaction

NO_EXTENSION = (
    "PostgreSQL needs the extension pg_trgm and this role may not create it. As a superuser run, in this"
    " database: CREATE EXTENSION pg_trgm; then migrate again."
    " / Ekstensi pg_trgm diperlukan dan pengguna basis data ini tidak boleh membuatnya. Jalankan sebagai"
    " superuser pada basis data ini: CREATE EXTENSION pg_trgm; lalu ulangi migrate."
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE registry_search_trigrams USING fts5(text, content='registry_searchentry',"
            " content_rowid='business_id', tokenize='trigram', detail='none')"
        )
        return
    _create_extension(schema_editor)
    schema_editor.execute(
        "CREATE INDEX searchentry_trigrams ON registry_searchentry USING gin (text gin_trgm_ops)"
    )


def _create_extension(schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return
        try:
            with transaction.atomic(schema_editor.connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError as error:
            raise RuntimeError(NO_EXTENSION) from error


def drop(apps, schema_editor):
    """The extension stays: others may use it."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE registry_search_trigrams")
    else:
        schema_editor.execute("DROP INDEX searchentry_trigrams")


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_search_entry")]

    operations = [migrations.RunPython(create, drop)]
