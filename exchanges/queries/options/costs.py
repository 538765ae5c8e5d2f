"""What an outcome costs us, when the customer has everything, and whose stock it takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, F

from core.money import ZERO, round_half_up
from exchanges.queries.describing import get_destination, get_variants
from exchanges.queries.options.situation import Situation
from exchanges.queries.planning import Plan
from exchanges.rules.options import Cause, Margin, MarginRow, StockAtRisk, count_losers
from exchanges.states import ExchangeType
from fulfilment import queries as fulfilment
from inventory import queries as stock
from inventory.models import Location, Variant
from inventory.rules import Choice, Destination, HoldScope
from payments.models import CreditMemoLine
from payments.rules import MemoLine
from returns.models import Disposition, Repair, ReturnLine
from returns.queries import find_returns_location, get_facts
from returns.states import DispositionKind, Reason, RepairState

# Goods that came for one of these cannot simply be sold again.
NOT_FOR_SALE = (Reason.DEFECTIVE, Reason.DAMAGED)
HERE = ("received", "inspected", "settling")


@dataclass(frozen=True, slots=True)
class Ways:
    """The goods' way here and the way to the customer; None: no rate tells."""

    destination: Destination | None
    back: stock.Leg | None
    days_back: int | None
    goods_are_here: bool
    returns_location: Location | None


def read_ways(situation: Situation) -> Ways:
    """The way here is reckoned to take as long, and to cost as much, as the way there."""
    line = situation.lines[0]
    destination = get_destination(line.order_line.order.ship_to)
    parcel = fulfilment.get_parcel(f"return:{situation.case.pk}")
    location = (
        parcel.location
        if parcel
        else find_returns_location(
            partner_id=situation.case.partner_id, country=get_facts(line).country
        )
    )
    is_here = situation.case.state in HERE
    leg = None if location is None else weigh_leg(situation, location.pk, destination)
    days = 0 if is_here else _count_days(situation, leg)
    return Ways(destination, leg, days, is_here, location)


def weigh_leg(
    situation: Situation,
    location_id: int,
    destination: Destination | None,
    *,
    after: int = 0,
    grams: int | None = None,
) -> stock.Leg | None:
    """A parcel of these goods, or of `grams`, that leaves a place so many days from now."""
    weight = sum(_weigh(line) for line in situation.lines) if grams is None else grams
    return stock.estimate_leg(
        partner_id=situation.case.partner_id,
        location_id=location_id,
        grams=weight,
        destination=destination,
        departs=situation.now + dt.timedelta(days=after),
    )


def _count_days(situation: Situation, leg: stock.Leg | None) -> int | None:
    if leg is None or leg.arrives_on is None:
        return None
    return (leg.arrives_on - situation.today).days


def _weigh(line: ReturnLine) -> int:
    variant = line.order_line.variant
    return variant.weight_grams * line.quantity if variant else 0


def count_days_of_swap(
    situation: Situation, ways: Ways, choices: Sequence[Choice], exchange_type: str
) -> int | None:
    """Until the last of it is there. What leaves before its goods waits for nothing."""
    wait = 0 if exchange_type != ExchangeType.REGULAR else ways.days_back
    if wait is None:
        return None
    variants = get_variants(choice.wanted.variant_id for choice in choices)
    latest = 0
    for choice in choices:
        grams = variants[choice.wanted.variant_id].weight_grams * choice.wanted.quantity
        leg = weigh_leg(situation, choice.location_id, ways.destination, after=wait, grams=grams)
        days = _count_days(situation, leg)
        if days is None:
            return None
        latest = max(latest, days)
    return latest


def count_days_of_repair(situation: Situation, ways: Ways) -> int | None:
    """There, the workshop as long as it has taken with this article, and back again."""
    workshop = _average_repair(situation)[1]
    if ways.days_back is None or workshop is None or ways.returns_location is None:
        return None
    ready = ways.days_back + workshop
    leg = weigh_leg(situation, ways.returns_location.pk, ways.destination, after=ready)
    return _count_days(situation, leg)


# --- margin ---


