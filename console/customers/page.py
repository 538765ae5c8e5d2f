"""What `templates/console/customer.html` is given."""

from __future__ import annotations

from dataclasses import dataclass

from console.components import Fact
from console.orders.page import CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    number: str
    url: str
    about: str
    placed: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    name: str
    about: str
    facts: list[Fact]
    orders: list[OrderRow]
    cases: list[CaseRow]
    says_only_newest: bool
