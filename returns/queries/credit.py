"""What a case credits, by the facts and terms on which it was opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import Sum

from core.events import reference
from core.money import ZERO
from orders.rules import LineCredit
from payments.models import CreditMemoLine
from payments.rules import MemoLine
from payments.states import MemoState
from policies import queries as policies
from policies.models import Decision
from policies.rules import CaseFacts, compute_restocking_fee
from returns.models import Return, ReturnLine
from returns.queries.lines import read_lines
from returns.queries.planning import compute_credit
from returns.states import LineDecision

Kind = CreditMemoLine.Kind


def get_facts(line: ReturnLine) -> CaseFacts:
    """The facts on which the line was last judged, read once for as long as the line is in hand."""
    if not hasattr(line, "judged_facts"):
        judged_on = getattr(line, "judged_on", None)  # `read_lines` brings it along
        if judged_on is None:
            judged_on = Decision.objects.filter(subject=reference(line)).latest("pk").facts
        line.judged_facts = CaseFacts.from_json(judged_on)
    facts: CaseFacts = line.judged_facts
    return facts


def list_memo_lines(
    case: Return, *, accepted: Mapping[int, Sequence[int]] | None = None
) -> list[MemoLine]:
    """What the case credits now: goods, and fees as lines of their own below zero (domain §7.7).

    `accepted` holds the unit numbers that passed, by return line id; without it every authorised
    line counts with what is still open of it. The fee follows the goods that count, by the terms
    of the opening, and what earlier memos took of it is not taken again.
    """
    memo_lines = []
    for line in read_lines(case):
        if accepted is None and line.decision != LineDecision.AUTHORISED:
            continue
        units = list_open_units(line) if accepted is None else accepted.get(line.pk, [])
        if units:
            memo_lines += _credit_lines(line, units)
    return memo_lines


def list_open_units(line: ReturnLine) -> list[int]:
    """Units of the order line that this line holds and that no memo has credited, lowest first."""
    claims = line.claims.filter(freed_at__isnull=True, memo__isnull=True)
    return list(claims.order_by("unit_number").values_list("unit_number", flat=True))


def _credit_lines(line: ReturnLine, units: Sequence[int]) -> list[MemoLine]:
    value = compute_credit(line.order_line, units)
    goods = MemoLine(
        kind=Kind.GOODS,
        order_line_id=line.order_line_id,
        reference=reference(line),
        title=line.order_line.title[:200],
        quantity=len(units),
        net=value.net,
        tax=value.tax,
        gross=value.gross,
    )
    fee = _compute_fee(line, value)
    if not fee:
        return [goods]
    restocking = MemoLine(
        kind=Kind.RESTOCKING_FEE,
        order_line_id=line.order_line_id,
        reference=reference(line),
        title="Restocking fee",
        net=-fee,
        tax=ZERO,
        gross=-fee,
    )
    return [goods, restocking]


def _compute_fee(line: ReturnLine, value: LineCredit) -> Decimal:
    """The fee on all that is credited by now, less what earlier memos took of it."""
    facts = get_facts(line)
    terms = policies.get_terms(version=line.return_case.policy_version, facts=facts)
    if terms.fee is None:
        return ZERO
    before = _sum_credited(line)
    fee = compute_restocking_fee(
        fee=terms.fee, goods_net=before[Kind.GOODS] + value.net, currency=facts.currency
    )
    return fee + before[Kind.RESTOCKING_FEE]


def _sum_credited(line: ReturnLine) -> defaultdict[str, Decimal]:
    """What issued memos hold of this line without tax, by kind; fees are below zero."""
    rows = CreditMemoLine.objects.filter(
        memo__case=reference(line.return_case), reference=reference(line)
    ).exclude(memo__state=MemoState.DRAFT)
    sums = rows.values_list("kind").annotate(Sum("net")).order_by()
    return defaultdict(lambda: ZERO, sums)
