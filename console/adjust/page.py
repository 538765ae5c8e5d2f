"""What the templates of stock set right by hand are given."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BaseForm

from console.components import Banner, Check, EmptyState, GoodsLine, Pager


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

    title: str
    goods: GoodsLine
    sku: str
    op_id: str
    rows: list[PlaceRow]
    form: BaseForm
    form_title: str
    form_says: str
    what_follows: list[Check]
    confirm_label: str
    blocked_because: str = ""
    banner: Banner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """Units of one SKU in one quarantine bin: since when, and why."""

    title: str
    sku: str
    place: str
    bin: str
    lot: str
    units: int
    value: str
    since: str
    why: str
    by: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinePage:
    """Everything in quarantine, or what is of one SKU."""

    rows: list[QuarantineRow]
    pager: Pager
    sku: str = ""
    goods: GoodsLine | None = None
    put_in_url: str = ""
    empty: EmptyState | None = None
