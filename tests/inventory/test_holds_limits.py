from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.forms.models import model_to_dict

from core import clock
from core.actors import Actor
from core.models import Event
from inventory.models import (
    Bin,
    HoldRule,
    Product,
    Reservation,
    StockEntry,
    StockLevel,
    StockRule,
    WaitingLine,
)
from inventory.rules import HoldScope, Wanted
from inventory.services import (
    HoldEnded,
    HoldTooLong,
    OutOfStock,
    commit,
    end_grace,
    expire_due,
    grant_grace,
    hold_functions,
    prolong,
    reserve,
)
from inventory.states import AtExpiry, LastUnits, ShortBecause
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_lot, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
HALF_HOUR = dt.timedelta(minutes=30)
TEN_SECONDS = dt.timedelta(seconds=10)
WHO: dict[str, Any] = {"actor": Actor.system("test"), "now": NOW}
LINE = "exchangeline:7"
SHOP = HoldScope(channel="shop")
PLAIN_WAY = "inventory.services.holds.make_plain_hold"
GENERAL_WAY = "inventory.services.holds.make_holds"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    clock.shift_database_clock(dt.timedelta(0))


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location(), available=5)


def hold(
    level: StockLevel,
    quantity: int = 1,
    reference: str = LINE,
    *,
    scope: HoldScope = SHOP,
    since: dt.datetime | None = None,
) -> list[Reservation]:
    return reserve(
        partner_id=make_partner().pk,
        case="return:1",
        wanted=[Wanted(reference, level.variant_id, quantity, level.location_id)],
        destination=None,
        hold_for=HALF_HOUR,
        scope=scope,
        since=since,
        **WHO,
    )


def refusal_of(level: StockLevel, quantity: int, **how: Any) -> tuple[ShortBecause, int]:
    with pytest.raises(OutOfStock) as refusal:
        hold(level, quantity, "exchangeline:99", **how)
    (shortage,) = refusal.value.shortages
    return shortage.because, shortage.available


class TestSafetyStock:
    def test_stays_free_of_holds(self, level: StockLevel) -> None:
        StockRule.objects.create(partner=level.partner, safety_stock=2)
        assert refusal_of(level, 4) == (ShortBecause.SAFETY_STOCK, 3)
        (held,) = hold(level, 3)
        assert held.quantity == 3
        assert refusal_of(level, 1) == (ShortBecause.SAFETY_STOCK, 0)

    def test_is_asked_for_once_however_many_lots_there_are(self, level: StockLevel) -> None:
        make_stock(level.variant, level.location, 2, lot="A")
        StockRule.objects.create(partner=level.partner, safety_stock=2)
        assert refusal_of(level, 6) == (ShortBecause.SAFETY_STOCK, 5)
        assert [held.quantity for held in hold(level, 5)] == [5]


class TestPoolCap:
    @pytest.fixture(autouse=True)
    def _cap(self, level: StockLevel) -> None:
        StockRule.objects.create(partner=level.partner, channel="shop", pool_cap=3)

    def test_bounds_what_a_channel_holds_over_all_places(self, level: StockLevel) -> None:
        hold(level, 2)
        elsewhere = make_stock(level.variant, make_location("HAM"), available=5)
        assert refusal_of(elsewhere, 2) == (ShortBecause.POOL_CAP, 1)
        assert len(hold(elsewhere, 1, "exchangeline:8")) == 1

    def test_leaves_other_channels_alone(self, level: StockLevel) -> None:
        hold(level, 3)
        assert len(hold(level, 2, "exchangeline:8", scope=HoldScope(channel="market"))) == 1

    def test_does_not_count_what_is_due(self, level: StockLevel) -> None:
        hold(level, 3)
        clock.shift_database_clock(HALF_HOUR)
        assert len(hold(level, 3, "exchangeline:8")) == 1


class TestLastUnits:
    """The fair queue: what is left goes to the case that has waited longest."""

    @pytest.fixture(autouse=True)
    def _rule(self, level: StockLevel) -> None:
        HoldRule.objects.create(
            partner=level.partner, last_units=5, last_units_for=LastUnits.OLDEST_CASE
        )
        WaitingLine.objects.create(
            partner=level.partner,
            reference="exchangeline:1",
            case="return:9",
            variant=level.variant,
            quantity=4,
            since=NOW,
        )

    def test_are_not_for_a_younger_case(self, level: StockLevel) -> None:
        later = NOW + HALF_HOUR
        assert refusal_of(level, 2, since=later) == (ShortBecause.OLDER_CASES, 1)
        assert len(hold(level, 1, since=later)) == 1

    def test_are_for_the_oldest(self, level: StockLevel) -> None:
        assert len(hold(level, 4, "exchangeline:1", since=NOW)) == 1

    def test_are_for_anyone_while_there_is_plenty(self, level: StockLevel) -> None:
        HoldRule.objects.update(last_units=4)
        assert len(hold(level, 2, since=NOW + HALF_HOUR)) == 1


