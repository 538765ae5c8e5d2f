"""From rows to a planned quote. Preview and commit both come through here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.db.models import Prefetch, prefetch_related_objects

from core.errors import BadInput
from core.money import round_half_up
from core.operations import content_hash
from exchanges.models import Exchange, ExchangeLine
from exchanges.rules import (
    CataloguePrice,
    QuotePlan,
    ReplacementGoods,
    ReturnedGoods,
    Substitute,
    WantedReplacement,
    plan_quote,
    rank_substitutes,
)
from exchanges.states import ExchangeType
from inventory import queries as inventory
from inventory.models import Variant
from inventory.rules import Destination, HoldScope, HoldTerms
from orders.models import Channel, OrderAddress, OrderLine
from policies import queries as policies
from policies.models import PolicyVersion
from policies.rules import CaseFacts, Terms, local_day
from returns.models import ReturnLine
from returns.queries import (
    PlannedReturn,
    WantedReturn,
    are_at_hand,
    get_facts,
    preview_return,
    read_lines,
)
from returns.states import LineDecision, Outcome

NO_LONGER_BACK = (LineDecision.REJECTED, LineDecision.CANCELLED, LineDecision.EXPIRED)


class ReturnedValue(Protocol):
    """The frozen value of claimed units: a return line, or the preview of one."""

    @property
    def quantity(self) -> int: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...
    @property
    def gross(self) -> Decimal: ...
    @property
    def fee(self) -> Decimal: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A quote as it would be saved, the terms it stands on, and where the goods would go.

    `terms` are those of the case's policy version, `hold_terms` those of today's hold rules.
    """

    quote: QuotePlan
    terms: Terms
    hold_terms: HoldTerms
    version: PolicyVersion
    ship_to: OrderAddress | None

    @property
    def content_hash(self) -> str:
        """What an approval or a hold binds to: any other content is another hash."""
        return content_hash(
            {
                "inputs": self.quote.inputs,
                "lines": self.quote.rows,
                "due": str(self.quote.due),
                "policy_version": self.version.pk,
            }
        )


def plan_exchange(exchange: Exchange, *, now: dt.datetime) -> Plan:
    """The quote of an exchange as it stands now, from its lines and the frozen return lines."""
    case = exchange.return_case
    lines = list_exchanged_lines(exchange)
    prefetch_related_objects([line.order_line for line in lines], "taxes")
    ship_to = lines[0].order_line.order.ship_to
    going_out = list_lines(exchange)
    return plan_goods(
        returned=[describe_returned(line.order_line, line, ship_to=ship_to) for line in lines],
        wanted=[
            WantedReplacement(
                variant_id=line.variant_id,
                quantity=line.quantity,
                replaces_order_line_id=line.replaces.order_line_id if line.replaces else None,
            )
            for line in going_out
        ],
        variants={line.variant_id: line.variant for line in going_out},
        facts=get_facts(lines[0]),
        version=case.policy_version,
        exchange_type=exchange.type,
        channel=case.channel,
        currency=case.currency,
        ship_to=ship_to,
        now=now,
    )


def plan_goods(
    *,
    returned: Sequence[ReturnedGoods],
    wanted: Sequence[WantedReplacement],
    variants: Mapping[int, Variant],
    facts: CaseFacts,
    version: PolicyVersion,
    exchange_type: str,
    channel: Channel,
    currency: str,
    ship_to: OrderAddress | None,
    now: dt.datetime,
) -> Plan:
    """Plan by the terms of the first returned line. Raises `NoPrice`, `NoTaxRate`, `BadInput`."""
    check_wanted(wanted, returned)
    terms = policies.get_terms(version=version, facts=facts)
    quote = plan_quote(
        currency=currency,
        price_policy=terms.price_policy,
        other_product_price_policy=terms.other_product_price_policy,
        returned=returned,
        replacements=describe_replacements(
            wanted, variants, channel=channel, currency=currency, ship_to=ship_to, now=now
        ),
    )
    return Plan(
        quote=quote,
        terms=terms,
        hold_terms=inventory.get_hold_terms(
            partner_id=channel.partner_id, scope=_scope_of(facts, exchange_type)
        ),
        version=version,
        ship_to=ship_to,
    )


