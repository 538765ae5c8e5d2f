"""Migrations take the time they need: what cuts off a stuck request would cut off a schema change.

Between two statements of one migration Django may think longer than any request is allowed to sit
in a transaction, on a small machine that does other things too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Model
from django.db.models.signals import class_prepared
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
def drawing_the_past_quickly() -> Iterator[None]:
    """For a migration from nothing, which draws up tens of thousands of models."""
    with without_transitions(), knowing_what_is_swapped():
        yield


@contextmanager
def without_transitions() -> Iterator[None]:
    """Let models of the past have no transitions while migrations draw them up.

    A state field listens to every model that is prepared after it, to find its transitions.
    Models of the past have none, and most of the time went into asking each field about each.
    """
    contribute = FSMFieldMixin.contribute_to_class
    listening = [
        field
        for model in apps.get_models(include_auto_created=True, include_swapped=True)
        for field in model._meta.local_fields
        if isinstance(field, FSMFieldMixin)
        and class_prepared.disconnect(field._collect_transitions)
    ]

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
        for field in listening:
            class_prepared.connect(field._collect_transitions)


@contextmanager
def knowing_what_is_swapped() -> Iterator[None]:
    """Each key of a drawn model asks which model is swapped for another, and each drawn model
    has the answers forgotten, though they hang on the settings alone.
    """
    kept: Any = cache(apps.get_swappable_settings_name)
    vars(apps)["get_swappable_settings_name"] = kept
    try:
        yield
    finally:
        del vars(apps)["get_swappable_settings_name"]
