"""A crew puts in one of two machines and brings the other back: what stays, what is still owed."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from api.scopes import Scope
from core import clock, deliveries
from core.errors import ActionBlocked
from core.roles import Role
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.rules import OutboundReason
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeState as S
from exchanges.states import ExchangeType as T
from fulfilment.models import Crew, Shipment, Visit, WorkOrder
from inventory.models import Reservation, StockLevel
from notifications.models import Promise
from orders.models import Order, Tender
from payments.models import Obligation
from returns.models import Return
from returns.queries import WantedReturn
from tests.api.calls import get, post
from tests.api.test_returns import allowed
from tests.factories.cases import bring_back, inspect
from tests.factories.desk import sign_in
from tests.factories.keys import make_key, program
from tests.factories.money import carry_out, make_account, make_card, pay_with
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_order
from tests.factories.stock import (
    make_location,
    make_price,
    make_product,
    make_stock,
    make_variant,
)
from tests.factories.swaps import AGENT, NOW, act_on, publish_price_policy, sell_out
from tests.payments.bank import Bank
from tests.scenarios.rules import lay_down, offer_advanced
from tests.scenarios.test_upgrades import now_of, pay
from tests.scenarios.test_visits import arrange, leave

D = Decimal
DAY = NOW.date() + dt.timedelta(days=3)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]


def open_two(bank: Bank, type_: str = T.ADVANCED, *, price: str = "100.00") -> Exchange:
    """Two machines of 100.00 each come back for two others, of which three are in one place."""
    publish_price_policy(make_policy(), "current")
    offer_advanced(wants_card_hold=False)
    lay_down(exchange_payment={"timing": "up_front"})
    place = make_location()
    washer = make_product(title="Washer", needs_installation=True)
    old = make_variant(product=washer)
    new = [make_variant(product=washer, title=title) for title in ("white", "black")]
    for variant in new:
        make_price(variant, list_price=price)
    make_stock(new[0], place, 1)
    make_stock(new[1], place, 2)
    order = make_order(Sold("100.00", variant=old), Sold("100.00", variant=old))
    account = make_account(order.partner_id)
    pay_with(order, bank, account, ("card", "200.00"))
    Crew.objects.create(partner=order.partner, name="Van 1", location=place)
    lines = list(order.lines.order_by("position"))
    exchange = services.open_exchange_case(
        partner_id=order.partner_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        exchange_type=type_,
        lines=[
            WantedReturn(order_line_id=line.pk, quantity=1, reason="wrong_size", outcome="exchange")
            for line in lines
        ],
        replacements=[
            WantedReplacement(variant_id=variant.pk, replaces_order_line_id=line.pk)
            for variant, line in zip(new, lines, strict=True)
        ],
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )
    if now_of(exchange).state == S.AWAITING_PAYMENT:
        pay(exchange, make_card(order.customer))
    return now_of(exchange)


def report(exchange: Exchange, visit: Visit, left: dict[tuple[str, str], str]) -> None:
    """`left` says why by kind and the title's last word: ``("deliver", "black")``."""
    tasks = {
        task.pk: left[key]
        for task in visit.tasks.all()
        if (key := (task.kind, task.title.split()[-1])) in left
    }
    assert len(tasks) == len(left)
    services.report_visit(
        exchange_id=exchange.pk,
        visit_id=visit.pk,
        not_done=tasks,
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )
    deliveries.deliver_due()


DENTED = {("deliver", "black"): "damaged", ("install", "black"): "damaged"}


def bring_one(exchange: Exchange, *, day: dt.date = DAY, left: Any = None) -> Visit:
    visit = arrange(exchange, day)
    leave(exchange, visit)
    report(exchange, visit, DENTED if left is None else left)
    return visit


def kinds_of(visit: Visit) -> list[str]:
    return [*visit.tasks.order_by("position").values_list("kind", flat=True)]


def money_of(bank: Bank) -> tuple[list[str], list[str]]:
    """What was taken since the first order was paid, and what went back."""
    deliveries.deliver_due()
    for hour in (1, 2):  # people may still call a refund off before
        carry_out(ahead=dt.timedelta(hours=hour))
        deliveries.deliver_due()
    clock.shift_database_clock(dt.timedelta(0))
    return bank.taken()[1:], bank.refunded()


