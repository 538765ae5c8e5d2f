"""How likely something is by chance alone: exact tails, intervals, false-discovery control.

A few formulas with `math`; the usual library for them weighs a hundred megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SURE = 0.95  # of the intervals people read


def compute_binomial_tail(at_least: int, of: int, share: float) -> float:
    """P(X ≥ at_least) of a binomial. Exact up to rounding; summed from the side that is short."""
    if at_least <= 0:
        return 1.0
    if at_least > of or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    if at_least > of * share:
        return min(1.0, math.fsum(_mass(k, of, share) for k in range(at_least, of + 1)))
    return max(0.0, 1.0 - math.fsum(_mass(k, of, share) for k in range(at_least)))


def _mass(k: int, of: int, share: float) -> float:
    ways = math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
    return math.exp(ways + k * math.log(share) + (of - k) * math.log1p(-share))


def compare_rates(events: int, exposure: float, other_events: int, other_exposure: float) -> float:
    """The chance of so many events or more, were both rates the same. Exact.

    Given how many there are in all, those of one side are binomial with its share of the
    exposure, so no rate has to be known for certain (Przyborowski and Wilenski, 1940).
    """
    total = exposure + other_exposure
    if exposure <= 0 or other_exposure <= 0:
        return 1.0
    return compute_binomial_tail(events, events + other_events, exposure / total)


def compute_share_interval(events: int, of: int, sure: float = SURE) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share; between 0 and 1 when there is nothing."""
    if of <= 0:
        return 0.0, 1.0
    out = (1 - sure) / 2
    low = _bisect(lambda share: compute_binomial_tail(events, of, share) - out) if events else 0.0
    if events == of:
        return low, 1.0
    high = _bisect(lambda share: compute_binomial_tail(events + 1, of, share) - (1 - out))
    return low, high


def compute_ratio_interval(
    events: int, exposure: float, other_events: int, other_exposure: float, sure: float = SURE
) -> tuple[float, float]:
    """The interval of how many times the rate is the other's; infinite where that had none."""
    low, high = compute_share_interval(events, events + other_events, sure)
    return _as_ratio(low, exposure, other_exposure), _as_ratio(high, exposure, other_exposure)


def _as_ratio(share: float, exposure: float, other_exposure: float) -> float:
    if share >= 1 or exposure <= 0:
        return math.inf
    return share / (1 - share) * other_exposure / exposure


def adjust(p_values: Sequence[float]) -> list[float]:
    """q-values of Benjamini and Hochberg: the share of false alarms if one goes so far down."""
    count = len(p_values)
    order = sorted(range(count), key=lambda at: p_values[at], reverse=True)
    adjusted, least = [0.0] * count, 1.0
    for place, at in enumerate(order):
        least = min(least, p_values[at] * count / (count - place))
        adjusted[at] = max(least, p_values[at])  # rounding must not make one surer
    return adjusted


def compute_count_interval(mean: float, seen: int, sure: float = SURE) -> tuple[int, int]:
    """Between which counts a future one falls, when `mean` was learnt from `seen` events.

    Negative binomial: Poisson events whose rate is itself known only as well as `seen` tell
    (Gamma with Jeffreys' prior). Few events make it wide, as it should be.
    """
    if mean <= 0:
        return 0, 0
    size = seen + 0.5
    failure = mean / (mean + size)
    log_mass, total, low, out = size * math.log1p(-failure), 0.0, None, (1 - sure) / 2
    for count in range(100_000):
        total += math.exp(log_mass)
        if low is None and total > out:
            low = count
        if total >= 1 - out:
            return low or 0, count
        log_mass += math.log((count + size) / (count + 1)) + math.log(failure)
    return low or 0, 100_000


def _bisect(rising) -> float:  # type: ignore[no-untyped-def]
    """Where a function that rises from 0 to 1 crosses zero, to twelve digits or so."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
