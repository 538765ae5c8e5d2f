from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.actors import Actor
from core.models import Event
from orders import queries, services
from orders.models import Channel, Customer, Order
from orders.sales import Sale, SaleAddress, SaleCustomer, SaleTender
from orders.services import Taken, TakenSale
from orders.states import OrderState
from tests.factories.incoming import PLACED, make_sale, make_sale_line
from tests.factories.sales import make_channel
from tests.factories.stock import make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
INTAKE = Actor.system("intake")
D = Decimal

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> Channel:
    return make_channel()


def register(channel: Channel, sale: Sale) -> Order:
    with transaction.atomic():
        return services.register_order(channel=channel, sale=sale, actor=INTAKE, now=NOW)


def update(order: Order, sale: Sale) -> Order:
    with transaction.atomic():
        return services.update_order(order_id=order.pk, sale=sale, actor=INTAKE, now=NOW)


class TestRegisterOrder:
    def test_stores_the_money_as_it_was_frozen(self, channel: Channel) -> None:
        sale = make_sale(make_sale_line(price="60.00"), make_sale_line("SOCKS", price="20.00"))
        order = register(channel, sale)
        assert [(line.net, line.tax, line.gross) for line in order.lines.order_by("position")] == [
            (D("60.00"), D("4.80"), D("64.80")),
            (D("20.00"), D("1.60"), D("21.60")),
        ]
        assert (order.goods_total, order.grand_total) == (D("80.00"), D("86.40"))
        assert queries.get_frozen_facts(order) == sale.frozen_facts()

    def test_finds_the_variant_and_keeps_an_unknown_sku(self, channel: Channel) -> None:
        variant = make_variant("SHIRT-BLUE-M")
        order = register(channel, make_sale(make_sale_line(), make_sale_line("UNHEARD-OF")))
        known, unknown = order.lines.order_by("position")
        assert known.variant == variant
        assert (unknown.variant, unknown.sku) == (None, "UNHEARD-OF")

    def test_tells_of_it_without_naming_anybody(self, channel: Channel) -> None:
        order = register(channel, make_sale())
        event = Event.objects.get(subject=f"order:{order.pk}")
        assert (event.kind, event.actor) == ("order.registered", "system:intake")
        assert event.data == {"number": "#SHP-1001", "channel": channel.code, "total": "43.20"}

    @pytest.mark.parametrize(
        ("changes", "shipped", "state"),
        [
            ({}, (0, 0), OrderState.OPEN),
            ({}, (1, 0), OrderState.PARTLY_SHIPPED),
            ({}, (1, 2), OrderState.SHIPPED),
            ({"delivered_at": PLACED}, (1, 2), OrderState.DELIVERED),
            ({"cancelled_at": PLACED}, (0, 0), OrderState.CANCELLED),
            ({"cancelled_at": PLACED}, (1, 2), OrderState.SHIPPED),
        ],
    )
    def test_starts_where_the_goods_are(
        self, channel: Channel, changes: dict[str, Any], shipped: tuple[int, int], state: str
    ) -> None:
        one, two = shipped
        lines = make_sale_line(shipped=one), make_sale_line("SOCKS", quantity=2, shipped=two)
        assert register(channel, make_sale(*lines, **changes)).state == state

    def test_knows_a_guest_again_by_e_mail(self, channel: Channel) -> None:
        first = register(channel, make_sale())
        guest = SaleCustomer(name="A. Kovačević", email="ANA@customers.example")
        again = register(channel, make_sale(external_id="7002", customer=guest))
        assert again.customer == first.customer
        assert Customer.objects.get().name == "A. Kovačević"

    def test_does_not_mix_up_guests_without_e_mail(self, channel: Channel) -> None:
        nobody = SaleCustomer()
        first = register(channel, make_sale(customer=nobody))
        again = register(channel, make_sale(external_id="7002", customer=nobody))
        assert first.customer != again.customer

    def test_knows_a_customer_by_the_channels_id(self, channel: Channel) -> None:
        known = SaleCustomer(external_id="55", name="Ana", email="ana@customers.example")
        first = register(channel, make_sale(customer=known))
        moved = replace(known, email="ana@elsewhere.example")
        again = register(channel, make_sale(external_id="7002", customer=moved))
        assert again.customer == first.customer

    def test_leaves_an_erased_customer_erased(self, channel: Channel) -> None:
        known = SaleCustomer(external_id="55", name="Ana", email="ana@customers.example")
        order = register(channel, make_sale(customer=known))
        Customer.objects.filter(pk=order.customer_id).update(name="", email="", erased_at=NOW)
        register(channel, make_sale(external_id="7002", customer=known))
        assert Customer.objects.get().email == ""

    def test_is_refused_a_second_time_by_the_database(self, channel: Channel) -> None:
        register(channel, make_sale())
        with pytest.raises(IntegrityError, match="an_order_comes_once"):
            register(channel, make_sale())