class TestOneOfTwo:
    def test_stays_and_the_other_comes_with_a_second_visit(self, bank: Bank) -> None:
        exchange = open_two(bank)
        bring_one(exchange)
        exchange = now_of(exchange)
        assert exchange.state == S.PARTLY_SHIPPED
        assert Order.objects.get(exchange=exchange).state == "partly_shipped"
        states = Shipment.objects.order_by("pk").values_list("state", flat=True)
        assert [*states] == ["delivered", "returned_to_sender", "planned"]
        assert Return.objects.get().state == "received"
        dented, fresh = (
            StockLevel.objects.get(variant__title="black"),
            Reservation.objects.get(state="active"),
        )
        assert (dented.quarantine, dented.held, fresh.quantity) == (1, 1, 1)
        assert StockLevel.objects.get(variant__title="white").quarantine == 0
        assert Obligation.objects.get().state == "waived"
        told = Promise.objects.filter(about=f"exchange:{exchange.pk}", what="arrival")
        assert "kept" not in told.values_list("state", flat=True)  # not all of it came that day
        (waits,) = queries.describe_exchange(exchange, permissions=[]).awaits
        assert waits.reason is OutboundReason.VISIT_MISSING

        second = arrange(exchange, DAY + dt.timedelta(days=1))
        assert kinds_of(second) == ["deliver", "install"]
        assert [task.title for task in second.tasks.all()] == ["Washer black"] * 2
        leave(exchange, second)
        assert now_of(exchange).state == S.IN_TRANSIT
        report(exchange, second, {})
        assert now_of(exchange).state == S.DELIVERED
        inspect(Return.objects.get())
        deliveries.deliver_due()
        assert now_of(exchange).state == S.COMPLETED
        credit = Tender.objects.filter(kind="exchange_credit")
        assert sum(one.captured for one in credit) == D("200.00")
        assert money_of(bank) == ([], [])
        assert (WorkOrder.objects.get().state, Return.objects.get().state) == ("done", "closed")

    def test_is_paid_by_goods_that_passed_and_by_the_customer_once(self, bank: Bank) -> None:
        exchange = open_two(bank, T.REGULAR, price="130.00")
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        bring_one(exchange)
        bring_one(exchange, day=DAY + dt.timedelta(days=1), left={})
        assert now_of(exchange).state == S.COMPLETED
        assert money_of(bank) == (["60.00"], [])

    def test_of_which_no_other_is_on_stock_waits_in_the_queue(self, bank: Bank) -> None:
        exchange = open_two(bank)
        sell_out(StockLevel.objects.get(variant__title="black"))
        visit = arrange(exchange)
        leave(exchange, visit)
        report(exchange, visit, DENTED)
        reasons = {
            hold.reason
            for hold in queries.describe_exchange(now_of(exchange), permissions=[]).awaits
        }
        assert reasons == {OutboundReason.HOLD_MISSING, OutboundReason.VISIT_MISSING}
        with pytest.raises(ActionBlocked, match="cannot take it along"):
            leave(exchange, arrange(exchange, DAY + dt.timedelta(days=1)))

    def test_is_owed_for_anew_once_the_other_leaves(self, bank: Bank) -> None:
        """Of the old ones none could be taken along."""
        exchange = open_two(bank)
        visit = arrange(exchange)
        leave(exchange, visit)
        fetched = visit.tasks.filter(kind__in=["pick_up", "uninstall"])
        not_done = {task.pk: "no_access" for task in fetched}
        not_done |= {
            task.pk: "damaged"
            for task in visit.tasks.filter(kind__in=["deliver", "install"], title__contains="black")
        }
        assert len(not_done) == 6
        fields = act_on(exchange, visit_id=visit.pk, not_done=not_done)
        del fields["version"]
        services.report_visit(**fields)
        deliveries.deliver_due()
        with pytest.raises(ActionBlocked) as refused:
            services.convert_to_sale(**act_on(exchange, reason="They keep them."))
        assert "yet to leave" in str(refused.value.reasons)
        second = arrange(exchange, DAY + dt.timedelta(days=1))
        assert kinds_of(second) == ["uninstall"] * 2 + ["pick_up"] * 2 + ["deliver", "install"]
        leave(exchange, second)
        owed = Obligation.objects.filter(kind="goods").order_by("pk")
        assert [*owed.values_list("state", "amount")] == [
            ("waived", D("200.00")),
            ("open", D("200.00")),
        ]


