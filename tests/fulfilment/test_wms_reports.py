"""What a warehouse reports: in which order, and what each report does."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from typing import Any
from uuid import uuid4

import pytest

from core import clock
from core.actors import Actor
from core.deliveries import deliver_due
from core.errors import ActionBlocked
from core.models import Event
from core.roles import Role
from exchanges.models import Exchange
from exchanges.services import ship_replacement
from fulfilment import queries, services, settling, tasks
from fulfilment.models import InboundParcel, Shipment, Warehouse, WarehouseReport
from fulfilment.services.reports import MOST_ATTEMPTS
from fulfilment.states import ReportState
from inventory.models import Bin, Discrepancy, Reservation, StockLevel
from inventory.services import adjust_stock
from inventory.states import AdjustReason
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.people import make_user
from tests.factories.stock import make_location
from tests.factories.swaps import NOW, Swap, act_on, make_swap, open_exchange
from tests.factories.warehouses import Reporter, list_told, make_warehouse

ACTOR = Actor.system("test")
A_WHILE = dt.timedelta(minutes=20)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's rounds are made by hand here."""
    monkeypatch.setattr(tasks.settle_reports, "delay", lambda: None)


@pytest.fixture
def swap() -> Swap:
    return make_swap(available=5)


@pytest.fixture
def warehouse(swap: Swap) -> Warehouse:
    return make_warehouse(swap.place)


@pytest.fixture
def reporter(warehouse: Warehouse) -> Reporter:
    return Reporter(warehouse)


@pytest.fixture
def shipment(swap: Swap, reporter: Reporter) -> Shipment:
    """The replacement of S1, released: the goods are back and have passed."""
    bring_back(open_exchange(swap).return_case)
    list_told(reporter.warehouse)
    shipment: Shipment = Shipment.objects.get()
    assert shipment.state == "released"
    return shipment


