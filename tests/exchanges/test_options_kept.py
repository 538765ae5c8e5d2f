"""What is said of an outcome is what then happens: cash to the cent, and stock to the unit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from approvals import services as approvals
from approvals.models import Approval
from core import clock, deliveries
from core.actors import Actor
from core.roles import Role
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.rules import Option
from exchanges.states import ExchangeState as S
from inventory.models import StockLevel
from orders.models import PaymentMethod
from payments import courier
from policies.rules import AdvancedExchange, ApprovalAbove, ExchangePayment, RestockingFee, Scope
from returns.models import ReceiptLine, Return
from tests.factories.cases import grade, inspect, open_case, receive, want
from tests.factories.money import make_account, make_card, pay_with
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.stock import make_price, make_product, make_stock, make_variant
from tests.factories.swaps import AGENT, NOW, Swap, act_on, make_swap, open_exchange
from tests.payments.bank import Bank

D = Decimal
pytestmark = pytest.mark.django_db
KINDS = ("refund", "even_swap", "upgrade", "repair", "keep_it")
HOUR = dt.timedelta(hours=1)  # after it nobody takes a refund back any more
BOUNDED = settings(
    max_examples=24,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


class TestWhatIsSaid:
    @BOUNDED
    @given(
        kind=st.sampled_from(KINDS),
        begins=st.sampled_from(["refund", "repair", "regular", "regular", "advanced_prepaid"]),
        quantity=st.integers(1, 3),
        price=st.sampled_from(["29.99", "40.00", "51.37"]),
        dearer=st.sampled_from(["45.01", "77.77", "310.00"]),
        reason=st.sampled_from(["wrong_size", "changed_mind", "defective"]),
        is_paid=st.booleans(),
        has_come=st.booleans(),
        rules=st.sets(st.sampled_from(["up_front", "four_eyes", "fee"])),
        rate=st.sampled_from(["0.25", "0.5", "0.33"]),
    )
    def test_is_what_then_happens(self, bank: Bank, kind: str, **how: Any) -> None:
        savepoint = transaction.savepoint()
        try:
            run(bank, kind, **how)
        finally:
            clock.shift_database_clock(dt.timedelta(0))
            transaction.savepoint_rollback(savepoint)


def run(
    bank: Bank,
    kind: str,
    *,
    begins: str,
    quantity: int,
    price: str,
    dearer: str,
    reason: str,
    is_paid: bool,
    has_come: bool,
    rules: set[str],
    rate: str,
) -> None:
    bank.forget()
    swap = make_swap(
        net=f"{33.33 * quantity:.2f}",
        tax=f"{2.75 * quantity:.2f}",
        rate="0.0825",
        quantity=quantity,
        price_policy="current" if price != "40.00" else "original_value",
        available=5,
    )
    make_price(swap.red, list_price=price)
    make_price(swap.blue, list_price="36.08")
    make_stock(swap.blue, swap.place, 4)
    jacket = make_variant(product=make_product(title="Jacket"), price=dearer)
    make_stock(jacket, swap.place, 4)
    lay_down(swap, rules)
    account = make_account(swap.order.partner_id)
    pay_with(swap.order, bank, account, ("card", str(swap.order.grand_total)))
    card = make_card(swap.order.customer)
    case = begin(swap, begins, quantity=quantity, reason=reason)
    settle(case)
    if has_come and Return.objects.get(pk=case.pk).state == "authorised":
        receive(case)
    if is_paid:
        go_on(case, card, only_money=True)

    option = queries.list_options(Return.objects.get(pk=case.pk), now=NOW, rate=D(rate)).find(kind)
    if option is None or not option.is_allowed:
        return
    cash, stock = count_cash(bank), count_stock(swap)
    case.refresh_from_db()
    services.take_option(
        return_id=case.pk,
        version=case.version,
        kind=kind,
        reason="As they wish",
        replacements=option.wanted,
        rate=option.rate,
        actor=AGENT if kind != "keep_it" else Actor.user(make_user()),
        op_id=uuid4(),
        now=NOW,
    )
    check_stock(option, stock, count_stock(swap))
    finish(case, card)
    how = f"{kind} of {begins}, {quantity} × {reason}, {sorted(rules)}, {price}, {dearer}"
    how += f", paid {is_paid}, came {has_come}: {option}"
    assert count_cash(bank) - cash == option.customer, how


def lay_down(swap: Swap, rules: set[str]) -> None:
    known: dict[str, Any] = {
        "up_front": ExchangePayment(timing="up_front"),
        "four_eyes": ApprovalAbove(amount=D(25), currency="EUR"),
        "fee": RestockingFee(rate=D("0.15")),
    }
    wanted: list[Any] = [
        AdvancedExchange(is_offered=True),
        *(known[name] for name in sorted(rules)),
    ]
    publish(*((rule, Scope()) for rule in wanted), based_on=swap.policy)


def begin(swap: Swap, begins: str, *, quantity: int, reason: str) -> Return:
    if begins in ("refund", "repair"):
        line = want(swap.order.lines.get(), quantity, reason=reason, outcome=begins)
        return open_case(swap.order, line)
    return open_exchange(
        swap,
        quantity=quantity,
        reason=reason,
        exchange_type=begins,
        actor=Actor.user(make_user()),
    ).return_case


def settle(case: Return) -> None:
    for asked in Approval.objects.filter(case=f"return:{case.pk}", state="asked"):
        approvals.approve(
            approval_id=asked.pk,
            content_hash=asked.content_hash,
            proved_at=NOW,
            actor=Actor.user(make_user(Role.LEAD)),
            op_id=uuid4(),
            now=NOW,
        )
    deliveries.deliver_due()


def go_on(case: Return, card: PaymentMethod, *, only_money: bool = False) -> None:
    """One round of whatever the case waits for."""
    settle(case)
    for exchange in Exchange.objects.filter(return_case=case):
        if exchange.state == S.QUOTED and not only_money:
            services.accept_quote(**act_on(exchange))
        if exchange.state == S.AWAITING_PAYMENT:
            services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
    ahead = clock.database_now() - clock.now() + HOUR
    clock.shift_database_clock(ahead)
    courier.carry_out_due(now=NOW + ahead)
    deliveries.deliver_due()


def finish(case: Return, card: PaymentMethod) -> None:
    """To its end: approved, paid, come back and passed."""
    for _ in range(4):
        go_on(case, card)
    current = Return.objects.get(pk=case.pk)
    if any(line.awaited for line in current.lines.filter(decision="authorised")):
        receive(case)
    if Return.objects.get(pk=case.pk).state in ("received", "partly_received"):
        is_repair = case.lines.get().outcome == "repair"
        rows = ReceiptLine.objects.filter(receipt__return_case=case)
        disposition = "repair" if is_repair else "restock"
        inspect(case, *(grade(row.pk, row.quantity, disposition=disposition) for row in rows))
    for _ in range(4):
        go_on(case, card)


def count_cash(bank: Bank) -> Decimal:
    """What the customer has got from us, less what they have paid, by the provider's books."""
    return sum((D(a) for a in bank.refunded()), D(0)) - sum((D(a) for a in bank.taken()), D(0))


def count_stock(swap: Swap) -> dict[int, tuple[int, int]]:
    """Free and held units by variant."""
    return {
        level.variant_id: (level.available, level.held)
        for level in StockLevel.objects.filter(location=swap.place)
    }


def check_stock(
    option: Option, before: dict[int, tuple[int, int]], after: dict[int, tuple[int, int]]
) -> None:
    taken = {risk.variant_id: risk.quantity for risk in option.stock if not risk.is_held}
    held_before = sum(held for _, held in before.values())
    held_after = sum(held for _, held in after.values())
    assert held_after == held_before - option.frees + sum(taken.values())
    for variant, quantity in taken.items():
        assert after[variant][1] == quantity
        assert next(r for r in option.stock if r.variant_id == variant).at_centre >= quantity