class TestTheOther:
    def drop(self, exchange: Exchange) -> Exchange:
        services.drop_rest(**act_on(exchange, reason="They want no other."))
        deliveries.deliver_due()
        return now_of(exchange)

    def test_is_given_up_and_what_was_paid_for_it_goes_back(self, bank: Bank) -> None:
        exchange = open_two(bank, T.ADVANCED_PREPAID)
        bring_one(exchange)
        exchange = self.drop(exchange)
        assert (exchange.state, exchange.part_value) == (S.DELIVERED, D("100.00"))
        assert money_of(bank) == (["200.00"], ["100.00"])
        assert not Reservation.objects.filter(state__in=["active", "committed"]).exists()
        assert WorkOrder.objects.get().state == "cancelled"
        assert Order.objects.get(exchange=exchange).state == "delivered"
        inspect(Return.objects.get())
        assert money_of(bank) == (["200.00"], ["100.00", "200.00"])
        assert now_of(exchange).state == S.COMPLETED

    def test_is_paid_out_when_the_goods_have_passed(self, bank: Bank) -> None:
        """130.00 stays for credit of 200.00: the difference goes back, and 70.00 of the credit."""
        exchange = open_two(bank, price="130.00")
        bring_one(exchange)
        exchange = self.drop(exchange)
        owed = Obligation.objects.filter(kind="goods").order_by("-pk")[0]
        assert (owed.state, owed.amount) == ("open", D("130.00"))
        assert money_of(bank) == (["60.00"], ["60.00"])
        inspect(Return.objects.get())
        assert money_of(bank) == (["60.00"], ["60.00", "70.00"])
        assert now_of(exchange).state == S.COMPLETED

    def test_is_brought_and_not_given_up_once_its_credit_is_in_the_order(self, bank: Bank) -> None:
        exchange = open_two(bank, T.REGULAR)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        bring_one(exchange)
        with pytest.raises(ActionBlocked) as refused:
            self.drop(exchange)
        assert "€100.00 of the credit is in the new order" in str(refused.value.reasons)
        assert now_of(exchange).state == S.PARTLY_SHIPPED

    def test_is_given_up_against_what_the_customer_paid(self, bank: Bank) -> None:
        """Credit of 200.00 and 200.00 of theirs are in the order, and 200.00 is what stays."""
        exchange = open_two(bank, T.REGULAR, price="200.00")
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        bring_one(exchange)
        assert self.drop(exchange).state == S.COMPLETED
        assert money_of(bank) == (["200.00"], ["200.00"])


class TestOnTheTelephone:
    def test_a_crew_says_line_by_line_what_stayed(self, bank: Bank, client: Client) -> None:
        exchange = open_two(bank)
        visit = arrange(exchange)
        leave(exchange, visit)
        sign_in(client, Role.WAREHOUSE)
        said = {f"task-{task.pk}": "done" for task in visit.tasks.all()}
        for task in visit.tasks.filter(title__contains="black"):
            said[f"task-{task.pk}"] = "damaged"
        stamp = {"version": act_on(exchange)["version"], "op_id": uuid4()}
        url = f"/visits/{visit.public_id}/report/"
        page = client.post(url, stamp | said, follow=True).content.decode()
        assert "Not everything was done" in page
        sign_in(client, Role.AGENT)
        answer = client.get(f"/cases/{exchange.return_case.number}/")
        case = answer.content.decode()
        assert "1 of 2 is with the customer; 1 was brought back" in case
        hold = Reservation.objects.get(state="active")
        details = [line.detail for line in answer.context["case"].exchange_side.lines]
        assert details == ["1 · with the customer", f"1 · hold {hold.number}"]
        assert "1 of 2 stayed with the customer; the rest goes out with the next visit." in case
        assert "another appointment with the customer" in case
        shown = re.findall(r'class="why-blocked" id="[^"]+">\s*([^<]+?)\s*<', case)
        assert shown[0] == "The replacement has left: it has to come back for a refund."
        assert len(shown) == len(set(shown)) == 3
        assert case.count(shown[0]) == 2


class TestByProgram:
    def test_a_crew_says_line_by_line_what_stayed(self, bank: Bank) -> None:
        exchange = open_two(bank)
        visit = arrange(exchange)
        leave(exchange, visit)
        shop = program(make_key(Scope.READ_EXCHANGES, Scope.WRITE_EXCHANGES))
        dented = visit.tasks.filter(title__contains="black").values_list("position", flat=True)
        body = {"not_done": [{"task": at, "because": "damaged"} for at in dented]}
        told = post(shop, f"visits/{visit.public_id}/report", body).json()
        assert told["state"] == "failed"
        deliveries.deliver_due()
        now = get(shop, f"exchanges/{exchange.public_id}").json()
        assert now["state"] == "partly_shipped"
        assert {"arrange-visit", "drop-rest"} <= allowed(now)
