"""Holds under a rush: many connections, one stock. Each race has a control that loses it."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Sum

from core import clock
from core.actors import Actor
from core.transactions import opens_transaction
from inventory import services
from inventory.expiry import expire_due, expire_some
from inventory.models import Reservation, StockLevel
from inventory.rules import Wanted
from inventory.services import HoldEnded, NotEnoughStock, OutOfStock
from inventory.states import AdjustReason, ReleaseCause
from tests.concurrency.races import Finish, race
from tests.core.disks import watch_the_disk
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_stock, make_variant
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")
RACERS = 20
LONGEST_WAIT = 1_000  # hundredths of a second

pytestmark = pytest.mark.django_db(transaction=True)


def stock(available: int, *, skus: int = 1) -> list[StockLevel]:
    location = make_location()
    return [make_stock(make_variant(), location, available) for _ in range(skus)]


@opens_transaction
def hold(
    reference: str,
    *levels: StockLevel,
    quantity: int = 1,
    hold_for: dt.timedelta = dt.timedelta(minutes=30),
) -> list[Reservation]:
    """One line per level; the reference of each line is numbered."""
    return services.reserve(
        partner_id=levels[0].partner_id,
        case="return:1",
        wanted=[
            Wanted(f"{reference}.{line}", level.variant_id, quantity, level.location_id)
            for line, level in enumerate(levels)
        ],
        destination=None,
        hold_for=hold_for,
        actor=DESK,
        now=NOW,
    )


def buckets(level: StockLevel) -> tuple[int, int]:
    level.refresh_from_db()
    return level.available, level.held


def list_writers() -> list[int]:
    """How many holds each transaction ended, the fewest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM inventory_reservation WHERE state = 'expired'"
            " GROUP BY xmin::text ORDER BY 1"
        )
        return [number for (number,) in cursor.fetchall()]


def errors(finishes: list[Finish]) -> set[type]:
    return {type(finish.error) for finish in finishes if finish.error}


class TestWantedLevel:
    """A level that others want is let go of before the disk has the log of its hold (ADR 29)."""

    def test_changes_hands_early_and_both_are_answered_when_the_log_is_on_disk(self) -> None:
        (level,) = stock(5)
        second: list[tuple[str, bool]] = []
        agent = threading.Thread(target=lambda: second.append(commit_of(level, 2)))
        with transaction.atomic():
            hold("exchangeline:1", level)
            agent.start()
            wait_for_someone_to_wait()
        agent.join()
        assert second == [("off", True)]
        assert buckets(level) == (3, 2)

    def test_waits_for_the_disk_as_usual_where_nobody_else_is(self) -> None:
        (level,) = stock(5)
        usual = commit_of(level, 1)
        assert usual == commit_of(level, 2)
        assert not usual[1]

    def test_is_wanted_until_its_next_change_where_it_was_locked_in_vain(self) -> None:
        (level,) = stock(5)
        with transaction.atomic():
            StockLevel.objects.select_for_update().get(pk=level.pk)
        assert [commit_of(level, n)[1] for n in (1, 2)] == [True, False]


def commit_of(level: StockLevel, number: int) -> tuple[str, bool]:
    """How a hold's transaction commits, and whether somebody waits for the disk afterwards."""
    try:
        with watch_the_disk() as waits, transaction.atomic(), connection.cursor() as cursor:
            hold(f"exchangeline:{number}", level)
            cursor.execute("SELECT current_setting('synchronous_commit')")
            (how,) = cursor.fetchone()
        return how, waits.called
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


def wait_for_someone_to_wait() -> None:
    with connection.cursor() as cursor:
        for _ in range(LONGEST_WAIT):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()")
    raise TimeoutError("nobody waits")


