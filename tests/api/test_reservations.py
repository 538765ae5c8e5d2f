from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from core import deliveries
from core.clock import shift_database_clock
from core.numbers import new_number
from exchanges.services import WantedReplacement, quote_exchange
from inventory.models import Reservation, StockLevel
from inventory.rules import HoldFacts, can_commit, can_consume, can_prolong, can_release, is_due
from tests.api.calls import get, problem_of
from tests.api.test_stock import hold
from tests.factories.cases import bring_back
from tests.factories.desk import make_swap_today
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant
from tests.factories.swaps import act_on, open_exchange

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
A_MINUTE = dt.timedelta(minutes=1)


class TestReservations:
    def test_are_listed_newest_first(self, shop: Client, level: StockLevel) -> None:
        hold(level, 1, "exchangeline:1")
        hold(level, 2, "exchangeline:2")
        rows = get(shop, "reservations").json()["data"]
        assert [row["quantity"] for row in rows] == [2, 1]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"state": "active"}, 1),
            ({"state": "consumed"}, 0),
            ({"sku": "RED-M", "location": "LEJ"}, 1),
            ({"reference": "exchangeline:1"}, 0),
            ({"reference": "exc_none:1"}, 0),
            ({"reference": "exc_none:²"}, 0),
        ],
    )
    def test_are_narrowed_by_what_is_asked(
        self, shop: Client, level: StockLevel, asked: dict[str, str], found: int
    ) -> None:
        hold(level, 1)
        assert len(get(shop, "reservations", **asked).json()["data"]) == found


class TestWhatTheyAreFor:
    def test_is_told_by_ids_that_can_be_asked_for(self, shop: Client) -> None:
        swap = make_swap_today(available=5)
        exchange = open_exchange(swap)
        name = f"{exchange.public_id}:1"
        for asked in ({}, {"reference": exchange.public_id}, {"reference": name}):
            (row,) = get(shop, "reservations", **asked).json()["data"]
            assert (row["reference"], row["case"]) == (name, exchange.return_case.public_id)
        assert get(shop, "reservations", reference=f"{exchange.public_id}:2").json()["data"] == []
        (entry,) = get(shop, "stock-entries", cause="hold").json()["data"]
        assert entry["reference"] == name

    def test_is_still_told_when_something_else_goes_out(self, shop: Client) -> None:
        swap = make_swap_today(available=5)
        exchange = open_exchange(swap)
        green = make_variant(product=swap.red.product, title="green", price="43.20")
        make_stock(green, swap.place, 1)
        line = swap.order.lines.get()
        wanted = WantedReplacement(variant_id=green.pk, replaces_order_line_id=line.pk)
        quote_exchange(**act_on(exchange, replacements=[wanted]))
        rows = get(shop, "reservations", reference=exchange.public_id).json()["data"]
        assert [row["sku"] for row in rows] == [green.sku, swap.red.sku]
        assert {row["reference"] for row in rows} == {f"{exchange.public_id}:1"}

    def test_names_no_row_of_the_desk(self, shop: Client) -> None:
        exchange = open_exchange(make_swap_today(available=5))
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        for address in ("reservations", "stock-entries", f"exchanges/{exchange.public_id}"):
            said = get(shop, address).content.decode()
            assert not re.search(r'"(exchangeline|returnline|return|disposition|order\w*):\d', said)
        told = {row["reference"] for row in get(shop, "stock-entries").json()["data"]}
        assert f"{exchange.return_case.public_id}:1" in told


class TestOneReservation:
    def test_tells_where_why_and_until_when(self, shop: Client, level: StockLevel) -> None:
        hold(level, 2)
        number = Reservation.objects.get().number
        row = get(shop, f"reservations/{number.lower()}").json()
        assert (row["number"], row["state"], row["location"]) == (number, "active", "LEJ")
        assert row["ranking"][0]["code"] == "LEJ"
        assert row["ranking"][0]["reason"]
        assert row["expires_at"] > row["as_of"]
        assert actions_of(row) == {"prolong", "commit", "release"}

    def test_may_not_be_committed_when_it_is_due(self, shop: Client, level: StockLevel) -> None:
        hold(level, 2)
        number = Reservation.objects.get().number
        shift_database_clock(dt.timedelta(hours=1))
        row = get(shop, f"reservations/{number}").json()
        shift_database_clock(dt.timedelta(0))
        assert row["is_due"]
        assert actions_of(row) == {"release"}

    def test_of_another_partner_is_like_none_at_all(self, shop: Client) -> None:
        other = make_partner("rival")
        theirs = make_variant("SECRET", product=make_product(other))
        hold(make_stock(theirs, make_location("FAR", partner=other), available=9), 1)
        numbers = [Reservation.objects.get().number, new_number("HLD"), "HLD-mistyped"]
        told = {
            problem_of(get(shop, f"reservations/{number}"), 404)["detail"] for number in numbers
        }
        assert told == {"There is no such reservation."}


def actions_of(row: dict[str, Any]) -> set[str]:
    for action in row["allowed_actions"]:
        assert action["is_allowed"] or action["reasons"]
    return {action["action"] for action in row["allowed_actions"] if action["is_allowed"]}


class TestAHold:
    RUNNING = HoldFacts("active", NOW + A_MINUTE)
    DUE = HoldFacts("active", NOW)
    IN_GRACE = HoldFacts("active", NOW, NOW + A_MINUTE)
    COMMITTED = HoldFacts("committed", None)
    RELEASED = HoldFacts("released", NOW)

    @pytest.mark.parametrize(
        ("facts", "due", "prolong", "commit", "release", "consume"),
        [
            (RUNNING, False, True, True, True, False),
            (DUE, True, False, False, True, False),
            (IN_GRACE, False, True, True, True, False),
            (COMMITTED, False, False, False, True, True),
            (RELEASED, False, False, False, False, False),
        ],
    )
    def test_may_be_acted_on_as_its_state_allows(
        self,
        facts: HoldFacts,
        due: bool,
        prolong: bool,
        commit: bool,
        release: bool,
        consume: bool,
    ) -> None:
        assert is_due(facts, NOW) is due
        assert bool(can_prolong(facts, NOW)) is prolong
        assert bool(can_commit(facts, NOW)) is commit
        assert bool(can_release(facts)) is release
        assert bool(can_consume(facts)) is consume
