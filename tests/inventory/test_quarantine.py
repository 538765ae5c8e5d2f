from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from inventory.models import Bin, QuarantineBalance, StockEntry, StockLevel
from inventory.queries import list_quarantined
from inventory.rules import MOVEMENTS, can_clear
from inventory.services import (
    NotEnoughStock,
    clear_quarantine,
    quarantine_stock,
    refurbish_stock,
    return_to_vendor,
    scrap_stock,
    take_back,
)
from inventory.states import Bucket, EntryCause
from tests.factories.stock import (
    make_bin,
    make_hold,
    make_location,
    make_stock,
    make_variant,
)
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
ANA, BO = Actor.system("ana"), Actor.system("bo")

pytestmark = pytest.mark.django_db


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location(), available=3)


def there(level: StockLevel, actor: Actor = ANA, **fields: Any) -> dict[str, Any]:
    return {
        "partner_id": level.partner_id,
        "variant_id": level.variant_id,
        "location_id": level.location_id,
        "quantity": 1,
        "actor": actor,
        "op_id": uuid4(),
        "now": NOW,
    } | fields


def bins() -> dict[str, int]:
    return {row.bin.code: row.quantity for row in QuarantineBalance.objects.all()}


class TestQuarantineStock:
    def test_puts_units_out_of_reach_into_a_bin(self, level: StockLevel) -> None:
        make_bin(level.location, "Q-01")
        after = quarantine_stock(**there(level, quantity=2))
        assert (after.available, after.quarantine, bins()) == (1, 2, {"Q-01": 2})
        assert StockEntry.objects.latest("pk").bin == Bin.objects.get()
        assert find_broken_laws() == set()

    def test_makes_the_bin_a_location_lacks(self, level: StockLevel) -> None:
        quarantine_stock(**there(level))
        assert bins() == {"QUARANTINE": 1}

    def test_refuses_a_bin_for_goods_on_sale(self, level: StockLevel) -> None:
        shelf = make_bin(level.location, "A-01", kind=Bin.Kind.PICK)
        with pytest.raises(BadInput, match="quarantine bin of this location"):
            quarantine_stock(**there(level, bin_id=shelf.pk))

    def test_leaves_what_is_held(self, level: StockLevel) -> None:
        make_hold(level, quantity=2)
        with pytest.raises(NotEnoughStock):
            quarantine_stock(**there(level, quantity=2))

    def test_takes_what_a_due_hold_had(self, level: StockLevel) -> None:
        make_hold(level, quantity=2, hold_for=dt.timedelta(0))
        assert quarantine_stock(**there(level, quantity=3)).quarantine == 3


class TestTakeBack:
    def test_names_the_bin_of_what_failed(self, level: StockLevel) -> None:
        make_bin(level.location, "Q-01")
        second = make_bin(level.location, "Q-02")
        asked = there(level, bucket=Bucket.QUARANTINE, reference="disposition:1")
        take_back(**asked)
        take_back(**asked, bin_id=second.pk)
        assert bins() == {"Q-01": 1, "Q-02": 1}


class TestClearQuarantine:
    def test_makes_units_sellable(self, level: StockLevel) -> None:
        quarantine_stock(**there(level, quantity=2))
        after = clear_quarantine(**there(level, actor=BO))
        assert (after.available, after.quarantine, bins()) == (2, 1, {"QUARANTINE": 1})
        assert find_broken_laws() == set()

    def test_is_not_for_who_put_them_there(self, level: StockLevel) -> None:
        quarantine_stock(**there(level))
        with pytest.raises(ActionBlocked) as refusal:
            clear_quarantine(**there(level))
        assert refusal.value.reasons == list(can_clear(actor=ANA.ref, put_by=[ANA.ref]).reasons)

    def test_forgets_who_put_units_there_that_have_left(self, level: StockLevel) -> None:
        quarantine_stock(**there(level))
        scrap_stock(**there(level))
        quarantine_stock(**there(level, actor=BO))
        assert clear_quarantine(**there(level)).available == 2

    def test_looks_into_the_bin_that_is_named(self, level: StockLevel) -> None:
        make_bin(level.location, "Q-01")
        empty = make_bin(level.location, "Q-02")
        quarantine_stock(**there(level))
        with pytest.raises(NotEnoughStock):
            clear_quarantine(**there(level, actor=BO, bin_id=empty.pk))


