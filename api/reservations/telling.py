from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict

from api.references import publish
from api.shapes import AllowedAction, Moment, action, moment
from core.models import Partner
from inventory import rules
from inventory.models import Reservation
from inventory.states import ReservationState


class ReservationTold(TypedDict):
    """Units held for an exchange, as they stand at a moment of the database's clock.

    `reference` is the exchange's id and the position of its line: `exc_…:1`. `case` is the
    return's id. Of `allowed_actions`, a program prolongs by `extend-hold` and releases by
    `release-hold`, both of its exchange; it is committed and consumed by what becomes of that.
    """

    object: Literal["reservation"]
    number: str
    reference: str | None
    case: str | None
    state: Annotated[str, ReservationState]
    cause: str | None
    sku: str
    location: str
    bin: str | None
    quantity: int
    expires_at: Moment | None
    grace_until: Moment | None
    is_due: bool
    continues: str | None
    channel: str | None
    exchange_type: str | None
    made_at: Moment
    resolved_at: Moment | None
    allowed_actions: list[AllowedAction]
    livemode: bool


class RankedReservation(ReservationTold):
    """The same, with the places as they were weighed, best first, and why."""

    ranking: list[dict[str, Any]]
    as_of: Moment


def tell_reservations(
    rows: Sequence[Reservation], partner: Partner, *, as_of: dt.datetime
) -> list[ReservationTold]:
    """Holds as they stand at a moment; what they are for is read for all of them at once."""
    names = publish((name for row in rows for name in (row.reference, row.case)), partner)
    return [_tell(row, names, as_of, livemode=not partner.is_sandbox) for row in rows]


def _tell(
    row: Reservation, names: Mapping[str, str], as_of: dt.datetime, *, livemode: bool
) -> ReservationTold:
    return {
        "object": "reservation",
        "number": row.number,
        "reference": names.get(row.reference),
        "case": names.get(row.case) or None,
        "state": row.state,
        "cause": row.cause or None,
        "sku": row.variant.sku,
        "location": row.location.code,
        "bin": row.bin.code if row.bin else None,
        "quantity": row.quantity,
        "expires_at": moment(row.expires_at),
        "grace_until": moment(row.grace_until),
        "is_due": rules.is_due(_facts(row), as_of),
        "continues": row.continues or None,
        "channel": row.channel or None,
        "exchange_type": row.exchange_type or None,
        "made_at": moment(row.made_at),
        "resolved_at": moment(row.resolved_at),
        "allowed_actions": list_actions(row, as_of),
        "livemode": livemode,
    }


def list_actions(row: Reservation, as_of: dt.datetime) -> list[AllowedAction]:
    """Every action on a hold: whether it may be taken now, and if not, why."""
    facts = _facts(row)
    verdicts = {
        "prolong": rules.can_prolong(facts, as_of),
        "commit": rules.can_commit(facts, as_of),
        "release": rules.can_release(facts),
        "consume": rules.can_consume(facts),
    }
    return [action(name, verdict) for name, verdict in verdicts.items()]


def _facts(row: Reservation) -> rules.HoldFacts:
    return rules.HoldFacts(row.state, row.expires_at, row.grace_until)
