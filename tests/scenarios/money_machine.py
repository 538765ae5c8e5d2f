"""Anything that may happen to the money of a case, in any order, while answers get lost.

Every step is a command that people or clocks give; the sandbox provider drops a tenth of the
requests before and a seventh after it has acted. A refusal is a fine answer. After each step the
laws of domain §8 are asked, and the provider's own books: they say what ours say, it never took
more for an exchange than a quote has asked, and no chain of orders gave back more than it took.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from approvals import services as approvals
from approvals.models import Approval
from core import clock, deliveries, laws
from core.actors import Actor
from core.errors import DomainError
from core.models import EventDelivery
from core.roles import Role
from exchanges import services
from exchanges.models import Exchange, Quote
from exchanges.states import ExchangeType
from orders.models import Order, Tender
from payments import courier, sweeps
from payments.models import MoneyOperation
from policies.rules import AdvancedExchange, ApprovalAbove, ExchangePayment, Scope
from returns.models import ReceiptLine, Return
from returns.sweeps import expire_overdue
from tests.factories.cases import grade, inspect, open_case, receive
from tests.factories.money import make_account, make_card, pay_with
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.stock import make_price
from tests.factories.swaps import NOW, act_on, make_swap, open_exchange
from tests.payments.bank import Bank

D = Decimal
MOVING = ("capture", "refund")
UNSEALED = {"events_are_sealed"}  # no clock runs beside it
PRICES = {"upgrade": "129.99", "even": "89.99", "downgrade": "59.99"}


class MoneyMachine(RuleBasedStateMachine):
    """One case with its exchange, from the first quote to whatever becomes of it."""

    bank: Bank
    dropped = (0.10, 0.15)
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.ahead = dt.timedelta(0)
        self.begin()

    def begin(self) -> None:
        """All of one run in a savepoint of the test's own transaction: it leaves nothing."""
        self.savepoint = transaction.savepoint()

    def teardown(self) -> None:
        clock.shift_database_clock(dt.timedelta(0))
        transaction.savepoint_rollback(self.savepoint)

    # --- how it begins ---

    @initialize(
        prices=st.sampled_from(sorted(PRICES)),
        kind=st.sampled_from([ExchangeType.REGULAR, ExchangeType.REGULAR, *ExchangeType]),
        up_front=st.booleans(),
        four_eyes=st.booleans(),
        wants_hold=st.booleans(),
        declines=st.sampled_from([False, False, False, True]),
        seed=st.integers(0, 999),
    )
    def open(self, **drawn: Any) -> None:
        self.open_case(**drawn)

    def open_case(
        self,
        *,
        prices: str,
        kind: str,
        up_front: bool,
        four_eyes: bool,
        wants_hold: bool,
        declines: bool,
        seed: int,
    ) -> None:
        self.bank.forget()
        self.swap = make_swap(
            net="89.99", tax="7.42", rate="0.0825", price_policy="current", available=5
        )
        make_price(self.swap.red, list_price=PRICES[prices], is_tax_inclusive=False)
        rules: list[Any] = [AdvancedExchange(is_offered=True, wants_card_hold=wants_hold)]
        rules += [ExchangePayment(timing="up_front")] if up_front else []
        rules += [ApprovalAbove(amount=D(25), currency="EUR")] if four_eyes else []
        publish(*((each, Scope()) for each in rules), based_on=self.swap.policy)
        account = make_account(self.swap.order.partner_id)
        pay_with(self.swap.order, self.bank, account, ("card", str(self.swap.order.grand_total)))
        token = "card_0002" if declines else "card_4242"
        self.card = make_card(self.swap.order.customer, token=token)
        before, after = self.dropped
        self.bank.behave(drop_before=before, drop_after=after, seed=seed)
        self.lead = Actor.user(make_user(Role.LEAD))
        self.exchange = open_exchange(self.swap, exchange_type=kind, actor=Actor.user(make_user()))
        self.case = Return.objects.get(pk=self.exchange.return_case_id)
        self.settle_down()

    # --- what may happen ---

    @rule(fee=st.sampled_from(["0.00", "5.00", "12.50"]))
    def quote_anew(self, fee: str) -> None:
        self.take(services.adjust_quote, shipping_fee=D(fee), agreed={}, reason="Agreed")

    @rule(yes=st.booleans())
    def decide(self, yes: bool) -> None:
        for asked in Approval.objects.filter(state="asked"):
            self.attempt(partial(self._answer, asked, yes=yes))

    def _answer(self, asked: Approval, *, yes: bool) -> None:
        said: dict[str, Any] = {
            "approval_id": asked.pk,
            "proved_at": NOW,
            "actor": self.lead,
            "op_id": uuid4(),
            "now": NOW,
        }
        if yes:
            approvals.approve(**said, content_hash=asked.content_hash)
        else:
            approvals.reject(**said, reason="Not for that")

    @rule()
    def pay(self) -> None:
        self.take(services.collect_payment, payment_method_id=self.card.pk)

    @rule()
    def pay_and_look(self) -> None:
        self.take(services.collect_payment, payment_method_id=self.card.pk)
        self.let_time_pass(minutes=20)

    @rule(continues=st.booleans())
    def cancel(self, continues: bool) -> None:
        self.take(services.cancel_exchange, continue_return=continues, reason="Changed plans")

    @rule()
    def convert(self) -> None:
        self.take(services.convert_to_refund, reason="Wants money")

    @rule()
    def keep_both(self) -> None:
        self.take(services.convert_to_sale, reason="One for a sister")

    @rule()
    def arrives(self) -> None:
        self.attempt(lambda: receive(self.case))

    @rule(letter=st.sampled_from("AAAC"), passes=st.sampled_from([True, True, False]))
    def look_at_goods(self, letter: str, passes: bool) -> None:
        rows = ReceiptLine.objects.filter(receipt__return_case=self.case, inspections=None)
        graded = [
            grade(
                row.pk,
                row.quantity,
                grade=letter,
                is_accepted=passes,
                disposition="restock" if passes else "quality_reject",
            )
            for row in rows
        ]
        self.attempt(lambda: inspect(self.case, *graded))

    @rule()
    def ship(self) -> None:
        self.take(services.ship_replacement, carrier="DHL", tracking_number="JD1")

    @rule()
    def arrives_there(self) -> None:
        self.take(services.confirm_delivery)

    @rule()
    def bring_the_replacement_back(self) -> None:
        """An exchange of an exchange, for money: it gives back what the chain has paid."""
        order = Exchange.objects.get(pk=self.exchange.pk).replacement_order
        if order is None or not order.lines.filter(shipped__gt=0).exists():
            return
        if not Return.objects.filter(lines__order_line__order=order).exists():
            self.attempt(partial(self._send_back, order))

    def _send_back(self, order: Order) -> None:
        case = open_case(order)
        receive(case)
        inspect(case)

    @rule(days=st.sampled_from([1, 8, 22, 30]))
    def days_pass(self, days: int) -> None:
        self.let_time_pass(minutes=days * 24 * 60)

    @rule()
    def minutes_pass(self) -> None:
        self.let_time_pass(minutes=15)

    # --- how a step is taken ---

    def take(self, command: Callable[..., Any], **arguments: Any) -> None:
        self.attempt(lambda: command(**act_on(self.exchange, **arguments)))

    def attempt(self, call: Callable[[], Any]) -> None:
        MoneyMachine.steps += 1
        try:
            with transaction.atomic():
                call()
        except DomainError:
            pass
        self.settle_down()

    def let_time_pass(self, *, minutes: int) -> None:
        self.ahead += dt.timedelta(minutes=minutes)
        clock.shift_database_clock(self.ahead)
        now = NOW + self.ahead
        expire_overdue(now=now)
        sweeps.carry_out_here(now=now)
        courier.carry_out_due(now=now)
        sweeps.follow_obligations(now=now)
        self.settle_down()

    def settle_down(self) -> None:
        deliveries.deliver_due()

    # --- what must be true after every step ---

    @invariant()
    def everybody_heard(self) -> None:
        failed = EventDelivery.objects.exclude(last_error="")
        assert [*failed.values_list("subscriber", "last_error")] == []

    @invariant()
    def laws_hold(self) -> None:
        broken = {law.invariant for law in laws.check_laws() if not law.ok}
        assert broken <= UNSEALED, sorted(broken)

    @invariant()
    def the_provider_has_the_same_books(self) -> None:
        """What it took and gave back, it did once for each of our operations that is not over
        with a no; and what we say succeeded, it did."""
        ours = {one.public_id: one for one in MoneyOperation.objects.exclude(account=None)}
        theirs = Counter(one.name for one in self.read_bank() if one.name in ours)
        for name, times in theirs.items():
            assert times == 1
            assert ours[name].state in ("submitted", "unknown", "succeeded")
        for one in self.read_bank():
            assert one.name not in ours or one.amount == ours[one.name].amount
        booked = {
            name
            for name, one in ours.items()
            if one.kind in MOVING and one.state == "succeeded" and one.reversed_at is None
        }
        assert booked <= set(theirs)

    @invariant()
    def nothing_is_taken_that_was_not_asked(self) -> None:
        """By the provider's books, which also have what nobody here knows yet."""
        if not hasattr(self, "exchange"):
            return
        taken: defaultdict[str, Decimal] = defaultdict(Decimal)
        purposes = dict(MoneyOperation.objects.values_list("public_id", "purpose"))
        for one in self.read_bank():
            taken[purposes.get(one.name, "")] += one.moved
        quotes = Quote.objects.filter(exchange=self.exchange).values_list("needed", flat=True)
        most = max(quotes, default=D(0))
        assert taken[f"exchange:{self.exchange.pk}"] <= most

    @invariant()
    def no_chain_gives_back_more_than_it_took(self) -> None:
        """Credit that was carried over is no money: only what somebody paid counts."""
        paid = Tender.objects.exclude(kind=Tender.Kind.EXCHANGE_CREDIT)
        for tender in paid:
            assert tender.refunded + tender.pending <= tender.captured
        captured = sum((tender.captured for tender in paid), D(0))
        owed = MoneyOperation.objects.filter(kind="refund", reversed_at=None)
        owed = owed.exclude(state__in=["declined", "failed", "abandoned"])
        assert sum((one.amount for one in owed), D(0)) <= captured
        assert sum((one.moved for one in self.read_bank()), D(0)) >= 0

    def read_bank(self) -> list[Moved]:
        """What really moved; the first payment of the order is among it, and none of ours."""
        return [
            Moved(one["reference"].partition("/")[0], one["kind"], D(one["amount"]))
            for one in self.bank.state()["operation"]
            if one["status"] == "succeeded" and one["kind"] in MOVING
        ]


@dataclass(frozen=True)
class Moved:
    """Money at the provider; `name` is the operation's of the desk that asked for it."""

    name: str
    kind: str
    amount: Decimal

    @property
    def moved(self) -> Decimal:
        return self.amount if self.kind == "capture" else -self.amount
