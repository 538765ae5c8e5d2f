"""A crew at the customer's: S33, and reports that come twice, too early, or cannot be true."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from core import deliveries
from core.errors import ActionBlocked, BadInput
from core.laws import check_laws
from core.roles import Role
from exchanges import queries, services
from exchanges.models import Exchange, ExchangeLine
from exchanges.rules import OutboundReason
from exchanges.states import ExchangeState as S
from exchanges.states import ExchangeType
from fulfilment.models import Crew, Shipment, Visit, WorkOrder
from inventory.models import Reservation, StockLevel
from notifications.models import Message
from orders.models import Order, Tender
from payments.models import Obligation
from returns.models import Receipt, Return
from tests.factories.cases import bring_back, inspect
from tests.factories.desk import sign_in
from tests.factories.money import carry_out
from tests.factories.stock import make_location, make_stock
from tests.factories.swaps import NOW, act_on, make_swap, open_exchange, sell_out
from tests.payments.bank import Bank
from tests.scenarios.rules import offer_advanced
from tests.scenarios.test_upgrades import card_of, now_of

D = Decimal
DAY = NOW.date() + dt.timedelta(days=3)  # a Monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]


def open_washer() -> Exchange:
    """A washer of 100.00 and 8.00 of tax; another is in each of two places."""
    swap = make_swap(net="100.00", tax="8.00", rate="0.08")
    swap.red.product.needs_installation = True
    swap.red.product.save()
    make_stock(swap.red, make_location("HAM"), 1)
    Crew.objects.create(partner=swap.order.partner, name="Van 1", location=swap.place)
    offer_advanced()
    card_of(swap)
    return open_exchange(swap, exchange_type=ExchangeType.ADVANCED)


@pytest.fixture
def exchange(bank: Bank) -> Exchange:
    return open_washer()


def arrange(exchange: Exchange, day: dt.date = DAY, slot: str = "08-12") -> Visit:
    crew = Crew.objects.get()
    services.arrange_visit(**act_on(exchange, crew_id=crew.pk, day=day, slot=slot))
    deliveries.deliver_due()
    return Visit.objects.latest("pk")


def leave(exchange: Exchange, visit: Visit) -> None:
    services.dispatch_visit(**act_on(exchange, visit_id=visit.pk))
    deliveries.deliver_due()


def report(exchange: Exchange, visit: Visit, op_id: Any = None, **why: str) -> None:
    """`why` says by the kind of a task why it was not done."""
    tasks = {task.pk: why[task.kind] for task in visit.tasks.all() if task.kind in why}
    fields = act_on(exchange, visit_id=visit.pk, not_done=tasks)
    del fields["version"]
    services.report_visit(**fields | ({"op_id": op_id} if op_id else {}))
    deliveries.deliver_due()


def fail(exchange: Exchange) -> Visit:
    visit = arrange(exchange)
    leave(exchange, visit)
    report(exchange, visit, deliver="damaged", install="damaged")
    return visit


class TestS33WorkOrder:
    @pytest.mark.causes("visit_arranged", "visit_failed")
    def test_takes_the_old_one_along_and_the_damaged_new_one_back(
        self, exchange: Exchange, bank: Bank
    ) -> None:
        awaits = queries.describe_exchange(exchange, permissions=[]).awaits
        assert [hold.reason for hold in awaits] == [OutboundReason.VISIT_MISSING]
        first = Reservation.objects.get().location
        visit = arrange(exchange)
        assert now_of(exchange).state == S.RELEASING
        assert [task.kind for task in visit.tasks.order_by("position")] == [
            *("uninstall", "pick_up", "deliver", "install")
        ]
        leave(exchange, visit)
        assert now_of(exchange).state == S.IN_TRANSIT
        report(exchange, visit, deliver="damaged", install="damaged")

        assert Receipt.objects.get().location == visit.crew.location
        assert Return.objects.get().state == "received"
        assert [*Shipment.objects.order_by("pk").values_list("state", flat=True)] == [
            *("returned_to_sender", "planned")
        ]
        exchange = now_of(exchange)
        assert (exchange.state, Order.objects.get(exchange=exchange).state) == (S.READY, "open")
        held = Reservation.objects.get(state="active")
        assert held.location != first
        at_first = StockLevel.objects.get(location=first, variant=held.variant)
        assert (at_first.available, at_first.quarantine) == (0, 1)
        assert Obligation.objects.get().state == "waived"
        assert WorkOrder.objects.get().state == "failed_visit"

        second = arrange(exchange, DAY + dt.timedelta(days=1))
        assert (second.number, now_of(exchange).state) == (2, S.RELEASING)
        assert [task.kind for task in second.tasks.order_by("position")] == ["deliver", "install"]
        leave(exchange, second)
        report(exchange, second)
        assert now_of(exchange).state == S.DELIVERED
        inspect(Return.objects.get())
        deliveries.deliver_due()
        carry_out(ahead=dt.timedelta(days=40))
        assert bank.taken() == []
        assert [credit.captured for credit in Tender.objects.filter(kind="exchange_credit")] == [
            D("108.00")
        ]
        assert now_of(exchange).state == S.COMPLETED
        assert WorkOrder.objects.get().state == "done"
        assert Return.objects.get().state == "closed"
        letters = Message.objects.filter(template__startswith="visit_").order_by("pk")
        assert [*letters.values_list("template", flat=True)] == [
            *("visit_arranged", "visit_failed", "visit_arranged")
        ]
        assert not Message.objects.filter(template="exchange_shipped").exists()

    def test_credits_once_when_the_old_one_has_passed_before_the_second_visit(
        self, exchange: Exchange, bank: Bank
    ) -> None:
        fail(exchange)
        inspect(Return.objects.get())
        deliveries.deliver_due()
        assert not Tender.objects.filter(kind="exchange_credit").exists()
        second = arrange(exchange, DAY + dt.timedelta(days=1))
        leave(exchange, second)
        report(exchange, second)
        (credit,) = Tender.objects.filter(kind="exchange_credit")
        assert (credit.captured, bank.taken()) == (D("108.00"), [])
        assert now_of(exchange).state == S.COMPLETED

    def test_puts_what_was_not_taken_in_back_on_the_shelf(
        self, exchange: Exchange, bank: Bank
    ) -> None:
        visit = arrange(exchange)
        leave(exchange, visit)
        at_home = "nobody_home"
        report(
            exchange, visit, uninstall=at_home, pick_up=at_home, deliver=at_home, install=at_home
        )
        assert not Receipt.objects.exists()
        assert sum(StockLevel.objects.values_list("quarantine", flat=True)) == 0
        assert ExchangeLine.objects.get().rest == 1
        services.convert_to_refund(**act_on(exchange, reason="Enough of it."))
        assert WorkOrder.objects.get().state == "cancelled"

    def test_waits_in_the_queue_where_there_is_no_other(
        self, exchange: Exchange, bank: Bank
    ) -> None:
        sell_out(StockLevel.objects.exclude(held=1).get(available=1))
        fail(exchange)
        exchange = now_of(exchange)
        reasons = {
            hold.reason for hold in queries.describe_exchange(exchange, permissions=[]).awaits
        }
        assert exchange.state == S.READY
        assert reasons == {OutboundReason.HOLD_MISSING, OutboundReason.VISIT_MISSING}


class TestAReplacementThatWasBroughtBack:
    @pytest.mark.parametrize("command", ["cancel", "convert"])
    def test_is_delivered_and_not_called_off_once_its_credit_is_in_the_order(
        self, bank: Bank, command: str
    ) -> None:
        swap = make_swap(net="100.00", tax="8.00", rate="0.08")
        swap.red.product.needs_installation = True
        swap.red.product.save()
        make_stock(swap.red, make_location("HAM"), 1)
        Crew.objects.create(partner=swap.order.partner, name="Van 1", location=swap.place)
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        fail(exchange)
        assert now_of(exchange).state == S.READY
        said = {
            "cancel": (services.cancel_exchange, {"continue_return": True}),
            "convert": (services.convert_to_refund, {}),
        }
        call, more = said[command]
        with pytest.raises(ActionBlocked, match="credit is in the new order already"):
            call(**act_on(exchange, reason="Enough of it.", **more))  # type: ignore[operator]
        assert now_of(exchange).state == S.READY


class TestReports:
    def test_count_once(self, exchange: Exchange, bank: Bank) -> None:
        visit = arrange(exchange)
        leave(exchange, visit)
        op_id = uuid4()
        for _ in range(2):  # the telephone had no answer, and sent it again
            report(exchange, visit, op_id, deliver="damaged", install="damaged")
        assert (Receipt.objects.count(), Reservation.objects.filter(state="active").count()) == (
            *(1, 1),
        )
        with pytest.raises(ActionBlocked, match="cannot be reported"):
            report(exchange, visit)

    def test_come_after_the_crew_has_left(self, exchange: Exchange, bank: Bank) -> None:
        visit = arrange(exchange)
        with pytest.raises(ActionBlocked, match="cannot be reported"):
            report(exchange, visit)
        leave(exchange, visit)
        with pytest.raises(ActionBlocked, match="cannot leave"):
            leave(exchange, visit)

    @pytest.mark.parametrize(
        "why",
        [
            {"deliver": "damaged"},  # and yet installed
            {"uninstall": "no_access"},  # and yet picked up
            {"install": "because I say so"},
        ],
    )
    def test_are_refused_where_they_cannot_be_true(
        self, exchange: Exchange, bank: Bank, why: dict[str, str]
    ) -> None:
        visit = arrange(exchange)
        leave(exchange, visit)
        with pytest.raises(BadInput):
            report(exchange, visit, **why)
        assert not Receipt.objects.exists()


class TestAppointments:
    @pytest.mark.causes("visit_moved")
    def test_are_moved_and_the_customer_told(self, exchange: Exchange, bank: Bank) -> None:
        arrange(exchange)
        visit = arrange(exchange, slot="16-20")
        assert (visit.number, visit.slot) == (1, "16-20")
        assert Message.objects.filter(template="visit_moved").count() == 1

    def test_are_told_at_night_before_they_are_too_near(
        self, exchange: Exchange, bank: Bank, settings
    ) -> None:
        """By text too; a visit that was moved by the day on which they would wait in vain."""
        settings.SMS_PROVIDER = "kept"
        customer = exchange.return_case.customer
        customer.phone, customer.country = "0170 1234567", "DE"
        customer.time_zone, customer.email = "America/New_York", ""
        customer.save()
        first = arrange(exchange)
        assert first.slot == "08-12"
        arrange(exchange, DAY + dt.timedelta(days=1), slot="16-20")
        morning = dt.datetime.combine(DAY, dt.time(8), tzinfo=ZoneInfo("America/New_York"))
        texts = Message.objects.filter(medium="sms", template__startswith="visit_")
        assert list(texts.order_by("pk").values_list("template", "act_by")) == [
            ("visit_arranged", morning),
            ("visit_moved", morning),
        ]

    @pytest.mark.parametrize("days", [-1, 1, 90])  # yesterday, a Saturday, too far
    def test_are_on_days_that_a_crew_works(self, exchange: Exchange, bank: Bank, days: int) -> None:
        with pytest.raises(BadInput):
            arrange(exchange, NOW.date() + dt.timedelta(days=days))

    def test_send_a_crew_to_one_place_at_a_time(self, exchange: Exchange, bank: Bank) -> None:
        visit = arrange(exchange)
        other = WorkOrder.objects.create(
            partner=visit.partner,
            case="return:0",
            reference="exchange:0",
            state="scheduled",
            opened_at=NOW,
        )
        Visit.objects.create(
            partner=visit.partner,
            work_order=other,
            number=1,
            crew=visit.crew,
            day=DAY,
            slot="12-16",
        )
        with pytest.raises(BadInput, match="somewhere else"):
            arrange(exchange, slot="12-16")


def test_a_broken_law_is_noticed(exchange: Exchange, bank: Bank) -> None:
    law = "a_crew_keeps_one_appointment_at_a_time"
    arrange(exchange)
    assert [kept.ok for kept in check_laws([law])] == [True]
    WorkOrder.objects.update(state="done")
    assert [broken.violations for broken in check_laws([law])] == [1]
    WorkOrder.objects.update(state="scheduled")


class TestOnTheTelephone:
    def test_a_crew_leaves_arrives_and_reports(
        self, exchange: Exchange, bank: Bank, client: Client
    ) -> None:
        visit = arrange(exchange)
        sign_in(client, Role.WAREHOUSE)
        url = f"/visits/{visit.public_id}/"
        board = client.get(f"/visits/?day={DAY}").content.decode()
        assert url in board
        for step in ("departure", "arrival"):
            client.post(f"{url}{step}/", self.stamp(exchange))
        said = {f"task-{task.pk}": "done" for task in visit.tasks.all()}
        page = client.post(f"{url}report/", self.stamp(exchange), follow=True)
        assert page.status_code == 422
        page = client.post(
            f"{url}report/", self.stamp(exchange) | said | {"remark": "Third floor."}, follow=True
        )
        assert "Everything was done." in page.content.decode()
        assert now_of(exchange).state == S.DELIVERED

    def test_the_case_says_that_a_crew_comes(
        self, exchange: Exchange, bank: Bank, client: Client
    ) -> None:
        sign_in(client, Role.AGENT)
        url = f"/cases/{exchange.return_case.number}/"
        before = client.get(url).content.decode()
        assert "Make appointment…" in before
        assert "to hand over the parcel" in before
        arrange(exchange)
        after = client.get(url).content.decode()
        assert "Move appointment…" in after
        assert "the crew to fetch it, Mon, Nov 9" in after
        assert ('data-key="a"' in before, 'data-key="a"' in after) == (True, False)

    def test_what_came_back_stands_in_the_ledger_under_its_case(
        self, exchange: Exchange, bank: Bank, client: Client
    ) -> None:
        fail(exchange)
        sign_in(client, Role.AGENT)
        sku = exchange.lines.get().variant.sku
        ledger = client.get(f"/stock/{sku}/ledger/").content.decode()
        assert f"/cases/{exchange.return_case.number}/" in ledger
        assert "shipment:" not in ledger

    def test_only_the_warehouse_reports(
        self, exchange: Exchange, bank: Bank, client: Client
    ) -> None:
        visit = arrange(exchange)
        sign_in(client, Role.AGENT)
        url = f"/visits/{visit.public_id}/"
        assert "We are leaving" not in client.get(url).content.decode()
        assert client.post(f"{url}departure/", self.stamp(exchange)).status_code in (403, 404)

    def stamp(self, exchange: Exchange) -> dict[str, Any]:
        return {"version": act_on(exchange)["version"], "op_id": uuid4()}
