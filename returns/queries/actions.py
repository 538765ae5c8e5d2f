"""The action bar of the return: what a person may do now, and why the rest may not be done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from core.roles import Permission
from core.verdicts import Verdict
from returns import rules
from returns.models import Return, ReturnLine
from returns.queries.arrivals import list_ungraded
from returns.queries.credit import get_terms
from returns.queries.outcomes import (
    can_settle_as,
    list_asked_exceptions,
    list_forbidden,
    list_unsettled,
)
from returns.queries.risk import is_risk_held
from returns.rules import Action
from returns.states import (
    LIVE,
    OVER,
    LineDecision,
    Outcome,
    ReturnState,
)

S = ReturnState
# An exchange is opened, and ended, on its own side.
BY_HAND = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.REPAIR)


@dataclass(frozen=True, slots=True)
class _Kind:
    code: str
    label: str
    permission: Permission
    rule: Callable[[Return], Verdict]
    shown_in: frozenset[ReturnState]
    concerns: Callable[[Return], bool] = lambda case: True


def _by_state(rule: Callable[[str], Verdict]) -> Callable[[Return], Verdict]:
    return lambda case: rule(case.state)


def _can_inspect(case: Return) -> Verdict:
    uninspected = sum(line.quantity for line in list_ungraded(case).values())
    return rules.can_inspect(case.state, uninspected=uninspected)


def _can_waive(case: Return) -> Verdict:
    is_asked: bool = getattr(case, "is_conceding", False)
    return rules.can_waive(case.state, awaited=_awaited(case), is_asked=is_asked)


def _can_short_close(case: Return) -> Verdict:
    return rules.can_short_close(case.state, awaited=_awaited(case))


def _list_changeable(case: Return) -> list[ReturnLine]:
    """Open lines; what is exchanged changes on its own side."""
    return [
        line
        for line in case.lines.all()
        if line.decision in LIVE and line.outcome != Outcome.EXCHANGE
    ]


def _can_change_outcome(case: Return) -> Verdict:
    """Whether policy leaves any of it another outcome; which one is the form's."""
    untouched = [line for line in list_unsettled(case) if line.outcome != Outcome.EXCHANGE]
    if not untouched:
        return Verdict.refuse("All of it is settled in part already.")
    others = (
        can_settle_as([line], outcome)
        for line in untouched
        for outcome in BY_HAND
        if outcome != line.outcome
    )
    return _first_allowed(others)


def _can_exchange_instead(case: Return) -> Verdict:
    """What lies at the workshop was tried; of the rest policy may not let another be sent."""
    return _first_allowed(
        Verdict.allow() if is_at_workshop(line) else can_settle_as([line], Outcome.EXCHANGE)
        for line in list_exchangeable(case)
    )


def _first_allowed(verdicts: Iterable[Verdict]) -> Verdict:
    """Whether any of these may be done; where none may, why not."""
    refused = Verdict.allow()
    for verdict in verdicts:
        if verdict:
            return verdict
        refused &= verdict
    return Verdict.of(*dict.fromkeys(refused.reasons))


def is_at_workshop(line: ReturnLine) -> bool:
    return bool(line.outcome == Outcome.REPAIR and line.accepted)


def _can_ask_exception(case: Return) -> Verdict:
    is_asked = bool(list_asked_exceptions(list_unsettled(case)))
    return Verdict.of("A second person is deciding about it already." if is_asked else None)


def list_exchangeable(case: Return) -> list[ReturnLine]:
    """Lines for which something else may go out, though nothing was to be exchanged so far."""
    return [line for line in case.lines.all() if can_exchange_line(line)]


def can_exchange_line(line: ReturnLine) -> Verdict:
    return rules.can_exchange_instead(
        decision=line.get_decision_display().lower(),
        outcome=line.outcome,
        is_open=line.decision in LIVE,
        is_settled=line.is_touched,
        repairs=list(line.repairs.values_list("state", flat=True)) if is_at_workshop(line) else (),
    )


def _can_appeal(case: Return) -> Verdict:
    return rules.can_appeal(case.state, appealed_at=case.appealed_at)


def _can_reopen(case: Return) -> Verdict:
    return rules.can_reopen(case.state, reopened_at=case.reopened_at, refused=_refused(case))


