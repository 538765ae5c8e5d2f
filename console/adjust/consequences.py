"""What a change by hand would do, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from console.components import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """The sentences beside the button, and why it may not be pressed."""

    checks: list[Check]
    blocked_because: str = ""


NOT_YET = Consequences(
    checks=[Check(sentence="Say where, how many and why.", outcome="review")],
    blocked_because="Nothing is chosen yet.",
)


def of_adjustment(
    *, place: str, available: int, promised: int, change: int, worth: str, reason: str
) -> Consequences:
    """`available` and `promised` (held or sold) units lie there now; `worth` is at cost."""
    after = available + change
    if after < 0:
        return Consequences(
            checks=[_short(place, available, promised)],
            blocked_because=f"Only {available} can be taken out by hand.",
        )
    verb = "is written off" if change < 0 else "is added"
    return Consequences(
        checks=[
            Check(sentence=f"Available at {place}: {available} → {after}."),
            *_untouched(promised),
            Check(sentence=f"{worth} at cost {verb}."),
            Check(sentence=f"The ledger says: {reason}. Every channel is told the new number."),
        ]
    )


def _short(place: str, available: int, promised: int) -> Check:
    are = "is" if promised == 1 else "are"
    others = f" {count_units(promised)} there {are} promised to somebody." if promised else ""
    return Check(
        sentence=f"{count_units(available)} can be taken out at {place}.{others} If those are "
        "missing too, count the place: the difference is then corrected as a whole.",
        outcome="fail",
    )


def _untouched(promised: int) -> list[Check]:
    if not promised:
        return []
    stay = "stays as it is" if promised == 1 else "stay as they are"
    return [Check(sentence=f"{count_units(promised)} held or sold there {stay}.")]


def count_units(units: int) -> str:
    return "1 unit" if units == 1 else f"{units} units"
