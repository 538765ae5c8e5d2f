"""The action bar of the exchange: what a person may do now, and why the rest may not be done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from core.roles import Permission
from core.verdicts import Verdict
from exchanges import rules
from exchanges.rules import ExchangeFacts
from exchanges.states import OVER, ExchangeState, ExchangeType

S = ExchangeState


@dataclass(frozen=True, slots=True)
class Action:
    """One button. A blocked one stays in view with its reasons."""

    code: str
    label: str
    is_allowed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    code: str
    label: str
    permission: Permission
    rule: Callable[[ExchangeFacts], Verdict]
    shown_in: frozenset[str]


def _can_cancel(facts: ExchangeFacts) -> Verdict:
    """In one of its ways; the form asks what becomes of the return."""
    alone = rules.can_cancel(facts, continues_return=True)
    with_return = rules.can_cancel(facts, continues_return=False)
    return with_return if with_return else alone


def _can_convert_to_credit(facts: ExchangeFacts) -> Verdict:
    return rules.can_convert_to_refund(facts, outcome="store_credit")


OPEN = frozenset(set(S) - set(OVER))
UNACCEPTED = frozenset({S.DRAFT, S.QUOTED})
ASKING_FOR_MONEY = ("collect_payment", "send_payment_link")
LOSING = frozenset({S.PENDING_APPROVAL, S.AWAITING_PAYMENT, S.AWAITING_GOODS, S.READY})
OF_A_CARRIER = ("ship_replacement", "confirm_delivery")  # a crew reports on its visit
OF_THE_REST = ("hold_again", "extend_hold", "release_replacement", "drop_rest")
PAYABLE = frozenset({S.PENDING_APPROVAL, S.AWAITING_PAYMENT})
BEFORE_IT_LEAVES = frozenset(
    {S.QUOTED, S.PENDING_APPROVAL, S.AWAITING_PAYMENT, S.AWAITING_GOODS, S.READY}
)
WAITING = frozenset({S.QUOTED, S.PENDING_APPROVAL, S.AWAITING_PAYMENT, S.AWAITING_GOODS, S.READY})
# In the order of a case's life: the first that is allowed is the next legal step.
KINDS = (
    _Kind("accept_quote", "Confirm", Permission.OPEN_CASE, rules.can_accept_quote, UNACCEPTED),
    _Kind(
        "quote_exchange",
        "Quote again",
        Permission.OPEN_CASE,
        rules.can_quote,
        UNACCEPTED,
    ),
    _Kind(
        "ask_approval",
        "Ask for approval",
        Permission.OPEN_CASE,
        rules.can_ask_approval,
        frozenset({S.PENDING_APPROVAL}),
    ),
    _Kind(
        "collect_payment",
        "Charge the card",
        Permission.OPEN_CASE,
        rules.can_collect,
        PAYABLE,
    ),
    _Kind(
        "send_payment_link",
        "Send a payment link",
        Permission.OPEN_CASE,
        rules.can_send_link,
        PAYABLE,
    ),
    _Kind(
        "substitute_replacement",
        "Send something else",
        Permission.OPEN_CASE,
        rules.can_substitute,
        frozenset({S.RELEASING}),
    ),
    _Kind("adjust_quote", "Fee or price", Permission.OPEN_CASE, rules.can_quote, BEFORE_IT_LEAVES),
    _Kind("hold_again", "Hold again", Permission.HOLD_STOCK, rules.can_hold_again, WAITING),
    _Kind(
        "release_replacement",
        "Release to the warehouse",
        Permission.SHIP_GOODS,
        rules.can_release,
        WAITING - {S.QUOTED},
    ),
    _Kind(
        "ship_replacement",
        "Ship",
        Permission.SHIP_GOODS,
        rules.can_ship,
        WAITING - {S.QUOTED} | {S.RELEASING, S.PARTLY_SHIPPED},
    ),
    _Kind(
        "arrange_visit",
        "Make an appointment",
        Permission.OPEN_CASE,
        rules.can_arrange_visit,
        LOSING | {S.RELEASING, S.PARTLY_SHIPPED, S.DELIVERED, S.COMPLETED},
    ),
    _Kind(
        "confirm_delivery",
        "Confirm delivery",
        Permission.SHIP_GOODS,
        rules.can_confirm_delivery,
        frozenset({S.RELEASING, S.PARTLY_SHIPPED, S.IN_TRANSIT}),
    ),
    _Kind(
        "decide_refused",
        "Decide about the refused goods",
        Permission.CANCEL_CASE,
        rules.can_decide_refused,
        frozenset(),
    ),
    _Kind(
        "extend_hold",
        "Extend the hold",
        Permission.HOLD_STOCK,
        rules.can_extend_hold,
        WAITING - {S.QUOTED},
    ),
    _Kind(
        "release_hold",
        "Give the stock back",
        Permission.HOLD_STOCK,
        rules.can_release_hold,
        WAITING,
    ),
    _Kind(
        "convert_to_refund",
        "Convert to a refund",
        Permission.CANCEL_CASE,
        rules.can_convert_to_refund,
        OPEN,
    ),
    _Kind(
        "convert_to_sale",
        "They keep both",
        Permission.CANCEL_CASE,
        rules.can_convert_to_sale,
        LOSING | {S.PARTLY_SHIPPED, S.IN_TRANSIT, S.DELIVERED},
    ),
    _Kind(
        "convert_to_credit",
        "Give store credit instead",
        Permission.CANCEL_CASE,
        _can_convert_to_credit,
        OPEN,
    ),
    _Kind(
        "change_replacement",
        "Change the replacement",
        Permission.OPEN_CASE,
        rules.can_quote,
        BEFORE_IT_LEAVES,
    ),
    _Kind(
        "note_second_wish",
        "Second wish",
        Permission.OPEN_CASE,
        rules.can_note_wish,
        BEFORE_IT_LEAVES | {S.RELEASING},
    ),
    _Kind("drop_rest", "Send no more", Permission.CANCEL_CASE, rules.can_drop_rest, frozenset()),
    _Kind("cancel_exchange", "Cancel the exchange", Permission.CANCEL_CASE, _can_cancel, OPEN),
)


def list_actions(facts: ExchangeFacts, permissions: Collection[Permission]) -> list[Action]:
    """Buttons for a person with these permissions; what their roles never grant is left out."""
    actions = []
    for kind in KINDS:
        if kind.permission in permissions and _is_shown(kind, facts):
            verdict = kind.rule(facts)
            actions.append(Action(kind.code, kind.label, verdict.allowed, verdict.reasons))
    return actions


def _is_shown(kind: _Kind, facts: ExchangeFacts) -> bool:
    """What was confirmed is quoted again where its goods turned out to be worth something else.

    Nobody is offered to charge what is paid, or to ask who is asked already. Something else is
    offered where what was held is lost, and where the warehouse did not find it.
    """
    if kind.code in ASKING_FOR_MONEY and not rules.is_money_missing(facts):
        return False
    if kind.code == "convert_to_sale" and facts.type == ExchangeType.REGULAR:
        return facts.state in LOSING
    if kind.code == "arrange_visit":
        done = facts.state in (S.DELIVERED, S.COMPLETED) and facts.work_state != "failed_visit"
        return facts.needs_visit and facts.state in kind.shown_in and not done
    if facts.needs_visit and kind.code in OF_A_CARRIER:
        return False
    if kind.code == "substitute_replacement" and facts.state in LOSING:
        return not facts.holds.covers_all
    if kind.code == "decide_refused":
        return facts.is_decision_wanted
    if kind.code == "ask_approval" and facts.assent == rules.Assent.ASKED:
        return False
    if facts.state in kind.shown_in or (facts.waits_with_rest and kind.code in OF_THE_REST):
        return True
    is_worth_less = facts.credit is not None and facts.credit != facts.reckoned
    return kind.code == "quote_exchange" and facts.state in BEFORE_IT_LEAVES and is_worth_less
