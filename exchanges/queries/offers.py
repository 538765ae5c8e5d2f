"""What could go out for one returned line: each variant with its price and where it would leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from exchanges.queries.backorders import list_comings
from exchanges.queries.describing import (
    ReturnedValue,
    describe_replacements,
    describe_returned,
    get_destination,
)
from exchanges.rules import (
    NoPrice,
    NoTaxRate,
    QuotedLine,
    ReplacementGoods,
    ReturnedGoods,
    WantedReplacement,
    plan_quote,
)
from inventory import queries as stock
from inventory.models import Variant
from inventory.rules import Coming, HoldScope, RankedLocation, sum_available
from orders.models import OrderLine
from policies.rules import Terms
from returns.queries import PlannedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A variant that could go out, for as many units as come back.

    `available` counts what may be promised everywhere; `ranking` has every place, best first.
    `price` is absent where the catalogue has none, and `obstacle` says so. `coming` is when enough
    of it is expected, where too few are free.
    """

    variant: Variant
    returned: Decimal
    price: QuotedLine | None
    obstacle: str
    available: int
    ranking: list[RankedLocation]
    coming: Coming | None = None

    @property
    def best(self) -> RankedLocation | None:
        """Where it would leave from; None when no place can send enough."""
        return next((place for place in self.ranking if place.is_feasible), None)

    @property
    def difference(self) -> Decimal:
        """Signed, before fees: positive, the customer pays. Only of an offer with a price."""
        assert self.price is not None
        return self.price.gross - self.returned

    @property
    def can_wait(self) -> bool:
        """None is free that could leave, and enough is expected: it can be back-ordered."""
        return self.best is None and self.coming is not None and self.price is not None

    @property
    def can_go_out(self) -> bool:
        return self.best is not None and self.price is not None


def list_offers(
    *, returned: PlannedLine, variants: Sequence[Variant], now: dt.datetime
) -> list[Offer]:
    """Each of `variants` as a replacement for the line, in their order."""
    return list_offers_for(
        order_line=returned.order_line,
        value=returned,
        terms=returned.judgement.terms,
        variants=variants,
        now=now,
    )


def list_offers_for(
    *,
    order_line: OrderLine,
    value: ReturnedValue,
    terms: Terms,
    variants: Sequence[Variant],
    now: dt.datetime,
) -> list[Offer]:
    """The same for goods of a case: `value` is what they are worth, by the case's `terms`."""
    order = order_line.order
    goods = describe_returned(order_line, value, ship_to=order.ship_to)
    described = describe_replacements(
        [
            WantedReplacement(
                variant_id=variant.pk,
                quantity=value.quantity,
                replaces_order_line_id=goods.order_line_id,
            )
            for variant in variants
        ],
        {variant.pk: variant for variant in variants},
        channel=order.channel,
        currency=order.currency,
        ship_to=order.ship_to,
        now=now,
    )
    ids = [variant.pk for variant in variants]
    rankings = stock.rank_each(
        partner_id=order.partner_id,
        quantities=dict.fromkeys(ids, value.quantity),
        destination=get_destination(order.ship_to),
        now=now,
        scope=HoldScope(channel=order.channel.code),
    )
    short = [pk for pk in ids if not any(place.is_feasible for place in rankings[pk])]
    comings = list_comings(
        partner_id=order.partner_id,
        quantities=dict.fromkeys(short, value.quantity),
        channel=order.channel.code,
        now=now,
    )
    unpriced = [line.variant_id for line in described if line.price is None]
    elsewhere = stock.list_price_currencies(
        variant_ids=unpriced, channel_code=order.channel.code, at=now
    )
    offers = []
    for variant, replacement in zip(variants, described, strict=True):
        price, obstacle = _price(goods, replacement, terms, order.currency)
        others = elsewhere.get(variant.pk)
        if price is None and others:
            obstacle += f" It is priced in {', '.join(sorted(others))}: open the case with another"
            obstacle += " article, set the rate under Fee or price, then change the replacement."
        offers.append(
            Offer(
                variant=variant,
                returned=goods.gross,
                price=price,
                obstacle=obstacle,
                available=sum_available(rankings[variant.pk]),
                ranking=rankings[variant.pk],
                coming=comings.get(variant.pk),
            )
        )
    return offers


def rank_substitutes(offers: Sequence[Offer]) -> list[Offer]:
    """What can go out first, and of that what costs the customer least more or less."""
    return sorted(
        offers,
        key=lambda offer: (
            not offer.can_go_out,
            abs(offer.difference) if offer.price is not None else 0,
        ),
    )


def _price(
    goods: ReturnedGoods, replacement: ReplacementGoods, terms: Terms, currency: str
) -> tuple[QuotedLine | None, str]:
    try:
        plan = plan_quote(
            currency=currency,
            price_policy=terms.price_policy,
            other_product_price_policy=terms.other_product_price_policy,
            returned=[goods],
            replacements=[replacement],
        )
    except (NoPrice, NoTaxRate) as error:
        return None, error.message
    return plan.lines[0], ""
