"""Small charts drawn by ourselves: SVG with words, and the same figures as a table beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH, HEIGHT = 320, 96
PAD = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`components/bars.html`: one thing against the largest of its list."""

    label: str
    value: str
    share: float
    tone: Literal["bad", "warn", "good", "info"] = "info"
    url: str = ""
    note: str = ""

    @property
    def length(self) -> float:
        """In hundredths of the bar."""
        return round(100 * min(1.0, max(0.0, self.share)), 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of a line: where it is drawn, and what it says in the table."""

    x: float
    y: float
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`components/line.html`: values over time or age. `goal` is a dashed line at that height."""

    title: str
    unit: str
    marks: list[Mark]
    goal: float | None = None
    low: str = ""
    high: str = ""

    @property
    def points(self) -> str:
        return " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in self.marks)


def draw_line(
    rows: Sequence[tuple[str, float, str]],
    *,
    title: str,
    unit: str,
    low: float = 0.0,
    high: float | None = None,
    goal: float | None = None,
) -> Line:
    """From (label, value, value in words); the scale goes from `low` to the largest or `high`."""
    top = max([value for _, value, _ in rows] + [low + 1e-9] if high is None else [high])

    def height(value: float) -> float:
        share = (value - low) / (top - low) if top > low else 0.0
        return HEIGHT - PAD - min(1.0, max(0.0, share)) * (HEIGHT - 2 * PAD)

    step = (WIDTH - 2 * PAD) / max(1, len(rows) - 1)
    return Line(
        title=title,
        unit=unit,
        marks=[
            Mark(PAD + at * step, height(value), label, words)
            for at, (label, value, words) in enumerate(rows)
        ],
        goal=None if goal is None else height(goal),
    )
