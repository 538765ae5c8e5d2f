"""What a warehouse reports: who is believed, in which order, and what each report does."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from core import clock, documents
from core.actors import Actor
from core.errors import ActionBlocked, TryAgain
from core.models import EncryptedDocument, Event
from core.roles import Role
from exchanges.models import Exchange
from exchanges.services import ship_replacement
from fulfilment import queries, services, settling, tasks
from fulfilment.models import InboundParcel, Shipment, Warehouse, WarehouseReport
from fulfilment.services.reports import MOST_ATTEMPTS
from fulfilment.states import ReportState
from fulfilment.webhooks import LARGEST_REPORT
from inventory.models import Bin, StockLevel
from tests.core.test_strict_json import HOSTILE
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


class TestTheDoor:
    def test_keeps_the_bytes_first_and_answers_with_the_reports_id(
        self, reporter: Reporter
    ) -> None:
        written = reporter.write("acknowledged", message="wmg_unknown")
        answer = reporter.send(written)
        kept = WarehouseReport.objects.get()
        assert (answer.status_code, answer.json()) == (202, {"report": kept.public_id})
        assert (kept.state, kept.sequence, kept.kind) == ("received", 1, "acknowledged")
        assert json.loads(documents.read(kept.content)) == written

    def test_answers_a_repetition_alike_and_keeps_one(self, reporter: Reporter) -> None:
        written = reporter.write("acknowledged", message="wmg_unknown")
        assert reporter.send(written).json() == reporter.send(written).json()
        assert WarehouseReport.objects.count() == 1

    def test_refuses_other_news_under_an_id_that_was_used(self, reporter: Reporter) -> None:
        written = reporter.write("acknowledged", message="wmg_unknown")
        reporter.send(written)
        answer = reporter.send(written | {"sequence": 2})
        assert (answer.status_code, answer.json()["code"]) == (422, "report_id_reused")

    @pytest.mark.parametrize(
        "change",
        [
            {"webhook-signature": "v1,AAAA"},
            {"webhook-signature": ""},
            {"webhook-id": "another"},
            {"webhook-timestamp": "1"},
            {"webhook-timestamp": "soon"},
        ],
        ids=str,
    )
    def test_counts_a_forgery_and_keeps_nothing_else(
        self, reporter: Reporter, change: dict[str, str]
    ) -> None:
        before = EncryptedDocument.objects.count()
        answer = reporter.send(reporter.write("acknowledged", message="wmg_1"), **change)
        reporter.warehouse.refresh_from_db()
        assert (answer.status_code, reporter.warehouse.forged) == (401, 1)
        assert not WarehouseReport.objects.exists()
        assert EncryptedDocument.objects.count() == before

    def test_believes_two_secrets_while_one_is_being_replaced(self, reporter: Reporter) -> None:
        services.add_secret(
            warehouse=reporter.warehouse, secret="next", actor=ACTOR, op_id=uuid4(), now=NOW
        )
        for secret in (reporter.secret, "next"):
            reporter.secret = secret
            answer = reporter.send(reporter.write("acknowledged", message="wmg_1"))
            assert answer.status_code == 202

    def test_does_not_believe_a_retired_secret(self, reporter: Reporter) -> None:
        secret = reporter.warehouse.secrets.get()
        services.retire_secret(secret_id=secret.pk, actor=ACTOR, op_id=uuid4(), now=NOW)
        answer = reporter.send(reporter.write("acknowledged", message="wmg_1"))
        assert answer.status_code == 401

    @pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
    def test_refuses_what_is_not_plain_json(self, reporter: Reporter, body: bytes) -> None:
        answer = reporter.send_bytes(body)
        assert answer.status_code in (400, 413, 422)
        assert answer["Content-Type"] == "application/problem+json"
        assert not WarehouseReport.objects.exists()

    def test_refuses_what_is_too_large(self, reporter: Reporter) -> None:
        assert reporter.send_bytes(b" " * (LARGEST_REPORT + 1)).status_code == 413

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"sequence": 0}, "sequence"),
            ({"sequence": "1"}, "sequence"),
            ({"kind": "eaten"}, "kind"),
            ({"at": "yesterday"}, "at"),
            ({"at": "2026-11-06T10:00:00"}, "at"),
            ({"data": []}, "data"),
            ({"data": {"message": 7}}, "data.message"),
            ({"kind": "received", "data": {"lines": [{"sku": "A", "quantity": 0}]}}, None),
        ],
        ids=str,
    )
    def test_names_the_field_that_is_wrong(
        self, reporter: Reporter, change: dict[str, Any], field: str | None
    ) -> None:
        answer = reporter.send(reporter.write("acknowledged", message="wmg_1") | change)
        assert answer.status_code == 422
        assert answer.json()["field"] == (field or "data.lines[0].quantity")

    def test_has_no_warehouse_that_nobody_opened(self, reporter: Reporter) -> None:
        reporter.address = "/warehouses/whs_nothere/reports/"
        assert reporter.send(reporter.write("picked", shipment="shp_1")).status_code == 404

    def test_asks_to_come_again_when_the_desk_is_busy(self, reporter: Reporter) -> None:
        with patch("fulfilment.services.receive_report", side_effect=TryAgain("Busy.")):
            answer = reporter.send(reporter.write("picked", shipment="shp_1"))
        assert answer.status_code == 503


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
        skip = {"warehouse_id": reporter.warehouse.pk, "actor": ACTOR, "now": NOW}
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

    def test_of_another_location_do_not_reach_a_parcel(
        self, reporter: Reporter, shipment: Shipment
    ) -> None:
        stranger = Reporter(make_warehouse(make_location("WRO")))
        report = stranger.report("picked", shipment=shipment.public_id)
        give_up(report)
        assert report.reason == f"No shipment {shipment.public_id} was given to this warehouse."


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
