from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core import deliveries
from core.actors import Actor
from core.models import Event
from inventory import queries, services
from inventory.models import StockLevel, Variant, WaitingLine
from inventory.rules import Wanted
from inventory.services import adjust_stock, stop_waiting, wait, wake_next
from inventory.states import AdjustReason, ReleaseCause, WaitingState
from tests.factories.limits import make_stock_rule
from tests.factories.stock import make_location, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant(), make_location(), available=0)


def queue_up(variant: Variant, number: int, *, days: int, quantity: int = 1) -> WaitingLine:
    """A line of a case that is `days` old."""
    (line,) = wait(
        partner_id=variant.partner_id,
        case=f"return:{number}",
        wanted=[Wanted(f"exchangeline:{number}", variant.pk, quantity)],
        since=NOW - days * DAY,
        actor=DESK,
        now=NOW,
    )
    return line


def find_units(level: StockLevel, units: int) -> None:
    adjust_stock(
        partner_id=level.partner_id, variant_id=level.variant_id, location_id=level.location_id,
        change=units, reason=AdjustReason.FOUND, actor=DESK, op_id=uuid4(), now=NOW,
    )  # fmt: skip
    deliveries.deliver_due()


def woken() -> list[str]:
    lines = WaitingLine.objects.filter(state=WaitingState.WOKEN).order_by("reference")
    return [line.reference.removeprefix("exchangeline:") for line in lines]


class TestWait:
    def test_keeps_the_turn_of_who_waits_already(self, level: StockLevel) -> None:
        first = queue_up(level.variant, 1, days=3)
        assert queue_up(level.variant, 1, days=1, quantity=2).pk == first.pk
        (line,) = queries.list_waiting(level.variant_id)
        assert (line.since, line.quantity) == (NOW - 3 * DAY, 2)

    def test_lines_up_by_the_age_of_the_case(self, level: StockLevel) -> None:
        for number, days in ((1, 1), (2, 9), (3, 5)):
            queue_up(level.variant, number, days=days)
        assert [line.case for line in queries.list_waiting(level.variant_id)] == [
            "return:2",
            "return:3",
            "return:1",
        ]
        older = queries.list_older_waiting(level.variant_id, since=NOW - 5 * DAY)
        assert [line.case for line in older] == ["return:2"]

    def test_ends_once(self, level: StockLevel) -> None:
        line = queue_up(level.variant, 1, days=1)
        for _ in range(2):
            stop_waiting(references=[line.reference], is_held=True, actor=DESK, now=NOW)
        assert Event.objects.filter(kind="waiting.served").count() == 1
        assert queries.list_waiting(level.variant_id) == []


class TestFreedStock:
    def test_wakes_the_oldest_and_no_more_than_there_is(self, level: StockLevel) -> None:
        for number, days in ((1, 1), (2, 9), (3, 5)):
            queue_up(level.variant, number, days=days)
        find_units(level, 2)
        assert woken() == ["2", "3"]
        find_units(level, 1)
        assert woken() == ["1", "2", "3"]

    def test_passes_over_who_wants_more_than_is_free(self, level: StockLevel) -> None:
        queue_up(level.variant, 1, days=9, quantity=3)
        queue_up(level.variant, 2, days=1)
        find_units(level, 1)
        assert woken() == ["2"]

    def test_leaves_the_safety_stock(self, level: StockLevel) -> None:
        make_stock_rule(safety_stock=2)
        queue_up(level.variant, 1, days=1)
        find_units(level, 2)
        assert woken() == []
        find_units(level, 1)
        assert woken() == ["1"]

    def test_wakes_nobody_for_units_that_go(self, level: StockLevel) -> None:
        find_units(level, 3)
        queue_up(level.variant, 1, days=1)
        find_units(level, -1)
        assert woken() == []

    def test_goes_to_others_than_who_has_just_lost_it(self, level: StockLevel) -> None:
        find_units(level, 1)
        (hold,) = services.reserve(
            partner_id=level.partner_id, case="return:1",
            wanted=[Wanted("exchangeline:1", level.variant_id, 1)], destination=None,
            hold_for=DAY, actor=DESK, now=NOW,
        )  # fmt: skip
        queue_up(level.variant, 1, days=9)
        queue_up(level.variant, 2, days=1)
        services.release(
            references=[hold.reference], cause=ReleaseCause.BY_HAND, actor=DESK, now=NOW
        )
        deliveries.deliver_due()
        assert woken() == ["2"]


class TestWokenLine:
    def test_keeps_its_units_from_the_next_for_a_day(self, level: StockLevel) -> None:
        queue_up(level.variant, 1, days=9)
        find_units(level, 1)
        queue_up(level.variant, 2, days=1)
        told_at = WaitingLine.objects.get(state=WaitingState.WOKEN).woken_at
        assert told_at
        again: dict[str, Any] = {
            "variant_id": level.variant_id,
            "but_not": "exchangeline:1",
            "actor": DESK,
        }
        wake_next(now=told_at + DAY / 2, **again)
        assert woken() == ["1"]
        wake_next(now=told_at + DAY, **again)
        assert woken() == ["1", "2"]

    def test_waits_on_when_it_was_woken_in_vain(self, level: StockLevel) -> None:
        queue_up(level.variant, 1, days=9)
        find_units(level, 1)
        line = queue_up(level.variant, 1, days=9)
        assert line.state == WaitingState.WAITING
