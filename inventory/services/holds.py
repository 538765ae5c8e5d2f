"""Holds: units taken out of every channel's reach for an exchange line.

The SQL functions of migration 0003 do the work, each in one round trip; what stands here says
what goes in and what a refusal means. They write ledger, event and history themselves.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from core.actors import Actor
from core.errors import BadInput, DomainError
from core.events import subscribers_of
from core.numbers import new_number
from core.transactions import requires_transaction
from inventory import queries
from inventory.models import Reservation
from inventory.rules import Choice, Destination, RankedLocation, Shortage, Wanted, plan_sourcing
from inventory.states import LIVE, Bucket, EntryCause, ReleaseCause, ReservationState
from inventory.telling import told_of, user_setting

# Between weighing the locations and taking the stock somebody else may come first; then the
# locations are weighed anew. Each time round one of them has run out, so this ends early.
ATTEMPTS = 5


class OutOfStock(DomainError):
    """Some lines cannot be held; `shortages` names every one of them. Nothing was taken."""

    code = "out_of_stock"

    def __init__(self, message: str, *, shortages: Sequence[Shortage]) -> None:
        super().__init__(message, shortages=list(shortages))
        self.shortages = list(shortages)


class HoldEnded(DomainError):
    """A hold that was to be kept has expired or was released; `references` says for what."""

    code = "hold_ended"

    def __init__(self, message: str, *, references: Sequence[str]) -> None:
        super().__init__(message, references=list(references))
        self.references = list(references)


class HeldOtherwise(BadInput):
    """The reference has live holds, but of another variant or quantity: release them first."""

    code = "held_otherwise"


@requires_transaction
def reserve(
    *,
    partner_id: int,
    case: str,
    wanted: Sequence[Wanted],
    destination: Destination | None,
    hold_for: dt.timedelta,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Reservation]:
    """Hold all lines or none; a reference that is held already keeps its hold.

    Lines without a location get the best one: enough stock, then cost, distance, lowest id. All
    units of a variant at a location come from one lot. A hold ends at the database's
    ``app_now() + hold_for``. Raises `OutOfStock` with all shortages.
    """
    _check(wanted)
    for _ in range(ATTEMPTS):
        choices = _choose(partner_id, wanted, destination, now)
        if choices is None:
            break
        held = _make(partner_id, case, choices, hold_for, actor=actor, now=now, op_id=op_id)
        if held:
            _check_same(wanted, held)
            return held
        if all(line.location_id for line in wanted):
            break
    raise _out_of_stock(partner_id, wanted)


def _check(wanted: Sequence[Wanted]) -> None:
    if not wanted:
        raise BadInput("There is nothing to hold.", field="wanted")
    if any(line.quantity < 1 for line in wanted):
        raise BadInput("A hold is for at least one unit.", field="quantity")
    if len({line.reference for line in wanted}) < len(wanted):
        raise BadInput("A reference can be held for only once.", field="reference")


def _choose(
    partner_id: int, wanted: Sequence[Wanted], destination: Destination | None, now: dt.datetime
) -> list[Choice] | None:
    rankings: list[Sequence[RankedLocation]] = [
        ()
        if line.location_id
        else queries.rank_locations(
            partner_id=partner_id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            destination=destination,
            now=now,
        )
        for line in wanted
    ]
    return plan_sourcing(wanted, rankings)


def _make(
    partner_id: int,
    case: str,
    choices: Sequence[Choice],
    hold_for: dt.timedelta,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> list[Reservation]:
    lines = [choice.wanted for choice in choices]
    rankings = [[place.as_facts() for place in choice.ranking] for choice in choices]
    return _holds(
        "inventory_make_holds(%s, %s, %s::text[], %s::bigint[], %s::bigint[], %s::integer[],"
        " %s::text[], %s::jsonb, %s::interval, %s, %s, %s::uuid, %s::timestamptz, %s::text[],"
        " %s::text[])",
        [
            partner_id,
            case,
            [line.reference for line in lines],
            [line.variant_id for line in lines],
            [choice.location_id for choice in choices],
            [line.quantity for line in lines],
            [new_number("HLD") for _ in lines],
            json.dumps(rankings),
            hold_for,
            actor.ref,
            user_setting(actor),
            op_id,
            now,
            told_of("reservation.made"),
            # Holds seldom end another on their way: that one's couriers come by themselves.
            list(subscribers_of("reservation.expired")),
        ],
    )


def _check_same(wanted: Sequence[Wanted], held: Sequence[Reservation]) -> None:
    """A repetition gets the first hold back; something else under its name is a mistake."""
    units: Counter[tuple[str, int]] = Counter()
    for hold in held:
        units[hold.reference, hold.variant_id] += hold.quantity
    asked = Counter({(line.reference, line.variant_id): line.quantity for line in wanted})
    if units != asked:
        raise HeldOtherwise("Other units are held for this line. Release them first.")


def _out_of_stock(partner_id: int, wanted: Sequence[Wanted]) -> OutOfStock:
    shortages = queries.list_shortages(partner_id=partner_id, wanted=wanted)
    short = ", ".join(
        f"{line.sku} ({line.available} available, {line.wanted} wanted)" for line in shortages
    )
    return OutOfStock(f"Not enough stock: {short}.", shortages=shortages)


@requires_transaction
def prolong(
    *,
    references: Sequence[str],
    hold_for: dt.timedelta,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Reservation]:
    """Let active holds run for `hold_for` from this moment, if that is later than now planned.

    Raises `HoldEnded` when a reference has no hold that still runs.
    """
    held = _keep(
        references,
        ReservationState.ACTIVE,
        "reservation.extended",
        hold_for=hold_for,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return _all_of(references, held)


@requires_transaction
def commit(
    *, references: Sequence[str], actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[Reservation]:
    """Give active holds to the warehouse: from here on they never expire.

    Raises `HoldEnded` when a reference has no hold that still runs, swept or not.
    """
    held = _keep(
        references,
        ReservationState.COMMITTED,
        "reservation.committed",
        hold_for=None,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return _all_of(references, held)


@requires_transaction
def consume(
    *, references: Sequence[str], actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[Reservation]:
    """The held units have left with a parcel. Raises `HoldEnded` unless all were committed."""
    held = _end(
        references,
        [ReservationState.COMMITTED],
        ReservationState.CONSUMED,
        bucket=Bucket.CUSTOMER,
        entry_cause=EntryCause.SHIP,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return _all_of(references, held)


@requires_transaction
def release(
    *,
    references: Sequence[str],
    cause: ReleaseCause,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Reservation]:
    """Give live holds back to everyone; what was ended already stays as it ended."""
    return _end(
        references,
        list(LIVE),
        ReservationState.RELEASED,
        cause=cause,
        bucket=Bucket.AVAILABLE,
        entry_cause=EntryCause.RELEASE,
        actor=actor,
        now=now,
        op_id=op_id,
    )


def _keep(
    references: Sequence[str],
    state: ReservationState,
    kind: str,
    *,
    hold_for: dt.timedelta | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> list[Reservation]:
    return _holds(
        "inventory_keep_holds(%s::text[], %s, %s::interval, %s, %s, %s, %s::uuid,"
        " %s::timestamptz, %s::text[])",
        [
            list(references),
            state.value,
            hold_for,
            kind,
            actor.ref,
            user_setting(actor),
            op_id,
            now,
            told_of(kind),
        ],
    )


def _end(
    references: Sequence[str],
    states: Iterable[ReservationState],
    state: ReservationState,
    *,
    bucket: Bucket,
    entry_cause: EntryCause,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    cause: ReleaseCause | None = None,
) -> list[Reservation]:
    kind = f"reservation.{state.value}"
    return _holds(
        "inventory_end_holds(%s::text[], %s::text[], %s, %s, %s, %s, %s, %s, %s, %s::uuid,"
        " %s::timestamptz, %s::text[])",
        [
            list(references),
            [source.value for source in states],
            state.value,
            cause.value if cause else "",
            bucket.value,
            entry_cause.value,
            kind,
            actor.ref,
            user_setting(actor),
            op_id,
            now,
            told_of(kind),
        ],
    )


def _all_of(references: Sequence[str], held: list[Reservation]) -> list[Reservation]:
    ended = sorted(set(references) - {hold.reference for hold in held})
    if ended:
        raise HoldEnded("The stock is no longer held. Hold it again first.", references=ended)
    return held


def _holds(function: str, parameters: list[Any]) -> list[Reservation]:
    """The rows a function returns. `ranking` is read when somebody looks: most never do."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM {function}", parameters)
        return [Reservation.from_db("default", _FIELDS, row) for row in cursor.fetchall()]


_READ = [field for field in Reservation._meta.concrete_fields if field.name != "ranking"]
_FIELDS = [field.attname for field in _READ]
_COLUMNS = ", ".join(f'"{field.column}"' for field in _READ)
