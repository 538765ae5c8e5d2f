"""A case with something to pay and to pay back, at the sandbox provider."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from core import deliveries, laws
from orders.models import Order, PaymentMethod, Tender
from payments import services
from payments.models import CreditMemo, ProviderAccount
from payments.services import MemoLine
from tests.factories.cases import NOW
from tests.factories.money import AGENT, make_account, make_card, pay_with, run
from tests.factories.sales import Sold, make_order
from tests.payments.bank import Bank

CASE = "return:1"


@dataclass
class Desk:
    bank: Bank
    order: Order
    account: ProviderAccount
    card: PaymentMethod
    tenders: list[Tender]

    def who(self, **more: Any) -> dict[str, Any]:
        return {"actor": AGENT, "op_id": uuid4(), "now": NOW} | more

    def issue(self, amount: str) -> CreditMemo:
        """An issued memo over that much of the order's goods."""
        line = self.order.lines.order_by("position")[0]
        gross = Decimal(amount)
        goods = MemoLine(
            kind="goods",
            title="Coat",
            net=gross,
            tax=Decimal(0),
            gross=gross,
            order_line_id=line.pk,
        )
        memo = run(
            services.draft_credit_memo,
            partner_id=self.order.partner_id,
            case=CASE,
            customer_id=self.order.customer_id,
            currency=self.order.currency,
            lines=[goods],
        )
        return run(services.issue_credit_memo, memo_id=memo.pk)


def make_desk(bank: Bank, *paid: tuple[str, str], secret: str = "") -> Desk:
    """An order paid as said, kind and amount each, or 150.00 by one card."""
    paid = paid or (("card", "150.00"),)
    total = sum(Decimal(amount) for _, amount in paid)
    order = make_order(Sold(str(total)))
    account = make_account(order.partner_id, secret=secret)
    tenders = pay_with(order, bank, account, *paid)
    return Desk(bank, order, account, make_card(order.customer), tenders)


def deliver() -> None:
    """Bring every event to whoever hears of it."""
    deliveries.deliver_due(now=NOW)


def laws_hold() -> None:
    """Every law of money, and those of orders that refunds could break."""
    wanted = [*laws.names("money"), "no_tender_pays_back_more_than_it_paid"]
    assert len(wanted) > 10
    broken = [one for one in laws.check_laws(wanted) if one.ok is not True]
    assert [(one.invariant, one.sample_ids, one.error) for one in broken] == []
