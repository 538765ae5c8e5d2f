"""What is said before an exchange is cancelled is what then becomes of hold, money and return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core import clock, deliveries
from core.actors import Actor
from core.errors import ActionBlocked
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.rules import plan_sale
from exchanges.states import ExchangeState as S
from exchanges.states import ExchangeType
from inventory.models import Reservation
from inventory.queries import get_availability
from orders.models import Order
from payments import courier
from policies.rules import (
    AdvancedExchange,
    ApprovalAbove,
    ExchangePayment,
    ReturnShippingFee,
    ReviewAbove,
    Scope,
)
from returns.models import Return
from tests.exchanges.test_assent import approve
from tests.factories.cases import bring_back
from tests.factories.money import carry_out, make_account, make_card, pay_with
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.stock import make_price
from tests.factories.swaps import NOW, Swap, act_on, let_the_hold_end, make_swap, open_exchange
from tests.payments.bank import Bank

D = Decimal
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]
TYPES = tuple(ExchangeType)
# State → by which types it is reached before the warehouse has it.
STAGES: dict[str, tuple[ExchangeType, ...]] = {
    "draft": TYPES,
    "quoted": TYPES,
    "pending_approval": TYPES,
    "awaiting_payment": TYPES,
    "paid": (ExchangeType.REGULAR,),
    "hold_ended": TYPES,
    "awaiting_goods": (ExchangeType.REGULAR,),
    "accepted_goods": (ExchangeType.REGULAR,),
}
KEPT_FROM = ("pending_approval", "awaiting_payment", "paid", "awaiting_goods")
REACHED = [(stage, kind) for stage, kinds in STAGES.items() for kind in kinds]


class Story:
    """One exchange of 43.20 for 60.00 at a real provider, on its way to a stage."""

    def __init__(self, bank: Bank, kind: ExchangeType, stage: str) -> None:
        self.bank = bank
        self.swap = self.make(kind, stage)
        account = make_account(self.swap.order.partner_id)
        pay_with(self.swap.order, bank, account, ("card", "43.20"))
        self.card = make_card(self.swap.order.customer)
        self.exchange = open_exchange(self.swap, exchange_type=kind, actor=Actor.user(make_user()))
        deliveries.deliver_due()
        getattr(self, f"reach_{stage}", lambda: None)()

    def make(self, kind: ExchangeType, stage: str) -> Swap:
        swap = make_swap(price_policy="current")
        make_price(swap.red, list_price="60.00")
        rules: list[Any] = [AdvancedExchange(is_offered=True)]
        if stage in ("draft", "quoted"):
            rules.append(ReviewAbove(amount=D(1), currency="EUR"))
        if stage == "pending_approval":
            rules.append(ApprovalAbove(amount=D(1), currency="EUR"))
        if stage == "fee":
            rules.append(ReturnShippingFee(amount=D("4.90"), currency="EUR"))
        if stage in ("awaiting_payment", "paid"):
            rules.append(ExchangePayment(timing="up_front"))
        publish(*((rule, Scope()) for rule in rules), based_on=swap.policy)
        return swap

    def reach_draft(self) -> None:
        clock.shift_database_clock(dt.timedelta(hours=2))
        services.end_quote(exchange_id=self.exchange.pk, actor=Actor.system("test"), now=NOW)

    def reach_paid(self) -> None:
        services.collect_payment(**act_on(self.exchange, payment_method_id=self.card.pk))
        carry_out()
        deliveries.deliver_due()

    def reach_hold_ended(self) -> None:
        let_the_hold_end(self.exchange)

    def reach_accepted_goods(self) -> None:
        bring_back(self.exchange.return_case)
        deliveries.deliver_due()

    def look(self) -> Exchange:
        return Exchange.objects.select_related("return_case__channel", "accepted_quote").get(
            pk=self.exchange.pk
        )

    def free(self) -> int:
        return get_availability([self.swap.red.pk])[self.swap.red.pk]

    def refunded(self) -> Decimal:
        """Whatever was owed is sent, and the time to take it back is over."""
        for hours in (1, 2, 3):
            deliveries.deliver_due()
            ahead = clock.database_now() - clock.now() + dt.timedelta(hours=hours)
            clock.shift_database_clock(ahead)
            courier.carry_out_due(now=NOW + ahead)
        deliveries.deliver_due()
        return sum((D(amount) for amount in self.bank.refunded()), D(0))


class TestCancelling:
    @pytest.mark.parametrize("continues", [True, False], ids=["goods-come", "all-off"])
    @pytest.mark.parametrize(("stage", "kind"), REACHED)
    def test_does_what_was_said(
        self, bank: Bank, stage: str, kind: ExchangeType, continues: bool
    ) -> None:
        story = Story(bank, kind, stage)
        exchange = story.look()
        said = queries.preview_end(exchange, continues_return=continues)
        words, free = " ".join(said.sentences), story.free()
        command: Callable[[], Any] = lambda: services.cancel_exchange(  # noqa: E731
            **act_on(exchange, continue_return=continues, reason="Found another")
        )
        if stage == "accepted_goods" and not continues:
            with pytest.raises(ActionBlocked, match="cannot be cancelled"):
                command()
            return
        command()
        assert story.free() - free == said.freed
        assert ("1 unit is released at once" in words) is (said.freed == 1)
        paid_back = story.refunded()
        goods_were_here = stage == "accepted_goods"
        assert paid_back == said.refund + (said.credit if goods_were_here else 0)
        assert (f"€{said.refund:.2f} that was paid goes back" in words) is bool(said.refund)
        order = Order.objects.filter(exchange=exchange).first()
        assert ("The new order is cancelled." in words) is (order is not None)
        assert order is None or order.state == "cancelled"
        case = Return.objects.get()
        if not continues:
            assert "The return is cancelled too; nothing comes back." in words
            assert case.state == "cancelled"
            return
        assert f"€{said.credit:.2f}" in words
        if not goods_were_here:
            if case.state == "in_review":
                return  # a lead decides about the goods first
            bring_back(case)
        assert story.refunded() == said.refund + said.credit

    @pytest.mark.parametrize("kind", TYPES)
    def test_is_refused_once_the_warehouse_has_it_and_says_what_is_possible(
        self, bank: Bank, kind: ExchangeType
    ) -> None:
        story = Story(bank, kind, "paid" if kind == ExchangeType.REGULAR else "awaiting_payment")
        if kind != ExchangeType.REGULAR:
            story.reach_paid()
        else:
            story.reach_accepted_goods()
        for state in (S.RELEASING, S.IN_TRANSIT):
            exchange = story.look()
            assert exchange.state == state
            for continues in (True, False):
                with pytest.raises(ActionBlocked) as refused:
                    services.cancel_exchange(
                        **act_on(exchange, continue_return=continues, reason="Found another")
                    )
                assert "exchanged again" in " ".join(refused.value.reasons)
            if state == S.RELEASING:
                services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))

    def test_says_what_is_refunded_with_the_fee_for_the_way_back(self, bank: Bank) -> None:
        """The quote knows of the goods alone; the memo takes 4.90 for the label."""
        story = Story(bank, ExchangeType.REGULAR, "fee")
        said = queries.preview_end(story.look(), continues_return=True)
        assert said.credit == D("38.30")
        assert "€38.30 is refunded once they are accepted" in " ".join(said.sentences)
        services.cancel_exchange(
            **act_on(story.look(), continue_return=True, reason="Found another")
        )
        bring_back(Return.objects.get())
        assert story.refunded() == D("38.30")


class TestKeepingBoth:
    """What is still here stays held, is paid in full, leaves, and is a sale once it has arrived."""

    @pytest.mark.parametrize(
        ("stage", "kind"), [reached for reached in REACHED if reached[0] in KEPT_FROM]
    )
    def test_does_what_was_said(self, bank: Bank, stage: str, kind: ExchangeType) -> None:
        story = Story(bank, kind, stage)
        exchange = story.look()
        facts = queries.read_facts(exchange)
        said, free = plan_sale(facts), story.free()
        words = " ".join(said.sentences)
        assert "€60.00 is to be paid in full before it leaves" in words
        assert ("€16.80 of it is paid" in words) is (stage == "paid")
        assert "What is held for it stays held." in words
        services.convert_to_sale(**act_on(exchange, reason="One for her sister"))
        deliveries.deliver_due()
        assert story.free() == free
        exchange = story.look()
        assert exchange.state in (S.AWAITING_PAYMENT, S.PENDING_APPROVAL)
        assert queries.read_facts(exchange).missing == D("60.00") - facts.captured
        with pytest.raises(ActionBlocked, match="cannot be released"):
            services.release_replacement(**act_on(exchange))
        if exchange.state == S.PENDING_APPROVAL:
            approve(exchange)
            deliveries.deliver_due()
        services.collect_payment(**act_on(story.look(), payment_method_id=story.card.pk))
        carry_out()
        deliveries.deliver_due()
        assert story.look().state == S.RELEASING
        services.ship_replacement(**act_on(story.look(), carrier="DHL", tracking_number="JD1"))
        assert Return.objects.get().state == "authorised"
        services.confirm_delivery(**act_on(story.look()))
        deliveries.deliver_due()
        assert story.look().state == S.CONVERTED_TO_SALE
        assert Return.objects.get().state == "cancelled"
        assert Reservation.objects.get(state="consumed").reference.startswith("exchangeline:")
        taken = sum(D(amount) for amount in bank.taken())
        assert (taken - D("43.20"), story.refunded()) == (D("60.00"), D(0))
        assert story.swap.order.lines.get().return_open == 0

    @pytest.mark.parametrize(
        ("stage", "why"),
        [
            ("quoted", "not confirmed"),
            ("hold_ended", "hold"),
            ("accepted_goods", "Goods of it have arrived"),
        ],
    )
    def test_is_refused_where_it_cannot_be(self, bank: Bank, stage: str, why: str) -> None:
        story = Story(bank, ExchangeType.REGULAR, stage)
        before = story.look().state
        with pytest.raises(ActionBlocked) as refused:
            services.convert_to_sale(**act_on(story.look(), reason="One for her sister"))
        assert why in " ".join(refused.value.reasons)
        assert story.look().state == before

    def test_is_said_once(self, bank: Bank) -> None:
        story = Story(bank, ExchangeType.REGULAR, "awaiting_goods")
        services.convert_to_sale(**act_on(story.look(), reason="One for her sister"))
        with pytest.raises(ActionBlocked) as refused:
            services.convert_to_sale(**act_on(story.look(), reason="Once more"))
        assert "keep both already" in " ".join(refused.value.reasons)

    def test_is_an_exchange_after_all_where_the_goods_come(self, bank: Bank) -> None:
        story = Story(bank, ExchangeType.REGULAR, "awaiting_goods")
        services.convert_to_sale(**act_on(story.look(), reason="One for her sister"))
        services.collect_payment(**act_on(story.look(), payment_method_id=story.card.pk))
        carry_out()
        deliveries.deliver_due()
        services.ship_replacement(**act_on(story.look(), carrier="DHL", tracking_number="JD1"))
        bring_back(Return.objects.get())
        deliveries.deliver_due()
        services.confirm_delivery(**act_on(story.look()))
        deliveries.deliver_due()
        assert story.look().state == S.COMPLETED
        assert story.refunded() == D("43.20")

    def test_is_called_off_like_any_other(self, bank: Bank) -> None:
        """They have not paid: money, stock and return are as they would have been."""
        story = Story(bank, ExchangeType.REGULAR, "awaiting_goods")
        services.convert_to_sale(**act_on(story.look(), reason="One for her sister"))
        services.convert_to_refund(**act_on(story.look(), reason="Neither, after all"))
        assert story.free() == 1
        bring_back(Return.objects.get())
        assert story.refunded() == D("43.20")
