from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import Actor
from core.errors import BadInput
from core.models import Event
from inventory.models import Reservation, StockEntry, StockLevel
from inventory.rules import Wanted
from inventory.services import (
    NotEnoughStock,
    adjust_stock,
    receive_stock,
    reserve,
    take_back,
)
from inventory.states import AdjustReason, Bucket
from tests.factories.stock import make_location, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location(), available=3)


def there(level: StockLevel) -> dict[str, Any]:
    return {
        "partner_id": level.partner_id,
        "variant_id": level.variant_id,
        "location_id": level.location_id,
        "actor": DESK,
        "now": NOW,
    }


class TestReceiveStock:
    def test_makes_the_level_it_needs(self) -> None:
        variant, location = make_variant(), make_location()
        level = receive_stock(
            partner_id=variant.partner_id,
            variant_id=variant.pk,
            location_id=location.pk,
            quantity=7,
            lot="L1",
            actor=DESK,
            op_id=uuid4(),
            now=NOW,
        )
        assert (level.available, level.lot, level.sequence) == (7, "L1", 1)
        assert level.entries.get().from_bucket == "supplier"
        assert Event.objects.get(kind="stock.moved").data["available_after"] == 7

    def test_counts_once_however_often_it_is_sent(self, level: StockLevel) -> None:
        op_id = uuid4()
        for _ in range(2):
            receive_stock(**there(level), quantity=7, op_id=op_id)
        level.refresh_from_db()
        assert level.available == 10


class TestAdjustStock:
    def test_goes_both_ways(self, level: StockLevel) -> None:
        adjust_stock(**there(level), change=2, reason=AdjustReason.FOUND, op_id=uuid4())
        after = adjust_stock(**there(level), change=-4, reason=AdjustReason.BROKEN, op_id=uuid4())
        assert after.available == 1
        assert StockEntry.objects.latest("pk").reason == AdjustReason.BROKEN

    def test_never_touches_what_is_held(self, level: StockLevel) -> None:
        reserve(
            partner_id=level.partner_id,
            case="return:1",
            wanted=[Wanted("exchangeline:1", level.variant_id, 2, level.location_id)],
            destination=None,
            hold_for=dt.timedelta(minutes=30),
            actor=DESK,
            now=NOW,
        )
        with pytest.raises(NotEnoughStock):
            adjust_stock(**there(level), change=-2, reason=AdjustReason.LOST, op_id=uuid4())

    def test_keeps_no_words_in_a_ledger_that_stays(self, level: StockLevel) -> None:
        with pytest.raises(BadInput, match="Choose why"):
            adjust_stock(**there(level) | {"change": 1, "reason": "Ana took it", "op_id": uuid4()})


class TestTakeBack:
    @pytest.mark.parametrize(
        ("bucket", "available", "quarantine"),
        [(Bucket.AVAILABLE, 4, 0), (Bucket.QUARANTINE, 3, 1), (Bucket.SCRAP, 3, 0)],
    )
    def test_puts_units_where_their_inspection_says(
        self, level: StockLevel, bucket: Bucket, available: int, quarantine: int
    ) -> None:
        after = take_back(**there(level), quantity=1, bucket=bucket, reference="returnline:3")
        assert (after.available, after.quarantine) == (available, quarantine)
        entry = StockEntry.objects.latest("pk")
        assert (entry.from_bucket, entry.to_bucket) == ("customer", bucket.value)
        assert entry.reference == "returnline:3"

    def test_knows_no_other_bucket(self, level: StockLevel) -> None:
        with pytest.raises(BadInput):
            take_back(**there(level), quantity=1, bucket=Bucket.HELD, reference="returnline:3")


class TestTheDatabase:
    """What stands even if every line of Python were wrong."""

    @pytest.mark.parametrize("bucket", ["available", "held", "allocated", "quarantine"])
    def test_refuses_a_negative_bucket(self, level: StockLevel, bucket: str) -> None:
        with pytest.raises(IntegrityError, match="not_negative"), transaction.atomic():
            execute(f"UPDATE inventory_stocklevel SET {bucket} = -1")

    @pytest.mark.parametrize(
        "sql",
        ["UPDATE inventory_stockentry SET quantity = 9", "DELETE FROM inventory_stockentry"],
    )
    def test_refuses_to_change_the_ledger(self, level: StockLevel, sql: str) -> None:
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            execute(sql)

    def test_keeps_a_level_that_has_a_ledger(self, level: StockLevel) -> None:
        with pytest.raises(IntegrityError, match="has a ledger or holds"), transaction.atomic():
            execute("DELETE FROM inventory_stocklevel")

    def test_lets_go_of_a_level_that_never_had_anything(self, level: StockLevel) -> None:
        empty = make_stock(level.variant, make_location("ELSE"), available=0)
        execute(f"DELETE FROM inventory_stocklevel WHERE id = {empty.pk}")
        assert not StockLevel.objects.filter(pk=empty.pk).exists()

    def test_refuses_a_second_active_hold_of_a_reference_at_a_place(
        self, level: StockLevel
    ) -> None:
        (held,) = reserve(
            partner_id=level.partner_id,
            case="return:1",
            wanted=[Wanted("exchangeline:1", level.variant_id, 1, level.location_id)],
            destination=None,
            hold_for=dt.timedelta(minutes=30),
            actor=DESK,
            now=NOW,
        )
        columns = ", ".join(
            f'"{field.column}"'
            for field in Reservation._meta.concrete_fields
            if field.name not in ("id", "number")
        )
        copy = (
            f"INSERT INTO inventory_reservation (number, {columns})"
            f" SELECT 'HLD-COPY', {columns} FROM inventory_reservation"
        )
        with pytest.raises(IntegrityError, match="one_active_hold"), transaction.atomic():
            execute(copy)
        assert held.state == "active"

    def test_writes_every_field_of_a_hold_into_its_history(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT prosrc FROM pg_proc WHERE proname = 'inventory_keep_reservation_history'"
            )
            (source,) = cursor.fetchone()
        fields = Reservation.history.model._meta.concrete_fields
        columns = {field.column for field in fields} - {"history_id"}
        assert {column for column in columns if column not in source} == set()


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
