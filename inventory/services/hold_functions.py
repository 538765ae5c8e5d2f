"""How the SQL functions of holds are called (migrations 0005 to 0009), one round trip each.

They write ledger, event and history themselves. What a refusal means is said by their callers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from core.actors import Actor
from core.asking import ask
from core.numbers import new_number
from core.transactions import answer_when_on_disk
from inventory.models import Reservation
from inventory.rules import Choice, HoldScope, StockLimits
from inventory.states import Bucket, EntryCause, ReleaseCause, ReservationState
from inventory.telling import heard_by, user_setting

# As many holds as one line may have at one place: one for each lot that gives some of it.
MOST_LOTS = 100
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Deed:
    """Who changes holds, by which operation, and when."""

    actor: Actor
    now: dt.datetime
    op_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """Holds to be made, and what they go on from. Lengths count from the database's present.

    `is_more`: on top of what the references hold already.
    """

    partner_id: int
    case: str
    scope: HoldScope
    choices: Sequence[Choice]
    limits: StockLimits
    hold_for: dt.timedelta
    continues: Mapping[str, str]
    expires_at: dt.datetime | None = None
    began_at: dt.datetime | None = None
    is_more: bool = False


def make_holds(making: Making, deed: Deed) -> list[Reservation]:
    """All the holds, those that were there already among them; none when a line is short."""
    lines = [choice.wanted for choice in making.choices]
    rankings = [[place.as_facts() for place in choice.ranking] for choice in making.choices]
    pieces = sum(min(line.quantity, MOST_LOTS) for line in lines)
    floors, caps = making.limits.safety, making.limits.caps
    return _holds(
        "inventory_make_holds(%s, %s, %s, %s, %s, %s::text[], %s::bigint[], %s::bigint[],"
        " %s::integer[], %s::text[], %s::jsonb, %s::text[], %s::interval, %s::timestamptz,"
        " %s::timestamptz, %s, %s::bigint[], %s::bigint[], %s::integer[], %s::bigint[],"
        " %s::integer[], %s, %s, %s::uuid, %s::timestamptz, %s::text[], %s::text[])",
        [
            making.partner_id,
            making.case,
            making.scope.channel,
            making.scope.exchange_type,
            making.scope.tier,
            [line.reference for line in lines],
            [line.variant_id for line in lines],
            [choice.location_id for choice in making.choices],
            [line.quantity for line in lines],
            [making.continues.get(line.reference, "") for line in lines]
            if making.continues
            else None,
            json.dumps(rankings),
            [new_number("HLD") for _ in range(pieces)],
            making.hold_for,
            making.expires_at,
            making.began_at,
            making.is_more,
            [variant_id for variant_id, _ in floors],
            [location_id for _, location_id in floors],
            list(floors.values()),
            list(caps),
            list(caps.values()),
            *_by(deed),
            heard_by("reservation.made"),
            heard_by("reservation.expired"),
        ],
    )


def make_plain_hold(making: Making, deed: Deed) -> list[Reservation]:
    """The hold of one line at one place, or nothing where `make_holds` has to decide.

    Only what the database adds comes back from it; the rest of the row is what it was given.
    """
    (choice,) = making.choices
    line, scope, number = choice.wanted, making.scope, new_number("HLD")
    ((made,),) = ask(
        "SELECT inventory_make_plain_hold(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " %s::uuid, %s, %s::timestamptz, %s::text[], %s::jsonb)",
        [
            making.partner_id,
            making.case,
            scope.channel,
            scope.exchange_type,
            scope.tier,
            line.reference,
            line.variant_id,
            choice.location_id,
            line.quantity,
            number,
            making.hold_for.total_seconds(),
            deed.actor.ref,
            user_setting(deed.actor),
            deed.op_id,
            uuid4(),
            deed.now,
            heard_by("reservation.made"),
            json.dumps([place.as_facts() for place in choice.ranking]),
        ],
    )
    if made is None:
        return []
    hold_id, level_id, bin_id, microseconds, is_wanted = made
    if is_wanted:
        answer_when_on_disk()
    began_at = EPOCH + dt.timedelta(microseconds=microseconds)
    row = {
        "id": hold_id,
        "partner_id": making.partner_id,
        "number": number,
        "reference": line.reference,
        "case": making.case,
        "stock_level_id": level_id,
        "variant_id": line.variant_id,
        "location_id": choice.location_id,
        "bin_id": bin_id,
        "quantity": line.quantity,
        "state": ReservationState.ACTIVE.value,
        "cause": "",
        "expires_at": began_at + making.hold_for,
        "made_at": deed.now,
        "made_by": deed.actor.ref,
        "began_at": began_at,
        "channel": scope.channel,
        "exchange_type": scope.exchange_type,
        "tier": scope.tier,
        "continues": "",
        "grace_for": "",
    }
    return [Reservation.from_db("default", _FIELDS, [row.get(name) for name in _FIELDS])]


def lock_stock(
    references: Sequence[str],
    *,
    places: Sequence[tuple[int, int]] = (),
    limits: StockLimits | None = None,
    scope: HoldScope | None = None,
) -> None:
    """Lock what these references hold and what lies at these (variant, location) places.

    For whoever ends and makes holds in one transaction: both calls lock in the order of ids,
    but not one after the other.
    """
    ask(
        "SELECT inventory_lock_stock(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s)",
        [
            list(references),
            [variant_id for variant_id, _ in places],
            [location_id for _, location_id in places],
            list(limits.caps) if limits else [],
            scope.channel if scope else "",
        ],
    )


def commit_holds(
    references: Sequence[str], quantities: Mapping[str, int] | None, deed: Deed
) -> list[Reservation]:
    """What is committed now: of each reference all that runs, or so many units."""
    return _holds(
        "inventory_commit_holds(%s::text[], %s::integer[], %s::text[], %s, %s, %s::uuid,"
        " %s::timestamptz, %s::text[], %s::text[])",
        [
            list(references),
            _in_order(references, quantities),
            [new_number("HLD") for _ in references],
            *_by(deed),
            heard_by("reservation.committed"),
            heard_by("reservation.split"),
        ],
    )


def prolong_holds(
    references: Sequence[str],
    *,
    hold_for: dt.timedelta,
    longest: dt.timedelta | None,
    deed: Deed,
) -> list[Reservation]:
    """The holds that run on; neither the due ones nor those that had their longest."""
    return _holds(
        "inventory_prolong_holds(%s::text[], %s::interval, %s::interval, %s, %s, %s::uuid,"
        " %s::timestamptz, %s::text[])",
        [list(references), hold_for, longest, *_by(deed), heard_by("reservation.extended")],
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """How holds end, and where their units go."""

    state: ReservationState
    sources: Sequence[ReservationState]
    bucket: Bucket
    entry_cause: EntryCause
    cause: ReleaseCause | None = None


def end_holds(
    references: Sequence[str],
    ending: Ending,
    deed: Deed,
    *,
    quantities: Mapping[str, int] | None = None,
    only: str | None = None,
) -> list[Reservation]:
    """What ended: of each reference all, or so many units; `only` is the number of one hold."""
    kind = f"reservation.{ending.state.value}"
    return _holds(
        "inventory_end_holds(%s::text[], %s::integer[], %s, %s::text[], %s::text[], %s, %s, %s,"
        " %s, %s, %s, %s, %s::uuid, %s::timestamptz, %s::text[], %s::text[])",
        [
            list(references),
            _in_order(references, quantities),
            only,
            [new_number("HLD") for _ in references] if quantities is not None else [],
            [source.value for source in ending.sources],
            ending.state.value,
            ending.cause.value if ending.cause else "",
            ending.bucket.value,
            ending.entry_cause.value,
            kind,
            *_by(deed),
            heard_by(kind),
            heard_by("reservation.split"),
        ],
    )


def split_hold(reference: str, into: str, quantity: int, deed: Deed) -> list[Reservation]:
    """So many units of a reference's active holds, now under `into`."""
    return _holds(
        "inventory_split_hold(%s, %s, %s, %s::text[], %s, %s, %s::uuid, %s::timestamptz,"
        " %s::text[])",
        [
            reference,
            into,
            quantity,
            [new_number("HLD")],
            *_by(deed),
            heard_by("reservation.split"),
        ],
    )


