from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from core.actors import Actor
from core.roles import Role
from inventory.models import StockLevel, StockRule
from inventory.queries import find_skus, get_sku_picture, list_ledger
from inventory.services import AllocationLine, adjust_stock, allocate_stock
from inventory.states import AdjustReason
from tests.factories.people import make_user
from tests.factories.stock import (
    make_discrepancy,
    make_hold,
    make_location,
    make_lot,
    make_stock,
    make_variant,
)

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M", title="Red"), make_location("LEJ"), 10)


def sell(level: StockLevel, quantity: int) -> None:
    allocate_stock(
        partner_id=level.partner_id,
        lines=[AllocationLine("orderline:1", level.variant_id, quantity)],
        channel="shop",
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )


def adjust(level: StockLevel, change: int) -> None:
    adjust_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        change=change,
        reason=AdjustReason.FOUND,
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )


class TestSkuPicture:
    def test_says_what_lies_where_and_what_keeps_it(self, level: StockLevel) -> None:
        hold = make_hold(level, quantity=2)
        sell(level, 3)
        picture = get_sku_picture(partner_id=level.partner_id, variant_id=level.variant_id)
        (place,) = picture.places
        assert (place.available, place.held, place.allocated) == (5, 2, 3)
        assert list(picture.holds) == [hold]
        assert [each.reference for each in picture.allocations] == ["orderline:1"]
        assert picture.as_of is not None

    def test_keeps_floors_for_whom_they_are_meant(self, level: StockLevel) -> None:
        StockRule.objects.create(partner=level.partner, safety_stock=3)
        make_discrepancy(level, expected=10, counted=8)
        picture = get_sku_picture(partner_id=level.partner_id, variant_id=level.variant_id)
        (place,) = picture.places
        assert (place.safety, place.missing, place.floor) == (3, 2, 5)
        assert (place.free, place.sellable, place.promisable) == (10, 8, 5)

    def test_counts_a_due_hold_as_free(self, level: StockLevel) -> None:
        make_hold(level, quantity=4, hold_for=dt.timedelta(0))
        (place,) = get_sku_picture(partner_id=level.partner_id, variant_id=level.variant_id).places
        assert (place.available, place.held, place.free) == (6, 4, 10)

    def test_promises_no_blocked_lot_and_no_closed_place(self, level: StockLevel) -> None:
        make_lot(level.variant, "BAD", is_blocked=True)
        make_stock(level.variant, level.location, 5, lot="BAD")
        make_stock(level.variant, make_location("OLD", is_active=False), 5)
        picture = get_sku_picture(partner_id=level.partner_id, variant_id=level.variant_id)
        assert [(place.code, place.promisable) for place in picture.places] == [
            ("LEJ", 10),
            ("OLD", 0),
        ]
        assert picture.on_hand == 20

    def test_has_one_sequence_per_place_that_only_rises(self, level: StockLevel) -> None:
        other = make_stock(level.variant, level.location, 5, lot="L1")
        seen = []
        for changed in (level, other):
            adjust_lot(changed, 1)
            picture = get_sku_picture(partner_id=level.partner_id, variant_id=level.variant_id)
            seen.append(picture.places[0].sequence)
        assert seen == [3, 4]


def adjust_lot(level: StockLevel, change: int) -> None:
    adjust_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        lot=level.lot,
        change=change,
        reason=AdjustReason.FOUND,
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )


class TestListLedger:
    def test_shows_what_lay_there_after_each_line(self, level: StockLevel) -> None:
        make_hold(level, quantity=2)
        sell(level, 3)
        adjust(level, 1)
        lines = list_ledger(variant_id=level.variant_id)
        assert [(line.available, line.held, line.allocated) for line in lines] == [
            (6, 2, 3),
            (5, 2, 3),
            (8, 2, 0),
            (10, 0, 0),
        ]

    def test_pages_without_losing_the_balance(self, level: StockLevel) -> None:
        for change in (1, 2, 3, 4):
            adjust(level, change)
        whole = list_ledger(variant_id=level.variant_id)
        page = list_ledger(variant_id=level.variant_id, limit=2)
        rest = list_ledger(variant_id=level.variant_id, before=page[-1].entry.pk)
        assert [*page, *rest] == whole
        assert rest[0].available == 13

    def test_keeps_the_balances_of_places_apart(self, level: StockLevel) -> None:
        other = make_stock(level.variant, make_location("WRO"), 4)
        adjust(other, 1)
        adjust(level, 1)
        lines = list_ledger(variant_id=level.variant_id)
        assert [line.available for line in lines] == [11, 5, 4, 10]
        there = list_ledger(variant_id=level.variant_id, location_id=other.location_id)
        assert [line.available for line in there] == [5, 4]


class TestFindSkus:
    def test_finds_by_sku_and_title_what_a_person_may_see(self, level: StockLevel) -> None:
        agent, stranger = make_user(Role.AGENT), make_user(role=None)
        make_variant("BLUE-M", title="Blue")
        assert find_skus(user=agent, text="red") == [level.variant]
        assert find_skus(user=agent, text="RED-") == [level.variant]
        assert find_skus(user=agent, text=" ") == []
        assert find_skus(user=stranger, text="red") == []


class TestTheAvailabilityCommand:
    def test_says_what_lies_where_and_what_keeps_it(
        self, level: StockLevel, capsys: pytest.CaptureFixture[str]
    ) -> None:
        hold = make_hold(level, quantity=2)
        sell(level, 3)
        make_discrepancy(level, expected=10, counted=9)
        call_command("availability", "RED-M")
        said = capsys.readouterr().out
        assert "LEJ  available 5  held 2  allocated 3  quarantine 0  floor 1" in said
        assert "promisable 4" in said
        assert f"hold {hold.number} keeps 2 at LEJ" in said
        assert "sale orderline:1 keeps 3 at LEJ" in said

    def test_speaks_json(self, level: StockLevel, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("availability", "RED-M", "--json")
        said = json.loads(capsys.readouterr().out)
        assert (said["sku"], said["promisable"]) == ("RED-M", 10)
        assert said["places"][0]["lots"][0]["stock_level_id"] == level.pk

    def test_names_a_sku_that_nobody_has(self, level: StockLevel) -> None:
        with pytest.raises(CommandError, match="Nobody has the SKU BLUE"):
            call_command("availability", "RED-M", "BLUE")
