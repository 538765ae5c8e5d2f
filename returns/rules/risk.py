"""How much about a case asks for a second look: signs that each say little, added up to 100.

A score accuses nobody. It says how many things are unusual at once, names each of them with what
it counts for, and leaves the rest to a lead. The weights are the desk's own (ADR 73); from which
score on a person looks is policy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import ZERO
from core.verdicts import Verdict

HIGHEST = 100
# Goods that are not our fault are worn where they come back in these grades.
WORN_GRADES = frozenset({"C", "D"})
# How much above today's list price the goods were bought, from which on it counts.
DEAR, VERY_DEAR = Decimal("1.5"), Decimal(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """`each` for every one beyond what is `usual`, and `most` in all."""

    each: int
    most: int
    usual: int = 0

    def points(self, count: int) -> int:
        return min(self.most, self.each * max(0, count - self.usual))


WEIGHTS: dict[str, Weight] = {
    "serial_used": Weight(each=50, most=50),
    "photo_used": Weight(each=40, most=60),
    "serial_foreign": Weight(each=30, most=30),
    "velocity_customer": Weight(each=5, most=25, usual=3),
    "velocity_address": Weight(each=8, most=24, usual=1),
    "velocity_card": Weight(each=10, most=30, usual=1),
    "inflated_value": Weight(each=20, most=40),
    "worn": Weight(each=25, most=25),
    "worn_before": Weight(each=10, most=30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSigns:
    """What is known of a case that may be unusual: counts, and never who or where.

    Returns at an address or on a card are those of *other* customers. `dearness` is the highest
    price paid of what comes back, as a multiple of its list price today. `cases` names, by sign,
    the other cases that it was seen on.
    """

    serials_used: int = 0
    photos_used: int = 0
    foreign_serials: int = 0
    returns_of_customer: int = 0
    returns_at_address: int = 0
    returns_on_card: int = 0
    dearness: Decimal = ZERO
    worn: int = 0
    worn_before: int = 0
    cases: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPart:
    """One sign, how often it was found, and what it counts for."""

    code: str
    points: int
    count: int
    cases: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "points": self.points,
            "count": self.count,
            "cases": list(self.cases),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskScore:
    score: int = 0
    parts: tuple[RiskPart, ...] = ()


def score_risk(signs: RiskSigns) -> RiskScore:
    """The score with its parts, the heaviest first; what counts for nothing is left out."""
    found = {
        "serial_used": signs.serials_used,
        "photo_used": signs.photos_used,
        "serial_foreign": signs.foreign_serials,
        "velocity_customer": signs.returns_of_customer,
        "velocity_address": signs.returns_at_address,
        "velocity_card": signs.returns_on_card,
        "inflated_value": (signs.dearness >= DEAR) + (signs.dearness >= VERY_DEAR),
        "worn": signs.worn,
        "worn_before": signs.worn_before,
    }
    parts = [
        RiskPart(code=code, points=points, count=count, cases=tuple(signs.cases.get(code, ())))
        for code, count in found.items()
        if (points := WEIGHTS[code].points(count))
    ]
    parts.sort(key=lambda part: -part.points)
    return RiskScore(score=min(HIGHEST, sum(part.points for part in parts)), parts=tuple(parts))


def must_hold(*, score: int, limit: int | None, highest_cleared: int | None) -> bool:
    """Whether the case is to be held for a lead; what one has cleared holds it no second time."""
    if limit is None or score <= limit:
        return False
    return highest_cleared is None or score > highest_cleared


def can_clear_risk(*, is_held: bool, opened_by: str, clearer: str) -> Verdict:
    return Verdict.of(
        None if is_held else "Nothing of this case is held because of its risk.",
        "Whoever opened the case does not clear its risk: another lead looks."
        if is_held and opened_by == clearer
        else None,
    )
