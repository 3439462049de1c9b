from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = "Daftar UMKM"

    def ready(self) -> None:
        pre_migrate.connect(_free_the_tables, sender=self)
        post_migrate.connect(_restore_the_search, sender=self)


def _free_the_tables(using: str, plan: list[Any], **_: Any) -> None:
    from registry import search_triggers

    if plan and connections[using].vendor == "sqlite":
        search_triggers.remove(connections[using])


def _restore_the_search(using: str, plan: list[Any] | None = None, **_: Any) -> None:
    from registry import search_triggers

    connection = connections[using]
    if search_triggers.ENTRIES not in connection.introspection.table_names():
        search_triggers.remove(connection)  # migrated back to before there was a search
        return
    if not search_triggers.are_complete(connection):
        search_triggers.rebuild(connection)
    elif plan:
        search_triggers.install(connection)