class TestOrder:
    def test_parks_what_comes_too_soon_until_the_gap_closes(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        picked = reporter.write("picked", shipment=shipment.public_id)
        shipped = reporter.report("shipped", shipment=shipment.public_id, carrier="GLS")
        assert (shipped.state, shipped.reason) == (
            "parked",
            "Waits for report 1, which has not come.",
        )
        reporter.send(picked)
        assert settling.settle_due(now=NOW) == 2
        shipped.refresh_from_db()
        assert (shipped.state, shipped.reason) == ("applied", "")

    def test_comes_to_the_same_whatever_the_order_and_however_often(
        self, reporter: Reporter, swap: Swap, shipment: Shipment
    ) -> None:
        """Every order of four reports, each sent once or twice: the same stock, the same parcel."""
        story = [
            reporter.write("picked", shipment=shipment.public_id),
            reporter.write("received", lines=[{"sku": swap.blue.sku, "quantity": 3}]),
            reporter.write("shipped", shipment=shipment.public_id, carrier="GLS"),
            reporter.write("delivered", shipment=shipment.public_id),
        ]
        chance = random.Random(7)
        sent = [*chance.choice(list(itertools.permutations(story))), *chance.sample(story, 3)]
        for report in sent:
            reporter.send(report)
            settling.settle_due(now=NOW)
            list_told(reporter.warehouse)
        clock.shift_database_clock(A_WHILE)
        settling.settle_due(now=NOW)
        list_told(reporter.warehouse)
        shipment.refresh_from_db()
        assert shipment.state == "delivered"
        assert StockLevel.objects.get(variant=swap.blue).available == 3 + 1
        assert set(WarehouseReport.objects.values_list("state", flat=True)) == {"applied"}

    def test_says_who_took_a_number_that_comes_twice(self, reporter: Reporter) -> None:
        first = reporter.report("acknowledged", message="wmg_1", sequence=1)
        give_up(first)
        again = reporter.report("acknowledged", message="wmg_1", sequence=1)
        other = reporter.report("picked", shipment="shp_1", sequence=1)
        assert (again.state, other.state) == ("duplicate", "dead")
        assert other.reason == f"Its number was taken by {first.message_id}."

    def test_goes_on_without_a_report_that_will_never_come_when_a_person_says_so(
        self, reporter: Reporter, swap: Swap
    ) -> None:
        reporter.report("received", sequence=3, lines=[{"sku": swap.blue.sku, "quantity": 2}])
        skip: dict[str, Any] = {"warehouse_id": reporter.warehouse.pk, "actor": ACTOR, "now": NOW}
        services.skip_missing_reports(**skip, op_id=uuid4())
        assert settling.settle_due(now=NOW) == 1
        with pytest.raises(ActionBlocked, match="No report waits"):
            services.skip_missing_reports(**skip, op_id=uuid4())

    def test_tries_an_early_report_again_before_it_gives_up(
        self, reporter: Reporter, swap: Swap
    ) -> None:
        early = reporter.report("acknowledged", message="wmg_none")
        behind = reporter.report("received", lines=[{"sku": swap.blue.sku, "quantity": 2}])
        assert (early.state, behind.state) == ("received", "received")
        give_up(early)
        behind.refresh_from_db()
        assert (early.state, behind.state) == ("dead", "applied")
        assert Event.objects.filter(kind="warehouse.report_dead").count() == 1

    def test_applies_a_report_that_was_given_up_when_a_person_asks(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        early = reporter.report("picked", shipment="shp_late")
        give_up(early)
        Shipment.objects.update(public_id="shp_late")
        again = services.retry_report(report_id=early.pk, actor=ACTOR, op_id=uuid4(), now=NOW)
        assert (again.state, Shipment.objects.get().state) == ("applied", "picked")

    def test_gives_up_a_report_that_keeps_killing_its_worker(self, reporter: Reporter) -> None:
        report = reporter.report("acknowledged", message="wmg_none")
        WarehouseReport.objects.update(attempts=MOST_ATTEMPTS + 1)
        clock.shift_database_clock(A_WHILE)
        settling.settle_due(now=NOW)
        report.refresh_from_db()
        assert (report.state, report.reason) == ("dead", "The last try never ended.")


class TestControl:
    """What ids and numbers are for: the same reports from a warehouse that makes up new ones."""

    def test_the_same_delivery_under_two_ids_is_counted_twice(
        self, reporter: Reporter, swap: Swap
    ) -> None:
        lines = [{"sku": swap.blue.sku, "quantity": 3}]
        for _ in range(2):
            reporter.report("received", lines=lines)
        assert StockLevel.objects.get(variant=swap.blue).available == 6

    def test_reports_numbered_as_they_happen_to_leave_end_elsewhere(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        early = reporter.report("delivered", shipment=shipment.public_id)
        reporter.report("shipped", shipment=shipment.public_id, carrier="GLS")
        give_up(early)
        list_told(reporter.warehouse)
        shipment.refresh_from_db()
        assert shipment.state == "shipped"


class TestReports:
    def test_acknowledges_a_message(self, reporter: Reporter, shipment: Shipment) -> None:
        message = list_told(reporter.warehouse)[0]
        reporter.report("acknowledged", message=message.public_id)
        again = reporter.report("acknowledged", message=message.public_id)
        message.refresh_from_db()
        assert (message.state, message.acknowledged_at) == ("acknowledged", NOW)
        assert (again.state, again.reason) == ("applied", "It was acknowledged already.")

    def test_ships_the_replacement_with_its_hold_and_its_order(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        reporter.report("picked", shipment=shipment.public_id)
        reporter.report(
            "shipped", shipment=shipment.public_id, carrier="GLS", tracking_number="GLS-1"
        )
        shipment.refresh_from_db()
        exchange = Exchange.objects.get()
        assert (shipment.state, shipment.tracking_number) == ("shipped", "GLS-1")
        assert (exchange.state, StockLevel.objects.get(pk=swap_level(shipment)).held) == (
            "in_transit",
            0,
        )

    def test_completes_the_exchange_when_it_was_delivered(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        reporter.report("shipped", shipment=shipment.public_id, carrier="GLS")
        reporter.report("delivered", shipment=shipment.public_id)
        assert Exchange.objects.get().state == "completed"

    def test_changes_nothing_that_somebody_here_has_done_already(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        exchange = Exchange.objects.get()
        ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="1"))
        report = reporter.report("shipped", shipment=shipment.public_id, carrier="GLS")
        shipment.refresh_from_db()
        assert (report.reason, shipment.carrier) == ("It had left already.", "DHL")

    def test_says_which_holds_fell_short(self, reporter: Reporter, shipment: Shipment) -> None:
        line = shipment.lines.get()
        lines = [{"hold": line.reservation, "quantity": 0}]
        reporter.report("short_picked", shipment=shipment.public_id, lines=lines)
        told = Event.objects.get(kind="warehouse.short_picked")
        assert told.data["lines"] == [{"hold": line.reservation, "wanted": 1, "found": 0}]
        shipment.refresh_from_db()
        assert shipment.state == "short_picked"

    def test_that_fell_short_promise_the_missing_units_to_nobody(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        lines = [{"hold": shipment.lines.get().reservation, "quantity": 0}]
        reporter.report("short_picked", shipment=shipment.public_id, lines=lines)
        hold = Reservation.objects.get(number=lines[0]["hold"])
        assert (hold.state, hold.cause) == ("released", "short")
        found = Discrepancy.objects.get()
        assert (found.expected, found.counted, found.bucket) == (5, 4, "available")

    def test_takes_a_parcel_that_was_lost_and_came_back(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        reporter.report("shipped", shipment=shipment.public_id, carrier="GLS")
        reporter.report("lost", shipment=shipment.public_id)
        shipment.refresh_from_db()
        assert shipment.state == "lost"
        reporter.report("returned_to_sender", shipment=shipment.public_id)
        shipment.refresh_from_db()
        assert shipment.state == "returned_to_sender"

    def test_puts_a_suppliers_delivery_on_its_shelf_once(
        self, reporter: Reporter, swap: Swap
    ) -> None:
        shelf = Bin.objects.create(partner=swap.place.partner, location=swap.place, code="B-1")
        lines = [{"sku": swap.blue.sku, "quantity": 4, "bin": "B-1"}]
        report = reporter.report("received", lines=lines)
        level = StockLevel.objects.get(variant=swap.blue)
        assert (level.available, level.bin, report.state) == (4, shelf, "applied")

    def test_takes_a_customers_parcel_in(self, reporter: Reporter, swap: Swap) -> None:
        open_exchange(swap)
        parcel = InboundParcel.objects.get()
        reporter.report("received", parcel=parcel.public_id)
        parcel.refresh_from_db()
        assert parcel.state == "arrived"

    def test_count_a_customers_parcel_on_its_case(self, reporter: Reporter, swap: Swap) -> None:
        exchange = open_exchange(swap)
        parcel = InboundParcel.objects.get()
        reporter.report("received", parcel=parcel.public_id)
        unpacked = [{"sku": swap.blue.sku, "quantity": 1}, {"sku": "SOCKS", "quantity": 2}]
        reporter.report("received", parcel=parcel.public_id, lines=unpacked)
        deliver_due(now=NOW)
        parcel.refresh_from_db()
        case = Return.objects.get(pk=exchange.return_case_id)
        assert (parcel.state, case.state) == ("counted", "received")
        extra = case.mismatches.get()
        assert (extra.kind, extra.quantity) == ("extra", 2)
        again = reporter.report("received", parcel=parcel.public_id, lines=unpacked)
        assert again.reason == "It was counted already."

    def test_of_another_location_do_not_reach_a_parcel(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        stranger = Reporter(make_warehouse(make_location("WRO")))
        report = stranger.report("picked", shipment=shipment.public_id)
        give_up(report)
        assert report.reason == f"No shipment {shipment.public_id} was given to this warehouse."


class TestCount:
    """A warehouse's figure is held against the ledger of its own moment, and never wins."""

    def count(self, reporter: Reporter, swap: Swap, units: int, **more: Any) -> WarehouseReport:
        return reporter.report("counted", sku=swap.red.sku, quantity=units, **more)

    def test_that_differs_opens_a_discrepancy_with_both_figures(
        self, reporter: Reporter, swap: Swap
    ) -> None:
        report = self.count(reporter, swap, 3)
        found = Discrepancy.objects.get()
        assert (found.expected, found.counted, found.source) == (5, 3, "warehouse")
        assert report.reason == "5 expected, 3 counted."
        swap.stock.refresh_from_db()
        assert swap.stock.available == 5

    def test_that_agrees_opens_nothing_and_closes_nothing(
        self, reporter: Reporter, swap: Swap
    ) -> None:
        self.count(reporter, swap, 3)
        self.count(reporter, swap, 5)
        assert [one.state for one in Discrepancy.objects.all()] == ["open"]

    def test_is_compared_with_what_lay_there_then(self, reporter: Reporter, swap: Swap) -> None:
        counted_at = clock.now() - dt.timedelta(hours=1)
        take_out(swap, 2, at=clock.now())
        report = self.count(reporter, swap, 5, at=counted_at.isoformat())
        assert (report.reason, Discrepancy.objects.count()) == ("Agrees: 5.", 0)

    def test_of_what_is_free_leaves_out_what_is_held(self, reporter: Reporter, swap: Swap) -> None:
        open_exchange(swap)
        now = (clock.now() + dt.timedelta(minutes=1)).isoformat()
        assert self.count(reporter, swap, 4, bucket="available", at=now).reason == "Agrees: 4."
        assert self.count(reporter, swap, 5, at=now).reason == "Agrees: 5."

    def test_of_a_sku_that_nobody_knows_waits_for_a_person(self, reporter: Reporter) -> None:
        report = reporter.report("counted", sku="NO-SUCH", quantity=1)
        give_up(report)
        assert report.reason == "No SKU NO-SUCH is known here."


def take_out(swap: Swap, units: int, *, at: dt.datetime) -> None:
    adjust_stock(
        partner_id=swap.order.partner_id,
        variant_id=swap.red.pk,
        location_id=swap.place.pk,
        change=-units,
        reason=AdjustReason.BROKEN,
        actor=ACTOR,
        op_id=uuid4(),
        now=at,
    )


class TestHealth:
    def test_shows_at_a_glance_what_waits_and_what_needs_a_person(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        give_up(reporter.report("picked", shipment="shp_none"))
        reporter.report("picked", shipment=shipment.public_id, sequence=3)
        [health] = queries.list_warehouses(user=make_user(Role.ADMIN))
        assert (health.dead_reports, health.parked_reports, health.needs_a_person) == (1, 1, True)
        assert health.queued == len(queries.list_messages(warehouse_id=reporter.warehouse.pk))
        assert queries.list_warehouses(user=make_user(Role.AGENT)) == []


def give_up(report: WarehouseReport) -> None:
    """All its tries, each after the wait that it takes."""
    for tries in range(MOST_ATTEMPTS + 1):
        clock.shift_database_clock(tries * A_WHILE)
        settling.settle_due(now=NOW)
    report.refresh_from_db()
    assert report.state == ReportState.DEAD


def swap_level(shipment: Shipment) -> int:
    return StockLevel.objects.get(
        variant__sku=shipment.lines.get().order_line.sku, location=shipment.location
    ).pk
