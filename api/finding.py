"""A partner's own rows by ids and numbers; what is another's is not there."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from api.problems import NoSuchThing
from core.numbers import MistypedNumber, read_number

M = TypeVar("M", bound=Model)


def find_by_id(rows: QuerySet[M], reference: str, *, what: str) -> M:
    """The one with this public id. Raises `NoSuchThing`, the same for another's and for none."""
    found = rows.filter(public_id=reference).first()
    if found is None:
        raise NoSuchThing(f"There is no such {what}.")
    return found


def find_by_number(rows: QuerySet[M], reference: str, *, prefix: str, what: str) -> M:
    """By its id (`ret_…`), or by the number that people read aloud, typed as people type it."""
    if reference.startswith(f"{prefix}_"):
        return find_by_id(rows, reference, what=what)
    try:
        found = rows.filter(number=read_number(reference)).first()
    except MistypedNumber:
        found = None
    if found is None:
        raise NoSuchThing(f"There is no such {what}.")
    return found
