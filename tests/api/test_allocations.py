from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import seals
from core.models import Operation
from inventory.models import Allocation, StockLevel
from inventory.services import AllocationLine, allocate_stock
from tests.api.calls import get, post, problem_of
from tests.api.test_stock import DESK, NOW, figures, hold
from tests.factories.keys import make_key, program
from tests.factories.people import make_partner
from tests.factories.sales import make_channel
from tests.factories.stock import make_location, make_stock, make_variant


def line(reference: str = "web-1", sku: Any = "RED-M", quantity: Any = 2, **more: Any) -> Any:
    return {"reference": reference, "sku": sku, "quantity": quantity} | more


def sell(shop: Client, *lines: Any, **more: Any) -> Any:
    return post(shop, "allocations", {"lines": lines or [line()]} | more)


class TestAllocating:
    def test_takes_units_out_of_everyones_reach(self, shop: Client, level: StockLevel) -> None:
        answer = sell(shop)
        (sale,) = answer.json()["data"]
        assert answer.status_code == 201
        assert figures(sale, "reference", "state", "quantity") == ["web-1", "open", 2]
        assert [figures(place, "location", "quantity") for place in sale["places"]] == [["LEJ", 2]]
        level.refresh_from_db()
        assert (level.available, level.allocated) == (3, 2)

    def test_is_for_a_channel_and_a_place_when_they_are_named(
        self, shop: Client, level: StockLevel
    ) -> None:
        make_stock(level.variant, make_location("HAM"), available=50)
        channel = make_channel()
        answer = sell(shop, line(location="LEJ"), channel=channel.code).json()["data"][0]
        assert figures(answer, "channel", "sku") == [channel.code, "RED-M"]
        assert answer["places"][0]["location"] == "LEJ"

    def test_names_every_short_line_and_takes_none(self, shop: Client, level: StockLevel) -> None:
        make_variant("BLUE-M")
        lines = [line("a", quantity=1), line("b", "BLUE-M", 1), line("c", quantity=9)]
        problem = problem_of(sell(shop, *lines), 409)
        assert problem["code"] == "out_of_stock"
        assert [error["pointer"] for error in problem["errors"]] == [
            "/lines/0",
            "/lines/1",
            "/lines/2",
        ]
        assert figures(problem["shortages"][1], "sku", "wanted", "available") == ["BLUE-M", 1, 0]
        assert not Allocation.objects.exists()

    def test_never_takes_what_is_held(self, shop: Client, level: StockLevel) -> None:
        hold(level, 4)
        assert problem_of(sell(shop), 409)["shortages"][0]["available"] == 1

    def test_of_a_reference_twice_is_once(self, shop: Client, level: StockLevel) -> None:
        first, second = sell(shop), sell(shop)
        assert second.json() == first.json()
        assert problem_of(sell(shop, line(quantity=1)), 422)["code"] == "allocated_otherwise"


class TestABody:
    @pytest.mark.parametrize(
        ("body", "pointers"),
        [
            ({}, {"/lines"}),
            ({"lines": []}, {"/lines"}),
            ({"lines": {}}, {"/lines"}),
            ({"lines": None}, {"/lines"}),
            ({"lines": [1]}, {"/lines/0"}),
            ({"lines": [{}]}, {f"/lines/0/{name}" for name in ("reference", "sku", "quantity")}),
            ({"lines": [line()], "hurry": True}, {"/hurry"}),
            ({"lines": [line(colour="red")]}, {"/lines/0/colour"}),
            ({"lines": [line(quantity="2")]}, {"/lines/0/quantity"}),
            ({"lines": [line(quantity=2.0)]}, {"/lines/0/quantity"}),
            ({"lines": [line(quantity=True)]}, {"/lines/0/quantity"}),
            ({"lines": [line(quantity=0)]}, {"/lines/0/quantity"}),
            ({"lines": [line(quantity=10**30)]}, {"/lines/0/quantity"}),
            ({"lines": [line(sku=7)]}, {"/lines/0/sku"}),
            ({"lines": [line(sku="NONE")]}, {"/lines/0/sku"}),
            ({"lines": [line(location="NONE")]}, {"/lines/0/location"}),
            ({"lines": [line(reference="orderline:12")]}, {"/lines/0/reference"}),
            ({"lines": [line(reference="a b")]}, {"/lines/0/reference"}),
            ({"lines": [line(reference="a\n")]}, {"/lines/0/reference"}),
            ({"lines": [line(reference="é")]}, {"/lines/0/reference"}),
            ({"lines": [line(reference="x" * 65)]}, {"/lines/0/reference"}),
            ({"lines": [line(), line()]}, {"/lines/0/reference", "/lines/1/reference"}),
            ({"lines": [line(str(n)) for n in range(101)]}, {"/lines"}),
            ({"lines": [line()], "channel": "nowhere"}, {"/channel"}),
            ({"lines": [line()], "channel": None}, {"/channel"}),
            ([line()], {""}),
        ],
    )
    def test_that_is_wrong_is_refused_at_its_place(
        self, shop: Client, level: StockLevel, body: Any, pointers: set[str]
    ) -> None:
        problem = problem_of(post(shop, "allocations", body), 400)
        assert {error["pointer"] for error in problem["errors"]} == pointers
        assert not Allocation.objects.exists()

    def test_knows_no_sku_of_another_partner(self, shop: Client, level: StockLevel) -> None:
        theirs = program(make_key(partner=make_partner("rival")))
        foreign = problem_of(sell(theirs), 400)
        absent = problem_of(sell(shop, line(sku="NONE")), 400)
        assert foreign["errors"] == absent["errors"]


