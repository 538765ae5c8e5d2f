"""What a SKU's defects have in common: lot, supplier, age, channel, carrier, words.

One look at each level of each factor against all other units. It shows what goes together, with
how sure it is; that one brings about the other only a person can find out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from returns.defects.chance import adjust, compare_rates, compute_ratio_interval

FEW = 5  # defects below which a screen says that these are few
SURE_ENOUGH = 0.05


@dataclass(frozen=True, slots=True)
class Unit:
    """Units alike in every factor: how many, and how many of them failed."""

    factors: Mapping[str, str]
    units: int
    defects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One level of one factor. `explains` is the share of all defects that would not have been,
    had these units failed like the others; `low` and `high` bound the ratio of the rates."""

    factor: str
    level: str
    units: int
    defects: int
    rate: float
    other_rate: float
    low: float
    high: float
    p_value: float
    q_value: float
    explains: float

    @property
    def is_sure(self) -> bool:
        return self.q_value <= SURE_ENOUGH

    @property
    def is_few(self) -> bool:
        return self.defects < FEW


def find_causes(units: Sequence[Unit]) -> list[Cause]:
    """Levels that fail more often than the rest, those that explain most first."""
    total_units = sum(each.units for each in units)
    total_defects = sum(each.defects for each in units)
    levels = _count_levels(units)
    asked = [
        (factor, level, count, defects)
        for (factor, level), (count, defects) in sorted(levels.items())
        if level and 0 < count < total_units and defects
    ]
    p_values = [
        compare_rates(defects, count, total_defects - defects, total_units - count)
        for _, _, count, defects in asked
    ]
    causes = [
        _describe(one, p_value, q_value, total_units=total_units, total_defects=total_defects)
        for one, p_value, q_value in zip(asked, p_values, adjust(p_values), strict=True)
    ]
    worse = [cause for cause in causes if cause.rate > cause.other_rate]
    return sorted(worse, key=lambda cause: (not cause.is_sure, -cause.explains, cause.p_value))


def _count_levels(units: Iterable[Unit]) -> dict[tuple[str, str], tuple[int, int]]:
    levels: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for each in units:
        for factor, level in each.factors.items():
            count, defects = levels[factor, level]
            levels[factor, level] = (count + each.units, defects + each.defects)
    return dict(levels)


def _describe(
    one: tuple[str, str, int, int],
    p_value: float,
    q_value: float,
    *,
    total_units: int,
    total_defects: int,
) -> Cause:
    factor, level, count, defects = one
    others, other_defects = total_units - count, total_defects - defects
    low, high = compute_ratio_interval(defects, count, other_defects, others)
    other_rate = other_defects / others
    return Cause(
        factor=factor,
        level=level,
        units=count,
        defects=defects,
        rate=defects / count,
        other_rate=other_rate,
        low=low,
        high=high,
        p_value=p_value,
        q_value=q_value,
        explains=max(0.0, (defects - count * other_rate) / total_defects),
    )


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that comes up more often here than with other goods of the category."""

    word: str
    reports: int
    of: int
    elsewhere: float
    p_value: float
    q_value: float


def find_words(
    here: Sequence[Iterable[str]], elsewhere: Sequence[Iterable[str]], *, most: int = 8
) -> list[TellingWord]:
    """Words by which the reports here differ from the others; each counts once per report."""
    counts = Counter(word for words in here for word in set(words))
    others = Counter(word for words in elsewhere for word in set(words))
    asked = sorted(word for word, count in counts.items() if count > 1 and len(word) > 2)
    p_values = [
        compare_rates(counts[word], len(here), others[word], len(elsewhere) or 1) for word in asked
    ]
    found = [
        TellingWord(
            word,
            counts[word],
            len(here),
            others[word] / len(elsewhere) if elsewhere else 0.0,
            p_value,
            q_value,
        )
        for word, p_value, q_value in zip(asked, p_values, adjust(p_values), strict=True)
    ]
    found.sort(key=lambda word: (word.p_value, -word.reports, word.word))
    return found[:most]
