from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from core.actors import Actor
from core.models import Event
from core.operations import content_hash
from orders import queries, services
from orders.models import Order, Tender
from orders.services import ExchangeOrderLine
from orders.states import OrderState, Purpose
from tests.factories.sales import make_order
from tests.factories.stock import make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
AGENT = Actor.system("test")
D = Decimal

pytestmark = pytest.mark.django_db


def register(sold: Order) -> Order:
    """The even exchange of S1: a red shirt for the blue one, 40.00 and 3.20 tax."""
    red = make_variant("SHIRT-RED-M")
    line = ExchangeOrderLine(
        variant_id=red.pk,
        sku=red.sku,
        title="Shirt red",
        quantity=1,
        list_price=D("40.00"),
        net=D("40.00"),
        tax=D("3.20"),
        gross=D("43.20"),
        tax_name="VAT",
        tax_rate=D("0.08"),
        replaces_id=sold.lines.get().pk,
    )
    with transaction.atomic():
        return services.register_exchange_order(
            partner_id=sold.partner_id,
            channel_id=sold.channel_id,
            customer_id=sold.customer_id,
            ship_to_id=sold.ship_to_id,
            based_on="return:12",
            currency="EUR",
            prices_include_tax=False,
            number="EXC-1",
            external_id="EXC-1",
            lines=[line],
            shipping_total=D(0),
            actor=AGENT,
            now=NOW,
        )


class TestRegisterExchangeOrder:
    def test_is_an_order_of_its_own_based_on_the_return(self) -> None:
        sold = make_order()
        order = register(sold)
        assert (order.purpose, order.state) == (Purpose.EXCHANGE, OrderState.OPEN)
        assert (order.based_on, order.grand_total) == ("return:12", D("43.20"))
        assert order.lines.get().replaces == sold.lines.get()
        assert order.frozen_hash == content_hash(
            queries.get_frozen_facts(Order.objects.get(pk=order.pk))
        )

    def test_is_told_on_the_timeline_of_the_case(self) -> None:
        order = register(make_order())
        event = Event.objects.get(kind="order.registered", subject=f"order:{order.pk}")
        assert event.case == "return:12"


class TestAddExchangeCredit:
    def test_points_at_the_payment_it_came_from(self) -> None:
        sold = make_order()
        order = register(sold)
        with transaction.atomic():
            tender = services.add_exchange_credit(
                order_id=order.pk,
                amount=D("43.20"),
                source_tender_id=sold.tenders.get().pk,
                label="CM-000001",
                actor=AGENT,
                now=NOW,
            )
        assert tender.kind == Tender.Kind.EXCHANGE_CREDIT
        assert tender.source == sold.tenders.get()
        assert order.tenders.get().captured == order.grand_total
