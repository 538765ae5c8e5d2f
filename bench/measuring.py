"""What a measure is: our rate beside the limit's, with the least and the wanted ratio."""

import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from bench import ground

ROUNDS = 3
SECONDS = 4  # of each round


@dataclass(frozen=True)
class Found:
    """Rates per second, medians over the rounds; `p99` in seconds."""

    limit: float
    ours: float
    p99: float

    @property
    def ratio(self) -> float:
        return self.ours / self.limit


@dataclass(frozen=True)
class Measure:
    """`floor` fails the run, `goal` is where it should be."""

    what: str
    floor: float
    goal: float
    take: Callable[[], Found]


def alternate(limit: Callable[[], float], ours: Callable[[], tuple[float, float]]) -> Found:
    """Measure both in turn, so that a slow minute of the machine hits both."""
    limits, rates, slowest = [], [], []
    for _ in range(ROUNDS):
        limits.append(limit())
        rate, p99 = ours()
        rates.append(rate)
        slowest.append(p99)
    median = statistics.median
    return Found(median(limits), median(rates), median(slowest))


def pgbench(script: str, *, clients: int) -> float:
    """Transactions per second of one prepared statement: what PostgreSQL can do at most."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        how = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(SECONDS)]
        done = subprocess.run(
            [ground.program("pgbench"), *how, "-f", file.name, ground.database_url()],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stderr)
    return float(found.group(1))
