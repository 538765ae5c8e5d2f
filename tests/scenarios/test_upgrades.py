"""Exchanges that are paid for, four eyes, a real provider: S3, S4, S18 to S20, S32."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from approvals import services as approvals
from approvals.models import Approval
from core import clock, deliveries
from core.actors import Actor
from core.errors import ActionBlocked, StaleVersion
from core.models import Event
from core.roles import Role
from exchanges import queries, services
from exchanges.models import Exchange, Quote
from exchanges.rules import OutboundReason
from exchanges.states import ExchangeState as S
from inventory import expiry
from inventory.models import Reservation
from inventory.queries import get_availability
from inventory.services import HoldEnded
from orders.models import PaymentMethod, Tender
from orders.services import add_payment
from payments import courier
from payments.models import MoneyOperation
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.money import carry_out, make_account, make_card
from tests.factories.people import make_user
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_price, make_stock
from tests.factories.swaps import NOW, Swap, act_on, make_swap, open_exchange
from tests.payments.bank import Bank
from tests.scenarios.rules import lay_down

D = Decimal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]


def make_upgrade(*, up_front: bool = True, above: str = "25.00") -> Swap:
    """S3 before it begins: 97.41 was paid, the new one costs 140.71; above 25.00 a lead decides."""
    swap = make_swap(net="89.99", tax="7.42", rate="0.0825", price_policy="current")
    make_price(swap.red, list_price="129.99", is_tax_inclusive=False)
    lay_down(approval_above={"amount": D(above), "currency": "EUR"})
    if up_front:
        lay_down(exchange_payment={"timing": "up_front"})
    return swap


def open_upgrade(swap: Swap) -> tuple[Exchange, Actor]:
    agent = Actor.user(make_user())
    return open_exchange(swap, actor=agent), agent


def approve(exchange: Exchange, by: Actor | None = None) -> Actor:
    lead = by or Actor.user(make_user(Role.LEAD))
    asked = Approval.objects.get(subject=f"exchange:{exchange.pk}", state="asked")
    approvals.approve(
        approval_id=asked.pk,
        content_hash=asked.content_hash,
        proved_at=NOW,
        actor=lead,
        op_id=uuid4(),
        now=NOW,
    )
    deliveries.deliver_due()
    return lead


def card_of(swap: Swap, **fields: Any) -> PaymentMethod:
    make_account(swap.order.partner_id)
    return make_card(swap.order.customer, **fields)


def pay(exchange: Exchange, card: PaymentMethod) -> None:
    services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
    carry_out()
    deliveries.deliver_due()


def now_of(exchange: Exchange) -> Exchange:
    return Exchange.objects.select_related("return_case__channel", "accepted_quote").get(
        pk=exchange.pk
    )


class TestS3UpgradeWithFourEyes:
    def test_is_approved_by_another_paid_and_let_go(self, bank: Bank) -> None:
        swap = make_upgrade(up_front=False)
        card = card_of(swap)
        exchange, agent = open_upgrade(swap)
        quote = Quote.objects.get()
        assert (quote.returned_value, quote.outbound_value) == (D("97.41"), D("140.71"))
        assert (quote.due, exchange.state) == (D("43.30"), S.PENDING_APPROVAL)
        with pytest.raises(ActionBlocked):
            approve(exchange, by=agent)
        lead = approve(exchange)
        assert now_of(exchange).state == S.AWAITING_GOODS
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        assert now_of(exchange).state == S.AWAITING_PAYMENT

        pay(exchange, card)
        assert bank.taken() == ["43.30"]
        told = Event.objects.filter(subject=f"exchange:{exchange.pk}").order_by("sequence")
        kinds = told.values_list("kind", flat=True)
        assert [*kinds][-3:] == ["exchange.paid", "exchange.ready", "exchange.released"]
        audit = {event.kind: event for event in Event.objects.filter(kind__startswith="approval.")}
        assert audit["approval.asked"].actor == agent.ref
        assert audit["approval.approved"].actor == lead.ref
        assert audit["approval.approved"].data["content_hash"] == quote.content_hash

    def test_stays_for_a_single_cent_also_for_who_writes_sql(self) -> None:
        exchange, _ = open_upgrade(make_upgrade(up_front=False))
        approve(exchange)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        self.take(exchange, "43.29")
        with pytest.raises(ActionBlocked) as refused:
            services.release_replacement(**act_on(exchange))
        assert refused.value.reasons == [
            "The customer pays €43.30 first; €43.29 has been captured."
        ]
        for beyond in ("releasing", "partly_shipped", "in_transit", "delivered", "completed"):
            with pytest.raises(IntegrityError, match=r"43\.29"), transaction.atomic():
                connection.cursor().execute(
                    "UPDATE exchanges_exchange SET state = %s WHERE id = %s", [beyond, exchange.pk]
                )
        self.take(exchange, "0.01")
        services.release_replacement(**act_on(exchange))
        assert now_of(exchange).state == S.RELEASING

    def take(self, exchange: Exchange, amount: str) -> None:
        order_id = now_of(exchange).replacement_order_id
        assert order_id is not None
        with transaction.atomic():
            add_payment(
                order_id=order_id,
                kind=Tender.Kind.CARD,
                label="by hand",
                amount=D(amount),
                provider="",
                provider_reference="",
                payment_method_id=None,
                actor=Actor.system("test"),
                now=NOW,
            )


class TestS4QuoteChangesAfterApproval:
    def test_voids_it_until_somebody_approves_again(self, bank: Bank) -> None:
        swap = make_upgrade()
        card = card_of(swap)
        exchange, agent = open_upgrade(swap)
        approve(exchange)
        assert now_of(exchange).state == S.AWAITING_PAYMENT
        services.adjust_quote(
            **act_on(exchange, shipping_fee=D("5.00"), reason="Sent by express", actor=agent)
        )
        exchange = now_of(exchange)
        quote = exchange.accepted_quote
        assert quote is not None
        assert (quote.due, exchange.state) == (D("48.30"), S.PENDING_APPROVAL)
        assert [*Approval.objects.order_by("pk").values_list("state", flat=True)] == [
            "void",
            "asked",
        ]
        with pytest.raises(ActionBlocked, match="not charged"):
            services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        approve(exchange)
        pay(exchange, card)
        assert bank.taken() == ["48.30"]
        assert now_of(exchange).state == S.AWAITING_GOODS

    def test_counts_what_was_paid_before(self, bank: Bank) -> None:
        swap = make_upgrade(above="100.00")
        card = card_of(swap)
        exchange, _ = open_upgrade(swap)
        pay(exchange, card)
        services.adjust_quote(**act_on(exchange, shipping_fee=D("5.00"), reason="Express"))
        assert now_of(exchange).state == S.AWAITING_PAYMENT
        pay(exchange, card)
        assert bank.taken() == ["43.30", "5.00"]
        services.adjust_quote(**act_on(exchange, shipping_fee=D("0.00"), reason="Our treat"))
        carry_out()
        assert bank.refunded() == ["5.00"]
        assert now_of(exchange).state == S.AWAITING_GOODS

    def test_sees_a_difference_that_is_split_over_two_exchanges_of_a_day(self) -> None:
        swap = make_upgrade(above="50.00")
        first, _ = open_upgrade(swap)
        assert first.state == S.AWAITING_PAYMENT
        again = make_second(swap)
        assert again.state == S.PENDING_APPROVAL
        assert Approval.objects.get().amount == D("86.60")


def make_second(swap: Swap) -> Exchange:
    """The same customer, the same day, another order of the same goods."""
    make_stock(swap.red, make_location("HAM"), 1)
    sold = Sold(net="89.99", tax="7.42", rate="0.0825", variant=swap.blue)
    return open_exchange(replace(swap, order=make_order(sold, customer=swap.order.customer)))


class TestS18HoldWhilePaying:
    def open(self) -> tuple[Exchange, PaymentMethod]:
        swap = make_upgrade(above="100.00")
        card = card_of(swap)
        exchange, _ = open_upgrade(swap)
        return exchange, card

    def test_outlives_its_end_until_the_provider_has_answered(self, bank: Bank) -> None:
        exchange, card = self.open()
        ends = Reservation.objects.get(state="active").expires_at
        assert ends is not None
        ten_seconds = dt.timedelta(seconds=10)
        clock.shift_database_clock(ends - clock.database_now() - ten_seconds)
        services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        clock.shift_database_clock(ends - clock.now() + dt.timedelta(seconds=30))
        expiry.expire_due(now=NOW)
        assert Reservation.objects.get().state == "active"
        courier.carry_out_due(now=NOW)
        deliveries.deliver_due()
        assert bank.taken() == ["43.30"]
        assert now_of(exchange).state == S.AWAITING_GOODS

    def test_is_over_for_whoever_pays_too_late_and_one_click_holds_it_again(
        self, bank: Bank
    ) -> None:
        exchange, card = self.open()
        ends = Reservation.objects.get(state="active").expires_at
        assert ends is not None
        clock.shift_database_clock(ends - clock.database_now() + dt.timedelta(seconds=1))
        expiry.expire_due(now=NOW)
        assert sum(get_availability([exchange.lines.get().variant_id]).values()) == 1
        with pytest.raises((ActionBlocked, HoldEnded)):
            services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        assert not MoneyOperation.objects.exists()
        services.hold_again(**act_on(exchange))
        services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        assert MoneyOperation.objects.count() == 1


class TestS19UnknownMoney:
    def test_keeps_the_replacement_here_until_it_is_known(self, bank: Bank) -> None:
        swap = make_upgrade(above="100.00")
        card = card_of(swap)
        exchange, _ = open_upgrade(swap)
        bank.behave(drop_after=1.0)
        pay(exchange, card)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        facts = queries.read_facts(now_of(exchange))
        assert facts.is_unknown
        awaits = queries.describe_exchange(now_of(exchange), permissions=[]).awaits
        assert OutboundReason.MONEY_UNKNOWN in {hold.reason for hold in awaits}
        for _ in range(3):
            with pytest.raises(ActionBlocked):
                services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(
                "UPDATE exchanges_exchange SET state = 'releasing' WHERE id = %s", [exchange.pk]
            )
        bank.behave(drop_after=0.0)
        carry_out(ahead=dt.timedelta(minutes=10))
        deliveries.deliver_due()
        assert bank.taken() == ["43.30"]
        assert now_of(exchange).state == S.RELEASING


class TestS20CancelAfterCapture:
    def test_gives_the_hold_and_the_payment_back_and_lets_the_return_go_on(
        self, bank: Bank
    ) -> None:
        swap = make_upgrade(above="100.00")
        card = card_of(swap)
        exchange, _ = open_upgrade(swap)
        pay(exchange, card)
        said = queries.preview_end(now_of(exchange), continues_return=True)
        assert said.refund == D("43.30")
        services.cancel_exchange(
            **act_on(exchange, continue_return=True, reason="The customer wants money.")
        )
        assert get_availability([swap.red.pk]) == {swap.red.pk: 1}
        carry_out()
        carry_out()
        assert bank.refunded() == ["43.30"]
        memo = bring_back(Return.objects.get())
        assert memo.gross == D("97.41")

    def test_is_refused_once_it_is_with_the_warehouse(self, bank: Bank) -> None:
        swap = make_upgrade(above="100.00")
        card = card_of(swap)
        exchange, _ = open_upgrade(swap)
        pay(exchange, card)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
        with pytest.raises(ActionBlocked) as refused:
            services.cancel_exchange(**act_on(exchange, continue_return=True, reason="Changed."))
        assert "exchanged again" in refused.value.reasons[0]


class TestS32TwoAgentsOneCase:
    def test_the_second_is_refused_before_any_card_is_charged(self, bank: Bank) -> None:
        swap = make_upgrade(above="100.00")
        card = card_of(swap)
        exchange, _ = open_upgrade(swap)
        a, b = act_on(exchange), act_on(exchange)
        services.cancel_exchange(**a, continue_return=True, reason="Changed her mind.")
        with pytest.raises(StaleVersion):
            services.collect_payment(**b, payment_method_id=card.pk)
        carry_out()
        assert (bank.calls(), MoneyOperation.objects.count()) == ([], 0)
