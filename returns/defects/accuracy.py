"""How often the desk was right about a defect, once somebody had the goods in hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from returns.defects.chance import compute_share_interval


@dataclass(frozen=True, slots=True)
class Judged:
    """A report that inspection has answered. `said` is the desk's verdict, `found` the truth."""

    month: str
    defect_type: str
    said: bool
    found: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one type or month: right and wrong, each way."""

    label: str
    hits: int
    false_alarms: int
    misses: int
    right_refusals: int

    @property
    def cases(self) -> int:
        return self.hits + self.false_alarms + self.misses + self.right_refusals

    @property
    def accuracy(self) -> float | None:
        return (self.hits + self.right_refusals) / self.cases if self.cases else None

    @property
    def precision(self) -> float | None:
        """Of those called defective, how many were."""
        called = self.hits + self.false_alarms
        return self.hits / called if called else None

    @property
    def recall(self) -> float | None:
        """Of those that were defective, how many were called so."""
        were = self.hits + self.misses
        return self.hits / were if were else None

    @property
    def interval(self) -> tuple[float, float]:
        return compute_share_interval(self.hits + self.right_refusals, self.cases)


def score(judged: Iterable[Judged], *, label: str = "") -> Score:
    counts: defaultdict[tuple[bool, bool], int] = defaultdict(int)
    for each in judged:
        counts[each.said, each.found] += 1
    return Score(
        label, counts[True, True], counts[True, False], counts[False, True], counts[False, False]
    )


def score_by_type(judged: Iterable[Judged]) -> list[Score]:
    """The types with most cases first."""
    return sorted(
        _score_by(judged, lambda each: each.defect_type), key=lambda one: (-one.cases, one.label)
    )


def score_by_month(judged: Iterable[Judged]) -> list[Score]:
    return sorted(_score_by(judged, lambda each: each.month), key=lambda one: one.label)


def _score_by(judged, label_of) -> list[Score]:  # type: ignore[no-untyped-def]
    groups = defaultdict(list)
    for each in judged:
        groups[label_of(each)].append(each)
    return [score(group, label=label) for label, group in groups.items()]
