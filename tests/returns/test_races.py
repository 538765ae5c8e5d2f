"""Two cases, one unit. The control shows what the lock is for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError

from core.errors import StaleVersion
from core.models import Event
from orders import rules
from orders.models import Order
from orders.services import NotReturnable
from returns.models import Return, UnitClaim
from tests.concurrency.races import Finish, race, without_row_locks
from tests.factories.cases import inspect, open_case, receive
from tests.factories.policies import make_policy
from tests.factories.sales import make_order
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


@pytest.fixture
def order() -> Order:
    make_policy()
    return make_order()


def losers(finishes: list[Finish]) -> list[type]:
    return [type(finish.error) for finish in finishes if finish.error]


def claims() -> int:
    return UnitClaim.objects.filter(freed_at=None).count()


class TestLastUnit:
    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_goes_to_one_case_and_the_other_is_told(self, order: Order, _round: int) -> None:
        finishes = race([partial(open_case, order)] * 4)
        assert losers(finishes) == [NotReturnable] * 3
        assert (Return.objects.count(), claims()) == (1, 1)

    def test_control_without_the_lock_both_see_it_free(self, order: Order) -> None:
        """Only the constraint is left then: it saves the unit, and fails in the agent's face."""
        with without_row_locks(), both_past(rules.check_returnable):
            finishes = race([partial(open_case, order)] * 2)
        assert losers(finishes) == [IntegrityError]
        assert (Return.objects.count(), claims()) == (1, 1)


def both_past(check: Callable[..., None]) -> Any:
    """Nobody goes on from the check before the other has passed it too."""
    barrier = threading.Barrier(2, timeout=30)

    def check_together(*args: Any, **kwargs: Any) -> None:
        check(*args, **kwargs)
        barrier.wait()

    return mock.patch("orders.services.units.check_returnable", check_together)


class TestOneVersion:
    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_lets_one_of_two_inspections_through(self, order: Order, _round: int) -> None:
        make_location()
        case = open_case(order)
        receive(case)
        finishes = race([partial(inspect, case, version=2)] * 2)
        assert losers(finishes) == [StaleVersion]
        assert Event.objects.filter(kind="memo.issued").count() == 1
