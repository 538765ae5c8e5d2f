"""What `templates/console/approvals.html` and `approval.html` are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.forms import BaseForm

from console.components import Badge, Banner, Check, EmptyState, Fact, Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow:
    """One request in the list; `when` is how long it has waited, or when it was decided."""

    url: str
    title: str
    asked_by: str
    amount: str
    when: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsPage:
    waiting: list[ApprovalRow]
    decided: list[ApprovalRow]
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is approved, in the words of whatever it is about.

    `differs` says what leaves the standard outcome, `sums` its money, `covers` what the hash binds.
    """

    differs: list[Check] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    cost: str = ""
    covers: list[Fact] = field(default_factory=list)
    case_url: str = ""
    case_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One of the two forms, yes and no."""

    label: str
    url: str
    form: BaseForm
    fields: dict[str, str]
    kind: str
    key: str
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPage:
    title: str
    badge: Badge
    about: str
    described: Described
    history: list[Fact]
    facts: list[Fact]
    answers: list[Answer]
    banner: Banner | None = None
