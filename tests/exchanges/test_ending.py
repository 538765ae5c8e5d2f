from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core import deliveries
from core.errors import ActionBlocked, BadInput, StaleVersion
from exchanges import services
from exchanges.models import Exchange
from exchanges.queries import list_references
from exchanges.states import ExchangeState
from fulfilment.models import Shipment
from inventory import services as inventory
from inventory.models import Reservation
from inventory.states import ReleaseCause
from orders.models import Order
from payments import services as payments
from payments.models import CreditMemo
from returns import services as returns
from returns.models import Return
from tests.factories.cases import bring_back, grade, inspect, receive
from tests.factories.swaps import AGENT, NOW, Swap, act_on, make_swap, open_exchange, sell_out

D = Decimal
LATER = NOW + dt.timedelta(days=60)

pytestmark = pytest.mark.django_db


def cancel(exchange: Exchange, **arguments: Any) -> Exchange:
    defaults = {"reason": "The customer found another.", "continue_return": False}
    return services.cancel_exchange(**act_on(exchange, **defaults | arguments))


def assert_stock_is_free(swap: Swap) -> None:
    swap.stock.refresh_from_db()
    assert (swap.stock.available, swap.stock.held) == (1, 0)


class TestCancelExchange:
    def test_frees_the_stock_and_ends_order_and_parcel(self) -> None:
        swap = make_swap()
        exchange = cancel(open_exchange(swap))
        assert_stock_is_free(swap)
        assert Reservation.objects.get().cause == "cancelled"
        assert Order.objects.get(exchange=exchange).state == "cancelled"
        assert Shipment.objects.get().state == "cancelled"

    def test_takes_the_return_with_it(self) -> None:
        swap = make_swap()
        cancel(open_exchange(swap))
        assert Return.objects.get().state == "cancelled"
        assert swap.order.lines.get().return_open == 0

    def test_lets_the_return_go_on_for_money(self) -> None:
        exchange = cancel(open_exchange(make_swap()), continue_return=True)
        case = Return.objects.get()
        assert (case.state, case.lines.get().outcome) == ("authorised", "refund")
        bring_back(case)
        assert CreditMemo.objects.get().applied == 0
        assert exchange.state == ExchangeState.CANCELLED

    def test_is_refused_once_the_warehouse_has_it(self) -> None:
        exchange = open_exchange(make_swap())
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        with pytest.raises(ActionBlocked, match="cannot be cancelled"):
            cancel(exchange, continue_return=True)

    def test_is_refused_on_a_stale_screen(self) -> None:
        exchange = open_exchange(make_swap())
        with pytest.raises(StaleVersion):
            cancel(exchange, version=exchange.return_case.version - 1)

    def test_wants_a_reason(self) -> None:
        with pytest.raises(BadInput):
            cancel(open_exchange(make_swap()), reason="")

    @pytest.mark.causes("exchange_cancelled")
    def test_happens_once_however_often_it_is_sent(self) -> None:
        exchange, op_id = open_exchange(make_swap()), uuid4()
        first = act_on(exchange, reason="late", continue_return=False, op_id=op_id)
        services.cancel_exchange(**first)
        assert services.cancel_exchange(**first).state == ExchangeState.CANCELLED


class TestConvertToRefund:
    @pytest.mark.causes("converted_to_refund")
    def test_s21_ends_the_hold_and_owes_the_money_when_goods_pass(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        services.convert_to_refund(**act_on(exchange, reason="Wants money."))
        assert_stock_is_free(swap)
        assert Reservation.objects.get().cause == "converted_to_refund"
        memo = bring_back(Return.objects.get())
        assert (memo.gross, memo.applied) == (D("43.20"), 0)

    def test_closes_a_case_whose_goods_were_refused(self) -> None:
        exchange = open_exchange(make_swap())
        refuse_goods(exchange)
        exchange = Exchange.objects.get()
        assert exchange.state == ExchangeState.AWAITING_GOODS
        services.convert_to_refund(**act_on(exchange, reason="Refused goods."))
        assert Return.objects.get().state == "closed"


def refuse_goods(exchange: Exchange) -> None:
    receipt = receive(exchange.return_case)
    row = receipt.lines.get()
    inspect(
        exchange.return_case,
        grade(row.pk, grade="D", is_accepted=False, disposition="return_to_customer"),
    )
    deliveries.deliver_due()


class TestGoodsThatNeverCame:
    def test_let_the_exchange_expire_and_send_nothing(self) -> None:
        swap = make_swap()
        open_exchange(swap)
        case = Return.objects.get()
        returns.expire_return(return_id=case.pk, actor=AGENT, op_id=uuid4(), now=LATER)
        deliveries.deliver_due()
        assert Exchange.objects.get().state == ExchangeState.EXPIRED
        assert_stock_is_free(swap)


class TestReview:
    """Worth so much that a lead has to look."""

    def review(self, **arguments: Any) -> tuple[Swap, Exchange]:
        swap = make_swap(net="600.00", tax="48.00", **arguments)
        return swap, open_exchange(swap)

    def authorise(self) -> None:
        case = Return.objects.get()
        returns.authorise_return(
            return_id=case.pk,
            version=case.version,
            reason="Looks fine.",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        deliveries.deliver_due()

    def test_ends_in_a_confirmed_exchange_when_a_lead_agrees(self) -> None:
        self.review()
        self.authorise()
        assert Exchange.objects.get().state == ExchangeState.AWAITING_GOODS

    def test_stays_with_the_agent_when_stock_has_gone_meanwhile(self) -> None:
        swap, exchange = self.review()
        release_by_hand(exchange)
        sell_out(swap.stock)
        self.authorise()
        assert Exchange.objects.get().state == ExchangeState.QUOTED
        assert not Exchange.objects.get().replacement_order

    def test_frees_the_stock_when_the_return_is_rejected(self) -> None:
        swap, _ = self.review()
        case = Return.objects.get()
        returns.reject_return(
            return_id=case.pk,
            version=case.version,
            reason="Worn.",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        deliveries.deliver_due()
        assert_stock_is_free(swap)
        assert Exchange.objects.get().state == ExchangeState.CANCELLED


def release_by_hand(exchange: Exchange) -> None:
    with transaction.atomic():
        inventory.release(
            references=list_references(exchange), cause=ReleaseCause.BY_HAND, actor=AGENT, now=NOW
        )


class TestSettledMemo:
    def test_closes_the_case_whose_exchange_is_over(self) -> None:
        exchange = open_exchange(make_swap(price="21.60", price_policy="current"))
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD014600"))
        services.confirm_delivery(**act_on(exchange))
        assert Return.objects.get().state == "settling"
        memo = CreditMemo.objects.get()
        with transaction.atomic():
            payments.apply_credit(memo_id=memo.pk, amount=memo.unspent, actor=AGENT, now=NOW)
        deliveries.deliver_due()
        assert Return.objects.get().state == "closed"