def weigh_margin(
    situation: Situation,
    memo: Iterable[MemoLine],
    ways: Ways,
    *,
    plan: Plan | None = None,
    choices: Sequence[Choice] = (),
    comes_back: bool = True,
    is_repaired: bool = False,
) -> Margin | None:
    """Without tax, from now on. None where costs are kept in another currency than the case's."""
    base = situation.case.partner.base_currency
    currency = situation.case.currency
    if base != currency:
        return None
    memo = list(memo)
    goods = sum((line.net for line in memo if line.kind == CreditMemoLine.Kind.GOODS), ZERO)
    others = sum((line.net for line in memo), ZERO) - goods
    rows = [MarginRow(Cause.CREDIT, -goods), MarginRow(Cause.FEES, -others)]
    if plan is not None:
        quote = plan.quote
        variants = get_variants(row.variant_id for row in quote.lines)
        cost = sum((variants[row.variant_id].unit_cost * row.quantity for row in quote.lines), ZERO)
        rows += [
            MarginRow(Cause.SALE, sum((row.net for row in quote.lines), ZERO) + quote.shipping),
            MarginRow(Cause.GOODS_OUT, -cost),
            MarginRow(Cause.SHIPPING_OUT, _negative(_cost_of(choices) if choices else None)),
        ]
    if is_repaired:
        cost_of_work = _average_repair(situation)[0]
        out = (
            weigh_leg(situation, ways.returns_location.pk, ways.destination)
            if ways.returns_location
            else None
        )
        rows += [
            MarginRow(Cause.WORKSHOP, _negative(cost_of_work)),
            MarginRow(Cause.SHIPPING_OUT, _negative(out and out.cost)),
        ]
    if comes_back:
        if not is_repaired:
            rows.append(MarginRow(Cause.GOODS_BACK, _value_back(situation)))
        if not ways.goods_are_here:
            rows.append(MarginRow(Cause.WAY_BACK, _negative(ways.back and ways.back.cost)))
    return Margin(
        currency,
        tuple(
            MarginRow(row.cause, row.amount and round_half_up(row.amount, currency))
            for row in rows
            if row.amount is None or row.amount
        ),
    )


def _negative(cost: Decimal | None) -> Decimal | None:
    return None if cost is None else -cost


def _cost_of(choices: Sequence[Choice]) -> Decimal | None:
    costs = [
        next((p.cost for p in each.ranking if p.location_id == each.location_id), None)
        for each in choices
    ]
    known = [cost for cost in costs if cost is not None]
    return sum(known, ZERO) if len(known) == len(costs) else None


def _value_back(situation: Situation) -> Decimal:
    """What the goods are worth to us once they are back, at what they cost: where they went, else
    nothing of what is said to be broken."""
    return sum((_worth(line) for line in situation.lines), ZERO)


def _worth(line: ReturnLine) -> Decimal:
    variant = line.order_line.variant
    if variant is None:
        return ZERO
    placed = Disposition.objects.filter(
        inspection__receipt_line__return_line=line, replaced_by__isnull=True
    )
    known = dict(placed.values_list("kind", "quantity").order_by("pk"))
    seen = sum(known.values())
    sellable = known.get(DispositionKind.RESTOCK, 0)
    if line.reason not in NOT_FOR_SALE:
        sellable += max(line.quantity - seen, 0)
    return variant.unit_cost * sellable


def _average_repair(situation: Situation) -> tuple[Decimal | None, int | None]:
    """What mending one of this article has cost us so far, for all units, and how many days."""
    product = next(
        (line.order_line.variant.product_id for line in situation.lines if line.order_line.variant),
        None,
    )
    done = Repair.objects.filter(
        return_line__order_line__variant__product=product,
        state=RepairState.REPAIRED,
        ended_at__isnull=False,
        cost__isnull=False,
    )
    found = done.aggregate(
        cost=Avg(F("cost") / F("quantity")), took=Avg(F("ended_at") - F("opened_at"))
    )
    if found["cost"] is None:
        return None, None
    return found["cost"] * situation.units, -(-found["took"] // dt.timedelta(days=1))


# --- stock ---


def weigh_stock(
    situation: Situation,
    plan: Plan,
    choices: Sequence[Choice],
    *,
    scope: HoldScope,
    is_held: bool,
) -> tuple[StockAtRisk, ...]:
    """Each article that goes out, with who waits for it as well."""
    variants = get_variants(row.variant_id for row in plan.quote.lines)
    free = stock.get_promisable(
        partner_id=situation.case.partner_id,
        variant_ids=list(variants),
        scope=scope,
        now=situation.now,
    )
    return tuple(
        _risk(situation, variants[row.variant_id], row.quantity, choices, free, is_held=is_held)
        for row in plan.quote.lines
    )


def _risk(
    situation: Situation,
    variant: Variant,
    quantity: int,
    choices: Sequence[Choice],
    free: dict[int, int],
    *,
    is_held: bool,
) -> StockAtRisk:
    choice = next((each for each in choices if each.wanted.variant_id == variant.pk), None)
    place = choice and next(
        (p for p in choice.ranking if p.location_id == choice.location_id), None
    )
    older = [
        line
        for line in stock.list_older_waiting(variant.pk, since=situation.case.opened_at)
        if line.case != f"return:{situation.case.pk}"
    ]
    taken = 0 if is_held else quantity
    return StockAtRisk(
        variant_id=variant.pk,
        sku=variant.sku,
        title=variant.full_title,
        quantity=quantity,
        centre=place.name if place else "",
        at_centre=place.available if place else 0,
        free=free[variant.pk],
        is_held=is_held,
        older=tuple(dict.fromkeys(line.case for line in older)),
        lost_by=count_losers([line.quantity for line in older], free=free[variant.pk], taken=taken),
    )
