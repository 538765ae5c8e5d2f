"""How many statements the commands of a case may take, and why so many.

A bound is what was measured for one line at one place, with room for a rule or two: more is a
read that was forgotten. Two of each are the savepoint that stands for the command's transaction.
"""

from __future__ import annotations

import dataclasses

import pytest
from pytest_django import DjangoAssertNumQueries

from core import deliveries
from exchanges import services
from exchanges.models import Exchange
from exchanges.states import ExchangeState
from inventory.services import release
from inventory.states import ReleaseCause
from tests.factories.cases import bring_back
from tests.factories.sales import Sold, make_order
from tests.factories.swaps import (
    AGENT,
    NOW,
    Swap,
    act_on,
    let_the_hold_end,
    make_swap,
    open_exchange,
)

OPEN, QUOTE, HOLD_AGAIN, GIVE_BACK, RELEASE, SHIP = 80, 23, 42, 21, 51, 37

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


@pytest.fixture
def swap() -> Swap:
    """A desk that has opened a case: what is read once per process has been read."""
    swap = make_swap(available=50)
    open_exchange(swap)
    return sell_another(swap)


def sell_another(swap: Swap, net: str = "40.00", tax: str = "3.20") -> Swap:
    sold = Sold(net=net, tax=tax, rate="0.08", variant=swap.blue)
    return dataclasses.replace(swap, order=make_order(sold))


class TestCommandsOnACase:
    def test_open_it_in_few_statements(
        self, swap: Swap, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        """Eleven events, and seven records with a history row and rows of their own, are 35."""
        with django_assert_max_num_queries(OPEN):
            open_exchange(swap)

    def test_quote_and_hold_in_few_statements(
        self, swap: Swap, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        """The whole command behind an agent's click: see docs/performance.md."""
        waiting = open_exchange(sell_another(swap, net="600.00", tax="48.00"))
        line = waiting.lines.get()
        release(
            references=[f"exchangeline:{line.pk}"],
            cause=ReleaseCause.BY_HAND,
            actor=AGENT,
            now=NOW,
        )
        arguments = act_on(waiting)
        with django_assert_max_num_queries(QUOTE):
            services.quote_exchange(**arguments)

    def test_hold_again_in_few_statements(
        self, swap: Swap, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        """The parcel planned at the old place is withdrawn, another planned."""
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        arguments = act_on(exchange)
        with django_assert_max_num_queries(HOLD_AGAIN):
            services.hold_again(**arguments)

    def test_give_a_hold_back_in_few_statements(
        self, swap: Swap, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        arguments = act_on(open_exchange(swap), reason="The customer waits for blue")
        with django_assert_max_num_queries(GIVE_BACK):
            services.release_hold(**arguments)

    def test_release_to_the_warehouse_in_few_statements(
        self, swap: Swap, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        """The credit is carried over, parcel and stock go to the warehouse, three states passed."""
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        arguments = act_on(exchange)
        with django_assert_max_num_queries(RELEASE):
            services.release_replacement(**arguments)

    def test_ship_in_few_statements(
        self, swap: Swap, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        assert Exchange.objects.get(pk=exchange.pk).state == ExchangeState.RELEASING
        arguments = act_on(exchange, carrier="DHL", tracking_number="1")
        with django_assert_max_num_queries(SHIP):
            services.ship_replacement(**arguments)
