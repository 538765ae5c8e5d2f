"""From what a channel states to what is sold: the reading of an order becomes a `Sale`.

Pure. The channel's own words stay in the reading; here they take the desk's shape: money frozen
on one basis (with or without tax), texts cut to what a column holds, units counted.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core.errors import BadInput
from core.money import round_half_up
from intake.reading import Finding, ReadAddress, ReadLine, ReadOrder, ReadTender
from orders.rules import FrozenLine, SoldLine, freeze_order, share_by_largest_remainder
from orders.sales import Sale, SaleAddress, SaleCustomer, SaleLine, SaleTax, SaleTender

ZERO = Decimal(0)
ADDRESS_LENGTHS = {
    "name": 200,
    "company": 200,
    "line1": 200,
    "line2": 200,
    "city": 120,
    "region": 80,
    "postcode": 16,
    "phone": 40,
}
LONGEST_TITLE = 300
# What Shopify calls the variant of a product that has none.
NO_VARIANT = "Default Title"
LONGEST_LABEL = 80
OTHER_MEANS = {"cod", "bacs", "cheque", "cash", "manual", "bank_transfer", "money_order", "paypal"}


class Unsellable(Exception):
    """The document is complete and still cannot be frozen; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def plan_sale(read: ReadOrder) -> Sale:
    """The sale that `read` describes. Raises Unsellable; wants a reading that nothing holds."""
    currency = read.currency or ""
    with_tax = bool(read.prices_include_tax)
    # Nought of a free line is not a line, and neither is a discount.
    lines = [line for line in read.lines if line.quantity and not line.is_discount]
    frozen = _freeze(read, lines, currency=currency, with_tax=with_tax)
    shipping = _stated(read.shipping_total) - read.shipping_discount
    if with_tax and not read.lines_include_tax:
        shipping += read.shipping_tax
    _check_frozen(read, frozen, shipping=shipping, with_tax=with_tax)
    return Sale(
        external_id=read.external_id or "",
        number=read.order_number or "",
        currency=currency,
        prices_include_tax=with_tax,
        placed_at=_placed_at(read),
        lines=tuple(
            _plan_line(read, line, money) for line, money in zip(lines, frozen, strict=True)
        ),
        customer=_plan_customer(read),
        grand_total=_stated(read.grand_total) + read.gift_cards_total,
        ship_to=_plan_address(read.shipping_address or read.billing_address),
        tenders=tuple(_plan_tender(tender) for tender in read.tenders),
        shipping_total=shipping,
        shipping_tax=read.shipping_tax,
        discount_total=sum(
            (money.line_discount + money.order_discount_share for money in frozen), ZERO
        ),
        tax_total=_stated(read.tax_total),
        financial_status=(read.financial_status or "")[:40],
        fulfillment_status=(read.fulfillment_status or "")[:40],
        shipped_at=_first([parcel.shipped_at for parcel in read.fulfilments]),
        delivered_at=_delivered_at(read),
        cancelled_at=read.cancelled_at,
        source_updated_at=read.source_updated_at,
        is_test=read.is_test,
        is_gift=read.is_gift,
    )


def _freeze(
    read: ReadOrder, lines: Sequence[ReadLine], *, currency: str, with_tax: bool
) -> list[FrozenLine]:
    adds_tax = with_tax and not read.lines_include_tax
    discounts, order_discount = _plan_discounts(read, lines, currency=currency)
    sold = [
        _plan_sold_line(line, number, discount, currency=currency, adds_tax=adds_tax)
        for number, (line, discount) in enumerate(zip(lines, discounts, strict=True), start=1)
    ]
    fee_discount = read.fee_discount + (read.fee_discount_tax if adds_tax else ZERO)
    try:
        return freeze_order(
            sold,
            order_discount=order_discount + fee_discount,
            order_tax=_stated(read.tax_total) - read.shipping_tax - read.fees_tax,
            currency=currency,
            prices_include_tax=with_tax,
        )
    except BadInput as error:
        raise Unsellable(Finding(error.field, error.code, error.message)) from error


def _plan_discounts(
    read: ReadOrder, lines: Sequence[ReadLine], *, currency: str
) -> tuple[list[Decimal], Decimal]:
    """The discount of each line, and what stands on no line and is shared over all.

    Where the lines claim more than the order was reduced by, the order is right, since the grand
    total follows from it; the lines then only say in what proportion.
    """
    stated = [_stated(line.discount_total) for line in lines]
    if read.discounts_stand_on_lines:
        return stated, ZERO
    goods = _stated(read.discount_total) - read.shipping_discount
    if sum(stated) <= goods:
        return stated, goods - sum(stated)
    return share_by_largest_remainder(goods, stated, currency), ZERO


