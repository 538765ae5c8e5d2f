"""Two people, one case; twenty people, one unit. Each race has a control that loses it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from core.errors import StaleVersion
from core.laws import check_laws
from exchanges import queries, services
from exchanges.models import Exchange
from fulfilment.models import Shipment
from inventory.models import Reservation
from inventory.services import OutOfStock
from returns import services as returns
from returns.models import Return
from tests.concurrency.races import Finish, race, without_row_locks
from tests.factories.cases import bring_back
from tests.factories.sales import Sold, make_order
from tests.factories.swaps import Swap, act_on, make_swap, open_exchange

ROUNDS = 20
AGENTS = 20

pytestmark = pytest.mark.django_db(transaction=True)


def find_broken_laws() -> set[str]:
    return {law.invariant for law in check_laws() if not law.ok} - {"events_are_sealed"}


def errors(finishes: list[Finish]) -> set[type]:
    return {type(finish.error) for finish in finishes if finish.error}


class TestS32CancelAgainstRelease:
    """Both have version 7 on their screen; the goods have passed, nobody has released yet."""

    def contestants(self, swap: Swap) -> tuple[Exchange, list[Callable[[], Exchange]]]:
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        cancel = partial(
            services.cancel_exchange,
            **act_on(exchange, continue_return=True, reason="The customer called."),
        )
        release = partial(services.release_replacement, **act_on(exchange))
        return exchange, [cancel, release]

    def sell_another(self, swap: Swap) -> Swap:
        sold = Sold("40.00", "3.20", rate="0.08", variant=swap.blue)
        order = make_order(sold, customer=swap.order.customer)
        return Swap(order, swap.blue, swap.red, swap.place, swap.stock, swap.policy)

    def test_one_of_them_happens(self) -> None:
        swap = make_swap(available=ROUNDS)
        for _ in range(ROUNDS):
            exchange, contestants = self.contestants(swap)
            finishes = race(contestants)
            assert [finish.won for finish in finishes].count(True) == 1
            assert errors(finishes) == {StaleVersion}
            state = Exchange.objects.get(pk=exchange.pk).state
            assert state == ("cancelled" if finishes[0].won else "releasing")
            swap = self.sell_another(swap)
        assert find_broken_laws() == set()

    def test_both_happen_without_version_and_locks(self) -> None:
        """The control: who cancels has looked before, and writes after, the other's release."""
        exchange, (cancel, release) = self.contestants(make_swap())
        both_have_looked = threading.Barrier(2, timeout=30)
        released = threading.Event()
        look = queries.read_facts

        def look_together(exchange: Exchange, **arguments: Any) -> Any:
            facts = look(exchange, **arguments)
            if not released.is_set() and threading.current_thread() not in seen:
                seen.add(threading.current_thread())
                both_have_looked.wait()
                if threading.current_thread() is cancelling[0]:
                    released.wait(30)
            return facts

        seen: set[threading.Thread] = set()
        cancelling: list[threading.Thread] = []

        def cancel_late() -> Exchange:
            cancelling.append(threading.current_thread())
            return cancel()

        def release_first() -> Exchange:
            try:
                return release()
            finally:
                released.set()

        def take_as_it_is(*, return_id: int, **_: Any) -> Return:
            return Return.objects.get(pk=return_id)

        with (
            without_row_locks(),
            mock.patch.object(returns, "lock_case", take_as_it_is),
            mock.patch.object(queries, "read_facts", look_together),
        ):
            finishes = race([cancel_late, release_first])
        assert [finish.won for finish in finishes] == [True, True]
        assert Exchange.objects.get(pk=exchange.pk).state == "cancelled"
        assert Shipment.objects.get().state == "released"
        assert "a_called_off_exchange_sends_nothing" in find_broken_laws()


class TestS2LastUnit:
    def test_is_opened_for_one_of_twenty_and_leaves_nothing_with_the_others(self) -> None:
        swap = make_swap()
        sold = Sold("40.00", "3.20", rate="0.08", variant=swap.blue)
        orders = [make_order(sold) for _ in range(AGENTS)]
        swaps = [
            Swap(order, swap.blue, swap.red, swap.place, swap.stock, swap.policy)
            for order in orders
        ]
        finishes = race([partial(open_exchange, each) for each in swaps])
        assert [finish.won for finish in finishes].count(True) == 1
        assert errors(finishes) == {OutOfStock}
        swap.stock.refresh_from_db()
        assert (swap.stock.available, swap.stock.held) == (0, 1)
        assert (Return.objects.count(), Reservation.objects.count()) == (1, 1)
        assert find_broken_laws() == set()


class TestOneOperation:
    def test_opens_one_case_however_often_it_is_sent_at_once(self) -> None:
        swap, op_id = make_swap(available=AGENTS), uuid4()
        line = swap.order.lines.get()
        finishes = race([partial(open_exchange, swap, op_id=op_id)] * 8)
        assert errors(finishes) == set()
        assert len({finish.value.pk for finish in finishes}) == 1
        line.refresh_from_db()
        assert (Return.objects.count(), line.return_open) == (1, 1)
