"""Many processes at once, each with a connection of its own, all let go together."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
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
    connections.close_all()  # a forked connection is nobody's
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(processes + 1), context.SimpleQueue()
    workers = [
        context.Process(target=_work, args=(call, range(lane, calls, processes), barrier, answers))
        for lane in range(processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait(LONGEST_RUSH)
    began = time.perf_counter()
    tally = Tally()
    for _ in workers:
        counted, latencies = answers.get()
        tally.answers += counted
        tally.latencies += latencies
    tally.seconds = time.perf_counter() - began
    for worker in workers:
        worker.join(LONGEST_RUSH)
    return tally


def _work(call: Callable[[int], str], numbers: range, barrier: Barrier, answers: Any) -> None:
    counted: Counter[str] = Counter()
    latencies = []
    connections["default"].ensure_connection()
    barrier.wait(LONGEST_RUSH)
    for number in numbers:
        began = time.perf_counter()
        try:
            said = call(number)
        except Exception as error:  # noqa: BLE001  (what went wrong is what is counted)
            said = type(error).__name__
        counted[said] += 1
        latencies.append(time.perf_counter() - began)
    connections.close_all()
    answers.put((counted, latencies))
