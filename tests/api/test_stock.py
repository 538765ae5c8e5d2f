from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from core import seals
from core.actors import Actor
from core.clock import shift_database_clock
from inventory.models import Lot, StockLevel
from inventory.rules import Wanted
from inventory.services import receive_stock, reserve
from tests.api.calls import get, problem_of
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")
HALF_AN_HOUR = dt.timedelta(minutes=30)


def hold(level: StockLevel, quantity: int, reference: str = "exchangeline:1") -> None:
    with transaction.atomic():
        reserve(
            partner_id=level.partner_id,
            case="return:1",
            wanted=[Wanted(reference, level.variant_id, quantity)],
            destination=None,
            hold_for=HALF_AN_HOUR,
            actor=DESK,
            now=NOW,
        )


def figures(row: dict[str, Any], *names: str) -> list[Any]:
    return [row[name] for name in names]


class TestStockLevels:
    def test_tell_every_bucket_of_a_level(self, shop: Client, level: StockLevel) -> None:
        hold(level, 2)
        answer = get(shop, "stock-levels", sku="RED-M").json()
        (row,) = answer["data"]
        assert figures(row, "sku", "location", "lot") == ["RED-M", "LEJ", ""]
        assert figures(row, "available", "held", "allocated", "quarantine") == [3, 2, 0, 0]
        assert figures(row, "promisable", "sellable", "sequence", "on_hand") == [3, 3, 2, 5]
        assert answer["as_of"].endswith("Z")

    def test_count_a_due_hold_as_free(self, shop: Client, level: StockLevel) -> None:
        hold(level, 2)
        shift_database_clock(2 * HALF_AN_HOUR)
        (row,) = get(shop, "stock-levels").json()["data"]
        shift_database_clock(dt.timedelta(0))
        assert figures(row, "available", "held", "promisable") == [3, 2, 5]

    def test_promise_nothing_of_a_blocked_lot(self, shop: Client, level: StockLevel) -> None:
        make_stock(level.variant, level.location, 7, lot="BAD")
        Lot.objects.create(
            partner=level.partner, variant=level.variant, code="BAD", is_blocked=True
        )
        (blocked,) = get(shop, "stock-levels", lot="BAD").json()["data"]
        assert figures(blocked, "available", "promisable", "sellable") == [7, 0, 0]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"sku": "RED-M"}, 1),
            ({"location": "LEJ"}, 2),
            ({"location": "LEJ", "sku": "BLUE-M"}, 1),
            ({"lot": "L7"}, 0),
            ({"sku": "nothing"}, 0),
        ],
    )
    def test_are_narrowed_by_what_is_asked(
        self, shop: Client, level: StockLevel, asked: dict[str, str], found: int
    ) -> None:
        make_stock(make_variant("BLUE-M"), level.location, available=1)
        assert len(get(shop, "stock-levels", **asked).json()["data"]) == found

    def test_of_another_partner_are_not_there(self, shop: Client) -> None:
        other = make_partner("rival")
        theirs = make_variant("SECRET", product=make_product(other))
        make_stock(theirs, make_location("FAR", partner=other), available=9)
        assert get(shop, "stock-levels").json()["data"] == []


class TestAvailability:
    def test_adds_up_over_places(self, shop: Client, level: StockLevel) -> None:
        make_stock(level.variant, make_location("HAM"), available=4)
        make_stock(level.variant, level.location, available=2, lot="L2")
        (row,) = get(shop, "availability", sku="RED-M").json()["data"]
        assert figures(row, "available", "promisable", "sellable") == [11, 11, 11]
        assert [figures(place, "location", "available") for place in row["places"]] == [
            ["HAM", 4],
            ["LEJ", 7],
        ]

    def test_of_a_closed_place_is_none(self, shop: Client, level: StockLevel) -> None:
        level.location.is_active = False
        level.location.save()
        (row,) = get(shop, "availability", sku="RED-M").json()["data"]
        assert figures(row, "available", "promisable", "sellable") == [5, 0, 0]

    def test_answers_in_the_order_asked(self, shop: Client, level: StockLevel) -> None:
        make_variant("BLUE-M")
        rows = get(shop, "availability", sku=["RED-M", "BLUE-M"]).json()["data"]
        assert [row["sku"] for row in rows] == ["RED-M", "BLUE-M"]

    def test_refuses_unknown_and_foreign_skus_alike(self, shop: Client) -> None:
        make_variant("SECRET", product=make_product(make_partner("rival")))
        foreign = problem_of(get(shop, "availability", sku="SECRET"), 404)
        absent = problem_of(get(shop, "availability", sku="NOTHING"), 404)
        assert foreign["code"] == absent["code"] == "unknown_sku"
        assert foreign["detail"] == absent["detail"]


