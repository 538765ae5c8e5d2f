"""When a replacement may leave, and what that means for the customer, said before they agree.

It leaves once their goods have been checked, or ahead of them where policy takes that risk: then
with a day by which these have to be here, and what is charged if they never come.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from exchanges import queries as exchanges
from exchanges.queries import Plan
from exchanges.states import ExchangeType
from orders.queries import has_card
from policies.rules import AdvancedExchange, local_day
from portal.weighing import Weighed, WeighedLine, preview
from portal.wording import Wording
from returns.states import Outcome

AHEAD = (ExchangeType.ADVANCED, ExchangeType.ADVANCED_PREPAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One way. `sums` are what was shown of it, to be held against the yes."""

    value: str
    title: str
    notes: list[str]
    sums: str


def list_ways(weighed: Weighed, words: Wording, *, now: dt.datetime) -> list[Leaving]:
    """One where policy offers no other, and none where nothing goes out."""
    if weighed.plan is None:
        return []
    exchanged = [line for line in weighed.lines if line.choice.outcome == Outcome.EXCHANGE]
    terms = [line.planned[Outcome.EXCHANGE].judgement.terms for line in exchanged]
    offered = [kind for kind in AHEAD if exchanges.is_type_offered(kind, terms)]
    today = local_day(now, weighed.choices.order.channel.time_zone)
    ways = [_leave_after(weighed.plan, words)]
    for kind in offered:
        plan = preview(weighed.choices, weighed.lines, exchange_type=kind, now=now).plan
        ways.append(_leave_ahead(kind, plan, terms[0].advanced_exchange, exchanged, words, today))
    return ways


def _leave_after(plan: Plan, words: Wording) -> Leaving:
    notes = [words.say("leaves_regular_note")]
    if plan.quote.needed > 0:
        notes.append(words.say("yes_due"))
    return Leaving(
        value=ExchangeType.REGULAR,
        title=words.say("leaves_regular"),
        notes=notes,
        sums=_sums_of(plan),
    )


def _leave_ahead(
    kind: ExchangeType,
    plan: Plan,
    terms: AdvancedExchange,
    lines: list[WeighedLine],
    words: Wording,
    today: dt.date,
) -> Leaving:
    """Days are as if it left today: it leaves once what is to be paid or held has been."""
    due_on = today + dt.timedelta(days=terms.return_by_days)
    last = due_on + dt.timedelta(days=terms.grace_days)
    until = last + dt.timedelta(days=terms.late_days)
    notes = [*_say_arrival(lines, words), *_say_first(kind, plan, words)]
    if kind == ExchangeType.ADVANCED_PREPAID:
        back = words.money(plan.quote.returned_value, plan.quote.currency)
        notes.append(words.say("prepaid_back", amount=back, day=words.day(until)))
        notes.append(words.say("prepaid_never"))
    else:
        amount = words.money(plan.quote.applied_credit, plan.quote.currency)
        is_by_card = plan.quote.card_hold > 0 or _has_card(lines)
        never = "advanced_never_card" if is_by_card else "advanced_never_bill"
        notes.append(words.say("advanced_back_by", day=words.day(due_on)))
        notes.append(words.say(never, day=words.day(last), amount=amount))
        if terms.late_days:
            notes.append(words.say("advanced_late", day=words.day(until), amount=amount))
    return Leaving(
        value=kind,
        title=words.say(f"leaves_{kind}"),
        notes=notes,
        sums="/".join((_sums_of(plan), due_on.isoformat(), last.isoformat(), until.isoformat())),
    )


def _say_arrival(lines: list[WeighedLine], words: Wording) -> list[str]:
    days = [
        line.first.best.arrives_on
        for line in lines
        if line.first and line.first.best and line.first.best.arrives_on
    ]
    if len(days) < len(lines):
        return []
    return [words.say("leaves_arrives", day=words.day(max(days)))]


def _say_first(kind: ExchangeType, plan: Plan, words: Wording) -> list[str]:
    """What is paid and held before it leaves."""
    quote = plan.quote
    said = []
    if quote.needed > 0:
        said.append(words.say("leaves_pay_first", amount=words.money(quote.needed, quote.currency)))
    if quote.card_hold > 0:
        amount = words.money(quote.card_hold, quote.currency)
        said.append(words.say("leaves_hold_first", amount=amount))
    return said


def _has_card(lines: list[WeighedLine]) -> bool:
    return has_card(lines[0].choice.sold.order.customer_id)


def _sums_of(plan: Plan) -> str:
    quote = plan.quote
    return f"{quote.due}/{quote.needed}/{quote.card_hold}"
