"""What `templates/console/order.html` is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import Action, Badge, Fact, Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLine:
    """One line with its money as it was frozen, and where its units are."""

    title: str
    sku: str
    category: str
    quantity: int
    list_price: str
    own_discount: str
    shared_discount: str
    net: str
    tax: str
    tax_names: str
    gross: str
    whereabouts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderRow:
    label: str
    captured: str
    refunded: str
    carried_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in a list of cases of an order or a customer."""

    number: str
    url: str
    about: str
    opened: str
    badge: Badge
    exchange_badge: Badge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    label: str
    detail: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    number: str
    customer: str
    customer_url: str
    about: str
    badges: list[Badge]
    lines: list[FrozenLine]
    sharing: str
    sums: list[Sum]
    tenders: list[TenderRow]
    cases: list[CaseRow]
    parcels: list[ParcelRow]
    facts: list[Fact]
    documents: list[Fact] = field(default_factory=list)
    open_case: Action | None = None
