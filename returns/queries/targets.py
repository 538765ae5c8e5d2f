"""What memos are to hold by order and by case: shipping both ways, and broken promotions.

Each is a target over everything credited so far, in this case and others; a memo takes the step
from what earlier memos hold to there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from core.events import reference
from core.kept import KeptQuery
from core.money import ZERO
from orders.models import Order, OrderLine, Promotion
from orders.rules import LineCredit
from payments.models import CreditMemoLine
from payments.states import MemoState
from returns.models import Return, ReturnLine, UnitClaim
from returns.queries.lines import read_lines
from returns.rules import (
    CreditTerms,
    Part,
    PromotedLine,
    Target,
    add,
    compute_claw_back,
    slice_shipping,
    subtract,
)
from returns.states import OUR_FAULT, LineDecision

Kind = CreditMemoLine.Kind
_ISSUED: KeptQuery[tuple[Decimal, Decimal, Decimal]] = KeptQuery(
    lambda kind, subject: (
        CreditMemoLine.objects.filter(kind=kind, reference=subject)
        .exclude(memo__state=MemoState.DRAFT)
        .values_list("net", "tax", "gross")
    )
)
SENT_BACK = (LineDecision.AUTHORISED, LineDecision.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedNow:
    """A return line as far as this step credits it."""

    line: ReturnLine
    terms: CreditTerms
    units: Sequence[int]
    parts: tuple[Part, ...]

    @property
    def order(self) -> Order:
        return self.line.order_line.order

    @property
    def is_our_fault(self) -> bool:
        return self.line.reason in OUR_FAULT


def list_targets(case: Return, now: Sequence[CreditedNow]) -> list[Target]:
    """Shipping and promotion of each order the goods are from, then the way back of the case."""
    by_order: defaultdict[int, list[CreditedNow]] = defaultdict(list)
    for credited in now:
        by_order[credited.line.order_line.order_id].append(credited)
    targets = [
        target
        for of_order in by_order.values()
        for target in (_shipping(of_order), _promotion(case, of_order))
        if target
    ]
    way_back = _way_back(case, now)
    return [*targets, way_back] if way_back else targets


def _shipping(now: Sequence[CreditedNow]) -> Target | None:
    """What was paid for sending it: by share, or in full, never more than is left (domain §7.6)."""
    order = now[0].order
    modes = {credited.terms.shipping_mode for credited in now} - {"none"}
    if not order.shipping_total or not modes:
        return None
    paid, before = _paid_for_shipping(order), _held(Kind.SHIPPING, reference(order))
    left = subtract(paid, before)
    if left.gross <= 0:
        return None
    lines = list(order.lines.order_by("position"))
    is_full = any(
        credited.terms.shipping_mode == "full"
        and (credited.is_our_fault or _is_all_back(lines, now))
        for credited in now
    )
    shares = [credited for credited in now if credited.terms.shipping_mode == "share"]
    step = left if is_full else add([_share(paid, lines, credited) for credited in shares])
    step = left if step.gross >= left.gross else step
    return Target(
        kind=Kind.SHIPPING,
        title="Outbound shipping",
        reference=reference(order),
        total=add([before, step]),
        before=before,
        order_line_id=now[0].line.order_line_id,
    )


def _paid_for_shipping(order: Order) -> LineCredit:
    total, tax = order.shipping_total, order.shipping_tax
    if order.prices_include_tax:
        return LineCredit(net=total - tax, tax=tax, gross=total)
    return LineCredit(net=total, tax=tax, gross=total + tax)


def _share(paid: LineCredit, lines: Sequence[OrderLine], now: CreditedNow) -> LineCredit:
    at = next(at for at, line in enumerate(lines) if line.pk == now.line.order_line_id)
    return slice_shipping(
        paid,
        weights=[line.gross for line in lines],
        at=at,
        quantity=lines[at].quantity,
        units=now.units,
        currency=now.order.currency,
    )


def _is_all_back(lines: Sequence[OrderLine], now: Sequence[CreditedNow]) -> bool:
    gone = _list_gone(lines, now)
    return all(len(gone[line.pk]) >= line.quantity for line in lines)


def _promotion(case: Return, now: Sequence[CreditedNow]) -> Target | None:
    """The discount that what stays would not have earned (domain §7.9); less as more comes back."""
    order = now[0].order
    if not order.discount_name:
        return None
    promotion = Promotion.objects.filter(
        channel=order.channel_id, name=order.discount_name, is_active=True
    ).first()
    if promotion is None:
        return None
    before = _held(Kind.PROMOTION, reference(order))
    due = weigh_promotion(order, minimum=promotion.minimum, now=now)
    modes = {_promotion_mode(case, credited) for credited in now if not credited.is_our_fault}
    is_clawed = "claw_back" in modes
    total = due if is_clawed or due.gross > before.gross else before
    return Target(
        kind=Kind.PROMOTION,
        title=f"Promotion no longer earned: {promotion.name}",
        reference=reference(order),
        total=total,
        before=before,
        order_line_id=now[0].line.order_line_id,
    )


def _promotion_mode(case: Return, credited: CreditedNow) -> str:
    """Where policy has a person choose, what they chose; until then the customer keeps it."""
    mode = credited.terms.promotion_mode
    return (case.promotion_choice or "keep") if mode == "ask" else mode


def weigh_promotion(
    order: Order, *, minimum: Decimal, now: Sequence[CreditedNow] = ()
) -> LineCredit:
    """What claws back would stand at, below zero, once this step is credited."""
    lines = list(order.lines.order_by("position"))
    gone, faulty = _list_gone(lines, now), _list_faulty(lines, now)
    promoted = [
        PromotedLine(
            quantity=line.quantity,
            priced=line.gross if line.prices_include_tax else line.net,
            tax=line.tax,
            discount=line.order_discount_share,
            includes_tax=line.prices_include_tax,
            gone=frozenset(gone[line.pk]),
            faulty=frozenset(faulty[line.pk]),
        )
        for line in lines
    ]
    return compute_claw_back(promoted, minimum=minimum, currency=order.currency)


def _list_gone(
    lines: Sequence[OrderLine], now: Sequence[CreditedNow]
) -> defaultdict[int, set[int]]:
    """Units that are credited, by this step or before, by order line."""
    return _gather(lines, now, UnitClaim.objects.all())


def _list_faulty(
    lines: Sequence[OrderLine], now: Sequence[CreditedNow]
) -> defaultdict[int, set[int]]:
    ours = [credited for credited in now if credited.is_our_fault]
    return _gather(lines, ours, UnitClaim.objects.filter(return_line__reason__in=OUR_FAULT))


def _gather(
    lines: Sequence[OrderLine], now: Sequence[CreditedNow], claims: QuerySet[UnitClaim]
) -> defaultdict[int, set[int]]:
    gone: defaultdict[int, set[int]] = defaultdict(set)
    credited = claims.filter(order_line__in=lines, memo__isnull=False)
    for line_id, unit in credited.values_list("order_line", "unit_number"):
        gone[line_id].add(unit)
    for each in now:
        gone[each.line.order_line_id].update(each.units)
    return gone


def _way_back(case: Return, now: Sequence[CreditedNow]) -> Target | None:
    """The return shipping fee: once per case, and not where any of it is our fault."""
    before = _held(Kind.RETURN_SHIPPING_FEE, reference(case))
    came = [credited for credited in now if any(part.bears_fee for part in credited.parts)]
    fees = [
        credited.terms.return_fee
        for credited in came
        if credited.terms.return_fee_currency == case.currency
    ]
    live = [line for line in read_lines(case) if line.decision in SENT_BACK]
    if not any(fees) or any(line.reason in OUR_FAULT for line in live):
        return None
    fee = max([*fees, -before.gross])
    return Target(
        kind=Kind.RETURN_SHIPPING_FEE,
        title="Return shipping",
        reference=reference(case),
        total=LineCredit(net=-fee, tax=ZERO, gross=-fee),
        before=before,
    )


def _held(kind: str, subject: str) -> LineCredit:
    """What issued memos of all cases hold of one thing."""
    return add(
        [LineCredit(net=net, tax=tax, gross=gross) for net, tax, gross in _ISSUED(kind, subject)]
    )
