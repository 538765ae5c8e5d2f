"""Migrations take the time they need: what cuts off a stuck request would cut off a schema change.

Between two statements of one migration Django may think longer than any request is allowed to sit
in a transaction, on a small machine that does other things too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.models import Model
from django_fsm import FSMFieldMixin

# What Django says in place of a module for the models that it draws up from migrations.
OF_THE_PAST = "__fake__"
LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


def lift_limits(*, using: str, **kwargs: Any) -> None:
    """For the session that migrates; how long it waits for a lock stays bounded."""
    with connections[using].cursor() as cursor:
        for name in LIMITS:
            cursor.execute(f"SET {name} = 0")


def restore_limits(*, using: str, **kwargs: Any) -> None:
    """To what the session began with."""
    with connections[using].cursor() as cursor:
        for name in LIMITS:
            cursor.execute(f"RESET {name}")


@contextmanager
def without_transitions() -> Iterator[None]:
    """Let models of the past have no transitions while migrations draw them up.

    A state field listens to every model that is prepared after it, to find its transitions. A
    migration from nothing draws up tens of thousands of models, none of which has any, and most
    of its time went into asking each field about each of them.
    """
    contribute = FSMFieldMixin.contribute_to_class

    def contribute_plainly(
        field: Any, cls: type[Model], name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        if cls.__module__ == OF_THE_PAST:
            super(FSMFieldMixin, field).contribute_to_class(
                cls, name, private_only=private_only, **kwargs
            )
        else:
            contribute(field, cls, name, private_only=private_only, **kwargs)

    FSMFieldMixin.contribute_to_class = contribute_plainly
    try:
        yield
    finally:
        FSMFieldMixin.contribute_to_class = contribute
