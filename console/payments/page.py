"""What the templates about money are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django.forms import BaseForm

from console.components import Action, Badge, Banner, EmptyState, Fact, Pager, Sum, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A form that moves money: `says` is read before the button is pressed."""

    label: str
    says: str
    url: str
    form: BaseForm
    fields: dict[str, str]
    kind: Literal["primary", "secondary", "danger"] = "secondary"
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One try with money, with the provider's name for it."""

    what: str
    amount: str
    badge: Badge
    provider: str
    reference: str
    when: str
    note: str = ""
    url: str = ""
    case: str = ""
    case_url: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link that was sent; `url` while it can be paid."""

    amount: str
    badge: Badge
    until: str
    url: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a memo owes, which payments bear it, and what none can."""

    title: str
    sums: list[Sum]
    parts: list[Sum]
    shortfall: str = ""
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPage:
    number: str
    url: str
    customer: str
    sums: list[Sum]
    credit: str
    questions: list[Question]
    owed: list[Owed]
    links: list[LinkRow]
    operations: list[OperationRow]
    debts: list[Fact]
    banner: Banner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSection:
    title: str
    says: str
    rows: list[OperationRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownPage:
    tabs: list[Tab]
    sections: list[QueueSection]
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage:
    """One operation that people settle, and the two answers they may give."""

    title: str
    back: str
    row: OperationRow
    facts: list[Fact]
    ask: Action | None
    question: Question | None
    banner: Banner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableRow:
    amount: str
    customer: str
    customer_url: str
    case: str
    case_url: str
    due: str
    age: str
    state: str
    actions: list[Action]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivablesPage:
    tabs: list[Tab]
    rows: list[ReceivableRow]
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    what: str
    tone: str
    movement: str
    reference: str
    ours: str
    theirs: str
    when: str
    account: str
    question: Question | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencesPage:
    tabs: list[Tab]
    rows: list[DifferenceRow]
    pager: Pager
    empty: EmptyState | None = None
    export_url: str = ""
