"""The action bar: the next legal step first, what is blocked with its reason, the ways out last.

The rules say what may be done now; what this person's roles never grant is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from django.urls import reverse

from console.case.commands import COMMAND_OF_CODE, Command
from console.case.exchange_side import is_hold_missing
from console.case.record import CaseRecord
from console.components import Action, ActionBar
from console.refusals import stamp
from console.rights import Rights
from core.roles import Permission
from core.verdicts import Verdict
from exchanges.rules import BEFORE_RELEASE, CALLED_OFF, can_open_instead
from exchanges.states import OVER as EXCHANGE_OVER
from fulfilment.states import WorkOrderState
from returns.states import OVER

# What the domain's queries call an action, and the command of this page that does it.
CODE_OF_ACTION = {
    "accept_quote": "acceptance",
    "quote_exchange": "quote",
    "ask_approval": "approval-request",
    "collect_payment": "payment",
    "send_payment_link": "payment-link",
    "substitute_replacement": "substitution",
    "adjust_quote": "adjustment",
    "hold_again": "hold",
    "extend_hold": "hold-extension",
    "release_hold": "hold-release",
    "release_replacement": "release",
    "ship_replacement": "shipment",
    "confirm_delivery": "delivery",
    "arrange_visit": "visit",
    "drop_rest": "rest-drop",
    "decide_refused": "refused-goods",
    "convert_to_refund": "refund",
    "convert_to_credit": "store-credit",
    "convert_to_sale": "sale",
    "change_replacement": "replacement",
    "note_second_wish": "second-wish",
    "cancel_exchange": "exchange-cancellation",
    "authorise_return": "authorisation",
    "reject_return": "rejection",
    "clear_risk": "risk-clearance",
    "mark_departed": "departure",
    "cancel_return": "cancellation",
    "change_outcome": "outcome",
    "exchange_instead": "exchange-instead",
    "ask_exception": "exception",
    "choose_promotion": "promotion",
    "keep_goods": "keep-it",
    "short_close": "short-close",
    "appeal_return": "appeal",
    "reopen_return": "reopening",
    "take_in_late": "late-arrival",
}
# Done on the warehouse's own page, which this one only leads to.
ON_INSPECTION_PAGE = {"receive_goods": "Receive goods", "inspect_goods": "Inspect goods"}
# These take the case further. The first that is allowed is the next step, and has the key "a".
STEPS = (
    "authorisation",
    "risk-clearance",
    "hold",
    "acceptance",
    "payment",
    "visit",
    "inspect_goods",
    "receive_goods",
    "release",
    "shipment",
    "delivery",
    "refused-goods",
    "departure",
)
# Where a case ends early: at the far end of the bar.
WAYS_OUT = ("short-close", "rest-drop", "rejection", "exchange-cancellation", "cancellation")


@dataclass(frozen=True, slots=True)
class _Possible:
    """A command as the rules see it now."""

    code: str
    verdict: Verdict


def draw_actions(record: CaseRecord, rights: Rights) -> ActionBar:
    possible = _list_possible(record, rights)
    verdicts = {one.code: one.verdict for one in possible}
    done = ("visit", "departure") if _is_visit_made(record) else ()  # the crew is next
    following = next((code for code in STEPS if verdicts.get(code) and code not in done), "")
    ordered = sorted(possible, key=lambda one: _place(one, following))
    return ActionBar(
        actions=_share_reasons(
            _draw(one, record, is_next=one.code == following)
            for one in ordered
            if one.code not in WAYS_OUT
        ),
        last=_share_reasons(_draw(one, record) for one in ordered if one.code in WAYS_OUT),
    )


def _share_reasons(drawn: Iterable[Action]) -> list[Action]:
    """What is blocked for one reason stands together, and only the last of it shows the reason."""
    actions = list(drawn)
    reasons = [one.blocked_because for one in actions]
    actions.sort(key=lambda one: reasons.index(one.blocked_because))
    shared = [
        bool(one.blocked_because) and one.blocked_because == after.blocked_because
        for one, after in pairwise(actions)
    ]
    return [
        replace(one, shares_reason=is_shared)
        for one, is_shared in zip(actions, [*shared, False], strict=False)
    ]


def find_verdict(code: str, record: CaseRecord, rights: Rights) -> Verdict | None:
    """Whether a command may be used now; None where it is not offered at all."""
    for one in _list_possible(record, rights):
        if one.code == code:
            return one.verdict
    return None


def draw_command(command: Command, record: CaseRecord, *, is_next: bool = False) -> Action:
    """A command as a button: one click, or a dialog where it asks something."""
    kind = "primary" if is_next else command.kind
    address = reverse(f"console:{command.url_name}", args=[record.case.number])
    if command.asks:
        return Action(
            label=f"{command.label}…",
            url=address,
            method="get",
            kind=kind,
            key="a" if is_next else "",
            opens=command.dialog,
        )
    return Action(
        label=command.label,
        url=address,
        kind=kind,
        key="a" if is_next else "",
        fields=stamp(version=record.case.version, seen=record.seen),
        swaps="case-body",
    )


def _place(one: _Possible, following: str) -> tuple[int, int, int]:
    """The next step first, then what may be done, then what may not; steps before the rest."""
    is_step = one.code in STEPS
    return (one.code != following, not one.verdict.allowed, not is_step)


def _draw(one: _Possible, record: CaseRecord, *, is_next: bool = False) -> Action:
    if one.code in ON_INSPECTION_PAGE:
        return _inspection(one, record, is_next=is_next)
    command = COMMAND_OF_CODE[one.code]
    if not one.verdict:
        return Action(
            label=command.label,
            url=reverse(f"console:{command.url_name}", args=[record.case.number]),
            kind=command.kind,
            blocked_because=" ".join(one.verdict.reasons),
        )
    drawn = draw_command(command, record, is_next=is_next)
    if one.code == "visit" and _is_visit_made(record):
        return replace(drawn, label="Move appointment…")
    return drawn


def _is_visit_made(record: CaseRecord) -> bool:
    column = record.column
    return column is not None and column.facts.work_state == WorkOrderState.SCHEDULED


def _inspection(one: _Possible, record: CaseRecord, *, is_next: bool) -> Action:
    return Action(
        label=ON_INSPECTION_PAGE[one.code],
        url=reverse("console:inspect", args=[record.case.number]),
        method="get",
        kind="primary" if is_next else "secondary",
        key="a" if is_next else "",
        blocked_because=" ".join(one.verdict.reasons),
    )


def _list_possible(record: CaseRecord, rights: Rights) -> list[_Possible]:
    return [*_of_return(record), *_of_exchange(record), *_of_file(record, rights)]


def _of_return(record: CaseRecord) -> Iterator[_Possible]:
    for action in record.return_actions:
        if action.code == "cancel_return" and _is_swapping(record):
            continue
        if action.code == "exchange_instead" and not _may_begin(record):
            continue
        if action.code == "ask_exception" and _has_left(record):
            continue
        verdict = Verdict(allowed=action.is_allowed, reasons=action.reasons)
        yield _Possible(CODE_OF_ACTION.get(action.code, action.code), verdict)


def _of_exchange(record: CaseRecord) -> Iterator[_Possible]:
    """Held stock is not held again; an ended hold is neither extended nor given back."""
    column = record.column
    if column is None:
        return
    moot = ("hold-extension", "hold-release") if is_hold_missing(column) else ("hold",)
    for action in column.actions:
        code = CODE_OF_ACTION[action.code]
        if code not in moot:
            yield _Possible(code, Verdict(allowed=action.is_allowed, reasons=action.reasons))


def _of_file(record: CaseRecord, rights: Rights) -> Iterator[_Possible]:
    if record.case.state in OVER or Permission.OPEN_CASE not in rights:
        return
    yield _Possible("notes", Verdict.allow())
    if record.case.assigned_to_id != rights.user.pk:
        yield _Possible("assignment", Verdict.allow())


def _is_swapping(record: CaseRecord) -> bool:
    """An exchange is under way: it is cancelled first, and then asks about the return."""
    return record.column is not None and record.column.exchange.state not in EXCHANGE_OVER


def _has_left(record: CaseRecord) -> bool:
    """What went out for the goods has used their credit: nothing else becomes of them."""
    state = record.column.exchange.state if record.column else ""
    return bool(state) and state not in BEFORE_RELEASE and state not in CALLED_OFF


def _may_begin(record: CaseRecord) -> bool:
    """No exchange is under way or was sent, so one may be opened."""
    states = [record.column.exchange.state] if record.column else []
    return bool(can_open_instead(states, return_state=record.case.state))
