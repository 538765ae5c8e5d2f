"""Expiring a hundred thousand holds: with events, ledger, history and notices, all in one."""

import datetime as dt
import multiprocessing
import statistics
import time
from dataclasses import dataclass

from django.db import connection, connections

from bench import ground
from bench.measures.decay import fill, settle
from bench.measures.holds import hold_often, make_levels
from bench.measuring import ROUNDS, Bound, Found, Measure
from core import clock
from core.laws import check_laws
from inventory import expiry
from inventory.models import Reservation, StockLevel

DUE, SKUS = 100_000, 1_000
LAW = "held_stock_is_what_live_holds_add_up_to"


@dataclass(frozen=True)
class Round:
    """What a sweep took, in seconds, and the slowest hundredth of an agent's holds."""

    seconds: float
    longest: float
    before: float
    meanwhile: float


def take() -> Found:
    """A sweep, one as the schedule starts it, while an agent holds without end; three times."""
    rounds = []
    for _ in range(ROUNDS):
        ground.empty()
        rounds.append(take_once())
    seconds = statistics.median(one.seconds for one in rounds)
    slower = statistics.median(one.meanwhile / one.before for one in rounds)
    return Found(
        ours=DUE / seconds,
        p99=statistics.median(one.meanwhile for one in rounds),
        bounds=(
            Bound("all of them", seconds, 10, 4, "s"),
            Bound("longest transaction", max(one.longest for one in rounds) * 1000, 100, 40, "ms"),
            Bound("holding meanwhile, p99 beside before", slower, 2, 1),
        ),
    )


def take_once() -> Round:
    *due, other = make_levels(SKUS + 1)
    fill_due(due)
    quiet = hold_often([other], 1)
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    connections.close_all()  # a forked connection is nobody's
    sweeper = context.Process(target=sweep, args=(answers,))
    began = time.perf_counter()
    sweeper.start()
    meanwhile = hold_often([other], 1)
    at, count, longest = answers.get()
    sweeper.join()
    if count != DUE:
        raise RuntimeError(f"swept {count}")
    (law,) = check_laws([LAW])
    if not law.ok or Reservation.objects.filter(state="expired").count() != DUE:
        raise RuntimeError("the sweep left something behind")
    return Round(at - began, longest, quiet.p99, meanwhile.p99)


def fill_due(levels: list[StockLevel]) -> None:
    for level in levels:
        fill(level, units=DUE // SKUS, expires_at="2020-01-01")
    settle()


def sweep(answers: "multiprocessing.SimpleQueue[tuple[float, int, float]]") -> None:
    """Says when it was done, how many holds it ended, and its longest transaction in seconds."""
    connection.ensure_connection()
    longest, count = 0.0, 0
    until = clock.database_now()
    while (swept := expiry.expire_some(until=until, now=dt.datetime.now(dt.UTC))).ended:
        longest = max(longest, swept.longest)
        count += swept.ended
    at = time.perf_counter()
    connections.close_all()
    answers.put((at, count, longest))


SWEEP = Measure(
    "sweep",
    "expire 100,000 holds",
    take,
    floor=10_000,
    goal=25_000,
    beside="",
)
