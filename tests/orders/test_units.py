from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked
from core.models import Event
from orders import services
from orders.models import Order, OrderLine
from orders.services import NotReturnable, NotShippable
from orders.states import OrderState
from tests.factories.sales import Sold, make_order

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
AGENT = Actor.system("test")

pytestmark = pytest.mark.django_db


def run(command: Callable[..., Any], **arguments: Any) -> Any:
    with transaction.atomic():
        return command(**arguments, actor=AGENT, now=NOW)


@pytest.fixture
def line() -> OrderLine:
    """Three units, all with the customer."""
    return make_order(Sold("90.00", quantity=3)).lines.get()


def counters(line: OrderLine) -> tuple[int, int, int]:
    line.refresh_from_db()
    return line.return_open, line.returned, line.kept


class TestClaimReturnUnits:
    def test_sets_units_aside_and_says_so(self, line: OrderLine) -> None:
        run(services.claim_return_units, quantities={line.pk: 2})
        assert counters(line) == (2, 0, 0)
        event = Event.objects.get(subject=f"orderline:{line.pk}")
        assert (event.kind, event.data["quantity"]) == ("order_line.claimed", 2)

    def test_refuses_more_than_are_left_and_names_every_short_line(self, line: OrderLine) -> None:
        other = make_order(Sold("10.00")).lines.get()
        with pytest.raises(NotReturnable) as refusal:
            run(services.claim_return_units, quantities={line.pk: 4, other.pk: 2})
        assert refusal.value.data["lines"] == {
            line.pk: {"wanted": 4, "returnable": 3},
            other.pk: {"wanted": 2, "returnable": 1},
        }
        assert counters(line) == (0, 0, 0)

    def test_counts_what_is_back_and_what_is_kept(self, line: OrderLine) -> None:
        run(services.claim_return_units, quantities={line.pk: 2})
        run(services.accept_returned_units, quantities={line.pk: 1})
        run(services.keep_units, quantities={line.pk: 1})
        assert counters(line) == (0, 1, 1)
        with pytest.raises(NotReturnable):
            run(services.claim_return_units, quantities={line.pk: 2})

    def test_refuses_a_line_that_does_not_exist(self) -> None:
        with pytest.raises(OrderLine.DoesNotExist):
            run(services.claim_return_units, quantities={0: 1})


class TestFreeReturnUnits:
    def test_gives_units_back_to_be_claimed_again(self, line: OrderLine) -> None:
        run(services.claim_return_units, quantities={line.pk: 3})
        run(services.free_return_units, quantities={line.pk: 3})
        run(services.claim_return_units, quantities={line.pk: 3})
        assert counters(line) == (3, 0, 0)

    @pytest.mark.parametrize(
        "command",
        [services.free_return_units, services.accept_returned_units, services.keep_units],
    )
    def test_refuses_units_that_nobody_claimed(
        self, line: OrderLine, command: Callable[..., Any]
    ) -> None:
        with pytest.raises(NotReturnable):
            run(command, quantities={line.pk: 1})


class TestMarkLinesShipped:
    @pytest.fixture
    def order(self) -> Order:
        order = make_order(Sold("40.00", quantity=2), state=OrderState.OPEN, shipped_at=None)
        order.lines.update(shipped=0)
        return order

    def test_ships_part_of_an_order_and_then_the_rest(self, order: Order) -> None:
        line = order.lines.get()
        run(services.mark_lines_shipped, quantities={line.pk: 1})
        assert Order.objects.get().state == OrderState.PARTLY_SHIPPED
        run(services.mark_lines_shipped, quantities={line.pk: 1})
        shipped = Order.objects.get()
        assert (shipped.state, shipped.shipped_at) == (OrderState.SHIPPED, NOW)

    def test_refuses_more_than_was_sold(self, order: Order) -> None:
        with pytest.raises(NotShippable):
            run(services.mark_lines_shipped, quantities={order.lines.get().pk: 3})


class TestMarkOrderDelivered:
    def test_starts_the_return_window_once(self) -> None:
        order = make_order(state=OrderState.SHIPPED, delivered_at=None)
        run(services.mark_order_delivered, order_id=order.pk)
        later = NOW + dt.timedelta(days=1)
        with transaction.atomic():
            services.mark_order_delivered(order_id=order.pk, actor=AGENT, now=later)
        delivered = Order.objects.get()
        assert (delivered.state, delivered.delivered_at) == (OrderState.DELIVERED, NOW)

    def test_is_blocked_for_a_cancelled_order(self) -> None:
        order = make_order(state=OrderState.CANCELLED, delivered_at=None)
        with pytest.raises(ActionBlocked):
            run(services.mark_order_delivered, order_id=order.pk)


class TestCancelOrder:
    def test_is_blocked_once_something_has_left(self) -> None:
        order = make_order(state=OrderState.SHIPPED)
        with pytest.raises(ActionBlocked, match="shipped"):
            run(services.cancel_order, order_id=order.pk)
