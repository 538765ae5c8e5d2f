from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from django.db import connection, transaction

from core import clock, deliveries, events
from core.faults import EXIT_CODE, crashpoint
from core.models import Event, EventDelivery
from tests.concurrency.races import race
from tests.core.effects import effects, make_effect
from tests.factories.letters import record_event
from tests.forked import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock_runs_right_afterwards() -> Iterator[None]:
    yield
    clock.shift_database_clock(dt.timedelta(0))


@pytest.fixture
def listen() -> Iterator[Callable[..., None]]:
    """Subscribe a handler to every shipment for the length of the test."""

    def subscribe(handler: Callable[..., None]) -> None:
        events.unsubscribe("test.effect")
        events.subscribe("test.effect", "errand.*", handler=handler)

    yield subscribe
    events.unsubscribe("test.effect")


def end_leases() -> None:
    EventDelivery.objects.update(leased_until=None, due_at=clock.database_now())


def act_then_mark(claim: deliveries.Claim, now: dt.datetime | None = None) -> bool:
    """In a transaction each, without an inbox."""
    make_effect(event=Event.objects.get(pk=claim.event_id), now=clock.now())
    crashpoint("delivery.before_done")
    deliveries._mark_done(claim)
    return True


def deliver_naively() -> None:
    with mock.patch.object(deliveries, "_deliver", act_then_mark):
        deliveries.deliver_due()


class TestCrash:
    @pytest.mark.parametrize(
        ("point", "effects_left"),
        [
            ("delivery.claimed", []),
            ("delivery.before_done", []),
            ("delivery.before_commit", []),
            ("delivery.after_commit", [1]),
        ],
    )
    def test_at_any_point_leaves_one_effect_in_the_end(
        self, listen: Callable[..., None], point: str, effects_left: list[int]
    ) -> None:
        listen(make_effect)
        record_event()
        assert run(deliveries.deliver_due, crash_at=point) == EXIT_CODE
        assert effects() == effects_left
        end_leases()
        assert run(deliveries.deliver_due) == 0
        assert effects() == [1]
        assert EventDelivery.objects.get().state == "done"

    def test_of_a_courier_that_acts_first_and_marks_later_doubles_it(
        self, listen: Callable[..., None]
    ) -> None:
        """The control: the same crash without inbox and common transaction."""
        listen(make_effect)
        record_event()
        assert run(deliver_naively, crash_at="delivery.before_done") == EXIT_CODE
        end_leases()
        run(deliver_naively)
        assert effects() == [2]

    def test_frees_the_delivery_when_its_lease_ends(self, listen: Callable[..., None]) -> None:
        listen(make_effect)
        record_event()
        run(deliveries.deliver_due, crash_at="delivery.claimed")
        assert deliveries.deliver_due() == 0
        clock.shift_database_clock(deliveries.LEASE + dt.timedelta(seconds=1))
        assert deliveries.deliver_due() == 1

    def test_that_comes_back_each_time_ends_as_dead(self, listen: Callable[..., None]) -> None:
        listen(make_effect)
        record_event()
        EventDelivery.objects.update(attempts=deliveries.MAX_ATTEMPTS)
        assert deliveries.deliver_due() == 0
        dead = EventDelivery.objects.get()
        assert (dead.state, dead.last_error) == ("dead", "TimeoutError: the last try never ended")


