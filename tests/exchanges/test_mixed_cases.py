"""S25: one line comes back for money, another is exchanged, in one case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core import deliveries
from core.models import Event
from exchanges.models import Exchange
from exchanges.services import WantedReplacement, open_exchange_case
from inventory.models import Reservation
from payments.models import MoneyOperation
from payments.queries import list_memos
from returns.models import Return
from returns.queries import WantedReturn
from returns.services import CountedLine, short_close
from returns.states import ReturnState
from tests.factories.cases import AGENT, NOW, inspect, receive
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_stock, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

D = Decimal


@pytest.fixture
def exchange() -> Exchange:
    """S5's order: A 54.00 + 4.32 for money, B 36.00 + 2.88 for C at 50.00 + 4.00."""
    make_policy()
    place = make_location()
    article = make_variant()
    c = make_variant(title="C", price="54.00")
    make_stock(c, place, 1)
    order = make_order(
        Sold("54.00", "4.32", rate="0.08"), Sold("36.00", "2.88", rate="0.08", variant=article)
    )
    a, b = order.lines.order_by("position")
    return open_exchange_case(
        partner_id=order.partner_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        lines=[
            WantedReturn(order_line_id=a.pk, quantity=1, reason="changed_mind"),
            WantedReturn(order_line_id=b.pk, quantity=1, reason="wrong_size", outcome="exchange"),
        ],
        replacements=[WantedReplacement(variant_id=c.pk, replaces_order_line_id=b.pk)],
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )


def come(exchange: Exchange, position: int) -> None:
    line = exchange.return_case.lines.get(position=position)
    receive(exchange.return_case, CountedLine(return_line_id=line.pk, quantity=1))
    inspect(exchange.return_case)
    deliveries.deliver_due()


def give_up(case: Return, units: dict[int, int]) -> None:
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW, "version": None}
    short_close(return_id=case.pk, rule="nothing", reason="Lost by them.", units=units, **who)
    deliveries.deliver_due()


def refunds() -> list[Decimal]:
    planned = MoneyOperation.objects.filter(kind="refund").order_by("pk")
    return [operation.amount for operation in planned]


class TestS25MixedCase:
    def test_settles_a_alone_and_keeps_the_rest_of_the_case_open(self, exchange: Exchange) -> None:
        come(exchange, 1)
        assert refunds() == [D("58.32")]  # netting off: A does not wait for B
        memo, draft = list_memos(exchange.case)
        assert (memo.gross, draft.gross) == (D("58.32"), D("38.88"))
        exchange.return_case.refresh_from_db()
        assert exchange.return_case.state == ReturnState.PARTLY_RECEIVED
        assert Exchange.objects.get().state == "awaiting_goods"

    def test_leaves_b_to_the_exchange(self, exchange: Exchange) -> None:
        come(exchange, 1)
        come(exchange, 2)
        memos = list_memos(exchange.case)
        assert [memo.gross for memo in memos] == [D("58.32"), D("38.88")]
        assert refunds() == [D("58.32")]
        assert Exchange.objects.get().state == "awaiting_payment"  # 15.12 is due now


class TestGivenUp:
    def test_frees_what_was_held_when_b_never_comes_and_goes_on_with_a(
        self, exchange: Exchange
    ) -> None:
        case = exchange.return_case
        b = case.lines.get(position=2)
        give_up(case, {b.pk: 1})
        ended = Exchange.objects.get()
        assert (ended.state, Reservation.objects.get().cause) == ("cancelled", "cancelled")
        told = Event.objects.get(kind="exchange.cancelled").data
        assert told["why"] == ["Nothing comes back that was to be exchanged."]
        assert told["continues_return"] is True
        come(exchange, 1)
        assert refunds() == [D("58.32")]

    def test_keeps_it_when_only_a_never_comes(self, exchange: Exchange) -> None:
        case = exchange.return_case
        give_up(case, {case.lines.get(position=1).pk: 1})
        assert Exchange.objects.get().state == exchange.state
        assert Reservation.objects.get().state == "active"
