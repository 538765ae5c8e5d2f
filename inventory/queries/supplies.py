"""What is expected, and when somebody who waits would have their units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from core.kept import KeptQuery
from inventory.models import Location, Supply, Variant, WaitingLine
from inventory.queries.sourcing import estimate_leg, get_promisable
from inventory.rules import Coming, Destination, Expected, HoldScope, find_coming
from inventory.states import IN_QUEUE, SupplyState

# Goods are unloaded, counted and put away before any of them can leave.
HANDLING_DAYS = 1


_EXPECTED: KeptQuery[Supply] = KeptQuery(
    lambda variant_ids: (
        Supply.objects.filter(variant__in=variant_ids, state=SupplyState.EXPECTED)
        .select_related("location", "variant__product")
        .order_by("expected_on", "pk")
    )
)


def list_supplies(variant_ids: Collection[int]) -> list[Supply]:
    """What is still to come, the next first."""
    return _EXPECTED(sorted(variant_ids))


def get_coming(
    *,
    partner_id: int,
    quantities: dict[int, int],
    since: dt.datetime,
    scope: HoldScope,
    now: dt.datetime,
    but_not_for: Collection[str] = (),
) -> dict[int, Coming]:
    """By variant: the day and place for so many units, behind the older cases that wait.

    Variants are left out of which not enough is expected, or of which enough is free now. What
    was to be there before today is late, and nobody is promised anything of it.
    """
    found: dict[int, Coming] = {}
    supplies = list_supplies(quantities) if quantities else []
    if not supplies:
        return found
    free = get_promisable(partner_id=partner_id, variant_ids=list(quantities), scope=scope, now=now)
    waiting = WaitingLine.objects.filter(
        variant__in=quantities, state__in=IN_QUEUE, since__lt=since
    )
    before: dict[int, list[int]] = {variant_id: [] for variant_id in quantities}
    for variant_id, units in waiting.exclude(reference__in=but_not_for).values_list(
        "variant", "quantity"
    ):
        before[variant_id].append(units)
    for variant_id, quantity in quantities.items():
        mine = [each for each in supplies if each.variant_id == variant_id]
        if not mine or free[variant_id] - sum(before[variant_id]) >= quantity:
            continue
        expected = [
            Expected(each.location_id, each.expected_on, each.left)
            for each in mine
            if each.expected_on >= _today(each.location, now)
        ]
        first = Expected(0, dt.date.min, free[variant_id])
        coming = find_coming([first, *expected], before[variant_id], quantity=quantity)
        if coming is not None and coming.location_id:
            found[variant_id] = coming
    return found


def estimate_backorder(
    *, variant: Variant, quantity: int, coming: Coming, destination: Destination | None
) -> dt.date | None:
    """When it is at the door: put away the day after it came, then sent as always."""
    location = Location.objects.get(pk=coming.location_id)
    ready = coming.on + dt.timedelta(days=HANDLING_DAYS)
    leg = estimate_leg(
        partner_id=location.partner_id,
        location_id=location.pk,
        grams=variant.weight_grams * quantity,
        destination=destination,
        departs=dt.datetime.combine(ready, dt.time.min, ZoneInfo(location.time_zone)),
    )
    return leg.arrives_on if leg else None


def _today(location: Location, now: dt.datetime) -> dt.date:
    return now.astimezone(ZoneInfo(location.time_zone)).date()
