"""The money of an exchange: what goes out, less what comes back (domain §7.10 to §7.13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.money import ZERO, round_half_up
from exchanges.rules.approvals import ApprovalNeed, plan_approval
from exchanges.rules.goods import QuotedLine, ReplacementGoods, ReturnedGoods
from exchanges.rules.pricing import price_line, take_units
from exchanges.states import Evenness, ExchangeType, PricePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePlan:
    """A quote before it is saved. `due` is signed: positive, the customer pays.

    `needed` is what must be captured before anything leaves, `approval` what a second person is
    to say yes to.
    """

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
    needed: Decimal
    is_paid_up_front: bool
    is_netted: bool
    card_hold: Decimal
    approval: ApprovalNeed | None
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
    credited: Decimal | None = None,
    exchange_type: str = ExchangeType.REGULAR,
    is_paid_up_front: bool = False,
    is_netted: bool = False,
    wants_card_hold: bool = False,
    approval_above: Decimal | None = None,
    due_before: Decimal = ZERO,
) -> QuotePlan:
    """Price every replacement and net it against the credit.

    `credited` is what accepted goods turned out to be worth. `is_paid_up_front`: the difference is
    taken before the goods are here; of what leaves before any come it always is. `is_netted`: what
    the case credits beside may pay it too, of what leaves after its goods.
    `approval_above` and `due_before` are as in `plan_approval`.

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
        units = take_units(goods, replaced, units_left)
        lines.append(
            price_line(
                goods, replaced=replaced, units=units, price_policy=policy, currency=currency
            )
        )
    fees = sum((goods.fee for goods in returned), ZERO)
    reckoned = sum((goods.gross for goods in returned), ZERO) - fees
    credit = reckoned if credited is None else credited
    outbound = sum((line.gross for line in lines), ZERO)
    shipping = round_half_up(shipping, currency)
    due = outbound + shipping - credit
    up_front = is_paid_up_front or exchange_type != ExchangeType.REGULAR
    is_netted = is_netted and exchange_type == ExchangeType.REGULAR
    is_provisional = wants_card_hold and exchange_type == ExchangeType.ADVANCED
    card_hold = min(credit, outbound + shipping) if is_provisional else ZERO
    conversion = next(
        (
            goods.price.conversion
            for goods in replacements
            if goods.price is not None and goods.price.conversion is not None
        ),
        None,
    )
    approval = plan_approval(
        due=due,
        due_before=due_before,
        above=approval_above,
        lines=lines,
        conversion=conversion,
        currency=currency,
    )
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
        needed=compute_needed(exchange_type, due=due, outbound=outbound + shipping),
        is_paid_up_front=up_front,
        is_netted=is_netted,
        card_hold=card_hold,
        approval=approval,
        inputs={
            "currency": currency,
            "price_policy": str(price_policy),
            "other_product_price_policy": str(other_product_price_policy),
            "shipping": str(shipping),
            "reduced": str(reckoned - credit),
            "exchange_type": str(exchange_type),
            "is_paid_up_front": up_front,
            "is_netted": is_netted,
            "card_hold": str(card_hold),
            "approval": _as_text(approval),
            "returned": [_as_text(goods) for goods in returned],
            "replacements": [_as_text(goods) for goods in replacements],
        },
    )


def compute_needed(exchange_type: str, *, due: Decimal, outbound: Decimal) -> Decimal:
    """What must be captured before anything leaves: the difference, or all of it if pre-paid."""
    return outbound if exchange_type == ExchangeType.ADVANCED_PREPAID else max(due, ZERO)


def compute_evenness(due: Decimal) -> str:
    """Even, an upgrade that the customer pays for, or a downgrade that we owe for."""
    if due > 0:
        return Evenness.UPGRADE
    return Evenness.DOWNGRADE if due < 0 else Evenness.EVEN


def _as_text(value: Any) -> Any:
    """JSON for keeping: decimals as text, so that no digit is lost on the way."""
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _as_text(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_as_text(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value
