"""A replacement that is not there yet: promised for a day, held when it comes, given up if not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked
from core.models import EventDelivery
from exchanges import queries, services, sweeps
from exchanges.models import Exchange
from exchanges.rules import OutboundReason
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeState as S
from inventory.models import Reservation, Supply, WaitingLine
from inventory.services import (
    OutOfStock,
    cancel_supply,
    expect_supply,
    move_supply,
    take_in_supply,
)
from notifications.models import Message, Promise
from policies.rules import AdvancedExchange, ExchangePayment, Scope
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.money import carry_out, make_account, make_card
from tests.factories.policies import publish
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_price
from tests.factories.swaps import NOW, Swap, act_on, make_swap, open_exchange
from tests.payments.bank import Bank

D = Decimal
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]
BUYER = Actor.system("buyer")
# Far off, for whoever hears of a delivery asks the real clock whether its day is over.
DAY = dt.date(2037, 12, 3)  # a Thursday: put away on Friday, two working days: Tuesday
AT_THE_DOOR = dt.date(2037, 12, 8)


def expect(swap: Swap, *, quantity: int = 1, day: dt.date = DAY) -> Supply:
    return expect_supply(
        partner_id=swap.order.partner_id,
        variant_id=swap.red.pk,
        location_id=swap.place.pk,
        quantity=quantity,
        expected_on=day,
        actor=BUYER,
        op_id=uuid4(),
        now=NOW,
    )


def backorder(swap: Swap, **arguments: Any) -> Exchange:
    line = swap.order.lines.get()
    exchange = open_exchange(
        swap,
        replacements=[
            WantedReplacement(
                variant_id=swap.red.pk,
                quantity=1,
                replaces_order_line_id=line.pk,
                may_wait=True,
            )
        ],
        **arguments,
    )
    deliveries.deliver_due()
    return now_of(exchange)


def now_of(exchange: Exchange) -> Exchange:
    return Exchange.objects.select_related("return_case__channel", "accepted_quote").get(
        pk=exchange.pk
    )


def take_in(supply: Supply, quantity: int = 1) -> None:
    take_in_supply(supply_id=supply.pk, quantity=quantity, actor=BUYER, op_id=uuid4(), now=NOW)
    deliveries.deliver_due()


@pytest.fixture(autouse=True)
def _everybody_heard(db: None) -> Any:
    yield
    failed = EventDelivery.objects.exclude(last_error="")
    assert [*failed.values_list("subscriber", "last_error")] == []


class TestBackOrder:
    def test_is_refused_where_nothing_is_expected(self) -> None:
        with pytest.raises(OutOfStock):
            backorder(make_swap(available=0))

    def test_is_confirmed_for_the_day_on_which_it_can_be_there(self) -> None:
        swap = make_swap(available=0)
        expect(swap)
        exchange = backorder(swap)
        assert exchange.state == S.AWAITING_GOODS
        assert exchange.lines.get().backorder_day == AT_THE_DOOR
        assert not Reservation.objects.exists()
        assert WaitingLine.objects.get().since == exchange.return_case.opened_at

    @pytest.mark.causes("exchange_backordered")
    def test_tells_the_customer_the_day_as_a_promise(self) -> None:
        swap = make_swap(available=0)
        expect(swap)
        backorder(swap)
        assert Message.objects.filter(template="exchange_backordered").exists()
        promise = Promise.objects.get(what="arrival")
        assert (promise.promised_on, promise.is_ours) == (AT_THE_DOOR, True)

    def test_holds_what_is_free_and_waits_for_nothing(self) -> None:
        swap = make_swap(available=1)
        expect(swap)
        exchange = backorder(swap)
        assert exchange.lines.get().backorder_day is None
        assert Reservation.objects.get().variant_id == swap.red.pk

    def test_stays_here_until_it_is_held_and_says_so(self) -> None:
        swap = make_swap(available=0)
        expect(swap)
        exchange = backorder(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        (hold,) = queries.describe_exchange(now_of(exchange), permissions=()).awaits
        assert hold.reason == OutboundReason.HOLD_MISSING
        assert hold.sentence.startswith("1 unit is back-ordered and can be there on 08 Dec 2037")
        with pytest.raises(ActionBlocked):
            services.release_replacement(**act_on(exchange))

    def test_is_held_and_leaves_by_itself_once_it_comes(self) -> None:
        swap = make_swap(available=0)
        supply = expect(swap)
        exchange = backorder(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        take_in(supply)
        exchange = now_of(exchange)
        assert exchange.state == S.RELEASING
        assert exchange.lines.get().backorder_day is None
        assert exchange.backorder_ends_on is None

    def test_goes_to_the_oldest_case_first(self) -> None:
        swap = make_swap(available=0)
        supply = expect(swap, quantity=2)
        first = backorder(swap)
        order = make_order(
            Sold(net="40.00", tax="3.20", rate="0.08", variant=swap.blue), number="SHP-2"
        )
        second = backorder(
            Swap(order, swap.blue, swap.red, swap.place, swap.stock, swap.policy),
            now=NOW + dt.timedelta(hours=1),
        )
        take_in(supply, 1)
        held = Reservation.objects.get()
        assert held.reference == f"exchangeline:{first.lines.get().pk}"
        take_in(supply, 1)
        assert Reservation.objects.filter(
            reference=f"exchangeline:{second.lines.get().pk}"
        ).exists()

    def test_promises_no_unit_twice(self) -> None:
        swap = make_swap(available=0)
        expect(swap, quantity=1)
        backorder(swap)
        order = make_order(
            Sold(net="40.00", tax="3.20", rate="0.08", variant=swap.blue), number="SHP-2"
        )
        later = Swap(order, swap.blue, swap.red, swap.place, swap.stock, swap.policy)
        with pytest.raises(OutOfStock):
            backorder(later, now=NOW + dt.timedelta(hours=1))


class TestItsMoney:
    def test_is_taken_only_once_it_is_held(self, bank: Bank) -> None:
        swap = make_swap(available=0, price_policy="current")
        make_price(swap.red, list_price="60.00")
        rules = (ExchangePayment(timing="up_front"), AdvancedExchange(is_offered=True))
        publish(*((rule, Scope()) for rule in rules), based_on=swap.policy)
        make_account(swap.order.partner_id)
        card = make_card(swap.order.customer)
        supply = expect(swap)
        exchange = backorder(swap, exchange_type="advanced_prepaid")
        assert exchange.state == S.AWAITING_PAYMENT
        with pytest.raises(ActionBlocked) as refused:
            services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        assert "back-ordered" in " ".join(refused.value.reasons)
        assert bank.taken() == []

        take_in(supply)
        services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        carry_out()
        deliveries.deliver_due()
        assert bank.taken() == ["60.00"]
        assert now_of(exchange).state == S.RELEASING


class TestAnotherDay:
    @pytest.mark.causes("promise_moved")
    def test_is_told_before_it_is_asked_for(self) -> None:
        swap = make_swap(available=0)
        supply = expect(swap)
        exchange = backorder(swap)
        self.put_off(supply, dt.date(2037, 12, 10))
        assert now_of(exchange).lines.get().backorder_day == dt.date(2037, 12, 15)
        assert Message.objects.filter(template="promise_moved").exists()

    def test_is_not_written_about_when_it_is_sooner(self) -> None:
        swap = make_swap(available=0)
        supply = expect(swap)
        exchange = backorder(swap)
        self.put_off(supply, dt.date(2037, 11, 26))
        assert now_of(exchange).lines.get().backorder_day == dt.date(2037, 12, 1)
        assert not Message.objects.filter(template="promise_moved").exists()

    def test_is_nobodys_guess_when_it_is_called_off(self) -> None:
        swap = make_swap(available=0)
        supply = expect(swap)
        exchange = backorder(swap)
        cancel_supply(supply_id=supply.pk, actor=BUYER, op_id=uuid4(), now=NOW)
        deliveries.deliver_due()
        assert now_of(exchange).lines.get().backorder_day == AT_THE_DOOR
        assert "nobody knows" in Promise.objects.get(what="arrival").risk

    def put_off(self, supply: Supply, day: dt.date) -> None:
        move_supply(supply_id=supply.pk, expected_on=day, actor=BUYER, op_id=uuid4(), now=NOW)
        deliveries.deliver_due()


class TestABackOrderThatNeverComes:
    def test_becomes_a_refund_two_weeks_after_its_day(self) -> None:
        swap = make_swap(available=0)
        expect(swap)
        exchange = backorder(swap)
        last = dt.datetime(2037, 12, 22, 12, tzinfo=dt.UTC)
        assert sweeps.end_due_backorders(now=last) == 0
        assert sweeps.end_due_backorders(now=last + dt.timedelta(days=1)) == 1
        exchange = now_of(exchange)
        assert exchange.state == S.CONVERTED_TO_REFUND
        assert Return.objects.get().lines.get().outcome == "refund"
        assert WaitingLine.objects.get().state == "gone"

    def test_is_left_alone_once_it_is_held(self) -> None:
        swap = make_swap(available=0)
        supply = expect(swap)
        exchange = backorder(swap)
        take_in(supply)
        much_later = dt.datetime(2038, 2, 1, tzinfo=dt.UTC)
        assert sweeps.end_due_backorders(now=much_later) == 0
        assert now_of(exchange).state == S.AWAITING_GOODS