class TestLongest:
    def test_bounds_an_extension(self, level: StockLevel) -> None:
        (held,) = hold(level)
        (longer,) = prolong(references=[LINE], hold_for=3 * HALF_HOUR, longest=2 * HALF_HOUR, **WHO)
        assert longer.expires_at == held.began_at + 2 * HALF_HOUR

    def test_refuses_to_go_beyond(self, level: StockLevel) -> None:
        hold(level)
        prolong(references=[LINE], hold_for=3 * HALF_HOUR, longest=2 * HALF_HOUR, **WHO)
        with pytest.raises(HoldTooLong):
            prolong(references=[LINE], hold_for=3 * HALF_HOUR, longest=2 * HALF_HOUR, **WHO)

    def test_bounds_a_new_hold_too(self, level: StockLevel) -> None:
        HoldRule.objects.create(partner=level.partner, longest_hours=0)
        (held,) = hold(level)
        assert held.expires_at == held.began_at


class TestGrace:
    """S18: the hold ends at 10:00:00, the card is submitted ten seconds before."""

    @pytest.fixture
    def held(self, level: StockLevel) -> Reservation:
        (held,) = hold(level, 5)
        clock.shift_database_clock(HALF_HOUR - TEN_SECONDS)
        return held

    def grant(self, payment: str = "moneyoperation:1") -> Reservation:
        (held,) = grant_grace(references=[LINE], payment=payment, for_=HALF_HOUR / 5, **WHO)
        return held

    def test_keeps_a_due_hold_from_the_sweep_and_from_others(
        self, level: StockLevel, held: Reservation
    ) -> None:
        self.grant()
        clock.shift_database_clock(HALF_HOUR + 4 * TEN_SECONDS)
        assert expire_due(now=NOW) == 0
        assert refusal_of(level, 1) == (ShortBecause.STOCK, 0)

    def test_lets_the_payment_that_came_through_commit(self, held: Reservation) -> None:
        self.grant()
        clock.shift_database_clock(HALF_HOUR + 4 * TEN_SECONDS)
        (committed,) = commit(references=[LINE], **WHO)
        assert (committed.state, committed.grace_until) == ("committed", None)

    def test_is_bounded_by_the_rules(self, level: StockLevel, held: Reservation) -> None:
        HoldRule.objects.create(partner=level.partner, grace_minutes=1)
        graced = self.grant()
        assert held.expires_at is not None
        assert graced.grace_until == held.expires_at + dt.timedelta(minutes=1)
        clock.shift_database_clock(HALF_HOUR + dt.timedelta(minutes=2))
        assert expire_due(now=NOW) == 1

    def test_comes_once_for_each_payment(self, held: Reservation) -> None:
        first = self.grant()
        clock.shift_database_clock(HALF_HOUR + TEN_SECONDS)
        assert self.grant().grace_until == first.grace_until

    def test_is_over_with_its_payment(self, held: Reservation) -> None:
        self.grant()
        clock.shift_database_clock(HALF_HOUR + TEN_SECONDS)
        how: Any = {"references": [LINE], "payment": "moneyoperation:1", **WHO}
        assert len(end_grace(**how)) == 1
        assert end_grace(**how) == []
        assert expire_due(now=NOW) == 1

    def test_is_not_ended_by_another_payment(self, held: Reservation) -> None:
        self.grant()
        assert end_grace(references=[LINE], payment="moneyoperation:2", **WHO) == []

    def test_is_refused_to_a_due_hold(self, held: Reservation) -> None:
        """Nothing was in flight at 10:00:00, so the card is never charged."""
        clock.shift_database_clock(HALF_HOUR)
        with pytest.raises(HoldEnded):
            self.grant()


class TestRenewal:
    """What becomes of a due hold where the rules let it run on."""

    @pytest.fixture(autouse=True)
    def _rule(self, level: StockLevel) -> None:
        HoldRule.objects.create(
            partner=level.partner, channel="shop", at_expiry=AtExpiry.RENEW, quote_minutes=30
        )

    def sweep(self, level: StockLevel, **how: Any) -> str:
        (held,) = hold(level, **how)
        clock.shift_database_clock(HALF_HOUR)
        expire_due(now=NOW)
        held.refresh_from_db()
        return str(held.state)

    def test_lets_it_run_on_while_nobody_waits(self, level: StockLevel) -> None:
        assert self.sweep(level) == "active"
        assert Event.objects.latest("pk").kind == "reservation.extended"
        assert expire_due(now=NOW) == 0

    def test_gives_way_to_whoever_waits(self, level: StockLevel) -> None:
        WaitingLine.objects.create(
            partner=level.partner,
            reference="exchangeline:1",
            case="return:9",
            variant=level.variant,
            quantity=1,
            since=NOW,
        )
        assert self.sweep(level) == "expired"

    def test_ends_with_the_longest(self, level: StockLevel) -> None:
        HoldRule.objects.update(longest_hours=1)
        assert self.sweep(level) == "active"
        clock.shift_database_clock(2 * HALF_HOUR)
        assert expire_due(now=NOW) == 1

    def test_is_not_for_other_channels(self, level: StockLevel) -> None:
        assert self.sweep(level, scope=HoldScope(channel="market")) == "expired"


