"""What the hold and stock rules come to. One query each: they are read at every use.

So a change of a rule applies at once, to every case, whatever it was opened under.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from core.among import among
from core.asking import ask
from core.kept import KeptQuery
from inventory.models import HoldRule, StockRule
from inventory.rules import HoldScope, HoldTerms, Limit, StockLimits, StockScope
from inventory.rules.limits import find_pool_cap, find_safety_stock, resolve_hold_terms
from inventory.states import AtExpiry, LastUnits

# Per variant: the rules that can fit it, what open discrepancies say is missing where, and, if
# there is either, the places where it lies. Warehouse and cycle count may both have seen the same
# gap, so of one lot the larger counts. A blocked lot is never promised, so nothing can be missing
# from it. `OFFSET 0` has each looked up once.
STOCK_LIMITS = """
SELECT v.id, p.category, k.rules, k.missing,
       CASE WHEN k.rules IS NOT NULL OR k.missing IS NOT NULL THEN ARRAY(
            SELECT DISTINCT s.location_id FROM inventory_stocklevel s WHERE s.variant_id = v.id
       ) END AS places
  FROM inventory_variant v JOIN inventory_product p ON p.id = v.product_id
 CROSS JOIN LATERAL (
       SELECT (SELECT json_agg(json_build_array(r.id, r.priority, r.variant_id, r.category,
                                                r.location_id, r.channel, r.safety_stock,
                                                r.pool_cap))
                 FROM inventory_stockrule r
                WHERE r.partner_id = v.partner_id AND (r.variant_id IS NULL OR r.variant_id = v.id)
                  AND r.category IN ('', p.category) AND r.channel IN ('', %(channel)s)) AS rules,
              (SELECT json_agg(json_build_array(lot.location_id, lot.missing)) FROM (
                   SELECT d.location_id, max(d.expected - d.counted) AS missing
                     FROM inventory_discrepancy d
                    WHERE d.variant_id = v.id AND d.state = 'open'
                      AND d.bucket IN ('', 'available') AND d.counted < d.expected
                      AND NOT EXISTS (SELECT FROM inventory_lot b
                                       WHERE b.variant_id = v.id AND b.code = d.lot
                                         AND b.is_blocked)
                    GROUP BY d.location_id, d.lot) lot) AS missing
       OFFSET 0) k
 WHERE v.id = ANY (%(among)s) AND v.partner_id = %(partner)s
"""

HOLD_RULE = (
    "pk",
    "priority",
    "channel",
    "exchange_type",
    "tier",
    "quote_minutes",
    "accepted_hours",
    "longest_hours",
    "grace_minutes",
    "at_expiry",
    "may_split",
    "last_units",
    "last_units_for",
)

STOCK_RULE = (
    "pk",
    "priority",
    "variant_id",
    "category",
    "location_id",
    "channel",
    "safety_stock",
    "pool_cap",
)


_RULES_OF_SCOPE: KeptQuery[tuple[Any, ...]] = KeptQuery(
    lambda partner_id, channel, exchange_type, tier: HoldRule.objects.filter(
        partner=partner_id,
        channel__in=("", channel),
        exchange_type__in=("", exchange_type),
        tier__in=("", tier),
    ).values_list(*HOLD_RULE)
)


def get_hold_terms(*, partner_id: int, scope: HoldScope) -> HoldTerms:
    """Lengths, splitting and the last units for holds of this scope, as the rules stand now."""
    rules = _RULES_OF_SCOPE(partner_id, scope.channel, scope.exchange_type, scope.tier)
    return resolve_hold_terms([_as_hold_limit(*row) for row in rules], scope)


def list_hold_limits(partner_id: int, *, rule_id: int | None = None) -> list[Limit]:
    """All hold rules of a partner as they are weighed, or the one."""
    rules = HoldRule.objects.filter(partner=partner_id)
    return _read(rules if rule_id is None else rules.filter(pk=rule_id))


def list_stock_limits(partner_id: int, *, rule_id: int | None = None) -> list[Limit]:
    """All stock rules of a partner as they are weighed, or the one."""
    rules = StockRule.objects.filter(partner=partner_id)
    if rule_id is not None:
        rules = rules.filter(pk=rule_id)
    return [_as_stock_limit(*row) for row in rules.values_list(*STOCK_RULE)]


def _read(rules: QuerySet[HoldRule]) -> list[Limit]:
    return [_as_hold_limit(*row) for row in rules.values_list(*HOLD_RULE)]


def _as_hold_limit(
    pk: int,
    priority: int,
    channel: str,
    exchange_type: str,
    tier: str,
    quote: int | None,
    accepted: int | None,
    longest: int | None,
    grace: int | None,
    at_expiry: str,
    may_split: bool | None,
    last_units: int | None,
    last_units_for: str,
) -> Limit:
    names = {"channel": channel, "exchange_type": exchange_type, "tier": tier}
    sets = {
        "quote": None if quote is None else dt.timedelta(minutes=quote),
        "accepted": None if accepted is None else dt.timedelta(hours=accepted),
        "longest": None if longest is None else dt.timedelta(hours=longest),
        "grace": None if grace is None else dt.timedelta(minutes=grace),
        "at_expiry": AtExpiry(at_expiry) if at_expiry else None,
        "may_split": may_split,
        "last_units": last_units,
        "last_units_for": LastUnits(last_units_for) if last_units_for else None,
    }
    return Limit(
        rule_id=pk,
        priority=priority,
        names={name: code for name, code in names.items() if code},
        sets={name: value for name, value in sets.items() if value is not None},
    )


def get_stock_limits(
    *, partner_id: int, scope: HoldScope, variant_ids: Collection[int]
) -> StockLimits:
    """Floors by variant and location, and caps by variant, for holds of the scope's channel."""
    safety: dict[tuple[int, int], int] = {}
    missing: dict[tuple[int, int], int] = defaultdict(int)
    caps = {}
    text, keys = among(STOCK_LIMITS, variant_ids)
    rows = ask(text, {"channel": scope.channel, "among": keys, "partner": partner_id})
    for variant_id, category, rules, gaps, places in rows:
        if places is None:
            continue
        limits = [_as_stock_limit(*rule) for rule in rules or ()]
        for location_id, units in gaps or ():
            missing[variant_id, location_id] += units
        for location_id in places:
            stock = StockScope(variant_id, category, location_id, scope.channel)
            floor = find_safety_stock(limits, stock).value
            if floor := floor + missing.get((variant_id, location_id), 0):
                safety[variant_id, location_id] = floor
        cap = find_pool_cap(limits, StockScope(variant_id, category, channel=scope.channel)).value
        if cap is not None:
            caps[variant_id] = cap
    return StockLimits(safety=safety, caps=caps, missing=dict(missing))


def _as_stock_limit(
    pk: int,
    priority: int,
    variant_id: int | None,
    category: str,
    location_id: int | None,
    channel: str,
    safety_stock: int | None,
    pool_cap: int | None,
) -> Limit:
    names = {
        "variant_id": variant_id,
        "category": category,
        "location_id": location_id,
        "channel": channel,
    }
    sets = {"safety_stock": safety_stock, "pool_cap": pool_cap}
    return Limit(
        rule_id=pk,
        priority=priority,
        names={name: code for name, code in names.items() if code},
        sets={name: value for name, value in sets.items() if value is not None},
    )
