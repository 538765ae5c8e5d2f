"""When a second person has to say yes to a quote, to what of it, and what that costs us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO, Money
from exchanges.rules.goods import Conversion, QuotedLine
from exchanges.states import PricePolicy


class Deviation(StrEnum):
    """What of a quote leaves the standard outcome."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    MANUAL_PRICE = "manual_price"
    OTHER_CURRENCY = "other_currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalNeed:
    """Why a quote needs four eyes. `kind` is the gravest reason, `why` has a sentence for each.

    `amount` decides who may approve; `cost` is what the exception costs us.
    """

    kind: str
    amount: Decimal
    cost: Decimal
    why: tuple[str, ...]


def plan_approval(
    *,
    due: Decimal,
    due_before: Decimal,
    above: Decimal | None,
    lines: Sequence[QuotedLine],
    conversion: Conversion | None,
    currency: str,
) -> ApprovalNeed | None:
    """What a second person is asked for, or None for a quote that is quite ordinary.

    `due_before` is what other quotes of the same customer come to on the same day: a difference
    that is split over several exchanges is weighed as one. `above` None asks nobody for it.
    """
    found = [
        need
        for need in (
            _manual_price(lines, currency),
            _other_currency(lines, conversion, currency),
            _difference(due, due_before, above, currency),
        )
        if need
    ]
    if not found:
        return None
    return ApprovalNeed(
        kind=found[0].kind,
        amount=max(need.amount for need in found),
        cost=sum((need.cost for need in found), ZERO),
        why=tuple(sentence for need in found for sentence in need.why),
    )


def _difference(
    due: Decimal, due_before: Decimal, above: Decimal | None, currency: str
) -> ApprovalNeed | None:
    """A large difference either way. What the customer pays counts with the rest of their day."""
    before = due_before if due > 0 else ZERO
    together = abs(due) + before
    if above is None or not due or together <= above:
        return None
    who = "The customer pays" if due > 0 else "We owe"
    sentence = f"{who} {_say(abs(due), currency)}, above {_say(above, currency)}"
    if before:
        sentence += f" together with {_say(before, currency)} of the same day"
    return ApprovalNeed(
        kind=Deviation.UPGRADE if due > 0 else Deviation.DOWNGRADE,
        amount=together,
        cost=ZERO,
        why=(f"{sentence}.",),
    )


def _manual_price(lines: Sequence[QuotedLine], currency: str) -> ApprovalNeed | None:
    """A price set by hand is always looked at: below policy it costs us, above it the customer."""
    agreed = [line for line in lines if line.priced_by == PricePolicy.MANUAL]
    if not agreed:
        return None
    amount = sum((abs((line.standard or ZERO) - line.gross) for line in agreed), ZERO)
    cost = sum(((line.standard or ZERO) - line.gross for line in agreed), ZERO)
    why = tuple(
        f"{line.sku} for {_say(line.gross, currency)} by hand; policy asks "
        + (_say(line.standard, currency) if line.standard is not None else "nothing it knows")
        + "."
        for line in agreed
    )
    return ApprovalNeed(kind=Deviation.MANUAL_PRICE, amount=amount, cost=max(cost, ZERO), why=why)


def _other_currency(
    lines: Sequence[QuotedLine], conversion: Conversion | None, currency: str
) -> ApprovalNeed | None:
    if conversion is None:
        return None
    return ApprovalNeed(
        kind=Deviation.OTHER_CURRENCY,
        amount=sum((line.gross for line in lines), ZERO),
        cost=ZERO,
        why=(
            f"Priced in {conversion.currency}: 1 {conversion.currency} = {conversion.rate}"
            f" {currency}, {conversion.source}, {conversion.taken_at}.",
        ),
    )


def _say(amount: Decimal, currency: str) -> str:
    return Money(amount, currency).format("en")
