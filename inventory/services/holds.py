"""Holds: units taken out of every channel's reach for an exchange line. Here they are made."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput, DomainError
from core.transactions import requires_transaction
from inventory import queries
from inventory.models import Reservation
from inventory.queries.placing import (
    check_wanted,
    choose_places,
    leave_to_older_cases,
    out_of_stock,
)
from inventory.rules import (
    Choice,
    Destination,
    HoldScope,
    HoldTerms,
    StockLimits,
    Wanted,
)
from inventory.services.hold_functions import Deed, Making, make_holds, make_plain_hold

# Between weighing the locations and taking the stock somebody else may come first; then the
# locations are weighed anew. Each time round one of them has run out, so this ends early.
ATTEMPTS = 5


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
    scope: HoldScope | None = None,
    since: dt.datetime | None = None,
    terms: HoldTerms | None = None,
) -> list[Reservation]:
    """Hold all lines or none; a reference that is held already keeps its hold.

    Lines without a location get the best one: enough stock, then cost, distance, lowest id. A
    line has a hold for each lot, and where the scope's rules allow it for each location, that
    gives some of it. Safety stock and the channel's cap are left alone; `since` is the age of
    the case, for the last units that go to the oldest. A hold ends at the database's
    ``app_now() + hold_for``, or after the longest that the rules allow; `terms` are the scope's,
    where the caller has just read them.
    Raises `OutOfStock` with all shortages.
    """
    check_wanted(wanted)
    scope = scope or HoldScope()
    deed = Deed(actor, now, op_id)
    if plain := _plain(partner_id, case, scope, wanted, hold_for):
        held = make_plain_hold(plain, deed)
        if held:
            return held
    variant_ids = {line.variant_id for line in wanted}
    terms = terms or queries.get_hold_terms(partner_id=partner_id, scope=scope)
    limits = queries.get_stock_limits(partner_id=partner_id, scope=scope, variant_ids=variant_ids)
    leave_to_older_cases(wanted, terms=terms, limits=limits, since=since)
    for _ in range(ATTEMPTS):
        choices = choose_places(
            partner_id, wanted, destination, terms=terms, limits=limits, now=now
        )
        if choices is None:
            break
        making = Making(
            partner_id=partner_id,
            case=case,
            scope=scope,
            choices=choices,
            limits=limits,
            hold_for=min(hold_for, terms.longest),
            continues={},
        )
        held = make_plain_hold(making, deed) if _looks_plain(making, terms) else []
        held = held or make_holds(making, deed)
        if held:
            check_same(wanted, held)
            return held
        if all(line.location_id for line in wanted):
            break
    raise out_of_stock(partner_id, wanted, terms=terms, limits=limits, scope=scope)


def _plain(
    partner_id: int,
    case: str,
    scope: HoldScope,
    wanted: Sequence[Wanted],
    hold_for: dt.timedelta,
) -> Making | None:
    """Most holds: one line whose place is known. The database sees whether a rule bounds it."""
    if len(wanted) > 1 or wanted[0].location_id is None:
        return None
    return Making(
        partner_id=partner_id,
        case=case,
        scope=scope,
        choices=[Choice(wanted[0], wanted[0].location_id)],
        limits=StockLimits(),
        hold_for=min(hold_for, HoldTerms().longest),
        continues={},
    )


def _looks_plain(making: Making, terms: HoldTerms) -> bool:
    """One line whose place has just been found, where no rule was seen that bounds it."""
    if len(making.choices) > 1 or making.choices[0].wanted.location_id is not None:
        return False  # with a place of its own it has been tried
    limits, usual = making.limits, HoldTerms()
    is_bounded = limits.safety or limits.caps or terms.last_units_for != usual.last_units_for
    return not is_bounded and terms.longest == usual.longest


def check_same(wanted: Sequence[Wanted], held: Sequence[Reservation]) -> None:
    """A repetition gets the first hold back; something else under its name is a mistake."""
    units: Counter[tuple[str, int]] = Counter()
    for hold in held:
        units[hold.reference, hold.variant_id] += hold.quantity
    asked = Counter({(line.reference, line.variant_id): line.quantity for line in wanted})
    if units != asked:
        raise HeldOtherwise("Other units are held for this line. Release them first.")
