from __future__ import annotations

import pytest
from django.db import connection

from core.laws import check_laws
from orders.models import Order
from tests.factories.sales import Sold, make_order

LINE = "UPDATE orders_orderline SET"
FREE_LINE = "ALTER TABLE orders_orderline DROP CONSTRAINT"
FAULTS = {
    "no_more_comes_back_than_left": (
        f"{FREE_LINE} no_more_comes_back_than_shipped; {LINE} return_open = 2"
    ),
    "no_tender_pays_back_more_than_it_paid": (
        "ALTER TABLE orders_tender DROP CONSTRAINT pending_refunds_never_exceed_captures;"
        "UPDATE orders_tender SET pending = captured + 0.01"
    ),
    "an_order_costs_what_its_parts_cost": (
        f"{FREE_LINE} net_and_tax_make_gross; {LINE} gross = gross + 0.01"
    ),
    "a_line_has_its_orders_currency": f"{LINE} currency = 'XXX'",
    "frozen_money_is_unchanged": f"{LINE} net = net - 1, tax = tax + 1",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return make_order(Sold("40.00", "3.20"))


class TestLawsOfOrders:
    def test_hold_for_an_ordinary_order(self, order: Order) -> None:
        outcomes = check_laws(list(FAULTS))
        assert [(outcome.ok, outcome.checked) for outcome in outcomes] == [(True, 1)] * len(FAULTS)

    @pytest.mark.parametrize("law", FAULTS)
    def test_notice_their_fault_and_name_the_row(self, order: Order, law: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(FAULTS[law])
        (found,) = check_laws([law])
        assert not found.ok
        assert found.sample_ids[0] in (
            f"order:{order.pk}",
            f"orderline:{order.lines.get().pk}",
            f"tender:{order.tenders.get().pk}",
        )
