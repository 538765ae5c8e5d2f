from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import IntegrityError

from core import clock
from core.faults import EXIT_CODE
from intake import services, waiting
from intake.locks import LEASE, claim_received
from intake.models import ChannelDocument
from intake.states import DocumentState
from orders.models import Order
from tests.concurrency.races import LONGEST_RACE, race
from tests.forked import run
from tests.intake.desk import DESK, NOW, make_channel, receive
from tests.intake.documents import shopify

pytestmark = pytest.mark.django_db


def fails(*_: Any, **__: Any) -> None:
    raise RuntimeError("a fault of the desk")


@pytest.fixture
def _failing() -> Any:
    with patch.object(services, "settle_document", fails):
        yield


class TestSettleWaiting:
    def test_settles_everything_that_waits(self) -> None:
        channel = make_channel()
        for number in range(5):
            receive(channel, shopify(id=number, admin_graphql_api_id=None))
        assert waiting.settle_waiting(batch=2) == 5
        assert Order.objects.count() == 5

    @pytest.mark.usefixtures("_failing")
    def test_leaves_what_failed_to_a_later_round(self) -> None:
        document = receive(make_channel(), shopify())
        assert waiting.settle_waiting() == 0
        document.refresh_from_db()
        assert (document.state, document.attempts) == (DocumentState.RECEIVED, 1)

    @pytest.mark.usefixtures("_failing")
    def test_makes_a_dead_letter_of_what_keeps_failing(self) -> None:
        document = receive(make_channel(), shopify())
        for _ in range(waiting.MAX_ATTEMPTS):
            waiting.settle_waiting()
            ChannelDocument.objects.update(leased_until=None)
        document.refresh_from_db()
        assert document.state == DocumentState.DEAD_LETTER
        assert "RuntimeError" in document.reason

    def test_takes_over_from_a_worker_that_died(self) -> None:
        document = receive(make_channel(), shopify())
        claim_received(1)
        assert waiting.settle_waiting() == 0
        clock.shift_database_clock(LEASE * 2)
        try:
            assert waiting.settle_waiting() == 1
        finally:
            clock.shift_database_clock(LEASE * 0)
        document.refresh_from_db()
        assert document.state == DocumentState.ACCEPTED


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_settle_each_document_once_between_them(self) -> None:
        channel = make_channel()
        for number in range(12):
            receive(channel, shopify(id=number, admin_graphql_api_id=None))
        finishes = race([lambda: waiting.settle_waiting(batch=1)] * 4)
        assert sum(finish.value for finish in finishes) == 12
        assert Order.objects.count() == 12

    def test_make_one_order_of_versions_that_come_at_once(self) -> None:
        channel = make_channel()
        versions = [shopify(updated_at=f"2026-03-01T1{n}:00:00Z") for n in range(6)]
        finishes = race([partial(receive, channel, version) for version in versions])
        assert all(finish.won for finish in finishes)
        race([lambda: waiting.settle_waiting(batch=1)] * 4)
        order = Order.objects.get()
        assert order.source_updated_at is not None
        assert order.source_updated_at.hour == 15

    def test_keep_the_same_bytes_once_when_they_come_at_once(self) -> None:
        channel = make_channel()
        finishes = race([lambda: receive(channel, shopify())] * 6)
        assert all(finish.won for finish in finishes)
        states = list(ChannelDocument.objects.values_list("state", flat=True))
        assert sorted(states) == [DocumentState.DUPLICATE] * 5 + [DocumentState.RECEIVED]


@pytest.mark.django_db(transaction=True)
class TestKilledWorker:
    def test_leaves_nothing_half_done_and_the_document_to_the_next_one(self) -> None:
        document = receive(make_channel(), shopify())
        assert run(waiting.settle_waiting, crash_at="intake.before_commit") == EXIT_CODE
        assert not Order.objects.exists()
        ChannelDocument.objects.update(leased_until=None)  # the lease runs out
        assert run(waiting.settle_waiting) == 0
        document.refresh_from_db()
        assert (document.state, document.attempts) == (DocumentState.ACCEPTED, 2)
        assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestWithoutLocks:
    """The controls: with a lock replaced by a meeting point, what it prevents does happen."""

    def test_two_versions_would_both_be_taken_for_the_first(self) -> None:
        channel = make_channel()
        documents = [receive(channel, shopify(note=note)) for note in "ab"]
        with patch("orders.services.sales.lock_external_id", meeting_point()):
            finishes = race([partial(settle, document) for document in documents])
        assert [type(finish.error) for finish in finishes if not finish.won] == [IntegrityError]


def meeting_point() -> Callable[..., None]:
    barrier = threading.Barrier(2, timeout=LONGEST_RACE)

    def meet(*_: object) -> None:
        barrier.wait()

    return meet


def settle(document: ChannelDocument) -> None:
    services.settle_document(document_id=document.pk, actor=DESK, op_id=uuid4(), now=NOW)
