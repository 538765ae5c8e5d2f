"""Lines whose stock was lost queue up for the next, by the age of their cases."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core import deliveries
from core.actors import Actor
from core.models import Event
from core.roles import Role
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.states import ExchangeState
from inventory.models import Reservation, WaitingLine
from inventory.services import adjust_stock
from inventory.states import AdjustReason, ReservationState, WaitingState
from notifications.models import Message
from tests.factories.people import make_user
from tests.factories.swaps import (
    NOW,
    Swap,
    act_on,
    let_the_hold_end,
    make_swap,
    open_exchange,
    sell_out,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


@pytest.fixture
def swap() -> Swap:
    return make_swap()


def lose_the_stock(swap: Swap, exchange: Exchange) -> None:
    """The hold has ended, and a shop has sold what it held."""
    let_the_hold_end(exchange)
    sell_out(swap.stock)
    deliveries.deliver_due()


def find_one(swap: Swap) -> None:
    adjust_stock(
        partner_id=swap.order.partner_id, variant_id=swap.red.pk, location_id=swap.place.pk,
        change=1, reason=AdjustReason.FOUND, actor=Actor.system("warehouse"), op_id=uuid4(),
        now=NOW,
    )  # fmt: skip
    for _ in range(4):  # freed, woken, held, told
        deliveries.deliver_due()


def state_of_wait() -> str:
    return WaitingLine.objects.latest("pk").state


class TestLostHold:
    def test_queues_up_by_the_age_of_its_case(self, swap: Swap) -> None:
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        (line,) = WaitingLine.objects.all()
        assert (line.state, line.since) == (WaitingState.WAITING, NOW)
        assert line.reference == f"exchangeline:{exchange.lines.get().pk}"

    def test_does_not_take_back_what_it_has_just_given(self, swap: Swap) -> None:
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        for _ in range(3):
            deliveries.deliver_due()
        assert not Reservation.objects.filter(state=ReservationState.ACTIVE).exists()

    def test_queues_up_when_it_was_given_back_by_hand(self, swap: Swap) -> None:
        exchange = open_exchange(swap)
        services.release_hold(**act_on(exchange, reason="A wedding is on Saturday"))
        for _ in range(3):
            deliveries.deliver_due()
        assert state_of_wait() == WaitingState.WAITING

    def test_waits_no_more_once_it_is_held_again(self, swap: Swap) -> None:
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        services.hold_again(**act_on(exchange))
        assert state_of_wait() == WaitingState.SERVED

    @pytest.mark.parametrize("ending", ["cancel_exchange", "convert_to_refund"])
    def test_waits_no_more_once_the_exchange_is_over(self, swap: Swap, ending: str) -> None:
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        more = {"continue_return": True} if ending == "cancel_exchange" else {}
        getattr(services, ending)(**act_on(exchange, reason="Wants money", **more))
        assert state_of_wait() == WaitingState.GONE


class TestFreedStock:
    def test_is_held_by_itself_for_what_the_customer_agreed_to(self, swap: Swap) -> None:
        exchange = open_exchange(swap)
        lose_the_stock(swap, exchange)
        find_one(swap)
        assert queries.read_facts(Exchange.objects.get()).holds.covers_all
        assert state_of_wait() == WaitingState.SERVED
        assert Event.objects.filter(kind="exchange.held_again").count() == 1

    @pytest.mark.causes("stock_free")
    def test_is_only_told_of_before_that(self) -> None:
        """A lead has to look at so much money first, so nobody has agreed to anything yet."""
        agent = make_user()
        swap = make_swap(net="600.00", tax="48.00")
        exchange = open_exchange(swap, actor=Actor.user(agent))
        assert exchange.state == ExchangeState.QUOTED
        lose_the_stock(swap, exchange)
        find_one(swap)
        assert not Reservation.objects.filter(state=ReservationState.ACTIVE).exists()
        assert state_of_wait() == WaitingState.WOKEN
        assert Message.objects.filter(template="stock_free").count() == 1

    def test_goes_to_the_older_of_two_cases(self, swap: Swap) -> None:
        first = open_exchange(swap)
        lose_the_stock(swap, first)
        younger = WaitingLine.objects.get()
        WaitingLine.objects.create(
            partner=younger.partner, reference="exchangeline:0", case="return:0",
            variant=younger.variant, quantity=1, since=NOW - dt.timedelta(days=9),
        )  # fmt: skip
        find_one(swap)
        assert WaitingLine.objects.get(reference="exchangeline:0").state == WaitingState.WOKEN
        assert not queries.read_facts(Exchange.objects.get(pk=first.pk)).holds.covers_all


class TestNotices:
    @pytest.mark.causes("held_from_queue")
    def test_go_to_whoever_has_the_case_once(self, swap: Swap) -> None:
        agent, _lead = make_user(), make_user(Role.LEAD)
        exchange = open_exchange(swap, actor=Actor.user(agent))
        lose_the_stock(swap, exchange)
        find_one(swap)
        told = Message.objects.filter(person__startswith="user:").order_by("pk")
        assert list(told.values_list("template", "person")) == [
            ("hold_expired", f"user:{agent.pk}"),
            ("held_from_queue", f"user:{agent.pk}"),
        ]

    def test_go_to_the_leads_where_nobody_has_it(self, swap: Swap) -> None:
        leads = [make_user(Role.LEAD), make_user(Role.LEAD)]
        make_user(Role.AGENT)
        let_the_hold_end(open_exchange(swap))
        told = Message.objects.filter(template="hold_expired").values_list("person", flat=True)
        assert sorted(told) == sorted(f"user:{lead.pk}" for lead in leads)

    def test_are_not_sent_to_who_did_it(self, swap: Swap) -> None:
        agent = make_user()
        exchange = open_exchange(swap, actor=Actor.user(agent))
        doing = {"actor": Actor.user(agent), "reason": "A wedding is on Saturday"}
        services.release_hold(**act_on(exchange, **doing))
        deliveries.deliver_due()
        assert not Message.objects.filter(template="hold_released").exists()
