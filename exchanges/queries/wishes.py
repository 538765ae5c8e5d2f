"""Second wishes of customers: whether one has come to its turn, and what it would come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.events import reference
from exchanges.models import Exchange, ExchangeLine
from exchanges.queries.describing import get_destination, get_variants
from exchanges.queries.facts import count_kept, get_quote, read_facts
from exchanges.queries.lines import list_lines
from exchanges.queries.planning import get_hold_scope, get_ship_to, list_wanted, plan_exchange
from exchanges.rules import (
    NoPrice,
    NoTaxRate,
    WantedReplacement,
    Wished,
    can_substitute,
    compute_agreed,
    take_seconds,
)
from exchanges.states import OVER
from inventory import queries as inventory
from inventory.models import Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondWish:
    """What would go out now. `due` is what the exchange would come to, signed; `agreed` is the
    most that the customer has said yes to."""

    lines: list[ExchangeLine]
    variants: list[Variant]
    wanted: list[WantedReplacement]
    due: Decimal
    agreed: Decimal
    currency: str

    @property
    def is_dearer(self) -> bool:
        """It costs more than was agreed: the customer is asked first."""
        return self.due > self.agreed


def find_second_wish(exchange: Exchange, *, now: dt.datetime) -> SecondWish | None:
    """The wish whose turn has come: what was chosen first is neither held nor to be had, while
    the second is free. None as well where nothing else may go out any more."""
    lines = _list_lost(exchange)
    quote = get_quote(exchange)
    if not lines or quote is None or not can_substitute(read_facts(exchange)).allowed:
        return None
    seconds = [line.second_id for line in lines if line.second_id is not None]
    free = _find_free(exchange, lines, now=now)
    if any(line.variant_id in free for line in lines) or not free.issuperset(seconds):
        return None
    wanted = take_seconds(list_wanted(exchange), {line.variant_id for line in lines})
    try:
        plan = plan_exchange(exchange, now=now, wanted=wanted)
    except (NoPrice, NoTaxRate):
        return None
    agreed = {row["position"]: Decimal(row["gross"]) for row in quote.lines}
    wished = [
        Wished(first=agreed[line.position], second=line.second_price)
        for line in lines
        if line.second_price is not None
    ]
    variants = get_variants(seconds)
    return SecondWish(
        lines=lines,
        variants=[variants[pk] for pk in seconds],
        wanted=wanted,
        due=plan.quote.due,
        agreed=compute_agreed(quote.due, wished),
        currency=quote.currency,
    )


def price_seconds(
    exchange: Exchange, replacements: Sequence[WantedReplacement], *, now: dt.datetime
) -> list[Decimal | None]:
    """For each line what its second wish costs: what was agreed before, else as of today."""
    if not any(each.second_variant_id for each in replacements):
        return [None] * len(replacements)
    seconds = take_seconds(replacements, {each.variant_id for each in replacements})
    plan = plan_exchange(exchange, now=now, wanted=seconds)
    return [
        None
        if each.second_variant_id is None
        else line.gross
        if each.second_price is None
        else each.second_price
        for each, line in zip(replacements, plan.quote.lines, strict=True)
    ]


def list_wishing(*, limit: int) -> list[int]:
    """Live exchanges whose second wish may come to its turn, and that were not asked about it.

    In no order: none shall wait behind others that cannot be served.
    """
    wishing = ExchangeLine.objects.filter(second__isnull=False, second_asked_at=None)
    found = wishing.exclude(exchange__state__in=OVER).order_by("?")
    return list(found.values_list("exchange", flat=True)[:limit])


def _list_lost(exchange: Exchange) -> list[ExchangeLine]:
    """Lines with a second wish of which something is not held, and nothing has left."""
    lines = [line for line in list_lines(exchange) if line.second_id is not None]
    if not lines or exchange.state in OVER:
        return []
    kept = count_kept(exchange)
    return [line for line in lines if kept[reference(line)] < line.quantity - line.dropped]


def _find_free(
    exchange: Exchange, lines: Collection[ExchangeLine], *, now: dt.datetime
) -> set[int]:
    """Of what was wished for these lines, first and second: what one place can send now."""
    units: dict[int, int] = {}
    for line in lines:
        for variant_id in filter(None, (line.variant_id, line.second_id)):
            units[variant_id] = units.get(variant_id, 0) + line.quantity
    rankings = inventory.rank_each(
        partner_id=exchange.partner_id,
        quantities=units,
        destination=get_destination(get_ship_to(exchange)),
        now=now,
        scope=get_hold_scope(exchange),
    )
    return {pk for pk in units if any(place.is_feasible for place in rankings[pk])}
