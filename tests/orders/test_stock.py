from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core.actors import Actor
from core.deliveries import deliver_due
from inventory.models import Allocation, Discrepancy, StockLevel
from inventory.services import receive_stock, release
from inventory.states import ReleaseCause
from orders.models import Order, OrderLine
from orders.services import align_allocations
from orders.states import OrderState, Purpose
from orders.sweeps import serve_waiting_sales
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_hold, make_location, make_stock, make_variant
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location(), available=5)


def sold(level: StockLevel, quantity: int = 2, **fields: Any) -> Order:
    """An order that has not left, as its channel tells of it."""
    line = Sold("40.00", variant=level.variant, quantity=quantity)
    defaults: dict[str, Any] = {"state": OrderState.OPEN, "shipped_at": None, "delivered_at": None}
    order = make_order(line, **defaults | fields)
    if order.state == OrderState.OPEN:
        OrderLine.objects.filter(order=order).update(shipped=0)
    return order


def align(order: Order) -> None:
    with transaction.atomic():
        align_allocations(order_id=order.pk, actor=DESK, now=NOW)


def buckets(level: StockLevel) -> tuple[int, int]:
    level.refresh_from_db()
    return level.available, level.allocated


def ship(order: Order, units: int) -> None:
    OrderLine.objects.filter(order=order).update(shipped=units)


class TestAlignAllocations:
    def test_keeps_stock_for_what_was_sold(self, level: StockLevel) -> None:
        order = sold(level)
        align(order)
        allocation = Allocation.objects.get()
        assert (allocation.reference, allocation.channel) == (
            f"orderline:{order.lines.get().pk}",
            "shop-de",
        )
        assert buckets(level) == (3, 2)

    def test_changes_nothing_the_second_time(self, level: StockLevel) -> None:
        order = sold(level)
        for _ in range(3):
            align(order)
        assert buckets(level) == (3, 2)

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": OrderState.SHIPPED},
            {"state": OrderState.DELIVERED},
            {"state": OrderState.CANCELLED},
            {"is_test": True},
            {"purpose": Purpose.EXCHANGE},
        ],
    )
    def test_leaves_alone_what_takes_no_stock(
        self, level: StockLevel, fields: dict[str, Any]
    ) -> None:
        align(sold(level, **fields))
        assert buckets(level) == (5, 0)

    def test_lets_go_of_what_has_left(self, level: StockLevel) -> None:
        order = sold(level, 3)
        align(order)
        ship(order, 1)
        align(order)
        assert buckets(level) == (2, 2)
        ship(order, 3)
        align(order)
        assert buckets(level) == (2, 0)
        assert find_broken_laws() == set()

    def test_gives_back_what_was_cancelled_after_a_part_had_left(self, level: StockLevel) -> None:
        order = sold(level, 3)
        align(order)
        ship(order, 2)
        Order.objects.filter(pk=order.pk).update(cancelled_at=NOW)
        align(order)
        assert buckets(level) == (3, 0)
        states = Allocation.objects.order_by("quantity").values_list("quantity", "state")
        assert list(states) == [(1, "cancelled"), (2, "shipped")]

    def test_takes_the_lines_that_are_there(self, level: StockLevel) -> None:
        missing = make_variant("BLUE-M")
        order = make_order(
            Sold("40.00", variant=level.variant), Sold("40.00", variant=missing),
            state=OrderState.OPEN,
        )  # fmt: skip
        ship(order, 0)
        align(order)
        assert buckets(level) == (4, 1)
        assert Discrepancy.objects.get().variant == missing


class TestASaleWithoutStock:
    def test_is_reported_with_both_figures(self, level: StockLevel) -> None:
        make_hold(level, quantity=4)
        order = sold(level, 2)
        align(order)
        found = Discrepancy.objects.get()
        assert (found.source, found.expected, found.counted) == ("sale", 1, 2)
        assert found.reference == f"orderline:{order.lines.get().pk}"
        assert buckets(level) == (1, 0)

    def test_is_reported_once_for_all_orders_of_a_sku(self, level: StockLevel) -> None:
        for _ in range(2):
            align(sold(level, 6))
        assert [each.counted for each in Discrepancy.objects.all()] == [12]

    def test_is_served_when_stock_comes(self, level: StockLevel) -> None:
        align(sold(level, 6))
        receive_stock(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            quantity=3,
            actor=DESK,
            op_id=uuid4(),
            now=NOW,
        )
        deliver_due(now=NOW)
        assert buckets(level) == (2, 6)
        found = Discrepancy.objects.get()
        assert (found.state, found.reason) == ("dismissed", "arrived")

    def test_is_served_when_a_hold_gives_stock_back(self, level: StockLevel) -> None:
        hold = make_hold(level, quantity=5)
        align(sold(level, 2))
        with transaction.atomic():
            release(references=[hold.reference], cause=ReleaseCause.CANCELLED, actor=DESK, now=NOW)
        assert serve_waiting_sales(now=NOW) == 1
        assert buckets(level) == (3, 2)
        assert serve_waiting_sales(now=NOW) == 0

    def test_is_forgotten_when_the_order_is_cancelled(self, level: StockLevel) -> None:
        order = sold(level, 6)
        align(order)
        Order.objects.filter(pk=order.pk).update(cancelled_at=NOW)
        align(order)
        found = Discrepancy.objects.get()
        assert (found.state, found.reason) == ("dismissed", "not_sold")
