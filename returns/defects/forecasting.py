"""How many defects are still to come from units that customers have, by their age.

The hazard of each month of age (Kaplan and Meier's estimate, in months) is learnt from units that
reached that age, whether they have failed or not; it is then lived through by those still whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from returns.defects.chance import SURE, compute_count_interval, compute_share_interval


@dataclass(frozen=True, slots=True)
class Lives:
    """Units by their age in whole months: when they failed, or how old the whole ones are."""

    failed: Mapping[int, int]
    whole: Mapping[int, int]

    @property
    def defects(self) -> int:
        return sum(self.failed.values())

    @property
    def units(self) -> int:
        return self.defects + sum(self.whole.values())


@dataclass(frozen=True, slots=True)
class MonthOfAge:
    """Of `at_risk` units that reached this month `failed` did so in it; bounds are of the share."""

    month: int
    at_risk: int
    failed: int
    hazard: float
    low: float
    high: float
    survive: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Defects expected until the end of the warranty; between `low` and `high` it will be.

    `beyond` says from which month of age on nothing was seen yet, so that it is guessed.
    """

    months: list[MonthOfAge]
    in_hands: int
    expected: float
    low: int
    high: int
    seen: int
    beyond: int
    by_month: list[float]


def compute_hazards(lives: Lives, *, until: int) -> list[MonthOfAge]:
    """One row for each month of age from 0 to before `until`."""
    failed, whole = Counter(lives.failed), Counter(lives.whole)
    at_risk, survive, months = lives.units, 1.0, []
    for month in range(until):
        count = failed[month]
        # Whoever is that old now has lived through half of the month: counted as half at risk.
        exposed = at_risk - whole[month] / 2
        hazard = min(1.0, count / exposed) if exposed > 0 else 0.0
        low, high = compute_share_interval(count, max(count, round(exposed)), SURE)
        survive *= 1 - hazard
        months.append(MonthOfAge(month, at_risk, count, hazard, low, high, survive))
        at_risk -= count + whole[month]
    return months


def forecast(lives: Lives, *, until: int, taught_by: Lives | None = None) -> Forecast:
    """What the whole units of `lives` will still do before they are `until` months old.

    `taught_by`: where the hazards come from, when these units are too few to tell themselves.
    """
    teacher = taught_by or lives
    months = compute_hazards(teacher, until=until)
    seen_to = max((month.month for month in months if month.at_risk > 0), default=-1) + 1
    hazards = _carry_on(months, seen_to)
    expected, by_month = 0.0, [0.0] * until
    for age, count in lives.whole.items():
        survive = float(count)
        for ahead, month in enumerate(range(age, until)):
            # The month under way is half over on average.
            hazard = hazards[month] * (0.5 if ahead == 0 else 1.0)
            by_month[ahead] += survive * hazard
            expected += survive * hazard
            survive *= 1 - hazard
    low, high = compute_count_interval(expected, teacher.defects)
    return Forecast(
        months=months,
        in_hands=sum(count for age, count in lives.whole.items() if age < until),
        expected=expected,
        low=low,
        high=high,
        seen=teacher.defects,
        beyond=seen_to,
        by_month=by_month,
    )


def _carry_on(months: Sequence[MonthOfAge], seen_to: int) -> list[float]:
    """Beyond what was seen it goes on as the last half year of it did."""
    hazards = [month.hazard for month in months]
    last = months[max(0, seen_to - 6) : seen_to]
    at_risk = sum(month.at_risk for month in last)
    usual = sum(month.failed for month in last) / at_risk if at_risk else 0.0
    return [hazard if month < seen_to else usual for month, hazard in enumerate(hazards)]