def check_wanted(wanted: Sequence[WantedReplacement], returned: Sequence[ReturnedGoods]) -> None:
    """Refuse what no exchange can be made of, naming the field."""
    if not returned:
        raise BadInput("Nothing is sent back for an exchange.", field="lines")
    if not wanted:
        raise BadInput("Choose what goes out instead.", field="replacements")
    if any(line.quantity < 1 for line in wanted):
        raise BadInput("At least one unit goes out.", field="quantity")
    known = {goods.order_line_id for goods in returned} | {None}
    if any(line.replaces_order_line_id not in known for line in wanted):
        raise BadInput("A replacement names goods that do not come back.", field="replacements")


def list_lines(exchange: Exchange) -> list[ExchangeLine]:
    """What goes out, in order; read once for as long as the exchange is in hand."""
    if not are_at_hand(exchange, "lines"):
        variants = ExchangeLine.objects.select_related("variant__product", "replaces")
        prefetch_related_objects([exchange], Prefetch("lines", variants))
    return sorted(exchange.lines.all(), key=lambda line: line.position)


def list_exchanged_lines(exchange: Exchange) -> list[ReturnLine]:
    """The return lines whose value this exchange uses: those that are to be exchanged."""
    return [
        line
        for line in read_lines(exchange.return_case)
        if line.outcome == Outcome.EXCHANGE and line.decision not in NO_LONGER_BACK
    ]


def list_substitutes(
    variant: Variant, *, now: dt.datetime, quantity: int = 1, scope: HoldScope | None = None
) -> list[Substitute]:
    """Other variants of the product that may be promised in that number, the likest first."""
    siblings = inventory.list_variants_like(variant)
    free = inventory.get_promisable(
        partner_id=variant.partner_id,
        variant_ids=[each.pk for each in siblings],
        scope=scope or HoldScope(),
        now=now,
    )
    candidates = [
        Substitute(
            variant_id=each.pk,
            sku=each.sku,
            title=each.full_title,
            options=each.options,
            available=free[each.pk],
        )
        for each in siblings
    ]
    return rank_substitutes(variant.options, candidates, quantity=quantity)


def get_ship_to(exchange: Exchange) -> OrderAddress | None:
    """Where the replacement goes: to where the goods were sold."""
    return list_exchanged_lines(exchange)[0].order_line.order.ship_to


def get_hold_scope(exchange: Exchange) -> HoldScope:
    """Whom the holds of an exchange are for, as hold and stock rules speak of it."""
    return _scope_of(get_facts(list_exchanged_lines(exchange)[0]), exchange.type)


def _scope_of(facts: CaseFacts, exchange_type: str) -> HoldScope:
    return HoldScope(channel=facts.channel, exchange_type=exchange_type, tier=facts.account_tier)


def get_hold_terms(exchange: Exchange) -> HoldTerms:
    """How long its stock is held and on which terms, as the rules stand now."""
    return inventory.get_hold_terms(partner_id=exchange.partner_id, scope=get_hold_scope(exchange))


def describe_returned(
    order_line: OrderLine, value: ReturnedValue, *, ship_to: OrderAddress | None
) -> ReturnedGoods:
    """An order line and the slice of it that comes back, as the plan reads them.

    Amounts are written at the currency's exponent, so that a preview and the quote that follows
    it have one hash.
    """
    taxes = list(order_line.taxes.all())
    rates = [tax.rate for tax in taxes if tax.rate is not None]
    product = order_line.variant.product if order_line.variant else None
    return ReturnedGoods(
        order_line_id=order_line.pk,
        sku=order_line.sku,
        product_id=product.pk if product else None,
        category=product.category if product else "",
        quantity=value.quantity,
        net=round_half_up(value.net, order_line.currency),
        tax=round_half_up(value.tax, order_line.currency),
        gross=round_half_up(value.gross, order_line.currency),
        fee=round_half_up(value.fee, order_line.currency),
        prices_include_tax=order_line.prices_include_tax,
        tax_name=" + ".join(tax.name for tax in taxes),
        tax_rate=sum(rates, Decimal(0)) if taxes and len(rates) == len(taxes) else None,
        is_same_destination=is_same_place(order_line.order.ship_to, ship_to),
    )


def is_same_place(one: OrderAddress | None, other: OrderAddress | None) -> bool:
    """Whether two addresses are taxed alike: the same country and region."""
    if one is None or other is None:
        return one is other
    return (one.country, one.region) == (other.country, other.region)


