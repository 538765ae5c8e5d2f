"""What goes out by itself when the first choice has run out, and for how much at most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from exchanges.rules.goods import WantedReplacement


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """A line that takes its second wish: what was agreed for that, and for the first one."""

    first: Decimal
    second: Decimal


def take_seconds(
    wanted: Sequence[WantedReplacement], short: Collection[int]
) -> list[WantedReplacement]:
    """`short` are variants that ran out. Who wished nothing for one keeps it."""
    return [_take(line) if line.variant_id in short else line for line in wanted]


def _take(line: WantedReplacement) -> WantedReplacement:
    if line.second_variant_id is None:
        return line
    return replace(
        line,
        variant_id=line.second_variant_id,
        location_id=None,
        agreed=None,
        may_wait=False,
        second_variant_id=None,
        second_price=None,
    )


def compute_agreed(due: Decimal, wished: Sequence[Wished]) -> Decimal:
    """The most that the customer has said yes to: signed as `due`, which they agreed to before."""
    return due + sum((line.second - line.first for line in wished), Decimal(0))
