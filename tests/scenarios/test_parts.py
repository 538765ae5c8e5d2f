"""Goods that come in parts, and replacements that leave as they come: S12, S13."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from api.scopes import Scope
from core import deliveries
from core.errors import ActionBlocked
from core.models import Event
from exchanges import queries, services
from exchanges.models import Exchange, ExchangeLine
from exchanges.rules import OutboundReason
from exchanges.states import ExchangeState as S
from fulfilment.models import Shipment
from inventory.models import Reservation
from inventory.queries import get_availability
from notifications.models import Promise
from orders.models import Order, Tender
from payments.models import ProviderAccount
from returns.models import Return
from returns.services import CountedLine, short_close
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import allowed
from tests.factories.cases import inspect, receive
from tests.factories.desk import sign_in
from tests.factories.keys import make_key, program
from tests.factories.money import carry_out, pay_with
from tests.factories.stock import make_price
from tests.factories.swaps import NOW, Swap, act_on, make_swap, open_exchange
from tests.payments.bank import Bank
from tests.scenarios.rules import lay_down
from tests.scenarios.test_upgrades import card_of, now_of, pay

D = Decimal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]


def open_three(*, price: str = "30.00", allowed: bool = True) -> tuple[Swap, Exchange]:
    """Three shirts at 25.00 come back for three others; the difference is paid first. No tax."""
    swap = make_swap(
        net="75.00", tax="0.00", rate="0", quantity=3, available=3, price_policy="current"
    )
    make_price(swap.red, list_price=price)
    lay_down(exchange_payment={"timing": "up_front"}, ship_partial={"allowed": allowed})
    return swap, open_exchange(swap, quantity=3)


def open_prepaid(**fields: Any) -> tuple[Swap, Exchange]:
    """S12 before anything comes: 15.00 is paid."""
    swap, exchange = open_three(**fields)
    pay(exchange, card_of(swap))
    assert now_of(exchange).state == S.AWAITING_GOODS
    return swap, now_of(exchange)


def come(units: int, *, day: int = 0) -> None:
    """So many of the three arrive and pass."""
    at = NOW + dt.timedelta(days=day)
    case = Return.objects.get()
    receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=units), now=at)
    inspect(case, now=at)
    deliveries.deliver_due()


def never_comes() -> None:
    case = Return.objects.get()
    short_close(
        return_id=case.pk,
        version=case.version,
        rule="nothing",
        reason="The customer found no third.",
        actor=act_on(Exchange.objects.get())["actor"],
        op_id=uuid4(),
        now=NOW,
    )
    deliveries.deliver_due()


def ship(exchange: Exchange) -> None:
    services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
    deliveries.deliver_due()


def deliver(exchange: Exchange) -> None:
    parcel = Shipment.objects.filter(state="shipped").get()
    services.confirm_delivery(**act_on(exchange, shipment_id=parcel.pk))
    deliveries.deliver_due()


def holds_of() -> list[tuple[str, int]]:
    live = Reservation.objects.filter(state__in=["active", "committed", "consumed"])
    return [*live.order_by("state").values_list("state", "quantity")]


class TestS12PartialReceipt:
    def test_ships_the_part_that_came_and_keeps_the_rest_with_its_money(self, bank: Bank) -> None:
        _, exchange = open_prepaid()
        assert bank.taken() == ["15.00"]
        come(2)
        exchange = now_of(exchange)
        assert exchange.state == S.RELEASING
        assert holds_of() == [("active", 1), ("committed", 2)]
        told = Event.objects.get(kind="exchange.released").data
        assert (told["units"], told["stays"]) == (2, 1)
        assert (told["due"], told["paid_for_rest"]) == ("10.00", "5.00")
        credit = Tender.objects.get(kind="exchange_credit")
        assert (credit.captured, exchange.part_value) == (D("50.00"), D("60.00"))

        ship(exchange)
        deliver(exchange)
        exchange = now_of(exchange)
        assert exchange.state == S.PARTLY_SHIPPED
        (rest,) = queries.describe_exchange(exchange, permissions=[]).awaits
        assert rest.reason is OutboundReason.AWAITING_GOODS
        with pytest.raises(ActionBlocked, match="cannot be released"):
            services.release_replacement(**act_on(exchange))

    def test_keeps_the_day_that_was_told_for_the_part(self, bank: Bank) -> None:
        """Or its customer would be told that nothing came, with two of three in hand."""
        _, exchange = open_prepaid()
        come(2)
        ship(exchange)
        deliver(exchange)
        told = Promise.objects.filter(about=f"exchange:{exchange.pk}", what="arrival")
        assert [*told.order_by("pk").values_list("state", flat=True)] == ["moved", "kept"]

    def test_gives_the_hold_and_the_money_of_the_third_back_once_when_it_never_comes(
        self, bank: Bank
    ) -> None:
        swap, exchange = open_prepaid()
        come(2)
        ship(exchange)
        never_comes()
        (freed,) = Reservation.objects.filter(state="released")
        assert (freed.quantity, freed.cause) == (1, "completed_remainder")
        assert get_availability([swap.red.pk]) == {swap.red.pk: 1}
        assert now_of(exchange).state == S.IN_TRANSIT
        for _ in range(3):
            carry_out()
            deliveries.deliver_due()
        assert (bank.taken(), bank.refunded()) == (["15.00"], ["5.00"])
        deliver(exchange)
        assert now_of(exchange).state == S.COMPLETED
        assert Order.objects.get(exchange=exchange).state == "delivered"
        assert Return.objects.get().state == "closed"

    def test_closes_behind_a_part_that_arrived_before_the_third_was_given_up(
        self, bank: Bank
    ) -> None:
        _, exchange = open_prepaid()
        come(2)
        ship(exchange)
        deliver(exchange)
        never_comes()
        carry_out()
        deliveries.deliver_due()
        assert bank.refunded() == ["5.00"]
        assert now_of(exchange).state == S.COMPLETED

    def test_waits_for_all_of_it_where_policy_ships_nothing_in_part(self, bank: Bank) -> None:
        _, exchange = open_prepaid(allowed=False)
        come(2)
        assert now_of(exchange).state == S.AWAITING_GOODS
        assert holds_of() == [("active", 3)]

    def test_asks_for_the_difference_before_any_part_leaves(self, bank: Bank) -> None:
        swap, exchange = open_three()
        come(2)
        assert now_of(exchange).state == S.AWAITING_PAYMENT
        with pytest.raises(IntegrityError, match=r"0 of 15\.0000 captured"), transaction.atomic():
            connection.cursor().execute(
                "UPDATE exchanges_exchange SET state = 'releasing' WHERE id = %s", [exchange.pk]
            )
        pay(exchange, card_of(swap))
        assert now_of(exchange).state == S.RELEASING

    def test_lets_no_part_out_that_is_not_paid_for_even_by_hand(self, bank: Bank) -> None:
        _, exchange = open_prepaid()
        with pytest.raises(IntegrityError, match="less than that paid"), transaction.atomic():
            connection.cursor().execute(
                "UPDATE exchanges_exchange SET state = 'releasing', part_value = 60 WHERE id = %s",
                [exchange.pk],
            )

    def test_pays_out_what_is_left_of_a_cheaper_one_when_all_of_it_has_gone(
        self, bank: Bank
    ) -> None:
        swap, exchange = open_three(price="20.00")
        card_of(swap)
        pay_with(swap.order, bank, ProviderAccount.objects.get(), ("card", "75.00"))
        come(2)
        assert now_of(exchange).state == S.RELEASING
        assert Tender.objects.get(kind="exchange_credit").captured == D("40.00")
        assert bank.refunded() == []
        ship(exchange)
        never_comes()
        carry_out(ahead=dt.timedelta(days=1))
        assert bank.refunded() == ["10.00"]


class TestS13SecondParcel:
    def test_sends_the_rest_with_nothing_entered_anew(self, bank: Bank) -> None:
        _, exchange = open_prepaid()
        come(2)
        ship(exchange)
        orders = Order.objects.count()
        come(1, day=6)
        assert holds_of() == [("committed", 1), ("consumed", 2)]
        assert (Order.objects.count(), exchange.quotes.count()) == (orders, 1)
        line = ExchangeLine.objects.get()
        assert (line.released, line.dropped) == (3, 0)
        ship(exchange)
        assert now_of(exchange).state == S.IN_TRANSIT
        for parcel in Shipment.objects.filter(state="shipped"):
            services.confirm_delivery(**act_on(exchange, shipment_id=parcel.pk))
            deliveries.deliver_due()
        assert now_of(exchange).state == S.COMPLETED
        assert (bank.taken(), bank.refunded()) == (["15.00"], [])
        credit = Tender.objects.filter(kind="exchange_credit").values_list("captured", flat=True)
        assert sorted(credit) == [D("25.00"), D("50.00")]
        assert Return.objects.get().state == "closed"

    def test_sends_both_parts_though_the_first_lies_in_the_warehouse_still(
        self, bank: Bank
    ) -> None:
        _, exchange = open_prepaid()
        come(2)
        come(1, day=6)
        assert sorted(holds_of()) == [("committed", 1), ("committed", 2)]
        first, second = Shipment.objects.filter(state="released").order_by("pk")
        for parcel in (second, first):
            services.ship_replacement(
                **act_on(
                    exchange, shipment_id=parcel.pk, carrier="DHL", tracking_number=f"JD{parcel.pk}"
                )
            )
            deliveries.deliver_due()
        assert now_of(exchange).state == S.IN_TRANSIT

    def test_sends_no_more_when_a_program_says_so(self, bank: Bank) -> None:
        _, exchange = open_prepaid()
        shop = program(make_key(*Scope))
        address = f"exchanges/{exchange.public_id}/drop-rest"
        body = {"reason": "She has enough."}
        whole = problem_of(post(shop, address, body, match="*"), 409)
        assert whole["reasons"] == ["No part of it has left before the rest."]
        come(2)
        ship(exchange)
        assert "drop-rest" in allowed(get(shop, f"exchanges/{exchange.public_id}").json())
        answer = post(shop, address, body, match="*")
        assert answer.status_code == 200
        assert "drop-rest" not in allowed(answer.json())
        carry_out()
        assert bank.refunded() == ["5.00"]

    def test_sends_no_more_when_an_agent_says_so_and_says_before_what_that_does(
        self, bank: Bank, client: Client
    ) -> None:
        _, exchange = open_prepaid()
        come(2)
        ship(exchange)
        sign_in(client)
        number = exchange.return_case.number
        page = client.get(f"/cases/{number}/").content.decode()
        assert "2 of 3 released; €5.00 stays for the rest" in page
        assert re.search("2 of 3 [^<]+ goes out for what came; the rest waits for the rest", page)
        url = f"/cases/{number}/rest-drop/"
        asked = client.get(url).content.decode()
        assert "€5.00 that was paid goes back to where it came from, once." in asked
        exchange.return_case.refresh_from_db()
        form = {
            "version": exchange.return_case.version,
            "op_id": uuid4(),
            "reason": "She has enough.",
        }
        client.post(url, form)
        after = client.get(f"/cases/{number}/").content.decode()
        assert "2 of 3 released, 1 given up" in after
        assert "goes out for what came" not in after
        carry_out()
        assert bank.refunded() == ["5.00"]
        come(1, day=6)
        assert holds_of() == [("consumed", 2)]