class TestThePlainWay:
    @pytest.mark.parametrize(
        "place",
        [
            pytest.param({}, id="anywhere"),
            pytest.param({"lot": "L-7"}, id="of a lot"),
            pytest.param({"bin": "A-12"}, id="in a bin"),
        ],
    )
    def test_leaves_the_rows_that_the_general_one_leaves(self, place: dict[str, Any]) -> None:
        """Of two equal levels one has its hold made by each function."""
        location = make_location()
        if "bin" in place:
            place = {
                "bin": Bin.objects.create(
                    partner=make_partner(), location=location, code=place["bin"]
                )
            }
        level, other = (
            make_stock(make_variant(sku), location, available=5, **place)
            for sku in ("RED-M", "BLUE-M")
        )
        hold(level, 2, "exchangeline:1")
        with mock.patch(PLAIN_WAY, return_value=[]):
            hold(other, 2, "exchangeline:2")
        first, second = (self.rows_of(one) for one in (level, other))
        assert first == second

    @pytest.mark.parametrize("is_plain", [True, False])
    def test_takes_the_first_of_equal_lots(self, is_plain: bool) -> None:
        way = nullcontext() if is_plain else mock.patch(PLAIN_WAY, return_value=[])
        variant, place = make_variant("RED-M"), make_location()
        _, first, _ = (make_stock(variant, place, 3, lot=code) for code in ("L-3", "L-1", "L-2"))
        with way:
            (held,) = hold(first)
        assert held.stock_level_id == first.pk

    def test_goes_by_a_lot_that_is_blocked(self) -> None:
        variant, place = make_variant("RED-M"), make_location()
        make_stock(variant, place, 3, lot="L-1")
        make_lot(variant, "L-1", is_blocked=True)
        other = make_stock(variant, place, 3, lot="L-2")
        (held,) = hold(other)
        assert held.stock_level_id == other.pk

    @pytest.mark.parametrize(
        ("rule", "is_plain"),
        [
            pytest.param(StockRule(channel="market", safety_stock=2), True, id="another channel"),
            pytest.param(StockRule(category="shoes", safety_stock=2), True, id="another category"),
            pytest.param(StockRule(category="shirts", safety_stock=2), False, id="its category"),
            pytest.param(StockRule(safety_stock=2), False, id="every stock"),
            pytest.param(HoldRule(tier="gold", longest_hours=1), True, id="another tier"),
            pytest.param(HoldRule(quote_minutes=10), True, id="how long a hold lasts"),
            pytest.param(HoldRule(longest_hours=1), False, id="every hold"),
        ],
    )
    def test_is_left_for_rules_that_are_about_the_hold(
        self, level: StockLevel, rule: Any, is_plain: bool
    ) -> None:
        Product.objects.update(category="shirts")
        rule.partner = level.partner
        rule.save()
        with mock.patch(GENERAL_WAY, wraps=hold_functions.make_holds) as general:
            hold(level)
        assert general.called is not is_plain

    @pytest.mark.parametrize("is_plain", [True, False])
    def test_reads_no_hold_of_others(self, level: StockLevel, is_plain: bool) -> None:
        """Whatever the statistics say: here they were taken while the table was empty."""
        way = nullcontext() if is_plain else mock.patch(PLAIN_WAY, return_value=[])
        other = make_stock(make_variant("BLUE-M"), level.location, available=100)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE inventory_reservation")
            cursor.execute("DISCARD PLANS")  # those made here are kept
        with way:
            for number in range(40):
                hold(other, 1, f"exchangeline:{100 + number}")
            before = self.count_read()
            hold(level, 1, "exchangeline:1")
            assert self.count_read() - before <= 5

    def count_read(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
                " WHERE relname = 'inventory_reservation'"
            )
            return int(cursor.fetchone()[0])

    def rows_of(self, level: StockLevel) -> list[dict[str, Any]]:
        held = Reservation.objects.get(stock_level=level)
        level.refresh_from_db()
        event = Event.objects.get(subject=f"reservation:{held.pk}")
        entry = StockEntry.objects.get(stock_level=level, cause="hold")
        rows = [model_to_dict(row) for row in (held, held.history.get(), event, entry, level)]
        rows[2] |= rows[2].pop("data")
        rows.append({"deliveries": sorted(event.deliveries.values_list("subscriber", flat=True))})
        own = {"id", "history_id", "variant", "stock_level", "number", "reference", "sku"}
        own |= {"expires_at", "began_at", "history_date", "event_id", "subject"}
        return [{name: row[name] for name in row.keys() - own} for row in rows]
