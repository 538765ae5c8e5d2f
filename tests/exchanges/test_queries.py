"""What the exchange column of the case page is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import deliveries
from core.roles import GRANTS, Role
from exchanges import queries, services
from exchanges.queries import ExchangeColumn
from inventory.models import Reservation
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.swaps import act_on, make_swap, open_exchange

D = Decimal
MOST_QUERIES = 12

pytestmark = pytest.mark.django_db


def see(role: Role = Role.ADMIN) -> ExchangeColumn:
    exchange = queries.get_exchange(return_id=Return.objects.get().pk)
    assert exchange
    return queries.describe_exchange(exchange, permissions=GRANTS[role])


def codes(column: ExchangeColumn, *, allowed: bool = True) -> list[str]:
    return [action.code for action in column.actions if action.is_allowed is allowed]


class TestActions:
    def test_leave_out_what_a_role_never_may(self) -> None:
        open_exchange(make_swap())
        assert codes(see(Role.AGENT)) == [
            "adjust_quote",
            "extend_hold",
            "release_hold",
            "convert_to_refund",
            "convert_to_sale",
            "convert_to_credit",
            "change_replacement",
            "note_second_wish",
            "cancel_exchange",
        ]
        assert codes(see(Role.WAREHOUSE)) == []
        assert codes(see(Role.AUDITOR), allowed=False) == []

    def test_stay_in_view_with_the_reason_while_blocked(self) -> None:
        open_exchange(make_swap())
        release = next(each for each in see().actions if each.code == "release_replacement")
        assert release.reasons == (
            "The replacement ships when the returned goods have passed inspection.",
        )

    def test_follow_the_life_of_the_exchange(self) -> None:
        exchange = open_exchange(make_swap())
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        assert codes(see()) == ["ship_replacement", "note_second_wish"]
        services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
        assert codes(see()) == ["confirm_delivery"]
        services.confirm_delivery(**act_on(exchange))
        assert see().actions == []


class TestSteps:
    def test_say_what_is_done_and_what_is_next(self) -> None:
        open_exchange(make_swap())
        states = [(step.code, step.state) for step in see().steps]
        assert states[:4] == [
            ("quoted", "done"),
            ("accepted", "done"),
            ("goods", "now"),
            ("released", "todo"),
        ]

    def test_end_where_the_exchange_was_called_off(self) -> None:
        exchange = open_exchange(make_swap())
        services.cancel_exchange(**act_on(exchange, continue_return=True, reason="No more."))
        last = see().steps[-1]
        assert (last.label, last.state) == ("Cancelled", "stopped")
        assert last.at is not None


class TestMoney:
    def test_rows_add_up_to_what_is_due(self) -> None:
        open_exchange(make_swap(price="64.80", price_policy="current"))
        column = see()
        assert column.quote
        assert sum(row.amount for row in column.money) == column.quote.due == D("21.60")


class TestHold:
    def test_is_shown_with_the_places_as_they_were_weighed(self) -> None:
        swap = make_swap()
        open_exchange(swap)
        column = see()
        assert column.live_hold == Reservation.objects.get()
        assert column.ranking[0]["location_id"] == swap.place.pk


def test_the_column_costs_few_queries(django_assert_max_num_queries) -> None:
    open_exchange(make_swap())
    with django_assert_max_num_queries(MOST_QUERIES):
        see()
