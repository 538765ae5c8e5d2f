"""What ending an exchange does to its stock, its money and its return: said, and then done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, Money
from exchanges.rules.facts import ACCEPTED, ExchangeFacts
from exchanges.states import ExchangeState, ExchangeType

S = ExchangeState


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPlan:
    """One plan for the dialog that asks and for the command that does it.

    `refund` is what was collected and goes back; `credit` what the goods are worth once accepted.
    """

    freed: int
    refund: Decimal
    credit: Decimal
    continues_return: bool
    sentences: tuple[str, ...]


def plan_end(
    facts: ExchangeFacts,
    *,
    continues_return: bool,
    as_store_credit: bool = False,
    to_come: Decimal | None = None,
) -> EndPlan:
    """What becomes of everything when the exchange ends before its replacement has left.

    `to_come` is what the draft of the memo gives for goods that are still to pass, shipping and
    fees of the case with it; the quote knows of the goods alone.
    """
    freed = facts.holds.active
    refund = max(facts.captured, ZERO)
    reckoned = facts.reckoned if to_come is None else to_come
    credit = (reckoned if facts.credit is None else facts.credit) if continues_return else ZERO
    return EndPlan(
        freed=freed,
        refund=refund,
        credit=credit,
        continues_return=continues_return,
        sentences=tuple(
            sentence
            for sentence in (
                _say_stock(freed),
                _say_order(facts),
                _say_money(refund, facts),
                _say_kept(facts),
                _say_return(credit, facts, continues_return, as_store_credit),
            )
            if sentence
        ),
    )


def plan_drop(facts: ExchangeFacts) -> EndPlan:
    """What giving up the rest does, of an exchange of which a part has gone."""
    refund = max(facts.captured - facts.part_due, ZERO)
    freed = min(facts.holds.active, facts.rest)
    return EndPlan(
        freed=freed,
        refund=refund,
        credit=ZERO,
        continues_return=True,
        sentences=(
            _say_stock(freed),
            f"What has left stays as it is; {facts.rest} more will not be sent.",
            _say_money(refund, facts),
            "Goods that still come back are paid for in money.",
        ),
    )


def plan_sale(facts: ExchangeFacts) -> EndPlan:
    """What becomes of everything when the customer keeps the old goods as well.

    `outbound` is what goes out, as it would be quoted now.
    """
    if facts.state in ACCEPTED:
        return _plan_sale_first(facts)
    is_paid = facts.type == ExchangeType.ADVANCED_PREPAID
    owed = _say(min(facts.reckoned, facts.outbound), facts)
    money = (
        "Nothing more is charged: the replacement was paid in full, and nothing is refunded."
        if is_paid
        else f"{owed} is charged to the card on file at once, and once only."
    )
    back = (
        "The return is cancelled; nothing comes back."
        if is_paid
        else "Goods that still come in the days that policy allows are taken, and paid back."
    )
    return EndPlan(
        freed=0,
        refund=ZERO,
        credit=ZERO,
        continues_return=not is_paid,
        sentences=("The customer keeps the old goods and the new ones.", money, back),
    )


def _plan_sale_first(facts: ExchangeFacts) -> EndPlan:
    """Nothing has left: it is paid for first."""
    paid = max(facts.captured, ZERO)
    missing = max(facts.outbound - paid, ZERO)
    so_far = f"; {_say(paid, facts)} of it is paid" if paid else ""
    money = f"{_say(facts.outbound, facts)} is to be paid in full before it leaves{so_far}."
    if not missing:
        money = f"{_say(facts.outbound, facts)} is paid in full."
    return EndPlan(
        freed=0,
        refund=ZERO,
        credit=ZERO,
        continues_return=False,
        sentences=(
            "The customer keeps the old goods and buys the new ones.",
            "What is held for it stays held.",
            money,
            "The return is dropped once the new ones have arrived; what comes before is taken, "
            "and paid back.",
        ),
    )


def _say_stock(freed: int) -> str:
    if not freed:
        return "No stock is held any more."
    units = "1 unit is" if freed == 1 else f"{freed} units are"
    return f"{units} released at once, free for every channel again."


def _say_order(facts: ExchangeFacts) -> str:
    confirmed = facts.state not in (S.DRAFT, S.QUOTED)
    return "The new order is cancelled." if confirmed else ""


def _say_money(refund: Decimal, facts: ExchangeFacts) -> str:
    if not refund:
        return "No money has moved."
    return f"{_say(refund, facts)} that was paid goes back to where it came from, once."


def _say_kept(facts: ExchangeFacts) -> str:
    if not facts.netted:
        return ""
    return f"{_say(facts.netted, facts)} that was kept for it is refunded."


def _say_return(
    credit: Decimal, facts: ExchangeFacts, continues_return: bool, as_store_credit: bool
) -> str:
    if not continues_return:
        return "The return is cancelled too; nothing comes back."
    how = "is given as store credit" if as_store_credit else "is refunded"
    if facts.credit is not None:
        return f"The goods are accepted: {_say(credit, facts)} {how}."
    return f"The goods still come back, and {_say(credit, facts)} {how} once they are accepted."


def _say(amount: Decimal, facts: ExchangeFacts) -> str:
    return Money(amount, facts.currency).format("en")
