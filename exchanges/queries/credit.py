"""What a case has credited, as far as its exchange needs it: its own lines' credit, and of the rest
what pays the difference (S25)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from core.events import reference
from core.money import ZERO
from exchanges.models import Exchange, Quote, sum_netted_in
from exchanges.rules import BEFORE_RELEASE
from payments import queries as payments
from payments.models import CreditMemoLine
from payments.states import MemoState
from returns.models import Return
from returns.queries import read_lines
from returns.states import Outcome


def sum_own_credit(case: Return) -> Decimal:
    """Issued credit of the lines that are exchanged, and not yet in a replacement order."""
    issued = CreditMemoLine.objects.filter(
        memo__case=reference(case), reference__in=_exchanged(case)
    ).exclude(memo__state=MemoState.DRAFT)
    credited = issued.aggregate(total=Sum("gross"))["total"]
    applied = sum((memo.applied for memo in payments.list_issued(reference(case))), ZERO)
    return max((credited or ZERO) - applied, ZERO)


def sum_netted(exchange: Exchange, quote: Quote | None, *, captured: Decimal) -> Decimal:
    """What credit of the case's other lines pays of the difference: carried over, or ready to be.

    What is promised to refunds is gone; what the customer has paid needs no credit any more.
    """
    if quote is None or not quote.is_netted or not quote.needed:
        return ZERO
    carried = sum_netted_in(exchange, quote)
    if exchange.state not in BEFORE_RELEASE:
        return carried
    left = max(quote.needed - captured - carried, ZERO)
    return carried + min(left, _sum_free_credit(exchange.return_case))


def sum_awaited(exchange: Exchange, quote: Quote | None, *, missing: Decimal) -> Decimal:
    """What of the difference the case's other lines would pay if all of them came and passed."""
    if quote is None or not quote.is_netted or missing <= 0:
        return ZERO
    case = exchange.return_case
    draft = payments.get_draft(reference(case))
    if draft is None:
        return ZERO
    lines = draft.lines.exclude(reference__in=_exchanged(case))
    total: Decimal | None = lines.aggregate(total=Sum("gross"))["total"]
    return min(max(total or ZERO, ZERO), missing)


def _sum_free_credit(case: Return) -> Decimal:
    """Of issued memos, what is neither spent nor promised, nor of the exchanged lines."""
    owed = sum(
        (
            memo.unspent - payments.sum_pending_refunds(reference(memo))
            for memo in payments.list_issued(reference(case))
        ),
        ZERO,
    )
    return max(owed - sum_own_credit(case), ZERO)


def _exchanged(case: Return) -> list[str]:
    return [reference(line) for line in read_lines(case) if line.outcome == Outcome.EXCHANGE]
