"""Couriers killed with signal 9 while others work: nothing is lost, nothing goes twice but what
nobody can know about."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections import Counter
from collections.abc import Iterator
from unittest import mock

import pytest
from django.conf import LazySettings

from core import clock
from core.faults import EXIT_CODE
from fulfilment import courier, locks
from fulfilment.models import Warehouse, WarehouseMessage
from fulfilment.states import MessageState
from tests.factories.swaps import NOW, make_swap, open_exchange
from tests.factories.warehouses import list_told, make_warehouse
from tests.forked import end_of, run, start
from tests.post_office import LetterBox, listening

COURIERS = 4

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock_runs_right_afterwards() -> Iterator[None]:
    yield
    clock.shift_database_clock(dt.timedelta(0))


@pytest.fixture
def box(settings: LazySettings) -> Iterator[LetterBox]:
    settings.OUTGOING_TO_LOOPBACK = True
    with listening() as box:
        yield box


@pytest.fixture
def told(box: LetterBox) -> list[WarehouseMessage]:
    swap = make_swap(available=5)
    warehouse = make_warehouse(swap.place, url=box.url)
    open_exchange(swap)
    return list_told(warehouse)


def send() -> int:
    return courier.send_due(now=NOW)


def times_sent(box: LetterBox) -> list[int]:
    return sorted(Counter(body["id"] for body in box.bodies).values())


class TestKilledCouriers:
    def test_lose_nothing_and_send_again_only_what_was_in_hand(
        self, box: LetterBox, told: list[WarehouseMessage]
    ) -> None:
        """The warehouse has it, the courier died before it could say so; then four come at once."""
        assert run(send, crash_at="warehouse_message.after_send") == EXIT_CODE
        assert box.sequences() == [told[0].sequence]
        WarehouseMessage.objects.update(leased_until=None)
        assert [end_of(pid) for pid in [start(send) for _ in range(COURIERS)]] == [0] * COURIERS
        assert send() == 0
        assert set(list_states()) == {MessageState.SENT}
        assert times_sent(box) == [1] * (len(told) - 1) + [2]
        assert box.sequences() == sorted(box.sequences())

    def test_leave_what_they_had_claimed_to_the_next_one(
        self, box: LetterBox, told: list[WarehouseMessage]
    ) -> None:
        def claim_and_die() -> None:
            locks.claim_messages(batch=1)
            os.kill(os.getpid(), signal.SIGKILL)

        assert run(claim_and_die) == -signal.SIGKILL
        assert send() == 0  # the lease still stands: it may yet be under way
        WarehouseMessage.objects.update(leased_until=None)
        assert send() == len(told)
        assert times_sent(box) == [1] * len(told)

    def test_without_claims_would_send_everything_over_and_over(
        self, box: LetterBox, told: list[WarehouseMessage]
    ) -> None:
        """The control: each takes whatever is queued."""

        def take(*, batch: int) -> list[locks.Claim]:
            queued = WarehouseMessage.objects.filter(state=MessageState.QUEUED).order_by("pk")
            return [
                locks.Claim(message_id=each.pk, warehouse_id=each.warehouse_id, lease=each.lease)
                for each in queued[:batch]
            ]

        with mock.patch.object(locks, "claim_messages", take):
            assert run(send, crash_at="warehouse_message.after_send") == EXIT_CODE
            for pid in [start(send) for _ in range(COURIERS)]:
                end_of(pid)
        assert sum(times_sent(box)) > len(told) + 1


def list_states() -> list[str]:
    return list(Warehouse.objects.values_list("messages__state", flat=True))
