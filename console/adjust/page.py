"""What the templates of stock set right by hand are given."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BaseForm

from console.components import Banner, Check, GoodsLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """What lies at one place of one lot, by bucket."""

    place: str
    lot: str
    bin: str
    available: int
    held: int
    allocated: int
    quarantine: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustPage:
    """What lies where, the form, and what sending it would do. `blocked_because` keeps it back."""

    goods: GoodsLine
    sku: str
    op_id: str
    rows: list[PlaceRow]
    form: BaseForm
    what_follows: list[Check]
    confirm_label: str
    blocked_because: str = ""
    banner: Banner | None = None