class TestCouriersAtTheSameTime:
    def test_make_each_effect_once(self, listen: Callable[..., None]) -> None:
        listen(make_effect)
        for number in range(40):
            record_event(subject=f"errand:{number}")
        finishes = race([lambda: deliveries.deliver_due(batch=5)] * 4)
        assert sum(finish.value for finish in finishes) == 40
        assert effects() == [1] * 40

    def test_double_them_without_lease_and_inbox(
        self, listen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: both read the outbox before either acts, and nothing else stops them."""
        listen(make_effect)
        for number in range(10):
            record_event(subject=f"errand:{number}")
        both_have_read = threading.Barrier(2, timeout=30)

        def deliver_carelessly() -> None:
            waiting = list(EventDelivery.objects.filter(state="pending").select_related("event"))
            both_have_read.wait()
            for delivery in waiting:
                with transaction.atomic():
                    make_effect(event=delivery.event, now=clock.now())

        race([deliver_carelessly] * 2)
        assert effects() == [2] * 10

    def test_that_outlive_their_lease_undo_their_effect(self, listen: Callable[..., None]) -> None:
        listen(make_effect)
        record_event()
        (zombie,) = deliveries._claim(batch=1)
        clock.shift_database_clock(deliveries.LEASE + dt.timedelta(seconds=1))
        assert deliveries.deliver_due() == 1
        assert deliveries._deliver(zombie) is False
        assert effects() == [1]


class TestInbox:
    def test_keeps_a_delivery_that_comes_again_from_acting_again(
        self, listen: Callable[..., None]
    ) -> None:
        listen(make_effect)
        record_event()
        deliveries.deliver_due()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_eventdelivery SET state = 'pending'")
        assert deliveries.deliver_due() == 1
        assert effects() == [1]


class TestOrder:
    def test_of_one_subject_survives_a_failure(self, listen: Callable[..., None]) -> None:
        heard: list[int] = []
        fails = [True]

        def hear(*, event: Event, now: dt.datetime) -> None:
            if fails.pop() if fails else False:
                raise ValueError("not yet")
            heard.append(event.sequence)

        listen(hear)
        for _ in range(3):
            record_event()
        assert deliveries.deliver_due() == 0
        clock.shift_database_clock(dt.timedelta(minutes=1))
        assert deliveries.deliver_due() == 3
        assert heard == [1, 2, 3]

    def test_of_one_subject_holds_up_no_other(self, listen: Callable[..., None]) -> None:
        def refuse_the_first(*, event: Event, now: dt.datetime) -> None:
            if event.subject == "errand:1":
                raise ValueError("never")

        listen(refuse_the_first)
        for number in (1, 2, 3):
            record_event(subject=f"errand:{number}")
        assert deliveries.deliver_due() == 2


class TestBacklog:
    def test_is_not_read_whole_for_each_claim(self) -> None:
        """Though the plan was made, and kept, while there was none."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ANALYZE core_eventdelivery")
            assert self.claim(5) == 0
            EventDelivery.objects.bulk_create(
                EventDelivery(event_id=number, subscriber="test.effect", subject=f"errand:{number}")
                for number in range(1, 201)
            )
            before = self.count_read()
            assert self.claim(5) == 5
            assert self.count_read() - before <= 6 * 5
            transaction.set_rollback(True)

    def claim(self, most: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM core_claim_deliveries('1 minute', %s)", [most])
            return len(cursor.fetchall())

    def count_read(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
                " WHERE relname = 'core_eventdelivery'"
            )
            return int(cursor.fetchone()[0])


class TestRetries:
    def test_wait_longer_each_time_and_never_more_than_an_hour(self) -> None:
        waits = [deliveries.PAUSE.after(attempts).total_seconds() for attempts in range(1, 20)]
        assert 1 <= waits[0] <= 2
        assert all(1_800 <= wait <= 3_600 for wait in waits[12:])

    def test_end_as_a_dead_letter_that_can_be_revived(self, listen: Callable[..., None]) -> None:
        def refuse(*, event: Event, now: dt.datetime) -> None:
            raise ValueError("no")

        listen(refuse)
        record_event()
        for tried in range(deliveries.MAX_ATTEMPTS):
            clock.shift_database_clock(dt.timedelta(hours=2 * tried))
            deliveries.deliver_due()
        dead = EventDelivery.objects.get()
        assert (dead.state, dead.attempts) == ("dead", deliveries.MAX_ATTEMPTS)
        listen(make_effect)
        assert deliveries.revive(delivery_id=dead.pk)
        assert deliveries.deliver_due() == 1
        assert effects() == [1]

    def test_keep_what_no_process_here_can_do(self, listen: Callable[..., None]) -> None:
        listen(make_effect)
        record_event()
        events.unsubscribe("test.effect")
        assert deliveries.deliver_due() == 0
        kept = EventDelivery.objects.get()
        assert (kept.state, kept.last_error) == ("pending", "NoSubscriber: test.effect")

    def test_leave_nothing_of_a_handler_that_failed_halfway(
        self, listen: Callable[..., None]
    ) -> None:
        def act_and_fail(*, event: Event, now: dt.datetime) -> None:
            make_effect(event=event, now=now)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")

        listen(act_and_fail)
        record_event()
        deliveries.deliver_due()
        assert effects() == []