def begin_grace(
    references: Sequence[str],
    payment: str,
    *,
    grace: dt.timedelta,
    most: dt.timedelta,
    deed: Deed,
) -> list[Reservation]:
    """The holds that the payment keeps, whether by this call or by an earlier one."""
    return _holds(
        "inventory_grant_grace(%s::text[], %s, %s::interval, %s::interval, %s, %s, %s::uuid,"
        " %s::timestamptz, %s::text[])",
        [
            list(references),
            payment,
            grace,
            most,
            *_by(deed),
            heard_by("reservation.grace_granted"),
        ],
    )


def close_grace(references: Sequence[str], payment: str, deed: Deed) -> list[Reservation]:
    """The holds that the payment kept until now."""
    return _holds(
        "inventory_end_grace(%s::text[], %s, %s, %s, %s::uuid, %s::timestamptz, %s::text[])",
        [list(references), payment, *_by(deed), heard_by("reservation.grace_ended")],
    )


def _by(deed: Deed) -> tuple[str, str, UUID | None, dt.datetime]:
    return (deed.actor.ref, user_setting(deed.actor), deed.op_id, deed.now)


def _in_order(references: Sequence[str], quantities: Mapping[str, int] | None) -> list[int] | None:
    return None if quantities is None else [quantities[reference] for reference in references]


def _holds(function: str, parameters: list[Any]) -> list[Reservation]:
    """The rows a function returns. `ranking` is read when somebody looks: most never do."""
    rows = ask(f"SELECT {_COLUMNS} FROM {function}", parameters)
    return [Reservation.from_db("default", _FIELDS, row) for row in rows]


_READ = [field for field in Reservation._meta.concrete_fields if field.name != "ranking"]
_FIELDS = [field.attname for field in _READ]
_COLUMNS = ", ".join(f'"{field.column}"' for field in _READ)
