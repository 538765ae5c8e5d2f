"""Holds that are kept: longer, past a payment in flight, and for the warehouse."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput, DomainError
from core.transactions import requires_transaction
from inventory import queries
from inventory.models import Reservation
from inventory.rules import HoldScope
from inventory.services import hold_functions
from inventory.services.hold_functions import Deed
from inventory.services.holds import HoldEnded


class HoldTooLong(DomainError):
    """A hold has run for as long as the rules ever let one run."""

    code = "hold_too_long"

    def __init__(self, message: str, *, references: Sequence[str]) -> None:
        super().__init__(message, references=list(references))
        self.references = list(references)


@requires_transaction
def prolong(
    *,
    references: Sequence[str],
    hold_for: dt.timedelta,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    longest: dt.timedelta | None = None,
) -> list[Reservation]:
    """Let active holds run for `hold_for` from this moment, if that is later than now planned.

    With `longest` never longer than that in all, extensions and moves included. Raises
    `HoldEnded` when a reference has no hold that still runs, `HoldTooLong` when one has had
    its longest.
    """
    held = hold_functions.prolong_holds(
        references, hold_for=hold_for, longest=longest, deed=Deed(actor, now, op_id)
    )
    if longest is not None and (missing := _missing(references, held)):
        running = {hold.reference for hold in queries.list_running_holds(missing)}
        if running == missing:
            raise HoldTooLong(
                "The stock was held for as long as it may be.", references=sorted(missing)
            )
    return all_of(references, held)


@requires_transaction
def commit(
    *,
    references: Sequence[str],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    quantities: Mapping[str, int] | None = None,
) -> list[Reservation]:
    """Give active holds to the warehouse: from here on they never expire.

    With `quantities` (by reference) only so many units; the rest stays active under its number,
    and the part has a number of its own that `continues` it. Raises `HoldEnded` when a reference
    has no hold that still runs, swept or not, or fewer units than wanted.
    """
    check_quantities(references, quantities)
    held = hold_functions.commit_holds(references, quantities, Deed(actor, now, op_id))
    if quantities is not None:
        units = count_units(held)
        short = [name for name in references if units[name] < quantities[name]]
        if short:
            raise HoldEnded("Fewer units are held than were wanted.", references=sorted(short))
    return all_of(references, held)


@requires_transaction
def grant_grace(
    *,
    references: Sequence[str],
    payment: str,
    for_: dt.timedelta,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Reservation]:
    """A payment is on its way: its holds stay for `for_` from now, even when they fall due.

    Never beyond their end and the grace that the rules allow, whoever asks how often; a payment
    has one grace. Record it before the provider is asked. Raises `HoldEnded` when a reference
    has no hold that still runs: then the payment must not be tried.
    """
    most = min(
        (
            queries.get_hold_terms(partner_id=partner_id, scope=scope).grace
            for partner_id, scope in _scopes(queries.list_running_holds(references))
        ),
        default=dt.timedelta(0),
    )
    held = hold_functions.begin_grace(
        references, payment, grace=for_, most=most, deed=Deed(actor, now, op_id)
    )
    return all_of(references, held)


@requires_transaction
def end_grace(
    *,
    references: Sequence[str],
    payment: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Reservation]:
    """The payment is settled, one way or the other: what it alone kept is free at once.

    Gives back the holds that it kept until now; none the second time.
    """
    return hold_functions.close_grace(references, payment, Deed(actor, now, op_id))


def check_quantities(references: Sequence[str], quantities: Mapping[str, int] | None) -> None:
    """Each reference with its number of units, at least one."""
    if quantities is None:
        return
    if set(quantities) != set(references) or any(units < 1 for units in quantities.values()):
        raise BadInput("Say for each reference how many units.", field="quantities")


def count_units(holds: Iterable[Reservation]) -> Counter[str]:
    """Units by reference."""
    units: Counter[str] = Counter()
    for hold in holds:
        units[hold.reference] += hold.quantity
    return units


def all_of(references: Sequence[str], held: list[Reservation]) -> list[Reservation]:
    """The holds, if every reference has one."""
    if ended := sorted(_missing(references, held)):
        raise HoldEnded("The stock is no longer held. Hold it again first.", references=ended)
    return held


def _missing(references: Iterable[str], held: Iterable[Reservation]) -> set[str]:
    return set(references) - {hold.reference for hold in held}


def _scopes(holds: Iterable[Reservation]) -> set[tuple[int, HoldScope]]:
    return {
        (hold.partner_id, HoldScope(hold.channel, hold.exchange_type, hold.tier)) for hold in holds
    }
