"""The replacement leaves first and its goods are owed: S14, S15, and the card that is held."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock, deliveries
from core.errors import ActionBlocked
from core.models import Event
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.rules import OutboundReason, plan_sale
from exchanges.states import ExchangeState as S
from exchanges.states import ExchangeType
from orders.models import Tender
from payments import sweeps
from payments.models import MoneyOperation, Obligation
from returns.models import ReceiptLine, Return
from returns.sweeps import expire_overdue
from tests.factories.cases import give_terms, grade, inspect, receive
from tests.factories.money import carry_out
from tests.factories.swaps import NOW, act_on, make_swap, open_exchange
from tests.payments.bank import Bank
from tests.scenarios.rules import offer_advanced
from tests.scenarios.test_upgrades import card_of, now_of

D = Decimal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]


def open_advanced(*, token: str = "card_4242", **rule: Any) -> Exchange:
    """100.00 and 8.00 of tax come back, the same goes out at once."""
    swap = make_swap(net="100.00", tax="8.00", rate="0.08")
    offer_advanced(**rule)
    card_of(swap, token=token)
    return open_exchange(swap, exchange_type=ExchangeType.ADVANCED)


def send(exchange: Exchange) -> None:
    services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
    services.confirm_delivery(**act_on(exchange))
    deliveries.deliver_due()


def live_through(*days: int) -> None:
    for day in days:
        ahead = dt.timedelta(days=day)
        clock.shift_database_clock(ahead)
        expire_overdue(now=NOW + ahead)
        sweeps.follow_obligations(now=NOW + ahead)
        carry_out(ahead=ahead)
        deliveries.deliver_due()


def come_back(day: int) -> None:
    case = Return.objects.get()
    at = NOW + dt.timedelta(days=day)
    receive(case, now=at)
    inspect(case, now=at)
    deliveries.deliver_due()
    carry_out(ahead=dt.timedelta(days=day + 1))
    deliveries.deliver_due()


def kinds_of(subject: str) -> list[str]:
    told = Event.objects.filter(kind__startswith=subject).order_by("pk")
    return [event.kind.removeprefix(subject) for event in told]


class TestS14CustomerKeepsTheItem:
    def test_is_charged_once_at_day_28_and_becomes_a_sale(self, bank: Bank) -> None:
        exchange = open_advanced()
        assert exchange.state == S.RELEASING
        send(exchange)
        obligation = Obligation.objects.get()
        assert (obligation.amount, (obligation.due_on - NOW.date()).days) == (D("108.00"), 21)
        live_through(13, 14, 21, 27)
        assert kinds_of("obligation.") == ["opened", "reminder", "due", "reminder"]
        assert bank.taken() == []
        live_through(28, 29, 35)
        assert bank.taken() == ["108.00"]
        assert now_of(exchange).state == S.CONVERTED_TO_SALE
        obligation.refresh_from_db()
        assert obligation.state == "charged"

    def test_goes_to_people_and_is_not_tried_again_when_declined(self, bank: Bank) -> None:
        exchange = open_advanced(token="card_0002")
        send(exchange)
        live_through(28, 29, 40)
        assert (bank.taken(), MoneyOperation.objects.count()) == ([], 1)
        obligation = Obligation.objects.get()
        assert obligation.receivable_since is not None
        assert now_of(exchange).state == S.DELIVERED


class TestKeptByHand:
    def test_is_charged_at_once_and_never_again(self, bank: Bank) -> None:
        exchange = open_advanced()
        send(exchange)
        facts = queries.read_facts(now_of(exchange))
        assert "€108.00 is charged to the card on file at once" in " ".join(
            plan_sale(facts).sentences
        )
        services.convert_to_sale(**act_on(exchange, reason="She gives it to her sister."))
        with pytest.raises(ActionBlocked):
            services.convert_to_sale(**act_on(exchange, reason="Once more."))
        live_through(1, 28, 35)
        assert bank.taken() == ["108.00"]
        assert now_of(exchange).state == S.CONVERTED_TO_SALE
        assert Obligation.objects.get().state == "charged"

    def test_is_taken_back_when_the_goods_come_all_the_same(self, bank: Bank) -> None:
        exchange = open_advanced()
        send(exchange)
        services.convert_to_sale(**act_on(exchange, reason="She gives it to her sister."))
        live_through(1)
        come_back(10)
        assert (bank.taken(), bank.refunded()) == (["108.00"], ["108.00"])


class TestS15ItemArrivesAfterThatCharge:
    def test_gets_the_charge_back_with_both_postings_in_view(self, bank: Bank) -> None:
        exchange = open_advanced()
        send(exchange)
        live_through(28)
        come_back(30)
        assert (bank.taken(), bank.refunded()) == (["108.00"], ["108.00"])
        charged = Tender.objects.get(order__purpose="exchange", kind="card")
        assert (charged.captured, charged.refunded) == (D("108.00"), D("108.00"))
        assert Return.objects.get().state == "closed"

    def test_comes_too_late_beyond_the_days_that_policy_allows(self, bank: Bank) -> None:
        send(open_advanced())
        live_through(28, 39)
        assert Return.objects.get().state == "expired"


class TestGoodsThatComeInTime:
    def test_pay_for_what_has_left_and_owe_nothing(self, bank: Bank) -> None:
        exchange = open_advanced()
        send(exchange)
        assert now_of(exchange).state == S.DELIVERED
        come_back(10)
        live_through(28)
        assert bank.taken() == []
        assert Obligation.objects.get().state == "met"
        assert now_of(exchange).state == S.COMPLETED
        assert Return.objects.get().state == "closed"

    def test_leave_what_they_are_worth_less_to_be_charged(
        self, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exchange = open_advanced()
        send(exchange)
        give_terms(monkeypatch, reductions={"C": D("0.25")})
        case = Return.objects.get()
        receive(case)
        inspect(case, grade(ReceiptLine.objects.get().pk, grade="C"))
        deliveries.deliver_due()
        owed = Obligation.objects.order_by("pk").values_list("kind", "amount", "state")
        assert [*owed] == [("goods", D("108.00"), "met"), ("money", D("27.00"), "open")]
        due_on = Obligation.objects.get(kind="money").due_on
        live_through((due_on - NOW.date()).days, (due_on - NOW.date()).days + 1)
        assert bank.taken() == ["27.00"]

    def test_let_go_of_the_card_that_was_held_for_them(self, bank: Bank) -> None:
        exchange = open_advanced(wants_card_hold=True)
        awaits = queries.describe_exchange(exchange, permissions=[]).awaits
        assert [hold.reason for hold in awaits] == [OutboundReason.CARD_HOLD_MISSING]
        with pytest.raises(IntegrityError, match="no card held"), transaction.atomic():
            connection.cursor().execute(
                "UPDATE exchanges_exchange SET state = 'releasing' WHERE id = %s", [exchange.pk]
            )
        card = exchange.return_case.customer.payment_methods.get()
        services.collect_payment(**act_on(exchange, payment_method_id=card.pk))
        carry_out()
        deliveries.deliver_due()
        exchange = now_of(exchange)
        assert (exchange.state, queries.read_facts(exchange).authorised) == (
            S.RELEASING,
            D("108.00"),
        )
        send(exchange)
        come_back(10)
        assert [*MoneyOperation.objects.order_by("pk").values_list("kind", "state")] == [
            ("authorise", "succeeded"),
            ("void", "succeeded"),
        ]
        assert bank.taken() == []
