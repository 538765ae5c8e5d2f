"""Search, orders and customers: found by whoever may, masked for whoever need not know."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.roles import Role
from fulfilment.models import Shipment
from inventory.models import Reservation
from orders.models import Order, OrderLine
from tests.factories.desk import make_swap_today, open_today, sign_in
from tests.factories.people import make_partner
from tests.factories.sales import Sold, make_channel, make_order
from tests.factories.stock import make_product, make_variant
from tests.intake.desk import make_channel as make_intake_channel
from tests.intake.desk import take_in
from tests.intake.documents import shopify

pytestmark = pytest.mark.django_db

SEARCH = reverse("console:search")
STAFF = (Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.ADMIN, Role.AUDITOR)


def order_url(order: Order) -> str:
    return reverse("console:order", args=[order.public_id])


def customer_url(order: Order) -> str:
    return reverse("console:customer", args=[order.customer.public_id])


def make_foreign_order() -> Order:
    channel = make_channel("other", partner=make_partner("other"))
    variant = make_variant("FOREIGN-1", product=make_product(channel.partner))
    return make_order(Sold("5.00", variant=variant), channel=channel)


class TestSearch:
    def test_goes_straight_to_the_case_of_any_of_its_numbers(self, client: Client) -> None:
        exchange = open_today(make_swap_today())
        case_url = reverse("console:case", args=[exchange.return_case.number])
        hold = Reservation.objects.get()
        for role in STAFF:
            sign_in(client, role)
            for number in (exchange.return_case.number, exchange.number, hold.number.lower()):
                answer = client.get(SEARCH, {"q": number})
                assert answer.headers["Location"] == case_url, (role, number)

    def test_goes_straight_to_the_case_of_a_parcel(self, client: Client) -> None:
        sign_in(client)
        exchange = open_today(make_swap_today())
        Shipment.objects.update(tracking_number="00340434")
        answer = client.get(SEARCH, {"q": "00340434"})
        assert exchange.return_case.number in answer.headers["Location"]

    def test_goes_straight_to_the_order_of_a_number(self, client: Client) -> None:
        sign_in(client)
        order = make_order()
        assert client.get(SEARCH, {"q": order.number}).headers["Location"] == order_url(order)

    def test_says_that_a_number_has_a_typing_error(self, client: Client) -> None:
        sign_in(client)
        number = open_today(make_swap_today()).return_case.number
        wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
        assert "has a typing error" in client.get(SEARCH, {"q": wrong}).content.decode()

    def test_lists_everything_of_an_e_mail_address(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        exchange = open_today(swap)
        html = client.get(SEARCH, {"q": "ana@customers.example"}).content.decode()
        assert exchange.return_case.number in html
        assert swap.order.number in html
        assert customer_url(swap.order) in html

    def test_lists_goods_with_what_is_free(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(available=3)
        html = client.get(SEARCH, {"q": swap.red.sku}).content.decode()
        assert "3 free" in html

    def test_shows_nothing_of_other_partners(self, client: Client) -> None:
        sign_in(client)
        order = make_foreign_order()
        for words in (order.number, "FOREIGN-1", order.customer.email):
            assert f"Nothing for “{words}”" in client.get(SEARCH, {"q": words}).content.decode()


class TestOrder:
    def test_shows_the_frozen_money_of_each_line(self, client: Client) -> None:
        order = make_order(Sold("40.00", "3.20", rate="0.08"))
        for role in STAFF:
            sign_in(client, role)
            html = client.get(order_url(order)).content.decode()
            assert "€43.20" in html, role
            assert "VAT 8%" in html, role

    def test_says_how_the_discount_was_shared(self, client: Client) -> None:
        sign_in(client)
        order = make_order(discount_name="WELCOME20", discount_total=Decimal("20.00"))
        OrderLine.objects.filter(order=order).update(order_discount_share=Decimal("20.00"))
        html = client.get(order_url(order)).content.decode()
        assert "WELCOME20, €20.00, is shared over the lines" in html

    def test_lists_its_cases(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        number = open_today(swap).return_case.number
        assert number in client.get(order_url(swap.order)).content.decode()

    def test_offers_a_case_only_to_those_who_open_them(self, client: Client) -> None:
        order = make_order()
        for role, is_offered in ((Role.AGENT, True), (Role.WAREHOUSE, False)):
            sign_in(client, role)
            html = client.get(order_url(order)).content.decode()
            assert (f"?order={order.public_id}" in html) is is_offered

    def test_leads_to_what_the_channel_sent_where_it_may_be_read(self, client: Client) -> None:
        order = take_in(make_intake_channel(), shopify()).order
        assert order is not None
        for role, may_read in ((Role.ADMIN, True), (Role.AGENT, False)):
            sign_in(client, role, is_staff=may_read)
            html = client.get(order_url(order)).content.decode()
            assert ("What the channel sent" in html) is may_read

    def test_of_another_partner_is_not_there(self, client: Client) -> None:
        sign_in(client)
        order = make_foreign_order()
        assert client.get(order_url(order)).status_code == 404
        assert client.get(customer_url(order)).status_code == 404

    def test_costs_the_same_for_many_lines(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        sign_in(client)
        order = make_order(*[Sold("1.00", "0.19") for _ in range(8)])
        client.get(order_url(order))
        with django_assert_max_num_queries(22):
            client.get(order_url(order))


class TestCustomer:
    def test_shows_orders_cases_and_what_was_bought(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        number = open_today(swap).return_case.number
        html = client.get(customer_url(swap.order)).content.decode()
        assert swap.order.number in html
        assert number in html
        assert "€43.20 in 1 order" in html

    @pytest.mark.parametrize(
        ("role", "email"),
        [
            (Role.AGENT, "ana@customers.example"),
            (Role.WAREHOUSE, "a…@customers.example"),
            (Role.AUDITOR, "a…@customers.example"),
        ],
    )
    def test_masks_the_address_for_who_does_not_write(
        self, client: Client, role: Role, email: str
    ) -> None:
        sign_in(client, role)
        html = client.get(customer_url(make_order())).content.decode()
        assert email in html

    def test_is_kept_from_people_without_a_role(self, client: Client) -> None:
        sign_in(client, None)
        assert client.get(customer_url(make_order())).status_code == 403

    def test_tells_what_time_it_is_there(self, client: Client) -> None:
        sign_in(client)
        html = client.get(customer_url(make_order())).content.decode()
        assert "(Europe/Berlin)" in html
