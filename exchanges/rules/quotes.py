"""The money of an exchange: what goes out, less what comes back (domain §7.10 to §7.13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from core.errors import DomainError
from core.money import ZERO, Money, round_half_up
from exchanges.states import Evenness, PricePolicy
from orders.rules import LineCredit, compute_line_credit


class NoPrice(DomainError):
    """The catalogue has no price for a replacement where one is needed."""

    code = "no_price"


class NoTaxRate(DomainError):
    """No tax rate is known for a replacement, and the returned line's does not apply."""

    code = "no_tax_rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReplacement:
    """What the agent chose to send, in place of which returned order line, and from where.

    No location: the best one. `replaces_order_line_id` None is a gift beside the exchange, at
    today's price.
    """

    variant_id: int
    quantity: int = 1
    replaces_order_line_id: int | None = None
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedGoods:
    """Goods of one order line that come back, at the frozen value of the claimed units.

    `tax_rate` 0.19 is 19 %, the rate at which the line was sold; None where the channel stated
    only an amount. `fee` is what policy keeps back, a positive amount.
    """

    order_line_id: int
    sku: str
    product_id: int | None
    category: str
    quantity: int
    net: Decimal
    tax: Decimal
    gross: Decimal
    fee: Decimal
    prices_include_tax: bool
    tax_name: str = ""
    tax_rate: Decimal | None = None
    is_same_destination: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePrice:
    """Today's price of one unit; `amount` is the sale price while a sale runs."""

    list_price: Decimal
    amount: Decimal
    is_sale: bool
    is_tax_inclusive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementGoods:
    """What the customer wants instead. `replaces` is an order line among the returned goods.

    `day_rate` is the tax of today for this category and destination, used only where the
    returned line's own rate does not apply.
    """

    position: int
    variant_id: int
    sku: str
    title: str
    product_id: int
    category: str
    quantity: int
    replaces: int | None
    price: CataloguePrice | None
    day_rate: Decimal | None = None
    day_tax_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """One replacement line with its money for the whole quantity, and why it costs that."""

    position: int
    variant_id: int
    sku: str
    title: str
    quantity: int
    replaces: int | None
    net: Decimal
    tax: Decimal
    gross: Decimal
    tax_name: str
    tax_rate: Decimal | None
    priced_by: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePlan:
    """A quote before it is saved. `due` is signed: positive, the customer pays."""

    currency: str
    price_policy: str
    lines: tuple[QuotedLine, ...]
    returned_value: Decimal
    fees: Decimal
    outbound_value: Decimal
    outbound_tax: Decimal
    shipping: Decimal
    due: Decimal
    evenness: str
    inputs: dict[str, Any]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines as they are stored: decimals as text."""
        return [_as_text(line) for line in self.lines]

    @property
    def applied_credit(self) -> Decimal:
        """What of the returned value goes into the replacement; the rest is owed."""
        return min(self.returned_value, self.outbound_value + self.shipping)


def plan_quote(
    *,
    currency: str,
    price_policy: str,
    returned: Sequence[ReturnedGoods],
    replacements: Sequence[ReplacementGoods],
    other_product_price_policy: str = PricePolicy.CURRENT,
    shipping: Decimal = ZERO,
) -> QuotePlan:
    """Price every replacement and net it against the credit.

    `price_policy` is for another variant of the product that comes back (domain §7.10). Raises
    `NoPrice` or `NoTaxRate` where the catalogue leaves a line without one. Amounts are at the
    currency's exponent; nothing is rounded but the posted amounts of a line.
    """
    units_left = {goods.order_line_id: goods.quantity for goods in returned}
    by_line = {goods.order_line_id: goods for goods in returned}
    lines = []
    for goods in replacements:
        replaced = by_line.get(goods.replaces) if goods.replaces is not None else None
        is_same = replaced is not None and replaced.product_id == goods.product_id
        policy = price_policy if is_same else other_product_price_policy
        units = _take_units(goods, replaced, units_left)
        lines.append(
            _price_line(
                goods, replaced=replaced, units=units, price_policy=policy, currency=currency
            )
        )
    fees = sum((goods.fee for goods in returned), ZERO)
    credit = sum((goods.gross for goods in returned), ZERO) - fees
    outbound = sum((line.gross for line in lines), ZERO)
    due = outbound + shipping - credit
    return QuotePlan(
        currency=currency,
        price_policy=price_policy,
        lines=tuple(lines),
        returned_value=credit,
        fees=fees,
        outbound_value=outbound,
        outbound_tax=sum((line.tax for line in lines), ZERO),
        shipping=shipping,
        due=due,
        evenness=compute_evenness(due),
        inputs={
            "currency": currency,
            "price_policy": str(price_policy),
            "other_product_price_policy": str(other_product_price_policy),
            "shipping": str(shipping),
            "returned": [_as_text(goods) for goods in returned],
            "replacements": [_as_text(goods) for goods in replacements],
        },
    )


def compute_evenness(due: Decimal) -> str:
    """Even, an upgrade that the customer pays for, or a downgrade that we owe for."""
    if due > 0:
        return Evenness.UPGRADE
    return Evenness.DOWNGRADE if due < 0 else Evenness.EVEN


def _take_units(
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


def _price_line(
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
    stated = round_half_up(goods.price.amount * quantity, currency)
    if goods.price.is_tax_inclusive:
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


def _as_text(value: Any) -> Any:
    """JSON for keeping: decimals as text, so that no digit is lost on the way."""
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _as_text(getattr(value, field.name)) for field in fields(value)}
    return value
