"""Why units cannot be held: asked after the database has refused, for people to read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.db import connection
from django.db.models import Sum

from inventory.models import Variant, WaitingLine
from inventory.queries.sourcing import get_free_by_place
from inventory.rules import HoldScope, Shortage, StockLimits, Wanted
from inventory.states import ShortBecause, WaitingState

# What a channel holds of a variant: due holds are anybody's already.
POOLED = """
SELECT r.variant_id, sum(r.quantity)::integer FROM inventory_reservation r
 WHERE r.variant_id = ANY (%s) AND r.channel = %s AND r.channel <> ''
   AND r.state IN ('active', 'committed') AND r.reference <> ALL (%s)
   AND NOT (r.state = 'active' AND inventory_is_due(r.expires_at, r.grace_until, app_now()))
 GROUP BY r.variant_id
"""


def list_shortages(
    *,
    partner_id: int,
    wanted: Sequence[Wanted],
    limits: StockLimits | None = None,
    scope: HoldScope | None = None,
    may_split: bool = False,
) -> list[Shortage]:
    """The lines that cannot be held now, each with what it could have at most and why not more.

    Lines that want the same count together.
    """
    limits, scope = limits or StockLimits(), scope or HoldScope()
    variant_ids = {line.variant_id for line in wanted}
    free = get_free_by_place(variant_ids)
    pools = _list_pools(limits, scope, wanted)
    skus = dict(
        Variant.objects.for_partner(partner_id).filter(pk__in=variant_ids).values_list("pk", "sku")
    )
    at_place: Counter[tuple[int, int | None]] = Counter()
    in_all: Counter[int] = Counter()
    for line in wanted:
        at_place[line.variant_id, line.location_id] += line.quantity
        in_all[line.variant_id] += line.quantity
    shortages = []
    for line in wanted:
        places = free.get(line.variant_id, {})
        units = _count_units(line, places, {}, may_split=may_split)
        promised = _count_units(line, places, limits.safety, may_split=may_split)
        pool = pools.get(line.variant_id)
        if promised < at_place[line.variant_id, line.location_id]:
            is_there = units >= at_place[line.variant_id, line.location_id]
            because = ShortBecause.SAFETY_STOCK if is_there else ShortBecause.STOCK
            available = promised
        elif pool is not None and pool < in_all[line.variant_id]:
            because, available = ShortBecause.POOL_CAP, pool
        else:
            continue
        sku = skus.get(line.variant_id, "?")
        shortages.append(Shortage(line.reference, sku, line.quantity, available, because))
    return shortages


def _count_units(
    line: Wanted,
    free: Mapping[int, int],
    floors: Mapping[tuple[int, int], int],
    *,
    may_split: bool,
) -> int:
    """What the line's place can give; without one the best place, or all of them together."""
    units = {
        location_id: max(0, quantity - floors.get((line.variant_id, location_id), 0))
        for location_id, quantity in free.items()
    }
    if line.location_id is not None:
        return units.get(line.location_id, 0)
    return sum(units.values()) if may_split else max(units.values(), default=0)


def _list_pools(limits: StockLimits, scope: HoldScope, wanted: Sequence[Wanted]) -> dict[int, int]:
    """How many units more the channel may hold, by variant, where there is a cap."""
    if not limits.caps or not scope.channel:
        return {}
    with connection.cursor() as cursor:
        references = [line.reference for line in wanted]
        cursor.execute(POOLED, [list(limits.caps), scope.channel, references])
        pooled = dict(cursor.fetchall())
    return {
        variant_id: max(0, cap - pooled.get(variant_id, 0))
        for variant_id, cap in limits.caps.items()
    }


def count_older_wishes(
    variant_ids: Collection[int], *, since: dt.datetime, but_not_for: Collection[str]
) -> dict[int, int]:
    """Units that cases older than `since` wait for, by variant."""
    waiting = WaitingLine.objects.filter(
        variant__in=variant_ids,
        state__in=[WaitingState.WAITING, WaitingState.WOKEN],
        since__lt=since,
    ).exclude(reference__in=but_not_for)
    totals = waiting.values_list("variant_id").annotate(Sum("quantity")).order_by()
    return dict(totals)
