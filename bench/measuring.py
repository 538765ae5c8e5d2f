"""What a measure is: our rate beside another's, with the least and the wanted ratio."""

import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench import ground

ROUNDS = 3
SECONDS = 3.0  # of one party in one round


@dataclass(frozen=True)
class Rate:
    """How many a second, and the slowest hundredth, in seconds."""

    per_second: float
    p99: float


@dataclass(frozen=True)
class Bound:
    """A figure of a measure that must not be more: `floor` fails the run, `goal` is wanted."""

    what: str
    found: float
    floor: float
    goal: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.found <= self.floor


@dataclass(frozen=True)
class Found:
    """What a measure found, a second; medians over the rounds.

    `beside` is the rate that ours is divided by. None where ours is judged as it is, or where
    the peer it should stand beside is not there.
    """

    ours: float
    beside: float | None = None
    p99: float | None = None  # seconds
    peers: Mapping[str, float] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """`floor` fails the run, `goal` is where it should be; None where neither is promised.

    `unit` is what is counted a second. `beside` says what the ratio is to; where it is empty,
    floor and goal are rates themselves.
    """

    name: str
    what: str
    take: Callable[[], Found]
    floor: float | None = None
    goal: float | None = None
    unit: str = "holds"
    beside: str = "limit"

    def judge(self, found: Found) -> float | None:
        """What is held against floor and goal; None where there is nothing to stand beside."""
        if not self.beside:
            return found.ours
        return found.ours / found.beside if found.beside else None


def alternate(parties: Mapping[str, Callable[[], Rate]]) -> dict[str, Rate]:
    """The median of each. All go in every round, so that a slow minute hits everyone."""
    rounds: dict[str, list[Rate]] = {name: [] for name in parties}
    for _ in range(ROUNDS):
        for name, party in parties.items():
            rounds[name].append(party())
    return {
        name: Rate(
            statistics.median(rate.per_second for rate in rates),
            statistics.median(rate.p99 for rate in rates),
        )
        for name, rates in rounds.items()
    }


def pgbench(script: str, *, clients: int) -> Rate:
    """One prepared statement, again and again: what PostgreSQL can do at most."""
    with tempfile.TemporaryDirectory(prefix="swapdesk-pgbench-") as folder:
        file = Path(folder) / "script.sql"
        file.write_text(script)
        how = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", f"{SECONDS:.0f}"]
        done = subprocess.run(
            [ground.program("pgbench"), *how, "--log", "-f", file, ground.database_url()],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
        )
        latencies = sorted(
            int(line.split()[2])  # microseconds
            for log in Path(folder).glob("pgbench_log.*")
            for line in log.read_text().splitlines()
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or not latencies:
        raise RuntimeError(done.stderr)
    return Rate(float(found.group(1)), latencies[int(len(latencies) * 0.99)] / 1_000_000)
