"""S28: a window of 30 days ends at midnight where the shop is, summer time or not."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from orders.models import Order
from policies.models import Decision
from returns.models import Return
from tests.factories.cases import open_case
from tests.factories.sales import make_order

BERLIN = ZoneInfo("Europe/Berlin")
DELIVERED = dt.datetime(2026, 3, 1, 23, 30, tzinfo=BERLIN)

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """Berlin goes over to summer time on 29 March, inside the window."""
    placed = DELIVERED - dt.timedelta(days=5)
    return make_order(
        delivered_at=DELIVERED, placed_at=placed, shipped_at=placed + dt.timedelta(days=1)
    )


def ask(order: Order, day: int, month: int, hour: int, minute: int) -> Return:
    return open_case(order, now=dt.datetime(2026, month, day, hour, minute, tzinfo=BERLIN))


def sentence(case: Return) -> str:
    return Decision.objects.get(case=f"return:{case.pk}").sentence


class TestS28BoundaryDates:
    def test_the_last_minute_is_in(self, order: Order) -> None:
        assert ask(order, 31, 3, 23, 59).state == "authorised"

    def test_the_first_minute_after_is_out_and_says_by_how_much(self, order: Order) -> None:
        case = ask(order, 1, 4, 0, 0)
        assert case.state == "rejected"
        assert "1 day late: eligible if asked by 31 March 2026." in sentence(case)

    def test_35_days_are_out_after_a_month_wrap_too(self, order: Order) -> None:
        assert ask(order, 5, 4, 12, 0).state == "rejected"

    def test_utc_is_not_asked(self, order: Order) -> None:
        """22:30 in UTC is half past midnight of 1 April in Berlin."""
        late = dt.datetime(2026, 3, 31, 22, 30, tzinfo=dt.UTC)
        assert open_case(order, now=late).state == "rejected"

    def test_an_unknown_delivery_counts_from_shipping_and_the_verdict_says_so(
        self, order: Order
    ) -> None:
        order.delivered_at = None
        order.shipped_at = dt.datetime(2026, 2, 24, 12, 0, tzinfo=BERLIN)
        order.save()
        case = ask(order, 31, 3, 23, 59)
        assert case.state == "authorised"
        assert "plus 5 days in transit, as delivery is unknown" in sentence(case)
