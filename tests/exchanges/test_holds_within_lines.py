import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from core.actors import Actor
from core.events import reference
from inventory.models import Reservation, StockLevel
from inventory.rules import Wanted
from inventory.services import release, reserve
from inventory.states import ReleaseCause
from tests.factories.stock import make_location, make_stock, make_variant
from tests.factories.swaps import make_swap, open_exchange

DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


def hold(level: StockLevel, reference: str) -> None:
    with transaction.atomic():
        reserve(
            partner_id=level.partner_id,
            case="return:99",
            wanted=[Wanted(reference, level.variant_id, 1, level.location_id)],
            destination=None,
            hold_for=dt.timedelta(hours=1),
            actor=DESK,
            now=clock.now(),
        )


class TestHoldsOfALine:
    def test_are_found_without_reading_those_of_others(self) -> None:
        """Whatever the statistics say: here they were taken while the table was empty."""
        swap = make_swap()
        other = make_stock(make_variant("BLUE-M"), swap.stock.location, available=100)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE inventory_reservation")
            cursor.execute("DISCARD PLANS")  # those made here are kept
            line = reference(open_exchange(swap).lines.get())
            cursor.execute("SET CONSTRAINTS exchanges_new_holds_fit IMMEDIATE")
            cursor.execute("SET CONSTRAINTS exchanges_new_holds_fit DEFERRED")
            for number in range(40):
                hold(other, f"errand:{number}")
            release(references=[line], cause=ReleaseCause.BY_HAND, actor=DESK, now=clock.now())
            hold(swap.stock, line)
            before = self.count_read()
            cursor.execute("SET CONSTRAINTS exchanges_new_holds_fit IMMEDIATE")
            assert self.count_read() - before <= 3

    @pytest.mark.parametrize(
        "other", ["exchangeline:", "exchangeline:{}x", "exchangeline:1{:018}", "xexchangeline:{}"]
    )
    def test_are_told_from_what_only_looks_like_them(self, other: str) -> None:
        """None of these is the line, of which there is one unit: neither refused nor counted."""
        line = open_exchange(make_swap(available=9)).lines.get()
        held = Reservation.objects.get(reference=reference(line))
        for reference_ in (other.format(line.pk), other.format(line.pk) + ":again"):
            hold(held.stock_level, reference_)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_are_no_more_than_its_units(self) -> None:
        swap = make_swap()
        line = reference(open_exchange(swap).lines.get())
        again = Reservation.objects.get(reference=line)
        again.pk, again.number = None, "HLD-AGAIN"
        again.stock_level = make_stock(swap.blue, make_location("SPARE"), available=1)
        Reservation.objects.bulk_create([again])
        with (
            connection.cursor() as cursor,
            pytest.raises(IntegrityError, match=f"more is held for {line} than its 1 units"),
        ):
            cursor.execute("SET CONSTRAINTS exchanges_new_holds_fit IMMEDIATE")

    def count_read(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
                " WHERE relname = 'inventory_reservation'"
            )
            return int(cursor.fetchone()[0])
