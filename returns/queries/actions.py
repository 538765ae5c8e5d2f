"""The action bar of the return: what a person may do now, and why the rest may not be done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from core.roles import Permission
from core.verdicts import Verdict
from returns import rules
from returns.models import Return
from returns.queries.arrivals import list_ungraded
from returns.rules import Action
from returns.states import OVER, ReturnState

S = ReturnState


@dataclass(frozen=True, slots=True)
class _Kind:
    code: str
    label: str
    permission: Permission
    rule: Callable[[Return], Verdict]
    shown_in: frozenset[ReturnState]


def _by_state(rule: Callable[[str], Verdict]) -> Callable[[Return], Verdict]:
    return lambda case: rule(case.state)


def _can_inspect(case: Return) -> Verdict:
    uninspected = sum(line.quantity for line in list_ungraded(case).values())
    return rules.can_inspect(case.state, uninspected=uninspected)


OPEN = frozenset(set(S) - set(OVER))
# In the order of a case's life: the first that is allowed is the next legal step.
KINDS = (
    _Kind(
        "authorise_return",
        "Authorise",
        Permission.DECIDE_CASE,
        _by_state(rules.can_authorise),
        frozenset(rules.TO_DECIDE),
    ),
    _Kind(
        "reject_return",
        "Reject",
        Permission.DECIDE_CASE,
        _by_state(rules.can_reject),
        frozenset(rules.TO_DECIDE),
    ),
    _Kind(
        "mark_departed",
        "Goods are on their way",
        Permission.OPEN_CASE,
        _by_state(rules.can_mark_departed),
        frozenset({S.AUTHORISED}),
    ),
    _Kind(
        "inspect_goods",
        "Inspect goods",
        Permission.INSPECT_GOODS,
        _can_inspect,
        OPEN - {S.INSPECTED, S.SETTLING},
    ),
    _Kind(
        "receive_goods",
        "Receive goods",
        Permission.RECEIVE_GOODS,
        _by_state(rules.can_receive),
        OPEN - {S.INSPECTED, S.SETTLING},
    ),
    _Kind(
        "cancel_return",
        "Cancel the return",
        Permission.CANCEL_CASE,
        _by_state(rules.can_cancel),
        OPEN,
    ),
)


def list_actions(case: Return, *, permissions: Collection[Permission]) -> list[Action]:
    """Buttons for a person with these permissions; a blocked one stays in view with its reasons."""
    return [
        _offer(kind, kind.rule(case))
        for kind in KINDS
        if kind.permission in permissions and case.state in kind.shown_in
    ]


def _offer(kind: _Kind, verdict: Verdict) -> Action:
    return Action(
        code=kind.code, label=kind.label, is_allowed=verdict.allowed, reasons=verdict.reasons
    )
