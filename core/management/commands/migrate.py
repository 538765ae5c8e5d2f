from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from core.migrating import drawing_the_past_quickly


class Command(migrate.Command):
    """Django's own, which may think between two statements for as long as it needs.

    On a busy machine it draws up the state of all models for longer than a request may be idle.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        with connections[options["database"]].cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
            cursor.execute("SET statement_timeout = 0")
        with drawing_the_past_quickly():
            super().handle(*args, **options)
