from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core.migrating import BEFORE_SQUASH, list_missing


class Command(migrate.Command):
    """Django's own, which may think between two statements for as long as it needs.

    On a busy machine it draws up the state of all models for longer than a request may be idle.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
            cursor.execute("SET statement_timeout = 0")
        refuse_half_way(MigrationRecorder(connection))
        super().handle(*args, **options)


def refuse_half_way(recorder: MigrationRecorder) -> None:
    """CommandError for a database that former migrations have to bring to their end first."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    missing = list_missing(set(recorder.applied_migrations()), loader.disk_migrations.values())
    if missing:
        shown = ", ".join(missing[:5]) + (", …" if missing[5:] else "")
        raise CommandError(
            f"This database stands half way through migrations that were put together since, and"
            f" lacks {len(missing)} of them: {shown}. Nothing was changed. Check out commit"
            f" {BEFORE_SQUASH}, run “manage.py migrate” there, and then once more here."
        )
