"""Where units would be held if they were asked for now, or why they cannot be."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from core.errors import BadInput, DomainError
from inventory.queries.catalogue import get_sku
from inventory.queries.holds import list_live_holds
from inventory.queries.limits import get_hold_terms, get_stock_limits
from inventory.queries.shortages import count_older_wishes, list_shortages
from inventory.queries.sourcing import get_free_by_place, rank_locations
from inventory.queries.waiting import list_older_waiting
from inventory.rules import (
    Choice,
    Destination,
    HoldScope,
    HoldTerms,
    RankedLocation,
    Shortage,
    StockLimits,
    Wanted,
    plan_sourcing,
)
from inventory.states import LastUnits, ShortBecause

_SHORT = {
    ShortBecause.STOCK: "{available} available, {wanted} wanted",
    ShortBecause.SAFETY_STOCK: "{available} available besides the safety stock, {wanted} wanted",
    ShortBecause.POOL_CAP: "{available} left for this channel, {wanted} wanted",
    ShortBecause.OLDER_CASES: "{available} left after older cases, {wanted} wanted",
}


class OutOfStock(DomainError):
    """Some lines cannot be held; `shortages` names every one of them. Nothing was taken."""

    code = "out_of_stock"

    def __init__(self, message: str, *, shortages: Sequence[Shortage]) -> None:
        super().__init__(message, shortages=list(shortages))
        self.shortages = list(shortages)


def preview_holds(
    *,
    partner_id: int,
    wanted: Sequence[Wanted],
    destination: Destination | None,
    now: dt.datetime,
    scope: HoldScope | None = None,
    since: dt.datetime | None = None,
) -> list[Choice]:
    """Where `reserve` would hold each line if it were asked now. Takes nothing.

    Raises `OutOfStock` as `reserve` would, with all shortages.
    """
    check_wanted(wanted)
    scope = scope or HoldScope()
    variant_ids = {line.variant_id for line in wanted}
    terms = get_hold_terms(partner_id=partner_id, scope=scope)
    limits = get_stock_limits(partner_id=partner_id, scope=scope, variant_ids=variant_ids)
    leave_to_older_cases(wanted, terms=terms, limits=limits, since=since)
    choices = choose_places(partner_id, wanted, destination, terms=terms, limits=limits, now=now)
    if choices is None:
        raise out_of_stock(partner_id, wanted, terms=terms, limits=limits, scope=scope)
    return choices


def check_wanted(wanted: Sequence[Wanted]) -> None:
    """Refuse what no stock could ever answer."""
    if not wanted:
        raise BadInput("There is nothing to hold.", field="wanted")
    if any(line.quantity < 1 for line in wanted):
        raise BadInput("A hold is for at least one unit.", field="quantity")
    if len({line.reference for line in wanted}) < len(wanted):
        raise BadInput("A reference can be held for only once.", field="reference")


def leave_to_older_cases(
    wanted: Sequence[Wanted], *, terms: HoldTerms, limits: StockLimits, since: dt.datetime | None
) -> None:
    """The fair queue: of the last units nobody gets what an older case waits for."""
    if terms.last_units_for != LastUnits.OLDEST_CASE or since is None:
        return
    references = [line.reference for line in wanted]
    older = count_older_wishes(
        {line.variant_id for line in wanted}, since=since, but_not_for=references
    )
    if not older:
        return
    held = Counter(hold.reference for hold in list_live_holds(references))
    free = get_free_by_place(older)
    shortages = []
    for line in wanted:
        if line.variant_id not in older or held[line.reference]:
            continue
        places = free.get(line.variant_id, {})
        promised = sum(
            max(0, units - limits.safety.get((line.variant_id, place), 0))
            for place, units in places.items()
        )
        left = max(0, promised - older[line.variant_id])
        if 0 < promised <= terms.last_units and left < line.quantity:
            sku = get_sku(line.variant_id)
            because = ShortBecause.OLDER_CASES
            queue = list_older_waiting(line.variant_id, since=since)
            behind = tuple(dict.fromkeys(each.case for each in queue if each.case))
            shortages.append(Shortage(line.reference, sku, line.quantity, left, because, behind))
    if shortages:
        raise _refusal(shortages)


def choose_places(
    partner_id: int,
    wanted: Sequence[Wanted],
    destination: Destination | None,
    *,
    terms: HoldTerms,
    limits: StockLimits,
    now: dt.datetime,
) -> list[Choice] | None:
    """Where each line is to be held; `None` when some line finds no place."""
    rankings: list[Sequence[RankedLocation]] = [
        ()
        if line.location_id
        else rank_locations(
            partner_id=partner_id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            destination=destination,
            now=now,
            limits=limits,
        )
        for line in wanted
    ]
    return plan_sourcing(wanted, rankings, may_split=terms.may_split)


def out_of_stock(
    partner_id: int,
    wanted: Sequence[Wanted],
    *,
    terms: HoldTerms,
    limits: StockLimits,
    scope: HoldScope,
) -> OutOfStock:
    """The refusal, with every line that is short and what keeps it."""
    return _refusal(
        list_shortages(
            partner_id=partner_id,
            wanted=wanted,
            limits=limits,
            scope=scope,
            may_split=terms.may_split,
        )
    )


def _refusal(shortages: Sequence[Shortage]) -> OutOfStock:
    short = ", ".join(
        f"{line.sku} ({_SHORT[line.because].format(available=line.available, wanted=line.wanted)})"
        for line in shortages
    )
    return OutOfStock(f"Not enough stock: {short}.", shortages=shortages)
