from __future__ import annotations

import pytest

from core.models import User
from core.roles import Role
from orders import queries
from orders.models import Order
from tests.factories.people import make_partner, make_user
from tests.factories.sales import Sold, make_channel, make_customer, make_order
from tests.factories.stock import make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return make_user(Role.AGENT)


@pytest.fixture
def order() -> Order:
    customer = make_customer(email="Ana@customers.example")
    shirt = make_variant("SHIRT-BLUE-M")
    sold = Sold("40.00", variant=shirt)
    return make_order(sold, sold, customer=customer, number="#ABC-1001", external_id="7001")


class TestFindOrders:
    @pytest.mark.parametrize(
        "text",
        ["#ABC-1001", "abc-1001", "ABC-1", " 7001 ", "ana@CUSTOMERS.example", "shirt-blue-m"],
    )
    def test_finds_an_order_once_by_what_people_have(
        self, agent: User, order: Order, text: str
    ) -> None:
        make_order(customer=make_customer(email="somebody@customers.example"))
        assert queries.find_orders(user=agent, text=text) == [order]

    @pytest.mark.parametrize("text", ["", "  ", "ana@", "1001", "SHIRT"])
    def test_lists_nobody_for_a_part_of_an_address_or_sku(
        self, agent: User, order: Order, text: str
    ) -> None:
        assert queries.find_orders(user=agent, text=text) == []

    def test_shows_only_partners_the_user_works_for(self, order: Order) -> None:
        stranger = make_user(Role.AGENT, make_partner("other"))
        assert queries.find_orders(user=stranger, text="#ABC-1001") == []

    def test_shows_the_newest_first_up_to_a_limit(self, agent: User) -> None:
        channel = make_channel()
        orders = [make_order(channel=channel, number=f"N-{n}") for n in range(3)]
        assert queries.find_orders(user=agent, text="N-", limit=2) == [orders[2], orders[1]]


class TestGetOrder:
    def test_hides_a_foreign_order(self, order: Order) -> None:
        stranger = make_user(Role.AGENT, make_partner("other"))
        with pytest.raises(Order.DoesNotExist):
            queries.get_order(public_id=order.public_id, user=stranger)
