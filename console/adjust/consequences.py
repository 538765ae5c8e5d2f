"""What a change by hand would do, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from console.components import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """The button, the sentences above it, and why it may not be pressed."""

    label: str
    checks: list[Check]
    blocked_because: str = ""


NOT_YET = Consequences(
    label="Book the change",
    checks=[Check(sentence="Say where, how many and why.", outcome="review")],
    blocked_because="Nothing is chosen yet.",
)


def of_adjustment(
    *, place: str, available: int, promised: int, change: int, worth: str, reason: str
) -> Consequences:
    """`available` and `promised` (held or sold) units lie there now; `worth` is at cost."""
    after = available + change
    units = count_units(abs(change))
    label = f"Take {units} out" if change < 0 else f"Add {units}"
    if after < 0:
        return Consequences(
            label=label,
            checks=[_short(place, available, promised)],
            blocked_because=f"Only {available} can be taken out by hand.",
        )
    verb = "is written off" if change < 0 else "is added"
    return Consequences(
        label=label,
        checks=[
            Check(sentence=f"Available at {place}: {available} → {after}."),
            *_untouched(promised),
            Check(sentence=f"{worth} at cost {verb}."),
            Check(sentence=f"The ledger says: {reason}. Every channel is told the new number."),
        ],
    )


def of_quarantine(*, place: str, bin_code: str, available: int, units: int) -> Consequences:
    """`units` of what is free at `place` go into a quarantine bin (blank: the first there)."""
    label = f"Put {count_units(units)} aside"
    if units > available:
        return Consequences(
            label=label,
            checks=[_short(place, available, 0)],
            blocked_because=f"Only {available} are free there.",
        )
    where = f"bin {bin_code}" if bin_code else "the first quarantine bin there"
    return Consequences(
        label=label,
        checks=[
            Check(sentence=f"Available at {place}: {available} → {available - units}."),
            Check(sentence=f"{count_units(units)} go into {where}, out of every channel's reach."),
            Check(
                sentence="Somebody else than you lets them out again for sale.", outcome="review"
            ),
        ],
    )


def of_release(*, units: int, quarantined: int, label: str, checks: list[Check]) -> Consequences:
    """`units` of the `quarantined` ones in a bin leave it; `checks` say for where."""
    if units > quarantined:
        return Consequences(
            label=label,
            checks=[Check(sentence=f"{count_units(quarantined)} lie in that bin.", outcome="fail")],
            blocked_because=f"Only {quarantined} are there.",
        )
    left = Check(sentence=f"In that bin: {quarantined} → {quarantined - units}.")
    failed = [check.sentence for check in checks if check.outcome == "fail"]
    return Consequences(
        label=label, checks=[left, *checks], blocked_because=failed[0] if failed else ""
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