def _awaited(case: Return) -> int:
    lines = [line for line in case.lines.all() if line.decision == LineDecision.AUTHORISED]
    return sum(line.awaited for line in lines)


def _refused(case: Return) -> int:
    return sum(line.refused for line in case.lines.all())


def _breaks_promotion(case: Return) -> bool:
    """Whether policy asks a person about a discount of this case's orders."""
    lines = [line for line in case.lines.all() if line.order_line.order.discount_name]
    return any(line.decision in LIVE and get_terms(line).promotion_mode == "ask" for line in lines)


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
        "clear_risk",
        "Clear the risk",
        Permission.DECIDE_CASE,
        lambda case: Verdict.allow(),
        OPEN,
        is_risk_held,
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
        "change_outcome",
        "Change the outcome",
        Permission.OPEN_CASE,
        _can_change_outcome,
        OPEN - {S.DRAFT, S.INSPECTED, S.SETTLING},
        lambda case: bool(_list_changeable(case)),
    ),
    _Kind(
        "exchange_instead",
        "Exchange instead",
        Permission.OPEN_CASE,
        _can_exchange_instead,
        OPEN - {S.DRAFT},
        lambda case: bool(list_exchangeable(case)),
    ),
    _Kind(
        "ask_exception",
        "Ask for an exception",
        Permission.OPEN_CASE,
        _can_ask_exception,
        OPEN - {S.DRAFT},
        lambda case: bool(list_forbidden(case)),
    ),
    _Kind(
        "choose_promotion",
        "Decide about the promotion",
        Permission.OPEN_CASE,
        _by_state(lambda state: Verdict.allow()),
        OPEN - {S.DRAFT, S.INSPECTED, S.SETTLING},
        _breaks_promotion,
    ),
    _Kind(
        "keep_goods",
        "Let the customer keep it",
        Permission.OPEN_CASE,
        _can_waive,
        frozenset(rules.GOODS_MAY_COME),
        lambda case: bool(_awaited(case)),
    ),
    _Kind(
        "short_close",
        "Close short",
        Permission.CANCEL_CASE,
        _can_short_close,
        frozenset({S.IN_TRANSIT, S.PARTLY_RECEIVED}),
    ),
    _Kind(
        "appeal_return",
        "Appeal",
        Permission.OPEN_CASE,
        _can_appeal,
        frozenset({S.REJECTED}),
    ),
    _Kind(
        "reopen_return",
        "Open again",
        Permission.OPEN_CASE,
        _can_reopen,
        frozenset({S.CLOSED}),
        lambda case: bool(_refused(case)),
    ),
    _Kind(
        "take_in_late",
        "Take goods in late",
        Permission.DECIDE_CASE,
        _by_state(rules.can_take_in_late),
        frozenset({S.EXPIRED}),
    ),
    _Kind(
        "cancel_return",
        "Cancel the return",
        Permission.CANCEL_CASE,
        _by_state(rules.can_cancel),
        OPEN,
    ),
)


def list_actions(
    case: Return, *, permissions: Collection[Permission], decider: str = ""
) -> list[Action]:
    """Buttons for a person with these permissions; a blocked one stays in view with its reasons.

    `decider` is who looks: on a second look whoever said no the first time does not decide.
    """
    return [
        _offer(kind, kind.rule(case) & _can_decide(kind, case, decider))
        for kind in KINDS
        if kind.permission in permissions and case.state in kind.shown_in and kind.concerns(case)
    ]


def _can_decide(kind: _Kind, case: Return, decider: str) -> Verdict:
    if kind.code == "clear_risk":
        return rules.can_clear_risk(is_held=True, opened_by=case.opened_by, clearer=decider)
    is_second = case.appealed_at is not None or case.reopened_at is not None
    if kind.code not in ("authorise_return", "reject_return") or not is_second:
        return Verdict.allow()
    return rules.can_decide_again(rejected_by=case.rejected_by, decider=decider)


def _offer(kind: _Kind, verdict: Verdict) -> Action:
    return Action(
        code=kind.code, label=kind.label, is_allowed=verdict.allowed, reasons=verdict.reasons
    )
