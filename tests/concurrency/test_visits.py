"""Two telephones of one crew report the same visit at once. The control loses the race."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from core.errors import ActionBlocked
from core.laws import check_laws
from exchanges import services
from exchanges.models import Exchange
from fulfilment.models import Crew, Visit
from fulfilment.services import work_orders
from returns import services as returns
from returns.models import Receipt, Return
from tests.concurrency.races import Finish, race, without_row_locks
from tests.factories.swaps import AGENT, NOW, act_on, make_swap, open_exchange

TELEPHONES = 4

pytestmark = pytest.mark.django_db(transaction=True)


def make_visit() -> tuple[Exchange, Visit]:
    """A crew is on its way to fetch the old one; the new one follows when that has passed."""
    swap = make_swap()
    swap.red.product.needs_installation = True
    swap.red.product.save()
    exchange = open_exchange(swap)
    crew = Crew.objects.create(partner=swap.order.partner, name="Van 1", location=swap.place)
    day = NOW.date() + dt.timedelta(days=3)
    services.arrange_visit(**act_on(exchange, crew_id=crew.pk, day=day, slot="08-12"))
    visit = Visit.objects.get()
    services.dispatch_visit(**act_on(exchange, visit_id=visit.pk))
    return exchange, visit


def report_at_once(
    telephones: int, *, under: Callable[[], AbstractContextManager[Any]] = nullcontext
) -> list[Finish]:
    """`under` is what holds while they report."""
    exchange, visit = make_visit()
    report = partial(
        services.report_visit,
        exchange_id=exchange.pk,
        visit_id=visit.pk,
        not_done={},
        actor=AGENT,
        now=NOW,
    )
    with under():
        return race([partial(report, op_id=uuid4()) for _ in range(telephones)])


def test_one_report_counts() -> None:
    finishes = report_at_once(TELEPHONES)
    assert [finish.won for finish in finishes].count(True) == 1
    assert {type(finish.error) for finish in finishes if finish.error} == {ActionBlocked}
    assert Receipt.objects.count() == 1
    broken = {law.invariant for law in check_laws() if not law.ok}
    assert broken <= {"events_are_sealed"}


def take_as_it_is(*, return_id: int, **_: Any) -> Return:
    """Counting the version up is a lock as well: the other would wait for it, not look."""
    return Return.objects.get(pk=return_id)


def test_nobody_is_told_so_without_locks() -> None:
    """The control: both have looked, and neither hears that the other has reported."""
    both_have_looked = threading.Barrier(2, timeout=30)
    one_at_a_time = threading.Lock()  # django-fsm's refresh_from_db is not made for threads
    look = work_orders._lock

    def look_together(*arguments: Any) -> Visit:
        with one_at_a_time:
            visit = look(*arguments)
        both_have_looked.wait()
        return visit

    @contextmanager
    def carelessly() -> Iterator[None]:
        with (
            without_row_locks(),
            mock.patch.object(returns, "lock_case", take_as_it_is),
            mock.patch.object(work_orders, "_lock", look_together),
        ):
            yield

    finishes = report_at_once(2, under=carelessly)
    assert ActionBlocked not in {type(finish.error) for finish in finishes}
