"""What may become of a case, side by side: what each outcome brings, costs and takes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO
from exchanges.rules.goods import WantedReplacement


class OptionKind(StrEnum):
    """`DOWNGRADE` is only shown where it is what the case does already."""

    REFUND = "refund"
    EVEN_SWAP = "even_swap"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REPAIR = "repair"
    KEEP_IT = "keep_it"


SWAPS = (OptionKind.EVEN_SWAP, OptionKind.UPGRADE, OptionKind.DOWNGRADE)


class Cause(StrEnum):
    """What a row of the margin is for."""

    CREDIT = "credit"
    FEES = "fees"
    SALE = "sale"
    GOODS_OUT = "goods_out"
    GOODS_BACK = "goods_back"
    SHIPPING_OUT = "shipping_out"
    WAY_BACK = "way_back"
    WORKSHOP = "workshop"


@dataclass(frozen=True, slots=True)
class MarginRow:
    """What one thing brings us (above zero) or costs us; None: nobody knows that yet."""

    cause: Cause
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Margin:
    """What an outcome leaves us from now on, without tax, in one currency."""

    currency: str
    rows: tuple[MarginRow, ...]

    @property
    def known(self) -> Decimal:
        """The sum of what is known."""
        return sum((row.amount for row in self.rows if row.amount is not None), ZERO)

    @property
    def is_whole(self) -> bool:
        return all(row.amount is not None for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAtRisk:
    """Units that an outcome takes out of stock, and who would miss them.

    `at_centre` are free where they would leave from, `free` everywhere. `older` names the older
    cases that wait for the same (``return:12``), `lost_by` how many of them then find none.
    """

    variant_id: int
    sku: str
    title: str
    quantity: int
    centre: str
    at_centre: int
    free: int
    is_held: bool = False
    older: tuple[str, ...] = ()
    lost_by: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One outcome. `customer` is signed cash from now on: above zero they get it, below they pay.

    `reasons` say why it may not be taken, `flip` what would turn that; `asks` what a second
    person has to agree to first. `days` until the customer has everything, None where nobody
    knows; `open_ends` are words on what is not in the figures.
    """

    kind: OptionKind
    currency: str
    is_current: bool = False
    reasons: tuple[str, ...] = ()
    flip: str = ""
    asks: tuple[str, ...] = ()
    customer: Decimal | None = None
    margin: Margin | None = None
    days: int | None = None
    stock: tuple[StockAtRisk, ...] = ()
    frees: int = 0
    wanted: tuple[WantedReplacement, ...] = ()
    rate: Decimal | None = None
    open_ends: tuple[str, ...] = field(default=())

    @property
    def is_allowed(self) -> bool:
        return not self.reasons and not self.is_current


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All outcomes of a case; `obstacle` says why there is none to choose from."""

    options: tuple[Option, ...] = ()
    obstacle: str = ""

    def find(self, kind: str) -> Option | None:
        return next((option for option in self.options if option.kind == kind), None)


def count_losers(older: Sequence[int], *, free: int, taken: int) -> int:
    """Of lines that wait, oldest first with their units, how many lose theirs by `taken` units.

    Who finds none anyhow loses nothing by it.
    """
    return _count_served(older, free) - _count_served(older, free - taken)


def _count_served(older: Sequence[int], free: int) -> int:
    served = 0
    for units in older:
        if units <= free:
            free -= units
            served += 1
    return served