class TestStockChanges:
    def follow(self, shop: Client, after: str) -> dict[str, Any]:
        while seals.seal_events():
            pass
        answer: dict[str, Any] = get(shop, "stock-changes", after=after).json()
        return answer

    def test_start_where_the_feed_ends(self, shop: Client, level: StockLevel) -> None:
        hold(level, 1)
        seals.seal_events()
        answer = get(shop, "stock-changes").json()
        assert (answer["data"], answer["has_more"]) == ([], False)
        assert self.follow(shop, answer["next"])["data"] == []

    def test_tell_the_place_and_its_figures_now(self, shop: Client, level: StockLevel) -> None:
        start = get(shop, "stock-changes").json()["next"]
        hold(level, 2)
        answer = self.follow(shop, start)
        (row,) = answer["data"]
        assert figures(row, "sku", "location", "cause") == ["RED-M", "LEJ", "reservation.made"]
        assert figures(row, "available", "sellable", "sequence") == [3, 3, 2]
        assert self.follow(shop, answer["next"])["data"] == []

    def test_tell_a_place_once_however_often_it_changed(
        self, shop: Client, level: StockLevel
    ) -> None:
        start = get(shop, "stock-changes").json()["next"]
        for number in range(3):
            hold(level, 1, f"exchangeline:{number}")
        rows = self.follow(shop, start)["data"]
        assert [figures(row, "available", "sequence") for row in rows] == [[2, 4]]

    def test_rise_with_every_change_of_any_lot(self, shop: Client, level: StockLevel) -> None:
        sequences = []
        after = get(shop, "stock-changes").json()["next"]
        for lot in ("", "L1", "L2", "L1"):
            receive_stock(
                partner_id=level.partner_id,
                variant_id=level.variant_id,
                location_id=level.location_id,
                quantity=1,
                lot=lot,
                actor=DESK,
                op_id=uuid4(),
                now=NOW,
            )
            answer = self.follow(shop, after)
            after = answer["next"]
            sequences += [row["sequence"] for row in answer["data"]]
        assert sequences == [2, 3, 4, 5]

    def test_skip_nothing_when_pages_are_small(self, shop: Client, level: StockLevel) -> None:
        blue = make_stock(make_variant("BLUE-M"), level.location, available=3)
        after = get(shop, "stock-changes").json()["next"]
        hold(level, 1, "exchangeline:1")
        hold(blue, 1, "exchangeline:2")
        seals.seal_events()
        skus = []
        for _ in range(2):
            answer = get(shop, "stock-changes", after=after, limit=1).json()
            after = answer["next"]
            skus += [row["sku"] for row in answer["data"]]
        assert skus == ["RED-M", "BLUE-M"]

    def test_of_another_partner_are_not_told(self, shop: Client) -> None:
        other = make_partner("rival")
        theirs = make_variant("SECRET", product=make_product(other))
        start = get(shop, "stock-changes").json()["next"]
        hold(make_stock(theirs, make_location("FAR", partner=other), available=9), 1)
        assert self.follow(shop, start)["data"] == []


class TestStockEntries:
    def test_tell_the_ledger_newest_first(self, shop: Client, level: StockLevel) -> None:
        hold(level, 2)
        rows = get(shop, "stock-entries", sku="RED-M").json()["data"]
        assert [figures(row, "from", "to", "quantity", "cause") for row in rows] == [
            ["available", "held", 2, "hold"],
            ["supplier", "available", 5, "opening"],
        ]

    def test_are_narrowed_by_cause(self, shop: Client, level: StockLevel) -> None:
        hold(level, 2)
        assert len(get(shop, "stock-entries", cause="hold").json()["data"]) == 1

    def test_keep_their_pages_while_more_is_written(self, shop: Client, level: StockLevel) -> None:
        for number in range(4):
            hold(level, 1, f"exchangeline:{number}")
        first = get(shop, "stock-entries", limit=2).json()
        hold(level, 1, "exchangeline:9")
        second = get(shop, "stock-entries", limit=2, cursor=first["next"]).json()
        back = get(shop, "stock-entries", limit=2, cursor=second["prev"]).json()
        assert [row["sequence"] for row in second["data"]] == [3, 2]
        assert back["data"] == first["data"]
        assert back["prev"] is not None
        assert get(shop, "stock-entries", cursor=second["next"]).json()["next"] is None


class TestLocations:
    def test_are_told_with_their_hours(self, shop: Client, level: StockLevel) -> None:
        (row,) = get(shop, "locations").json()["data"]
        assert figures(row, "code", "cut_off", "working_days") == ["LEJ", "14:00", [1, 2, 3, 4, 5]]
        assert row["id"].startswith("loc_")
