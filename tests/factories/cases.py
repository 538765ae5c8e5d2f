"""Cases opened through the real services, on the default policy unless one is published."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Actor
from inventory.models import Location
from orders.models import Order, OrderLine
from payments.models import CreditMemo
from payments.queries import list_memos
from policies.models import PolicyVersion
from returns.models import Receipt, ReceiptLine, Return
from returns.queries import credit
from returns.rules import CreditTerms
from returns.services import (
    CountedLine,
    InspectedLine,
    WantedReturn,
    inspect_goods,
    open_return,
    receive_goods,
)
from returns.states import (
    DisposedBecause,
    DispositionKind,
    Grade,
    Outcome,
    Reason,
    RefusalReason,
)
from tests.factories.policies import make_policy
from tests.factories.stock import make_location

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
AGENT = Actor.system("test")


def _who(**more: Any) -> dict[str, Any]:
    return {"actor": AGENT, "op_id": uuid4(), "now": NOW} | more


def want(
    line: OrderLine,
    quantity: int = 1,
    *,
    reason: str = Reason.CHANGED_MIND,
    outcome: str = Outcome.REFUND,
) -> WantedReturn:
    return WantedReturn(order_line_id=line.pk, quantity=quantity, reason=reason, outcome=outcome)


def open_case(order: Order, *wanted: WantedReturn, **fields: Any) -> Return:
    """A return of the given lines, or of one unit of the order's first line."""
    if not PolicyVersion.objects.filter(partner=order.partner, state="published").exists():
        make_policy(order.partner)
    arguments = _who() | fields
    return open_return(
        partner_id=order.partner_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        lines=list(wanted) or [want(order.lines.order_by("position")[0])],
        **arguments,
    )


def receive(case: Return, *counted: CountedLine, **fields: Any) -> Receipt:
    """Everything still awaited, undamaged, unless something else was counted."""
    awaited = [
        CountedLine(return_line_id=line.pk, quantity=line.awaited)
        for line in case.lines.order_by("position")
        if line.awaited
    ]
    arguments: dict[str, Any] = {
        "actor": AGENT,
        "op_id": uuid4(),
        "now": NOW,
        "version": None,
    } | fields
    location = arguments.pop("location", None) or Location.objects.first() or make_location()
    return receive_goods(
        return_id=case.pk, location_id=location.pk, lines=list(counted) or awaited, **arguments
    )


def inspect(case: Return, *graded: InspectedLine, **fields: Any) -> Return:
    """Everything ungraded passes with grade A and is restocked, unless graded otherwise."""
    passed = [
        grade(row.pk, row.quantity)
        for row in ReceiptLine.objects.filter(receipt__return_case=case, inspections=None)
    ]
    arguments: dict[str, Any] = {
        "actor": AGENT,
        "op_id": uuid4(),
        "now": NOW,
        "version": None,
    } | fields
    return inspect_goods(return_id=case.pk, lines=list(graded) or passed, **arguments)


def grade(
    receipt_line_id: int,
    quantity: int = 1,
    *,
    grade: str = Grade.A,
    is_accepted: bool = True,
    disposition: str = DispositionKind.RESTOCK,
    **fields: Any,
) -> InspectedLine:
    """Refused goods were used and scrapped ones are broken, unless said otherwise."""
    reasons = {
        "refused_because": "" if is_accepted else RefusalReason.USED,
        "because": DisposedBecause.BROKEN if disposition == DispositionKind.SCRAP else "",
    }
    return InspectedLine(
        receipt_line_id=receipt_line_id,
        quantity=quantity,
        grade=grade,
        is_accepted=is_accepted,
        disposition=disposition,
        **reasons | fields,
    )


def bring_back(case: Return) -> CreditMemo:
    """Receive and accept all of a case; what the last step credits."""
    receive(case)
    inspect(case)
    return list_memos(f"return:{case.pk}")[-1]


def give_terms(monkeypatch: pytest.MonkeyPatch, **terms: Any) -> None:
    """Whatever the policy says, lines are credited on these terms from here on."""
    monkeypatch.setattr(credit, "read_credit_terms", lambda given: CreditTerms(**terms))
