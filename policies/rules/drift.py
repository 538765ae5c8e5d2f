"""Whether live verdicts still fall as a backtest foretold. Exact binomial, no tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

# With fewer decisions even a great change is chance; with this bound a false alarm for one of
# three verdicts, looked at daily, comes about once in a year.
FEWEST = 50
ALARM = 0.001
# A backtest without a single case of a kind says "rare", not "never".
_PRIOR = 1


@dataclass(frozen=True, slots=True)
class Drift:
    """A verdict that comes more or less often than foretold; shares are of 1."""

    verdict: str
    foretold: float
    live: float
    decisions: int
    chance: float

    @property
    def is_up(self) -> bool:
        return self.live > self.foretold


def find_drift(foretold: Mapping[str, int], live: Mapping[str, int]) -> list[Drift]:
    """Verdicts whose live share can hardly be chance, given the counts of both."""
    decisions, tried = sum(live.values()), sum(foretold.values())
    if decisions < FEWEST or not tried:
        return []
    found = []
    for verdict in sorted({*foretold, *live}):
        share = (foretold.get(verdict, 0) + _PRIOR) / (tried + 2 * _PRIOR)
        count = live.get(verdict, 0)
        chance = compute_chance(count, decisions, share)
        if chance < ALARM:
            found.append(Drift(verdict, share, count / decisions, decisions, chance))
    return found


def compute_chance(count: int, of: int, share: float) -> float:
    """Two-sided: twice the smaller tail of the binomial distribution, at most 1."""
    lower = math.fsum(_mass(k, of, share) for k in range(count + 1))
    upper = math.fsum(_mass(k, of, share) for k in range(count, of + 1))
    return min(1.0, 2 * min(lower, upper))


def _mass(count: int, of: int, share: float) -> float:
    """In logarithms: the factorials of thousands do not fit into a float."""
    log = (
        math.lgamma(of + 1)
        - math.lgamma(count + 1)
        - math.lgamma(of - count + 1)
        + count * math.log(share)
        + (of - count) * math.log1p(-share)
    )
    return math.exp(log)