def _plan_sold_line(
    line: ReadLine, number: int, discount: Decimal, *, currency: str, adds_tax: bool
) -> SoldLine:
    """The line on the basis the order is frozen on; goods sold by measure are one unit."""
    quantity = line.quantity or ZERO
    price, tax = _stated(line.unit_price), _stated(line.tax_total)
    if adds_tax:
        tax_before = tax if line.tax_before_discount is None else line.tax_before_discount
        price += tax_before / quantity
        discount += tax_before - tax
    if quantity != quantity.to_integral_value():
        price, quantity = price * quantity, Decimal(1)
    return SoldLine(
        number=number,
        quantity=int(quantity),
        unit_price=price.quantize(Decimal("0.000001")),
        line_discount=round_half_up(discount, currency),
        tax=round_half_up(tax, currency),
    )


def _check_frozen(
    read: ReadOrder, frozen: Sequence[FrozenLine], *, shipping: Decimal, with_tax: bool
) -> None:
    """What is frozen must be what was paid, to the last minor unit."""
    if any(line.tax < 0 or line.net < 0 for line in frozen):
        message = "A line would be frozen with tax or value below nought."
        raise Unsellable(Finding("tax_total", "negative", message))
    goods = sum((line.gross for line in frozen), ZERO)
    parts = goods + shipping + read.fees_total + read.fees_tax
    if not with_tax:
        parts += read.shipping_tax
    paid = _stated(read.grand_total) + read.gift_cards_total
    if parts != paid:
        message = f"Its lines round to {parts}, but {paid} was paid."
        raise Unsellable(Finding("grand_total", "does_not_freeze", message))


def _plan_line(read: ReadOrder, line: ReadLine, money: FrozenLine) -> SaleLine:
    shipped = _shipped(read, line, money.quantity)
    tax = SaleTax(name="Tax", rate=line.tax_rate, amount=money.tax)
    return SaleLine(
        money=money,
        sku="" if line.sku is None else str(line.sku),
        title=_title(line),
        external_id=line.external_id[:120],
        taxes=(tax,) if money.tax else (),
        shipped=shipped,
        returned=min(line.refunded_quantity, shipped),
        serials=line.serials if Decimal(len(line.serials)) == money.quantity else (),
        lots=line.lots if Decimal(len(line.lots)) == money.quantity else (),
        is_final_sale=line.is_final_sale,
    )


def _shipped(read: ReadOrder, line: ReadLine, quantity: int) -> int:
    """By parcels where they name their units, else by the order's own word."""
    if any(parcel.names_units for parcel in read.fulfilments):
        return min(line.fulfilled_quantity, quantity)
    return quantity if read.fulfillment_status == "fulfilled" else 0


def _title(line: ReadLine) -> str:
    """For people: entities become characters, and what was sold by measure says how much."""
    title, variant = line.title or "", line.variant_title
    if variant != NO_VARIANT and not title.endswith(variant):
        title = f"{title} {variant}"
    title = html.unescape(title)
    if line.quantity is not None and line.quantity != line.quantity.to_integral_value():
        title = f"{line.quantity.normalize():f} × {title}"
    return title[:LONGEST_TITLE]


def _plan_customer(read: ReadOrder) -> SaleCustomer:
    address = read.shipping_address or read.billing_address or ReadAddress()
    return SaleCustomer(
        external_id=read.customer.external_id[:120],
        name=read.customer.name[:200],
        email=read.customer_email or "",
        phone=read.customer.phone[:40],
        locale=read.customer.locale[:12],
        country=_country(address.country),
    )


def _plan_address(address: ReadAddress | None) -> SaleAddress | None:
    if address is None:
        return None
    texts = {field: getattr(address, field)[:most] for field, most in ADDRESS_LENGTHS.items()}
    return SaleAddress(**texts, country=_country(address.country))


def _country(stated: str) -> str:
    """An ISO code or nothing: a country's name in whatever language decides no tax rate."""
    return stated.upper() if len(stated) == 2 and stated.isalpha() else ""


def _plan_tender(tender: ReadTender) -> SaleTender:
    captured = max(tender.captured, ZERO)
    return SaleTender(
        kind=_tender_kind(tender.method),
        label=tender.method[:LONGEST_LABEL],
        captured=captured,
        refunded=max(min(tender.refunded, captured), ZERO),
        reference=tender.reference[:200],
    )


def _tender_kind(method: str) -> str:
    """The `Tender.Kind` of what a channel calls a payment method."""
    name = method.lower().replace(" ", "_").replace("-", "_")
    if "gift" in name:
        return "gift_card"
    if "store_credit" in name:
        return "store_credit"
    if name == "unknown" or any(means in name for means in OTHER_MEANS):
        return "other"
    return "card"


def _delivered_at(read: ReadOrder) -> datetime | None:
    """When the last parcel arrived; None while one is on its way."""
    arrivals = [parcel.delivered_at for parcel in read.fulfilments]
    if not arrivals or None in arrivals:
        return None
    return max(arrival for arrival in arrivals if arrival is not None)


def _first(moments: Sequence[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _placed_at(read: ReadOrder) -> datetime:
    if read.placed_at is None:
        raise Unsellable(Finding("placed_at", "missing", "The document carries no placed_at."))
    return read.placed_at


def _stated(amount: Decimal | None) -> Decimal:
    return amount if amount is not None else ZERO
