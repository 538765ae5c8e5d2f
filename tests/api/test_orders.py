"""Orders in by the API: the way that every channel's documents take, answered at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from intake.models import ChannelDocument
from orders.models import Order
from tests.api.calls import get, post, problem_of
from tests.api.world import make_direct_channel
from tests.factories.people import make_partner
from tests.factories.sales import make_channel, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def channel() -> None:
    make_direct_channel(make_partner())


def body_of(**fields: Any) -> dict[str, Any]:
    """Two shirts at 40.00, 8 % tax, less 10.00, and 5.00 for sending them."""
    line = {"sku": "RED-M", "title": "Shirt, red", "quantity": 2, "unit_price": "40.00"}
    line |= {"discount_total": "10.00", "tax_total": "5.60", "external_id": "l1", "shipped": 2}
    return {
        "channel": "partner-shop",
        "external_id": "P-1001",
        "number": "1001",
        "currency": "EUR",
        "placed_at": "2026-11-20T10:00:00+01:00",
        "prices_include_tax": False,
        "lines": [line],
        "shipping_total": "5.00",
        "tax_total": "5.60",
        "grand_total": "80.60",
        "payments": [
            {"method": "card", "captured": "50.60", "reference": "pi_1"},
            {"method": "gift_card", "captured": "30.00"},
        ],
        "fulfilments": [
            {
                "external_id": "f1",
                "shipped_at": "2026-11-21T09:00:00Z",
                "delivered_at": "2026-11-23T09:00:00Z",
                "carrier": "DHL",
                "tracking_number": "JD01",
            }
        ],
        "customer": {"email": "ana@customers.example", "name": "Ana"},
        "ship_to": {"line1": "Weg 1", "postcode": "04109", "city": "Leipzig", "country": "DE"},
    } | fields


class TestAnOrder:
    def test_is_sold_at_once(self, shop: Client) -> None:
        answer = post(shop, "orders", body_of())
        told = answer.json()
        assert (answer.status_code, told["state"]) == (201, "accepted"), told
        order = get(shop, f"orders/{told['order']}").json()
        assert order["total"] == {"amount": "80.60", "currency": "EUR"}
        assert order["country"] == "DE"
        (line,) = order["lines"]
        assert (line["gross"]["amount"], line["shipped"], line["returnable"]) == ("75.60", 2, 2)
        assert [each["captured"]["amount"] for each in order["payments"]] == ["50.60", "30.00"]
        assert order["delivered_at"] == "2026-11-23T09:00:00Z"
        assert "ana" not in str(order).lower()

    def test_again_is_known(self, shop: Client) -> None:
        first = post(shop, "orders", body_of()).json()
        again = post(shop, "orders", body_of())
        assert (again.status_code, again.json()["state"]) == (200, "duplicate")
        assert again.json()["repeats"] == first["id"]
        assert Order.objects.count() == 1

    def test_with_other_money_is_a_conflict_for_a_person(self, shop: Client) -> None:
        post(shop, "orders", body_of())
        changed = body_of(shipping_total="6.00", grand_total="81.60")
        answer = post(shop, "orders", changed)
        told = answer.json()
        assert (answer.status_code, told["state"], told["owner"]) == (202, "conflict", "lead")
        assert told["reason"] == (
            "Its money changed: shipping total was €5.00, is €6.00 (€1.00 more), and 1 more."
        )
        assert Order.objects.get().grand_total == Decimal("80.60")

    def test_that_does_not_add_up_is_stored_and_waits(self, shop: Client) -> None:
        answer = post(shop, "orders", body_of(grand_total="99.00"))
        told = answer.json()
        assert (answer.status_code, told["state"]) == (202, "held")
        assert told["reason"]
        assert told["owner"] == "lead"
        assert told["findings"]
        assert get(shop, f"documents/{told['id']}").json() == told
        assert not Order.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"grand_total": 80.6}, "/grand_total"),
            ({"grand_total": "-1"}, "/grand_total"),
            ({"placed_at": "2026-11-20"}, "/placed_at"),
            ({"placed_at": "2026-11-20T10:00:00"}, "/placed_at"),
            ({"currency": "eur"}, "/currency"),
            ({"channel": "none"}, "/channel"),
            ({"channel": "shop-de"}, "/channel"),
            ({"lines": []}, "/lines"),
            ({"is_test": "no"}, "/is_test"),
            ({"prices_include_tax": 1}, "/prices_include_tax"),
            ({"vip": True}, "/vip"),
        ],
    )
    def test_that_cannot_be_one_is_refused_and_not_stored(
        self, shop: Client, wrong: dict[str, Any], pointer: str
    ) -> None:
        make_channel()
        problem = problem_of(post(shop, "orders", body_of(**wrong)), 400)
        assert pointer in [each["pointer"] for each in problem["errors"]]
        assert not ChannelDocument.objects.exists()


class TestOrders:
    def test_are_listed_newest_first(self, shop: Client) -> None:
        orders = [make_order() for _ in range(2)]
        told = get(shop, "orders").json()["data"]
        assert [each["id"] for each in told] == [order.public_id for order in orders[::-1]]
        found = get(shop, "orders", number=orders[0].number, state="delivered").json()["data"]
        assert [each["id"] for each in found] == [orders[0].public_id]


class TestADocument:
    def test_is_read_as_its_channel_writes(self, shop: Client) -> None:
        make_channel()
        answer = post(
            shop,
            "documents",
            {"channel": "shop-de", "topic": "orders/create", "document": {"id": 1}},
        )
        told = answer.json()
        assert answer.status_code == 202
        assert told["state"] in {"held", "ignored"}
        assert told["reason"]
        assert get(shop, "documents", channel="shop-de").json()["data"] == [told]
