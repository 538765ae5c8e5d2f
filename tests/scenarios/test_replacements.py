"""What goes out first, instead, and after: S16, S17, S23, S24."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from exchanges import queries, services
from exchanges.models import Exchange, Quote
from exchanges.rules import Conversion, NoPrice, WantedReplacement
from exchanges.states import ExchangeState as S
from exchanges.states import ExchangeType
from fulfilment import services as fulfilment
from fulfilment.models import Shipment
from inventory.models import Reservation, Variant
from inventory.queries import get_availability
from orders.models import Order, OrderLine, Tender
from payments import queries as payments
from payments import sweeps
from payments.models import CreditMemo, Obligation, ProviderAccount
from payments.services import plan_pay_out
from returns.models import ReceiptLine, Return
from returns.sweeps import expire_overdue
from tests.factories.cases import bring_back, give_terms, grade, inspect, open_case, receive, want
from tests.factories.money import carry_out, pay_with, run
from tests.factories.people import make_user
from tests.factories.stock import make_price, make_stock, make_variant
from tests.factories.swaps import AGENT, NOW, Swap, act_on, make_swap, open_exchange
from tests.payments.bank import Bank
from tests.scenarios.rules import lay_down, offer_advanced
from tests.scenarios.test_upgrades import approve, card_of, now_of, pay

D = Decimal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]


def deliver(exchange: Exchange) -> None:
    services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
    services.confirm_delivery(**act_on(exchange))
    deliveries.deliver_due()


class TestS16AdvancedPrePaid:
    def open(self, bank: Bank) -> Exchange:
        """108.00 was paid; the new one costs 120.00 with its tax."""
        swap = make_swap(net="100.00", tax="8.00", rate="0.08", price_policy="current")
        make_price(swap.red, list_price="120.00")
        offer_advanced()
        card = card_of(swap)
        pay_with(swap.order, bank, ProviderAccount.objects.get(), ("card", "108.00"))
        exchange = open_exchange(swap, exchange_type=ExchangeType.ADVANCED_PREPAID)
        assert (exchange.state, Quote.objects.get().needed) == (S.AWAITING_PAYMENT, D("120.00"))
        with pytest.raises(ActionBlocked):
            services.release_replacement(**act_on(exchange))
        pay(exchange, card)
        return now_of(exchange)

    def test_leaves_once_all_of_it_is_paid_and_gives_the_credit_back_on_receipt(
        self, bank: Bank
    ) -> None:
        exchange = self.open(bank)
        assert (bank.taken(), exchange.state) == (["108.00", "120.00"], S.RELEASING)
        deliver(exchange)
        assert now_of(exchange).state == S.DELIVERED
        bring_back(Return.objects.get())
        deliveries.deliver_due()
        carry_out(ahead=dt.timedelta(days=1))
        deliveries.deliver_due()
        assert bank.refunded() == ["108.00"]
        assert now_of(exchange).state == S.COMPLETED
        assert Return.objects.get().state == "closed"

    def test_pays_back_what_goods_in_worse_condition_are_worth_and_says_why(
        self, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exchange = self.open(bank)
        deliver(exchange)
        give_terms(monkeypatch, reductions={"C": D("0.25")})
        case = Return.objects.get()
        receive(case)
        inspect(case, grade(ReceiptLine.objects.get().pk, grade="C"))
        deliveries.deliver_due()
        carry_out(ahead=dt.timedelta(days=1))
        deliveries.deliver_due()
        memo = CreditMemo.objects.get()
        lines = [*memo.lines.order_by("position").values_list("kind", "gross")]
        assert lines == [("goods", D("108.00")), ("condition", D("-27.00"))]
        assert (memo.gross, bank.refunded()) == (D("81.00"), ["81.00"])
        assert now_of(exchange).state == S.COMPLETED

    def test_was_a_sale_when_its_goods_never_come_and_nothing_more_is_charged(
        self, bank: Bank
    ) -> None:
        exchange = self.open(bank)
        deliver(exchange)
        for day in (37, 39):  # due after 21, with 7 of grace, and taken for 10 more
            expire_overdue(now=NOW + dt.timedelta(days=day))
            sweeps.follow_obligations(now=NOW + dt.timedelta(days=day))
            deliveries.deliver_due()
            gone = day == 39
            assert now_of(exchange).state == (S.CONVERTED_TO_SALE if gone else S.DELIVERED)
        carry_out(ahead=dt.timedelta(days=40))
        assert (bank.taken(), bank.refunded()) == (["108.00", "120.00"], [])
        assert not Obligation.objects.exists()
        assert Return.objects.get().state == "expired"

    def test_is_a_sale_at_once_when_the_customer_keeps_both(self, bank: Bank) -> None:
        exchange = self.open(bank)
        deliver(exchange)
        services.convert_to_sale(**act_on(exchange, reason="They want both."))
        deliveries.deliver_due()
        assert now_of(exchange).state == S.CONVERTED_TO_SALE
        assert Return.objects.get().state == "cancelled"
        carry_out(ahead=dt.timedelta(days=40))
        assert (bank.taken(), bank.refunded()) == (["108.00", "120.00"], [])

    def test_arrives_though_it_became_a_sale_on_its_way(self, bank: Bank) -> None:
        exchange = self.open(bank)
        services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
        services.convert_to_sale(**act_on(exchange, reason="They want both."))
        parcel = Shipment.objects.get()
        with transaction.atomic():
            services.follow_delivered_parcel(
                shipment_id=parcel.pk, actor=AGENT, op_id=uuid4(), now=NOW
            )
        deliveries.deliver_due()
        parcel.refresh_from_db()
        assert (parcel.state, now_of(exchange).state) == ("delivered", S.CONVERTED_TO_SALE)
        assert Order.objects.get(exchange=exchange).state == "delivered"

    @pytest.mark.parametrize("kind", [ExchangeType.ADVANCED, ExchangeType.ADVANCED_PREPAID])
    def test_is_not_to_be_had_where_policy_does_not_offer_it(self, kind: str) -> None:
        lay_down(advanced_exchange={"is_offered": False})
        swap = make_swap()
        with pytest.raises(ActionBlocked, match="cannot be opened") as refused:
            open_exchange(swap, exchange_type=kind)
        assert "Policy offers no advanced" in refused.value.reasons[0]


class TestS17Substitution:
    def with_the_warehouse(self) -> tuple[Swap, Exchange, Variant, Variant]:
        """Red was released to the warehouse, which found none of it."""
        swap = make_swap()
        product = swap.red.product
        green = make_variant(product=product, title="green L")
        dear = make_variant(title="blue L", price="49.20")
        for variant in (green, dear):
            make_stock(variant, swap.place, 1)
        exchange = open_exchange(swap, actor=Actor.user(make_user()))
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        hold = Reservation.objects.get()
        shipment = Shipment.objects.get()
        self.report_none(shipment, hold.number)
        return swap, now_of(exchange), green, dear

    def report_none(self, shipment: Shipment, hold: str) -> None:
        with transaction.atomic():
            fulfilment.pick_shipment_short(
                shipment_id=shipment.pk, actor=Actor.system("warehouse"), now=NOW
            )
            services.follow_short_pick(
                shipment_id=shipment.pk,
                lines=[{"hold": hold, "wanted": 1, "found": 0}],
                actor=Actor.system("warehouse"),
                now=NOW,
                op_id=Event.objects.latest("pk").event_id,
            )

    def send(self, exchange: Exchange, variant: Variant) -> Exchange:
        line = OrderLine.objects.get(order__purpose="sale")
        return services.substitute_replacement(
            **act_on(
                exchange,
                replacements=[
                    WantedReplacement(variant_id=variant.pk, replaces_order_line_id=line.pk)
                ],
                reason="She takes the other one.",
            )
        )

    @pytest.mark.causes("short_picked", "exchange_changed")
    def test_at_the_same_price_needs_the_customer_s_word_alone(self) -> None:
        _, exchange, green, _ = self.with_the_warehouse()
        exchange = self.send(exchange, green)
        assert (exchange.state, Quote.objects.latest("pk").due) == (S.RELEASING, 0)
        assert get_availability([green.pk]) == {green.pk: 0}
        states = Reservation.objects.order_by("pk").values_list("state", "cause")
        assert [*states] == [("released", "short"), ("committed", "")]
        assert Event.objects.filter(kind="exchange.substituted").count() == 1

    def test_that_costs_more_opens_the_payment_again(self, bank: Bank) -> None:
        swap, exchange, _, dear = self.with_the_warehouse()
        lay_down(exchange_payment={"timing": "on_receipt"})
        card = card_of(swap)
        exchange = self.send(exchange, dear)
        assert (exchange.state, Quote.objects.latest("pk").due) == (S.AWAITING_PAYMENT, D("6.00"))
        pay(exchange, card)
        assert (bank.taken(), now_of(exchange).state) == (["6.00"], S.RELEASING)

    def test_writes_down_the_day_that_was_promised(self) -> None:
        _, exchange, green, _ = self.with_the_warehouse()
        Shipment.objects.update(promised_on=NOW.date())
        self.send(exchange, green)
        broken = Event.objects.get(kind="exchange.promise_broken")
        assert broken.data["promised"] == NOW.date().isoformat()

    def test_is_refused_while_the_warehouse_has_all_of_it(self) -> None:
        swap = make_swap(available=2)
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        with pytest.raises(ActionBlocked):
            self.send(exchange, swap.red)


class TestS23OtherCurrency:
    RATE = Conversion(
        currency="USD", rate=D("0.92"), source="ECB", taken_at="2026-11-06T09:00:00+00:00"
    )

    def open(self) -> tuple[Swap, Exchange, Variant]:
        swap = make_swap(net="100.00", tax="8.00", rate="0.08")
        other = make_variant(title="Only in dollars")
        make_price(other, list_price="100.00", currency="USD", is_tax_inclusive=False)
        make_stock(other, swap.place, 1)
        return swap, open_exchange(swap), other

    def change(self, exchange: Exchange, other: Variant) -> Exchange:
        line = OrderLine.objects.get(order__purpose="sale")
        return services.quote_exchange(
            **act_on(
                exchange,
                replacements=[
                    WantedReplacement(variant_id=other.pk, replaces_order_line_id=line.pk)
                ],
            )
        )

    def test_is_refused_for_want_of_a_price(self) -> None:
        _, exchange, other = self.open()
        with pytest.raises(NoPrice, match="no price in EUR"):
            self.change(exchange, other)

    def test_stands_on_a_rate_that_a_lead_approves_and_pays_back_in_the_order_s(self) -> None:
        _, exchange, other = self.open()
        services.adjust_quote(
            **act_on(
                exchange,
                conversion=self.RATE,
                reason="The customer agrees to the rate.",
                actor=Actor.user(make_user()),
            )
        )
        exchange = self.change(now_of(exchange), other)
        quote = Quote.objects.latest("pk")
        assert (quote.currency, quote.outbound_value, quote.due) == ("EUR", D("99.36"), D("-8.64"))
        assert (exchange.state, quote.approval_kind) == (S.PENDING_APPROVAL, "other_currency")
        assert quote.inputs["replacements"][0]["price"]["conversion"] == {
            "currency": "USD",
            "rate": "0.92",
            "source": "ECB",
            "taken_at": "2026-11-06T09:00:00+00:00",
        }
        approve(exchange)
        assert now_of(exchange).state == S.AWAITING_GOODS

    @pytest.mark.parametrize(
        "rate",
        [
            replace(RATE, rate=D(0)),
            replace(RATE, source=" "),
            replace(RATE, currency="EUR"),
            replace(RATE, currency="XYZ1"),
        ],
    )
    def test_refuses_a_rate_from_nowhere(self, rate: Conversion) -> None:
        _, exchange, _ = self.open()
        with pytest.raises(BadInput):
            services.adjust_quote(**act_on(exchange, conversion=rate, reason="So."))


class TestS24ExchangeOfAnExchange:
    """A for B with 43.30 paid, B for C, C back: the chain ends at 0.00."""

    def sell(self, variant: Variant, swap: Swap, price: str) -> None:
        make_price(variant, list_price=price, is_tax_inclusive=False)
        make_stock(variant, swap.place, 1)

    def again(self, swap: Swap, exchange: Exchange, variant: Variant, **more: Any) -> Exchange:
        order = now_of(exchange).replacement_order
        assert order is not None
        order.refresh_from_db()
        return open_exchange(
            replace(swap, order=order, red=variant), **{"reason": "changed_mind"} | more
        )

    def test_goes_back_along_the_payments_the_last_first(self, bank: Bank) -> None:
        swap = make_swap(net="89.99", tax="7.42", rate="0.0825", price_policy="current")
        make_price(swap.red, list_price="129.99", is_tax_inclusive=False)
        lay_down(exchange_payment={"timing": "up_front"})
        card = card_of(swap)
        pay_with(swap.order, bank, ProviderAccount.objects.get(), ("card", "97.41"))
        first = open_exchange(swap)
        pay(first, card)
        bring_back(first.return_case)
        deliveries.deliver_due()
        deliver(now_of(first))
        assert now_of(first).state == S.COMPLETED

        third = make_variant(product=swap.red.product, title="C")
        self.sell(third, swap, "119.99")
        second = self.again(swap, first, third)
        quote = Quote.objects.get(exchange=second)
        assert (quote.returned_value, quote.outbound_value) == (D("140.71"), D("129.89"))
        bring_back(second.return_case)
        deliveries.deliver_due()
        carry_out(ahead=dt.timedelta(days=1))
        assert bank.refunded() == ["10.82"]
        assert Tender.objects.get(captured=D("43.30")).refunded == D("10.82")
        deliver(now_of(second))

        chain = queries.list_chain(now_of(second))
        assert [link.goods for link in chain] == [
            "1 × Shirt blue",
            "1 × Shirt red",
            "1 × Shirt C",
        ]

        order = now_of(second).replacement_order
        assert order is not None
        order.refresh_from_db()
        case = open_case(order, want(order.lines.get()))
        memo = bring_back(case)
        assert memo.gross == D("129.89")
        if not payments.sum_pending_refunds(f"creditmemo:{memo.pk}"):
            run(plan_pay_out, memo_id=memo.pk)
        carry_out(ahead=dt.timedelta(days=2))
        assert bank.refunded() == ["10.82", "32.48", "97.41"]
        made = Tender.objects.exclude(kind="exchange_credit")
        assert [tender.captured - tender.refunded for tender in made] == [0, 0]
