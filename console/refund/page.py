"""What `templates/console/refund.html` is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import Banner


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step of a sum. `note` says where it comes from; a total is set off."""

    term: str
    amount: str
    note: str = ""
    is_total: bool = False
    is_penny: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSums:
    """One line of the return, from its list price to what it credits."""

    title: str
    sku: str
    about: str
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPage:
    number: str
    customer: str
    case_url: str
    lines: list[LineSums]
    shared: list[Row]
    sums: list[Row]
    memos: list[tuple[str, str]]
    plan: list[Row] = field(default_factory=list)
    shortfall: Banner | None = None
    empty: str = ""
