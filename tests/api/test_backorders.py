"""Goods that are to come, by program: what may wait is promised for a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from exchanges.models import Exchange
from inventory.models import Reservation, WaitingLine
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import line_of
from tests.exchanges.test_backorders import AT_THE_DOOR, expect
from tests.factories.desk import make_swap_today
from tests.factories.stock import make_variant
from tests.factories.swaps import Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def swap() -> Swap:
    return make_swap_today(available=0)


def body(swap: Swap, **replacement: Any) -> dict[str, Any]:
    wanted = {"sku": swap.red.sku, "quantity": 1, "replaces": 1} | replacement
    return {"lines": [line_of(swap)], "replacements": [wanted]}


class TestABackOrder:
    def test_is_promised_for_the_day_it_can_be_at_the_door(self, shop: Client, swap: Swap) -> None:
        expect(swap)
        answer = post(shop, "exchanges", body(swap, may_wait=True))
        told = answer.json()
        assert (answer.status_code, told["state"]) == (201, "awaiting_goods")
        assert told["lines"][0]["backordered_until"] == AT_THE_DOOR.isoformat()
        assert not Reservation.objects.exists()
        assert WaitingLine.objects.count() == 1
        (preview,) = [get(shop, f"exchanges/{told['id']}").json()["lines"][0]]
        assert preview["backordered_until"] == AT_THE_DOOR.isoformat()

    def test_is_out_of_stock_where_it_may_not_wait_or_nothing_is_expected(
        self, shop: Client, swap: Swap
    ) -> None:
        for said in ({"may_wait": True}, {"may_wait": False}, {}):
            problem = problem_of(post(shop, "exchanges", body(swap, **said)), 409)
            assert problem["code"] == "out_of_stock", said
        expect(swap)
        for said in ({"may_wait": False}, {}):
            problem = problem_of(post(shop, "exchanges", body(swap, **said)), 409)
            assert problem["code"] == "out_of_stock", said
        assert not Exchange.objects.exists()

    @pytest.mark.parametrize("wrong", ["yes", 1, None, []])
    def test_is_said_by_true_or_false_alone(self, shop: Client, swap: Swap, wrong: Any) -> None:
        problem = problem_of(post(shop, "exchanges", body(swap, may_wait=wrong)), 400)
        assert problem["errors"][0]["pointer"] == "/replacements/0/may_wait"

    def test_takes_the_place_of_what_went_out(self, shop: Client) -> None:
        swap = make_swap_today(available=1)
        told = post(shop, "exchanges", body(swap)).json()
        green = make_variant(product=swap.red.product, title="green")
        expect(replace(swap, red=green))
        goods = [{"sku": green.sku, "quantity": 1, "replaces": 1, "may_wait": True}]
        address, match = f"exchanges/{told['id']}/change-items", f'"{told["version"]}"'
        answer = post(shop, address, {"replacements": goods}, match=match)
        (line,) = answer.json()["lines"]
        assert (line["sku"], line["backordered_until"]) == (green.sku, AT_THE_DOOR.isoformat())
        assert not Reservation.objects.filter(state="active").exists()

    def test_is_previewed_and_nothing_waits(self, shop: Client, swap: Swap) -> None:
        expect(swap)
        answer = post(shop, "quote-previews", body(swap, may_wait=True))
        assert answer.status_code == 200, answer.content
        assert not WaitingLine.objects.exists()