class TestScrapAndReturn:
    @pytest.mark.parametrize(
        ("way_out", "bucket"), [(scrap_stock, "scrap"), (return_to_vendor, "supplier")]
    )
    def test_take_quarantined_units_alone(
        self, level: StockLevel, way_out: Any, bucket: str
    ) -> None:
        with pytest.raises(NotEnoughStock):
            way_out(**there(level))
        quarantine_stock(**there(level))
        assert way_out(**there(level)).on_hand == 2
        assert StockEntry.objects.latest("pk").to_bucket == bucket
        assert list_quarantined(level.variant_id) == []


class TestRefurbishStock:
    def test_makes_another_sku_of_units_and_keeps_their_cost(self, level: StockLevel) -> None:
        again = make_variant(
            "RED-M-R", product=level.variant.product, refurbished_from=level.variant, unit_cost=0
        )
        quarantine_stock(**there(level, quantity=2))
        after = refurbish_stock(**there(level, quantity=2), into_variant_id=again.pk)
        again.refresh_from_db()
        assert (after.variant_id, after.available) == (again.pk, 2)
        assert again.unit_cost == Decimal(10)
        legs = StockEntry.objects.filter(cause="refurbish").order_by("pk")
        assert [(leg.from_bucket, leg.to_bucket) for leg in legs] == [
            ("quarantine", "workshop"),
            ("workshop", "available"),
        ]
        assert find_broken_laws() == set()

    def test_refuses_any_other_sku(self, level: StockLevel) -> None:
        quarantine_stock(**there(level))
        with pytest.raises(BadInput, match="refurbished variant"):
            refurbish_stock(**there(level), into_variant_id=make_variant().pk)

    def test_leaves_nothing_behind_when_too_few_are_there(self, level: StockLevel) -> None:
        again = make_variant("RED-M-R", refurbished_from=level.variant)
        quarantine_stock(**there(level))
        with pytest.raises(NotEnoughStock):
            refurbish_stock(**there(level, quantity=2), into_variant_id=again.pk)
        assert not StockEntry.objects.filter(cause="refurbish").exists()


class TestTheLedger:
    """F14: what no process does, the database does not take."""

    @pytest.mark.parametrize(
        ("source", "target", "cause"),
        [
            ("quarantine", "available", "adjustment"),
            ("quarantine", "available", "restock"),
            ("quarantine", "held", "hold"),
            ("quarantine", "customer", "ship"),
            ("customer", "held", "hold"),
            ("scrap", "available", "adjustment"),
            ("available", "customer", "ship"),
        ],
    )
    def test_refuses_a_movement_without_a_process(
        self, level: StockLevel, source: str, target: str, cause: str
    ) -> None:
        with pytest.raises(IntegrityError, match="follows_a_process"), transaction.atomic():
            enter(level, source, target, cause)

    def test_takes_every_movement_of_a_process(self, level: StockLevel) -> None:
        for source, target, cause in MOVEMENTS:
            enter(level, source, target, cause)

    def test_knows_the_movements_of_the_rules_and_no_other(self) -> None:
        """The list stands in SQL, too: a new movement is a new function there."""
        asked = list(product(Bucket.values, Bucket.values, EntryCause.values))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f, t, c FROM unnest(%s::text[], %s::text[], %s::text[]) AS w (f, t, c)"
                " WHERE inventory_is_movement(f, t, c, 1) OR inventory_is_movement(f, t, c, 0)",
                [list(column) for column in zip(*asked, strict=True)],
            )
            assert set(cursor.fetchall()) == {tuple(map(str, one)) for one in MOVEMENTS}
            cursor.execute("SELECT inventory_is_movement('available', 'held', 'hold', 0)")
            assert cursor.fetchone() == (False,)

    def test_lets_quarantined_units_be_sold_by_two_ways_alone(self) -> None:
        """By a clearance, or by way of the workshop, where they become another SKU."""
        out = {
            (target, cause) for source, target, cause in MOVEMENTS if source == Bucket.QUARANTINE
        }
        sellable = {Bucket.AVAILABLE, Bucket.HELD, Bucket.ALLOCATED}
        assert {cause for target, cause in out if target in sellable} == {EntryCause.CLEAR}
        # What was never ours goes back to whoever sent it, and is sold to nobody.
        back = {cause for target, cause in out if target == Bucket.CUSTOMER}
        assert back == {EntryCause.GIVE_BACK}
        assert (Bucket.WORKSHOP, EntryCause.REFURBISH) in out


def enter(level: StockLevel, source: str, target: str, cause: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_stockentry (partner_id, stock_level_id, from_bucket, to_bucket,"
            " quantity, cause, reference, reason, sequence, actor, at)"
            " SELECT %s, %s, %s, %s, 1, %s, '', '', max(sequence) + 1, 'system:test', now()"
            " FROM inventory_stockentry",
            [level.partner_id, level.pk, source, target, cause],
        )
