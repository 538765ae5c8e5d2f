"""Which part of a replacement may leave when only a part of the returned goods has come (S12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOut:
    """A line that goes out, and how far it has: `replaces` is a return line, None for a gift."""

    position: int
    quantity: int
    released: int
    dropped: int
    replaces: int | None
    gross: Decimal

    @property
    def rest(self) -> int:
        return self.quantity - self.released - self.dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Units of a return line that are credited, of those that were to come."""

    credited: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What may go now, by position, and what it costs with all that went before it.

    `due` is what of the customer's payment it takes, `stays` the units that wait on;
    `is_end`: nothing more comes back, so that those wait in vain.
    """

    units: dict[int, int]
    value: Decimal
    due: Decimal
    stays: int
    is_end: bool

    @property
    def count(self) -> int:
        return sum(self.units.values())


def plan_part(
    lines: Sequence[LineOut],
    *,
    came: Mapping[int, Came],
    is_end: bool,
    shipping: Decimal,
    credit: Decimal,
    currency: str,
) -> Part:
    """As many units go out as returned ones pay for: of 3 for 3 as many as came, of 1 for 3 all.

    Values are slices of the line, which telescope (domain §7.3); sending is paid with the first
    part. What replaces nothing goes with the last.
    """
    matched = _match(lines, came)
    units = {}
    for line in lines:
        may = line.quantity if line.replaces is None and is_end else matched.get(line.position, 0)
        if now := min(may - line.released, line.rest):
            units[line.position] = max(now, 0)
    units = {position: count for position, count in units.items() if count}
    value = shipping + sum(
        (_slice(line, line.released + units.get(line.position, 0), currency) for line in lines),
        ZERO,
    )
    stays = sum(line.rest for line in lines) - sum(units.values())
    return Part(
        units=units,
        value=round_half_up(value, currency),
        due=round_half_up(max(value - credit, ZERO), currency),
        stays=stays,
        is_end=is_end,
    )


def compute_value(lines: Sequence[LineOut], *, shipping: Decimal, currency: str) -> Decimal:
    """What the units that have left cost; sending is paid with the first of them."""
    value = shipping + sum((_slice(line, line.released, currency) for line in lines), ZERO)
    return round_half_up(value, currency)


def compute_let_off(*, needed: Decimal, due: Decimal) -> Decimal:
    """What the customer need no longer pay once `due` for the part is all that is asked."""
    return max(needed - due, ZERO)


def _match(lines: Sequence[LineOut], came: Mapping[int, Came]) -> dict[int, int]:
    """Position → units whose returned ones are credited, the first lines first."""
    left = {}
    for returned, goods in came.items():
        replacing = sum(line.quantity for line in lines if line.replaces == returned)
        left[returned] = replacing * goods.credited // goods.quantity
    matched = {}
    for line in sorted(lines, key=lambda line: line.position):
        if line.replaces is not None:
            matched[line.position] = min(line.quantity, left.get(line.replaces, 0))
            left[line.replaces] = left.get(line.replaces, 0) - matched[line.position]
    return matched


def _slice(line: LineOut, units: int, currency: str) -> Decimal:
    return round_half_up(line.gross * units / line.quantity, currency)
