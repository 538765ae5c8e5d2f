from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from core import laws
from core.actors import Actor
from core.laws import check_laws
from inventory.models import Reservation
from inventory.rules import Wanted
from inventory.services import reserve
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_stock, make_variant
from tests.inventory.broken import LAWS_OF_STOCK, find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)

LEVEL = "UPDATE inventory_stocklevel SET"
HOLD = "UPDATE inventory_reservation SET"
FAULTS = {
    "no_bucket_is_negative": (
        "ALTER TABLE inventory_stocklevel DROP CONSTRAINT a_bucket_is_not_negative;"
        f"{LEVEL} quarantine = -1"
    ),
    "held_stock_is_what_live_holds_add_up_to": f"{HOLD} quantity = 2",
    "stock_is_what_its_ledger_adds_up_to": f"{LEVEL} available = available + 1",
    "no_hold_outlives_its_time": f"{HOLD} expires_at = now() - interval '61 seconds'",
    "only_an_active_hold_has_an_end": f"{HOLD} state = 'committed'",
    "a_stock_entry_belongs_to_its_level": (
        "ALTER TABLE inventory_stockentry DISABLE TRIGGER USER;"
        "UPDATE inventory_stockentry SET partner_id = partner_id + 1"
    ),
    "a_hold_belongs_where_it_lies": f"{HOLD} location_id = location_id + 1",
    "a_hold_ends_once": f"{HOLD} state = 'released', resolved_at = now()",
    "a_hold_goes_on_from_one_that_was": f"{HOLD} continues = 'HLD-NEVER'",
    "allocated_stock_is_what_open_allocations_add_up_to": f"{LEVEL} allocated = 1",
    "quarantine_is_what_its_bins_hold": f"{LEVEL} quarantine = 1",
    "nobody_clears_what_they_put_aside": (
        "INSERT INTO inventory_stockentry (partner_id, stock_level_id, from_bucket, to_bucket,"
        " quantity, cause, reference, reason, sequence, actor, at)"
        " SELECT partner_id, stock_level_id, 'quarantine', 'available', 1, 'cleared', '', '',"
        " 99, actor, at FROM inventory_stockentry LIMIT 1"
    ),
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Reservation:
    level = make_stock(make_variant(), make_location(), available=3)
    make_location("OTHER")
    (held,) = reserve(
        partner_id=make_partner().pk,
        case="return:1",
        wanted=[Wanted("exchangeline:1", level.variant_id, 1, level.location_id)],
        destination=None,
        hold_for=dt.timedelta(minutes=30),
        actor=Actor.system("test"),
        now=NOW,
    )
    return held


class TestLawsOfStock:
    def test_hold_after_ordinary_work(self, held: Reservation) -> None:
        assert find_broken_laws() == set()

    @pytest.mark.parametrize("law", LAWS_OF_STOCK)
    def test_notice_their_fault_and_name_the_row(self, held: Reservation, law: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(FAULTS[law])
        (found,) = check_laws([law])
        assert (found.ok, found.checked > 0) == (False, True)
        assert found.sample_ids[0] in (
            f"reservation:{held.pk}",
            f"stocklevel:{held.stock_level_id}",
            *(f"stockentry:{entry.pk}" for entry in held.stock_level.entries.all()),
        )

    def test_are_what_a_fast_look_asks_for(self) -> None:
        """With what exchanges know of their lines: `manage.py verify --fast`."""
        of_exchanges = {
            "holds_never_exceed_what_is_exchanged",
            "an_ended_exchange_holds_nothing",
            "a_part_leaves_for_what_came",
        }
        assert set(laws.names("stock")) == set(LAWS_OF_STOCK) | of_exchanges