def describe_replacements(
    wanted: Iterable[WantedReplacement],
    variants: Mapping[int, Variant],
    *,
    channel: Channel,
    currency: str,
    ship_to: OrderAddress | None,
    now: dt.datetime,
) -> list[ReplacementGoods]:
    """Wanted variants with today's price and tax rate on this channel. Raises `BadInput`."""
    wanted = list(wanted)
    check_sold(variants, [line.variant_id for line in wanted], partner_id=channel.partner_id)
    prices = inventory.get_prices(
        variant_ids={line.variant_id for line in wanted},
        channel_code=channel.code,
        currency=currency,
        at=now,
    )
    rates = inventory.get_tax_rates(
        partner_id=channel.partner_id,
        country=ship_to.country if ship_to else channel.country,
        region=ship_to.region if ship_to else "",
        categories={variants[line.variant_id].product.category for line in wanted},
        on=local_day(now, channel.time_zone),
    )
    return [
        _describe_replacement(position, line, variants[line.variant_id], prices, rates)
        for position, line in enumerate(wanted, start=1)
    ]


def get_variants(variant_ids: Iterable[int]) -> dict[int, Variant]:
    """Variants with their products, by id."""
    return Variant.objects.select_related("product").in_bulk(set(variant_ids))


def check_sold(
    variants: Mapping[int, Variant], variant_ids: Iterable[int], *, partner_id: int
) -> None:
    """Refuse what the partner does not sell, or does not any more. Raises `BadInput`."""
    sold = {
        pk
        for pk, variant in variants.items()
        if variant.is_active and variant.partner_id == partner_id
    }
    if missing := set(variant_ids) - sold:
        raise BadInput(
            "One of the chosen replacements is not sold here.",
            field="replacements",
            variants=sorted(missing),
        )


def _describe_replacement(
    position: int,
    line: WantedReplacement,
    variant: Variant,
    prices: Mapping[int, inventory.CurrentPrice],
    rates: Mapping[str, inventory.CurrentRate],
) -> ReplacementGoods:
    price, rate = prices.get(variant.pk), rates.get(variant.product.category)
    return ReplacementGoods(
        position=position,
        variant_id=variant.pk,
        sku=variant.sku,
        title=variant.full_title,
        product_id=variant.product_id,
        category=variant.product.category,
        quantity=line.quantity,
        replaces=line.replaces_order_line_id,
        price=_as_price(price) if price else None,
        day_rate=rate.rate if rate else None,
        day_tax_name=rate.name if rate else "",
    )


def _as_price(price: inventory.CurrentPrice) -> CataloguePrice:
    return CataloguePrice(
        list_price=price.list_price,
        amount=price.amount,
        is_sale=price.is_sale,
        is_tax_inclusive=price.is_tax_inclusive,
    )


def get_destination(ship_to: OrderAddress | None) -> Destination | None:
    if ship_to is None or not ship_to.country:
        return None
    return Destination(country=ship_to.country, postcode=ship_to.postcode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What confirming would do, saving nothing: the return with its verdict, and the quote."""

    returned: PlannedReturn
    plan: Plan


def preview_quote(
    *,
    lines: Sequence[WantedReturn],
    replacements: Sequence[WantedReplacement],
    now: dt.datetime,
    exchange_type: str = ExchangeType.REGULAR,
) -> Preview:
    """The return and the quote that opening a case with these would make.

    Only lines whose outcome is an exchange are quoted. Raises what opening raises, but for stock.
    """
    returned = preview_return(lines=lines, now=now)
    exchanged = [line for line in returned.lines if line.wanted.outcome == Outcome.EXCHANGE]
    if not exchanged:
        raise BadInput("Nothing is sent back for an exchange.", field="lines")
    order = exchanged[0].order_line.order
    plan = plan_goods(
        returned=[
            describe_returned(line.order_line, line, ship_to=order.ship_to) for line in exchanged
        ],
        wanted=replacements,
        variants=get_variants(line.variant_id for line in replacements),
        facts=exchanged[0].facts,
        version=returned.version,
        exchange_type=exchange_type,
        channel=order.channel,
        currency=returned.currency,
        ship_to=order.ship_to,
        now=now,
    )
    return Preview(returned=returned, plan=plan)
