"""What one replacement line costs, and why (domain §7.10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core.money import Money, round_half_up
from exchanges.rules.goods import (
    NoPrice,
    NoTaxRate,
    QuotedLine,
    ReplacementGoods,
    ReturnedGoods,
)
from exchanges.states import PricePolicy
from orders.rules import LineCredit, compute_line_credit


def take_units(
    goods: ReplacementGoods, replaced: ReturnedGoods | None, units_left: dict[int, int]
) -> range:
    """The returned units whose value this line takes over; no unit is taken twice."""
    if replaced is None:
        return range(0)
    left = units_left[replaced.order_line_id]
    count = min(goods.quantity, left)
    units_left[replaced.order_line_id] = left - count
    first = replaced.quantity - left + 1
    return range(first, first + count)


def price_line(
    goods: ReplacementGoods,
    *,
    replaced: ReturnedGoods | None,
    units: range,
    price_policy: str,
    currency: str,
) -> QuotedLine:
    """The line at the price an agent agreed on by hand, else at that of the policy."""
    if goods.agreed is None:
        line = _price_by_policy(
            goods, replaced=replaced, units=units, price_policy=price_policy, currency=currency
        )
        return replace(line, standard=line.gross)
    try:
        standard = _price_by_policy(
            goods, replaced=replaced, units=units, price_policy=price_policy, currency=currency
        ).gross
    except NoPrice:
        standard = None
    rate, _ = _rate_for(goods, replaced)
    value = _stated_value(
        goods.agreed * goods.quantity,
        rate=rate,
        is_tax_inclusive=replaced is not None and replaced.prices_include_tax,
        currency=currency,
    )
    line = _quoted(goods, replaced, value, PricePolicy.MANUAL, "Agreed by hand.")
    return replace(line, standard=standard)


def _price_by_policy(
    goods: ReplacementGoods,
    *,
    replaced: ReturnedGoods | None,
    units: range,
    price_policy: str,
    currency: str,
) -> QuotedLine:
    """Units that stand in for returned ones go by the policy; any others by today's price."""
    original = _original_value(replaced, units, currency) if units else None
    if original is None or price_policy == PricePolicy.CURRENT:
        amount = _current_value(goods, replaced, goods.quantity, currency)
        return _quoted(goods, replaced, amount, *_why_current(goods, currency))
    value = original
    priced_by, sentence = str(PricePolicy.ORIGINAL_VALUE), "Worth what comes back."
    if price_policy == PricePolicy.LOWER_OF and goods.price is not None:
        today = _current_value(goods, replaced, len(units), currency)
        if today.gross < original.gross:
            value, (priced_by, sentence) = today, _why_current(goods, currency)
    extra = goods.quantity - len(units)
    if extra:
        more = _current_value(goods, replaced, extra, currency)
        value = LineCredit(
            net=value.net + more.net, tax=value.tax + more.tax, gross=value.gross + more.gross
        )
        sentence = f"{sentence} {extra} more than comes back, at today's price."
    return _quoted(goods, replaced, value, priced_by, sentence)


def _original_value(
    replaced: ReturnedGoods | None, units: range, currency: str
) -> LineCredit | None:
    if replaced is None:
        return None
    return compute_line_credit(
        net=replaced.net,
        tax=replaced.tax,
        gross=replaced.gross,
        quantity=replaced.quantity,
        prices_include_tax=replaced.prices_include_tax,
        units=units,
        currency=currency,
    )


def _current_value(
    goods: ReplacementGoods, replaced: ReturnedGoods | None, quantity: int, currency: str
) -> LineCredit:
    if goods.price is None:
        raise NoPrice(
            f"{goods.sku} has no price in {currency} today, so it cannot be offered here.",
            sku=goods.sku,
            currency=currency,
        )
    rate, _ = _rate_for(goods, replaced)
    return _stated_value(
        goods.price.amount * quantity,
        rate=rate,
        is_tax_inclusive=goods.price.is_tax_inclusive,
        currency=currency,
    )


def _stated_value(
    amount: Decimal, *, rate: Decimal, is_tax_inclusive: bool, currency: str
) -> LineCredit:
    stated = round_half_up(amount, currency)
    if is_tax_inclusive:
        tax = round_half_up(stated * rate / (1 + rate), currency)
        return LineCredit(net=stated - tax, tax=tax, gross=stated)
    tax = round_half_up(stated * rate, currency)
    return LineCredit(net=stated, tax=tax, gross=stated + tax)


def _rate_for(goods: ReplacementGoods, replaced: ReturnedGoods | None) -> tuple[Decimal, str]:
    """The frozen rate where category and destination stayed the same, else today's (§1)."""
    if replaced and replaced.is_same_destination and replaced.category == goods.category:
        if replaced.tax_rate is not None:
            return replaced.tax_rate, replaced.tax_name
        if replaced.net:
            return replaced.tax / replaced.net, replaced.tax_name
    if goods.day_rate is None:
        raise NoTaxRate(
            f"No tax rate is known for {goods.category or 'these goods'} ({goods.sku}) there;"
            " an admin can add it under tax rates.",
            sku=goods.sku,
        )
    return goods.day_rate, goods.day_tax_name


def _why_current(goods: ReplacementGoods, currency: str) -> tuple[str, str]:
    if goods.price is not None and (conversion := goods.price.conversion):
        sentence = f"Today's price, 1 {conversion.currency} = {conversion.rate} {currency}."
        return PricePolicy.CURRENT, sentence
    if goods.price is not None and goods.price.is_sale:
        before = Money(goods.price.list_price, currency).format("en")
        return PricePolicy.CURRENT, f"Today's sale price, before {before}."
    return PricePolicy.CURRENT, "Today's price."


def _quoted(
    goods: ReplacementGoods,
    replaced: ReturnedGoods | None,
    value: LineCredit,
    priced_by: str,
    sentence: str,
) -> QuotedLine:
    keeps_rate = replaced is not None and (
        priced_by == PricePolicy.ORIGINAL_VALUE
        or (replaced.is_same_destination and replaced.category == goods.category)
    )
    return QuotedLine(
        position=goods.position,
        variant_id=goods.variant_id,
        sku=goods.sku,
        title=goods.title,
        quantity=goods.quantity,
        replaces=goods.replaces,
        net=value.net,
        tax=value.tax,
        gross=value.gross,
        tax_name=replaced.tax_name if replaced and keeps_rate else goods.day_tax_name,
        tax_rate=replaced.tax_rate if replaced and keeps_rate else goods.day_rate,
        priced_by=str(priced_by),
        sentence=sentence,
    )
