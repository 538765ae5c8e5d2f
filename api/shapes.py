"""What answers are made of: the shapes that several resources share, and how values are written.

A shape is a `TypedDict` beside the function that fills it. The type checker holds the function
to it, and `api.schema` writes the API's document from it, so the two cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Generic, NewType, TypedDict, TypeVar, overload

from core.money import quantum
from core.verdicts import Verdict

T = TypeVar("T")

Moment = NewType("Moment", str)
Day = NewType("Day", str)
Cursor = NewType("Cursor", str)


class Amount(TypedDict):
    """Money: a decimal as text, at the currency's own number of places."""

    amount: str
    currency: str


class AllowedAction(TypedDict):
    """What may be done with it now, and if not, every reason why.

    A return's and an exchange's are commands: `POST …/{action}`. Where one is sent elsewhere, the
    resource says where. What no program may ever do says who does it.
    """

    action: str
    is_allowed: bool
    reasons: list[str]


class Listed(TypedDict, Generic[T]):
    """A page, the newest first. `next` and `prev` are sent back as `cursor`."""

    data: list[T]
    next: Cursor | None
    prev: Cursor | None


class ListedAsOf(TypedDict, Generic[T]):
    """A page whose figures are those of one moment of the database's clock."""

    data: list[T]
    next: Cursor | None
    prev: Cursor | None
    as_of: Moment


@overload
def moment(at: dt.datetime) -> Moment: ...
@overload
def moment(at: dt.datetime | None) -> Moment | None: ...
def moment(at: dt.datetime | None) -> Moment | None:
    """RFC 3339 in UTC, as all times of the API."""
    return Moment(at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")) if at else None


def day(on: dt.date | None) -> Day | None:
    return Day(on.isoformat()) if on else None


def money(amount: Decimal, currency: str) -> Amount:
    return {"amount": str(amount.quantize(quantum(currency))), "currency": currency}


def action(name: str, verdict: Verdict) -> AllowedAction:
    return {"action": name, "is_allowed": verdict.allowed, "reasons": list(verdict.reasons)}


def find_action(actions: Iterable[AllowedAction], name: str) -> AllowedAction:
    return next(each for each in actions if each["action"] == name)