class TestOneAllocation:
    def test_goes_back_to_everyone_when_it_is_cancelled(
        self, shop: Client, level: StockLevel
    ) -> None:
        sell(shop)
        for _ in range(2):
            sale = post(shop, "allocations/web-1/cancel").json()
            assert figures(sale, "state", "quantity_cancelled") == ["cancelled", 2]
        level.refresh_from_db()
        assert (level.available, level.allocated) == (5, 0)

    def test_leaves_in_parts(self, shop: Client, level: StockLevel) -> None:
        sell(shop, line(quantity=3))
        part = post(shop, "allocations/web-1/ship", {"quantity": 1}).json()
        whole = post(shop, "allocations/web-1/ship").json()
        names = ("state", "quantity", "quantity_open", "quantity_shipped")
        assert figures(part, *names) == ["open", 3, 2, 1]
        assert figures(whole, *names) == ["shipped", 3, 0, 3]
        level.refresh_from_db()
        assert (level.available, level.allocated) == (2, 0)

    def test_says_what_may_still_be_done(self, shop: Client, level: StockLevel) -> None:
        sell(shop)
        assert self.allowed(shop) == {"cancel", "ship"}
        post(shop, "allocations/web-1/ship")
        assert self.allowed(shop) == set()
        refusal = problem_of(post(shop, "allocations/web-1/cancel"), 409)
        assert refusal["reasons"] == ["The goods have left already."]

    def allowed(self, shop: Client) -> set[str]:
        actions = get(shop, "allocations/web-1").json()["allowed_actions"]
        assert all(action["is_allowed"] or action["reasons"] for action in actions)
        return {action["action"] for action in actions if action["is_allowed"]}

    def test_ships_no_more_than_it_has(self, shop: Client, level: StockLevel) -> None:
        sell(shop)
        problem = problem_of(post(shop, "allocations/web-1/ship", {"quantity": 3}), 409)
        assert (problem["code"], problem["references"]) == ("allocation_ended", ["web-1"])

    def test_may_be_made_anew_after_it_was_cancelled(self, shop: Client, level: StockLevel) -> None:
        sell(shop)
        post(shop, "allocations/web-1/cancel")
        sell(shop, line(quantity=1))
        sale = get(shop, "allocations/web-1").json()
        assert figures(sale, "state", "quantity") == ["open", 1]

    def test_of_an_order_follows_the_order(self, shop: Client, level: StockLevel) -> None:
        allocate_stock(
            partner_id=level.partner_id,
            lines=[AllocationLine("orderline:12", level.variant_id, 1)],
            channel="",
            actor=DESK,
            op_id=uuid4(),
            now=NOW,
        )
        assert get(shop, "allocations/orderline:12").json()["quantity"] == 1
        for action in ("cancel", "ship"):
            problem_of(post(shop, f"allocations/orderline:12/{action}"), 409)

    @pytest.mark.parametrize("address", ["", "/cancel", "/ship"])
    def test_of_another_partner_is_like_none_at_all(
        self, shop: Client, level: StockLevel, address: str
    ) -> None:
        sell(shop)
        theirs = program(make_key(partner=make_partner("rival")))
        call = post if address else get
        foreign = problem_of(call(theirs, f"allocations/web-1{address}"), 404)
        absent = problem_of(call(shop, f"allocations/web-2{address}"), 404)
        assert foreign["detail"] == absent["detail"] == "There is no such allocation."


class TestAllocations:
    def test_are_listed_by_reference_newest_first(self, shop: Client, level: StockLevel) -> None:
        for number in range(3):
            sell(shop, line(f"web-{number}", quantity=1))
        post(shop, "allocations/web-0/cancel")
        listed = get(shop, "allocations", limit=2).json()
        rest = get(shop, "allocations", limit=2, cursor=listed["next"]).json()
        names = [row["reference"] for row in listed["data"] + rest["data"]]
        assert names == ["web-2", "web-1", "web-0"]
        opened = get(shop, "allocations", state="open").json()["data"]
        assert {row["reference"] for row in opened} == {"web-1", "web-2"}

    def test_are_told_to_who_follows_the_feed(self, shop: Client, level: StockLevel) -> None:
        start = get(shop, "stock-changes").json()["next"]
        sell(shop)
        seals.seal_events()
        (row,) = get(shop, "stock-changes", after=start).json()["data"]
        assert figures(row, "cause", "available", "sequence") == ["allocation.made", 3, 2]


class TestAnOperation:
    def test_belongs_to_the_callers_key(self, shop: Client, level: StockLevel) -> None:
        sell(shop)
        assert Operation.objects.get(kind="inventory.allocate_stock").actor.startswith("partner:sk")
