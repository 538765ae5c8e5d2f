"""Some things back, other things out, in another number: one quote, one hold, one order."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from core import deliveries
from exchanges import services
from exchanges.models import Exchange
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeState as S
from inventory.models import Reservation
from orders.models import Order, OrderLine, Tender
from returns.models import Return
from returns.queries import WantedReturn
from tests.factories.cases import bring_back
from tests.factories.money import carry_out, make_account, make_card, pay_with
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_price, make_product, make_stock, make_variant
from tests.factories.swaps import AGENT, NOW, act_on, publish_price_policy
from tests.payments.bank import Bank
from tests.scenarios.rules import lay_down
from tests.scenarios.test_upgrades import now_of, pay

D = Decimal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]


def open_many(bank: Bank, *, cup: str) -> Exchange:
    """A shirt of 40.00, a belt of 25.00 and a tie of 10.00 for two bags of 30.00 and a cup."""
    publish_price_policy(make_policy(), "current")
    lay_down(exchange_payment={"timing": "up_front"})
    place = make_location()
    things = {}
    for name, price in (("bag", "30.00"), ("cup", cup)):
        things[name] = make_variant(product=make_product(title=name.title()), title="")
        make_price(things[name], list_price=price, is_tax_inclusive=True)
        make_stock(things[name], place, 5)
    prices = ("40.00", "25.00", "10.00")
    order = make_order(*(Sold(net, "0.00", rate="0", variant=make_variant()) for net in prices))
    pay_with(order, bank, make_account(order.partner_id), ("card", "75.00"))
    shirt, belt, tie = order.lines.order_by("position")
    exchange = services.open_exchange_case(
        partner_id=order.partner_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        lines=[
            WantedReturn(order_line_id=line.pk, quantity=1, reason="wrong_size", outcome="exchange")
            for line in (shirt, belt, tie)
        ],
        replacements=[
            WantedReplacement(
                variant_id=things["bag"].pk, quantity=2, replaces_order_line_id=shirt.pk
            ),
            WantedReplacement(variant_id=things["cup"].pk, replaces_order_line_id=belt.pk),
        ],
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )
    return now_of(exchange)


def go_through(exchange: Exchange) -> Exchange:
    bring_back(Return.objects.get())
    deliveries.deliver_due()
    services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
    services.confirm_delivery(**act_on(exchange))
    for hour in range(3):
        carry_out(ahead=dt.timedelta(hours=hour))
        deliveries.deliver_due()
    return now_of(exchange)


class TestThreeForTwo:
    def test_cost_what_all_of_it_differs_by(self, bank: Bank) -> None:
        exchange = open_many(bank, cup="24.50")
        quote = exchange.accepted_quote
        assert quote is not None
        assert (quote.returned_value, quote.outbound_value, quote.due) == (
            *(D("75.00"), D("84.50"), D("9.50")),
        )
        held = Reservation.objects.order_by("pk").values_list("quantity", flat=True)
        assert [*held] == [2, 1]
        made = Order.objects.get(exchange=exchange)
        assert (made.purpose, made.grand_total) == ("exchange", D("84.50"))
        assert [*OrderLine.objects.filter(order=made).values_list("quantity", flat=True)] == [2, 1]
        pay(exchange, make_card(made.customer))
        assert go_through(exchange).state == S.COMPLETED
        assert (bank.taken()[1:], bank.refunded()) == (["9.50"], [])
        credit = Tender.objects.get(kind="exchange_credit")
        assert credit.captured == D("75.00")

    def test_give_back_what_they_are_worth_more(self, bank: Bank) -> None:
        exchange = open_many(bank, cup="8.00")
        assert exchange.accepted_quote is not None
        assert exchange.accepted_quote.due == D("-7.00")
        assert go_through(exchange).state == S.COMPLETED
        assert (bank.taken()[1:], bank.refunded()) == ([], ["7.00"])
