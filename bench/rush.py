"""Many processes at once, each with a connection of its own, all let go together.

A peer's processes run this too, in a Python of their own: nothing here may import the desk.
"""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connections

LONGEST_RUSH = 900.0  # seconds


@dataclass
class Tally:
    """What came back: how often each answer, and how long each call took, in seconds."""

    answers: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def calls(self) -> int:
        return sum(self.answers.values())

    @property
    def per_second(self) -> float:
        return self.calls / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def rush(call: Callable[[int], str], *, calls: int, processes: int) -> Tally:
    """Make `calls` calls, dealt out to `processes`; `call` gets its number and says how it went."""
    return _let_go(call, [range(lane, calls, processes) for lane in range(processes)], None)


def rush_for(call: Callable[[int], str], *, seconds: float, processes: int) -> Tally:
    """As many calls as `processes` can make in that time; none gets a number twice."""
    return _let_go(call, [count(lane, processes) for lane in range(processes)], seconds)


def _let_go(call: Callable[[int], str], lanes: list[Iterable[int]], seconds: float | None) -> Tally:
    connections.close_all()  # a forked connection is nobody's
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(lanes) + 1), context.SimpleQueue()
    workers = [
        context.Process(target=_work, args=(call, numbers, seconds, barrier, answers))
        for numbers in lanes
    ]
    for worker in workers:
        worker.start()
    barrier.wait(LONGEST_RUSH)
    tally = Tally()
    for _ in workers:
        counted, latencies, took = answers.get()
        tally.answers += counted
        tally.latencies += latencies
        tally.seconds = max(tally.seconds, took)
    for worker in workers:
        worker.join(LONGEST_RUSH)
    return tally


def _work(
    call: Callable[[int], str],
    numbers: Iterable[int],
    seconds: float | None,
    barrier: Barrier,
    answers: Any,
) -> None:
    counted: Counter[str] = Counter()
    latencies = []
    connections["default"].ensure_connection()
    barrier.wait(LONGEST_RUSH)
    let_go = time.perf_counter()
    for number in _until(let_go + seconds, numbers) if seconds else numbers:
        began = time.perf_counter()
        try:
            said = call(number)
        except Exception as error:  # noqa: BLE001  (what went wrong is what is counted)
            said = type(error).__name__
        counted[said] += 1
        latencies.append(time.perf_counter() - began)
    took = time.perf_counter() - let_go
    connections.close_all()
    answers.put((counted, latencies, took))


def _until(end: float, numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        if time.perf_counter() >= end:
            return
        yield number
