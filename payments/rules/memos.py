"""What a credit memo adds up to and what may still be spent of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import BadInput
from core.money import ZERO, quantum
from core.verdicts import Verdict
from payments.states import MemoState


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoLine:
    """One line of a memo: goods above zero, fees and reductions below. `net + tax = gross`.

    `kind` is a `CreditMemoLine.Kind`; `reference` names what it is for (“returnline:7”).
    """

    kind: str
    title: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    order_line_id: int | None = None
    reference: str = ""
    quantity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoTotal:
    net: Decimal
    tax: Decimal
    gross: Decimal


def compute_total(lines: Sequence[MemoLine], currency: str) -> MemoTotal:
    """The sum of `lines`. Raises BadInput when a memo could not stand on them.

    Amounts are posted already, so a fraction of the smallest coin is somebody's mistake; and a
    customer who sends goods back never owes us for that alone (domain §7.7).
    """
    if not lines:
        raise BadInput("A credit memo needs a line.", field="lines")
    for line in lines:
        _check_line(line, currency)
    total = MemoTotal(
        net=sum((line.net for line in lines), ZERO),
        tax=sum((line.tax for line in lines), ZERO),
        gross=sum((line.gross for line in lines), ZERO),
    )
    if total.gross < 0:
        raise BadInput("Fees take off more than the goods are worth.", field="lines")
    return total


def _check_line(line: MemoLine, currency: str) -> None:
    if line.net + line.tax != line.gross:
        raise BadInput(f"“{line.title}” does not add up.", field="lines")
    if any(amount % quantum(currency) for amount in (line.net, line.tax)):
        raise BadInput(f"“{line.title}” is not rounded to {currency}.", field="lines")


def can_apply(*, state: str, unspent: Decimal, amount: Decimal) -> Verdict:
    """Whether `amount` of a memo may go into a replacement order."""
    return Verdict.of(
        "The credit memo is not issued yet: the goods have not been accepted."
        if state == MemoState.DRAFT
        else None,
        "An amount to apply is above zero." if amount <= 0 else None,
        "The memo has less than that left." if amount > unspent else None,
    )


def can_keep_back(*, state: str, owed: Decimal, amount: Decimal) -> Verdict:
    """Whether `amount` of what a memo owes beside refunds on their way may stay here."""
    return Verdict.of(
        "The credit memo is not issued yet." if state == MemoState.DRAFT else None,
        "Less than nothing cannot be kept." if amount < 0 else None,
        "The memo owes less than that." if amount > owed else None,
    )