class TestUpdateOrder:
    def test_moves_statuses_units_and_payments(self, channel: Channel) -> None:
        order = register(channel, make_sale(tenders=(), financial_status="pending"))
        paid = SaleTender(kind="card", label="card", captured=D("43.20"))
        shipped = make_sale(
            make_sale_line(shipped=1), tenders=(paid,), fulfillment_status="fulfilled"
        )
        order = update(order, shipped)
        assert (order.financial_status, order.state) == ("paid", OrderState.SHIPPED)
        assert order.lines.get().shipped == 1
        assert order.tenders.get().captured == D("43.20")

    def test_never_takes_units_or_payments_back(self, channel: Channel) -> None:
        order = register(channel, make_sale(make_sale_line(quantity=2, shipped=2, returned=1)))
        update(order, make_sale(make_sale_line(quantity=2), tenders=()))
        line = order.lines.get()
        assert (line.shipped, line.returned) == (2, 1)
        assert order.tenders.get().captured == D("86.40")

    def test_leaves_units_alone_that_are_on_their_way_back(self, channel: Channel) -> None:
        order = register(channel, make_sale(make_sale_line(quantity=2, shipped=2)))
        with transaction.atomic():
            services.claim_return_units(quantities={order.lines.get().pk: 2}, actor=INTAKE, now=NOW)
        update(order, make_sale(make_sale_line(quantity=2, shipped=2, returned=2)))
        line = order.lines.get()
        assert (line.return_open, line.returned) == (2, 0)

    def test_does_not_touch_the_frozen_money(self, channel: Channel) -> None:
        order = register(channel, make_sale())
        facts = queries.get_frozen_facts(order)
        update(order, make_sale(financial_status="refunded"))
        assert queries.get_frozen_facts(Order.objects.get()) == facts

    def test_follows_a_guest_who_has_an_account_after_all(self, channel: Channel) -> None:
        order = register(channel, make_sale())
        known = SaleCustomer(external_id="55", name="Ana", email="ana@customers.example")
        assert update(order, make_sale(customer=known)).customer.external_id == "55"
        assert update(order, make_sale()).customer.external_id == "55"

    def test_follows_a_new_address(self, channel: Channel) -> None:
        order = register(channel, make_sale())
        moved = SaleAddress(name="Ana Kovačević", postcode="21000", country="HR")
        order = update(order, make_sale(ship_to=moved))
        assert order.ship_to is not None
        assert order.ship_to.postcode == "21000"


def take(channel: Channel, sale: Sale) -> TakenSale:
    with transaction.atomic():
        return services.take_sale(channel=channel, sale=sale, actor=INTAKE, now=NOW)


def version(minutes: int, **changes: Any) -> Sale:
    """The order as the channel tells of it some minutes after it was placed."""
    return make_sale(
        make_sale_line(quantity=3, shipped=changes.pop("shipped", 0)),
        source_updated_at=PLACED + dt.timedelta(minutes=minutes),
        **changes,
    )


VERSIONS = (
    version(0, financial_status="pending", tenders=()),
    version(1),
    version(2, shipped=1, shipped_at=PLACED + dt.timedelta(hours=1)),
    version(2, shipped=3, fulfillment_status="fulfilled"),
)


class TestTakeSale:
    def test_registers_once_and_knows_it_again(self, channel: Channel) -> None:
        assert take(channel, version(0)).taken is Taken.REGISTERED
        assert take(channel, version(0)).taken is Taken.KNOWN
        assert Order.objects.count() == 1

    def test_takes_over_what_is_newer_and_not_what_is_older(self, channel: Channel) -> None:
        take(channel, version(1))
        assert take(channel, version(2, financial_status="refunded")).taken is Taken.UPDATED
        assert take(channel, version(0, financial_status="pending")).taken is Taken.KNOWN
        assert Order.objects.get().financial_status == "refunded"

    def test_says_so_when_an_older_version_knows_of_more_that_has_left(
        self, channel: Channel
    ) -> None:
        """Or the stock kept for those units would never be let go."""
        take(channel, version(2))
        assert take(channel, version(1, shipped=1)).taken is Taken.KNOWN
        assert Event.objects.filter(kind="order.updated").count() == 1

    def test_remembers_that_the_rest_was_cancelled_after_a_part_had_left(
        self, channel: Channel
    ) -> None:
        take(channel, version(0))
        take(channel, version(1, shipped=1, cancelled_at=PLACED))
        order = Order.objects.get()
        assert (order.state, order.cancelled_at) == (OrderState.PARTLY_SHIPPED, PLACED)

    def test_refuses_changed_money_and_says_what_changed(self, channel: Channel) -> None:
        take(channel, version(0))
        changed = take(channel, version(1, grand_total=D("1.00")))
        assert changed.taken is Taken.CHANGED
        assert changed.difference == {"grand_total": ["129.6000", "1.0000"]}
        assert Order.objects.get().grand_total == D("129.60")

    def test_keeps_channels_apart(self, channel: Channel) -> None:
        take(make_channel("shop-uk"), version(0))
        assert take(channel, version(0)).taken is Taken.REGISTERED

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_ends_alike_in_whatever_order_the_versions_come(
        self, channel: Channel, order: tuple[int, ...]
    ) -> None:
        for position in order:
            take(channel, VERSIONS[position])
        found = Order.objects.get()
        assert (found.state, found.financial_status) == (OrderState.SHIPPED, "paid")
        assert found.fulfillment_status == "fulfilled"
        assert found.shipped_at == PLACED + dt.timedelta(hours=1)
        assert found.lines.get().shipped == 3
        assert found.tenders.get().captured == D("129.60")