class TestLastUnit:
    """S2: one unit, twenty agents within the same second."""

    def test_is_held_once(self) -> None:
        (level,) = stock(1)
        finishes = race([partial(hold, f"exchangeline:{n}", level) for n in range(RACERS)])
        assert sum(finish.won for finish in finishes) == 1
        assert errors(finishes) == {OutOfStock}
        assert buckets(level) == (0, 1)
        assert find_broken_laws() == set()

    def test_is_held_by_everyone_where_read_and_write_are_apart(self) -> None:
        """The control: what happens without the guard, in the schedule that does most harm."""
        (level,) = stock(1)
        everyone_has_read = threading.Barrier(RACERS, timeout=30)

        def read_then_write() -> None:
            seen = StockLevel.objects.get(pk=level.pk)
            everyone_has_read.wait()
            if seen.available >= 1:
                StockLevel.objects.filter(pk=level.pk).update(
                    available=seen.available - 1, held=seen.held + 1
                )

        finishes = race([read_then_write] * RACERS)
        assert sum(finish.won for finish in finishes) == RACERS
        assert "stock_is_what_its_ledger_adds_up_to" in find_broken_laws()

    def test_is_not_refused_because_of_a_rival_who_gives_up(self) -> None:
        """F11: who waits for a lock is served when the other rolls back."""
        (level,) = stock(RACERS // 2)

        def give_up() -> None:
            with transaction.atomic():
                hold(f"exchangeline:{uuid4()}", level)
                transaction.set_rollback(True)

        buyers = [partial(hold, f"exchangeline:{n}", level) for n in range(RACERS // 2)]
        finishes = race([*buyers, *[give_up] * (RACERS // 2)])
        won = sum(finish.won for finish in finishes[: len(buyers)])
        refused = len(buyers) - won
        assert buckets(level) == (RACERS // 2 - won, won)
        assert errors(finishes) <= {OutOfStock}
        assert refused == 0


class TestOneReference:
    def test_is_held_once_however_often_it_is_asked_for_at_once(self) -> None:
        (level,) = stock(5)
        finishes = race([partial(hold, "exchangeline:7", level)] * RACERS)
        assert {hold.pk for finish in finishes for hold in finish.value} == {
            Reservation.objects.get().pk
        }
        assert buckets(level) == (4, 1)


class TestManyLines:
    def test_never_wait_for_each_other_in_a_circle(self) -> None:
        """Lines in opposite orders; outside of a retrying command a deadlock would surface."""
        levels = stock(200, skus=4)

        def hold_often(order: list[StockLevel], racer: int) -> None:
            for turn in range(10):
                with transaction.atomic():
                    hold(f"exchangeline:{racer}-{turn}", *order)

        orders = [levels, levels[::-1]] * 4
        finishes = race([partial(hold_often, order, n) for n, order in enumerate(orders)])
        assert errors(finishes) == set()
        assert {buckets(level) for level in levels} == {(120, 80)}
        assert find_broken_laws() == set()

    def test_wait_in_a_circle_when_each_locks_in_its_own_order(self) -> None:
        """The control: the same two rows, locked one by one as the lines come."""
        first, second = stock(1, skus=2)
        both_have_one = threading.Barrier(2, timeout=30)

        def lock(*levels: StockLevel) -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '50ms'")
                for level in levels:
                    cursor.execute(
                        "SELECT FROM inventory_stocklevel WHERE id = %s FOR NO KEY UPDATE",
                        [level.pk],
                    )
                    if level is levels[0]:
                        both_have_one.wait()

        finishes = race([partial(lock, first, second), partial(lock, second, first)])
        assert sum(finish.won for finish in finishes) == 1
        assert errors(finishes) == {OperationalError}


class TestTheEndOfAHold:
    def test_comes_once_whoever_is_first(self) -> None:
        """F8, F10: four sweeps, four cancellations and four commits over the same due holds."""
        (level,) = stock(40)
        references = [f"exchangeline:{n}.0" for n in range(40)]
        for n in range(40):
            hold(f"exchangeline:{n}", level, hold_for=dt.timedelta(milliseconds=n))
        finishes = race(
            [partial(expire_due, now=NOW, batch=5)] * 4
            + [partial(each, references, seed, cancel) for seed in range(4)]
            + [partial(each, references, seed, commit) for seed in range(4, 8)]
        )
        assert errors(finishes) == set()
        ends = sum(finish.value for finish in finishes)
        states = list(Reservation.objects.values_list("state", flat=True))
        live = states.count("committed")
        assert set(states) <= {"expired", "released", "committed"}
        assert ends == 40 - live
        assert buckets(level) == (40 - live, live)
        assert find_broken_laws() == set()

    def test_comes_by_the_batch_each_a_transaction_of_its_own(self) -> None:
        """One call sweeps on and on, and nobody waits for more than a batch of it."""
        (level,) = stock(7)
        for n in range(7):
            hold(f"exchangeline:{n}", level, hold_for=dt.timedelta(0))
        assert expire_some(until=clock.database_now(), now=NOW, batch=3).ended == 7
        assert list_writers() == [1, 3, 3]

    def test_comes_with_the_transaction_that_it_is_called_in(self) -> None:
        (level,) = stock(7)
        for n in range(7):
            hold(f"exchangeline:{n}", level, hold_for=dt.timedelta(0))
        with transaction.atomic():
            assert expire_some(until=clock.database_now(), now=NOW, batch=3).ended == 7
            transaction.set_rollback(True)
        assert buckets(level) == (0, 7)
        with transaction.atomic():
            expire_some(until=clock.database_now(), now=NOW, batch=3)
        assert list_writers() == [7]

    def test_comes_twice_where_the_state_is_not_asked(self) -> None:
        """The control: the same end without ``WHERE state``."""
        (level,) = stock(1)
        (held,) = hold("exchangeline:1", level)

        def end(state: str) -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE inventory_reservation SET state = %s, resolved_at = now()"
                    " WHERE id = %s",
                    [state, held.pk],
                )
                cursor.execute(
                    "UPDATE inventory_stocklevel SET available = available + 1 WHERE id = %s",
                    [level.pk],
                )

        race([partial(end, "expired"), partial(end, "released")])
        assert buckets(level) == (2, 1)
        assert find_broken_laws() == {
            "a_hold_ends_once",
            "held_stock_is_what_live_holds_add_up_to",
            "stock_is_what_its_ledger_adds_up_to",
        }


def each(references: list[str], seed: int, change: Callable[[str], list[Reservation]]) -> int:
    """Apply a change to every reference in an order of its own; says how many holds it ended."""
    ended = 0
    for reference in random.Random(seed).sample(references, len(references)):
        try:
            held = change(reference)
        except HoldEnded:
            continue
        ended += sum(hold.state != "committed" for hold in held)
    return ended


@opens_transaction
def cancel(reference: str) -> list[Reservation]:
    return services.release(
        references=[reference], cause=ReleaseCause.CANCELLED, actor=DESK, now=NOW
    )


@opens_transaction
def commit(reference: str) -> list[Reservation]:
    return services.commit(references=[reference], actor=DESK, now=NOW)


@opens_transaction
def consume(reference: str) -> list[Reservation]:
    return services.consume(references=[reference], actor=DESK, now=NOW)


class TestARush:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_of_everything_at_once_breaks_no_law(self, seed: int) -> None:
        """F7, F12: holds of several lines, their ends, deliveries, counts and sweeps, mixed."""
        levels = stock(30, skus=3)
        finishes = race([partial(rush, levels, seed * 100 + racer) for racer in range(6)])
        assert errors(finishes) == set()
        assert find_broken_laws() == set()
        held = StockLevel.objects.aggregate(Sum("held"))["held__sum"]
        live = Reservation.objects.filter(state__in=["active", "committed"])
        assert held == (live.aggregate(Sum("quantity"))["quantity__sum"] or 0)


def rush(levels: list[StockLevel], seed: int) -> None:
    """Forty random things an agent, a warehouse or the clock may do."""
    chance = random.Random(seed)
    mine: list[str] = []
    for turn in range(40):
        try:
            act(levels, mine, f"exchangeline:{seed}-{turn}", chance)
        except (OutOfStock, HoldEnded, NotEnoughStock):
            continue


def act(levels: list[StockLevel], mine: list[str], reference: str, chance: random.Random) -> None:
    match chance.choice(["hold", "hold", "hold", "cancel", "commit", "consume", "count", "sweep"]):
        case "hold":
            wanted = chance.sample(levels, chance.randint(1, 3))
            hold_for = dt.timedelta(milliseconds=chance.choice([1, 60_000]))
            held = hold(reference, *wanted, quantity=chance.randint(1, 3), hold_for=hold_for)
            mine.extend(hold.reference for hold in held)
        case "cancel" | "commit" | "consume" as verb if mine:
            change = {"cancel": cancel, "commit": commit, "consume": consume}[verb]
            change(chance.choice(mine))
        case "count":
            count(chance.choice(levels), chance.choice([-2, -1, 1, 3]))
        case "sweep":
            expire_due(now=NOW, batch=10)


def count(level: StockLevel, change: int) -> None:
    services.adjust_stock(
        partner_id=make_partner().pk,
        variant_id=level.variant_id,
        location_id=level.location_id,
        change=change,
        reason=AdjustReason.COUNTED,
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )
