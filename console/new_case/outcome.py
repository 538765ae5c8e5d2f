"""The third column: what it comes to, and what confirming it would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from console.components import MoneyCell, Sum
from console.new_case.asked import titles_of
from console.new_case.page import Outcome
from console.new_case.weighing import Weighed
from console.reader import Reader
from core.formats import format_list
from core.money import ZERO
from exchanges.queries import Plan
from returns.queries import PlannedLine, PlannedReturn
from returns.states import LineDecision, ReturnState

AFTER_INSPECTION = "once the goods have passed inspection"


def draw_outcome(weighed: Weighed, reader: Reader) -> Outcome | None:
    """None until something is ticked; without amounts until it is known why it comes back."""
    if not weighed.asked.ticked:
        return None
    return Outcome(
        sums=list(_sums(weighed, reader)),
        result=_result(weighed, reader),
        what_follows=_what_follows(weighed, reader),
        confirm_label=_confirm_label(weighed),
        blocked_because=find_obstacle(weighed),
    )


def find_obstacle(weighed: Weighed) -> str:
    """Why it cannot be confirmed as it stands; blank when it can."""
    return find_mistake(weighed) or _find_shortage(weighed)


# What comes before a case goes on, and what confirming asks for then.
DECIDED_FIRST = {
    ReturnState.AWAITING_EVIDENCE: "It waits for evidence first.",
    ReturnState.IN_REVIEW: "A lead decides first.",
}
ASKS_FOR = {
    ReturnState.AWAITING_EVIDENCE: "evidence",
    ReturnState.IN_REVIEW: "a decision",
}


def find_mistake(weighed: Weighed) -> str:
    """What the agent has to say or change, whatever lies on the shelves."""
    asked = weighed.asked
    if not asked.ticked:
        return weighed.trouble or "Choose what comes back."
    for line in asked.ticked:
        if line.wanted is None:
            return f"Say why {line.order_line.title} comes back."
        planned = weighed.planned.get(line.order_line.pk)
        if planned and planned.decision == LineDecision.REJECTED:
            return planned.judgement.sentence
        if line.is_exchanged and line.replacement is None:
            return f"Choose what goes out instead of {line.order_line.title}."
    return weighed.trouble


def _find_shortage(weighed: Weighed) -> str:
    for line in weighed.asked.ticked:
        offer = weighed.chosen_offer(line)
        if line.is_exchanged and (offer is None or not offer.can_go_out):
            return "What was chosen to go out is not free any more: choose something else."
    return ""


def _sums(weighed: Weighed, reader: Reader) -> Iterator[Sum]:
    returned = weighed.returned
    if returned is None:
        return
    for line in returned.lines:
        yield from _returned_sums(line, reader)
    yield Sum(
        term="Returned value", amount=reader.money(returned.gross, returned.currency), is_total=True
    )
    yield from _fees(returned, reader)
    if weighed.plan is None:
        return
    for quoted in weighed.plan.quote.lines:
        yield Sum(
            term=f"{_count(quoted.quantity)}{quoted.title}",
            amount=reader.money(quoted.gross, returned.currency),
        )


def _returned_sums(line: PlannedLine, reader: Reader) -> Iterator[Sum]:
    """As sold, less its discounts: derived from the frozen value, so that it always adds up."""
    sold, currency = line.order_line, line.order_line.currency
    part = len(line.units)
    own = sold.line_discount * part / sold.quantity
    shared = sold.order_discount_share * part / sold.quantity
    frozen = line.gross if sold.prices_include_tax else line.net
    name = sold.order.discount_name or "the order’s discount"
    yield Sum(
        term=f"{_count(line.quantity)}{sold.title} as sold",
        amount=reader.money(frozen + own + shared, currency),
    )
    if own:
        yield Sum(term="Its own discount", amount=reader.difference(-own, currency))
    if shared:
        yield Sum(term=f"Share of {name}", amount=reader.difference(-shared, currency))
    if line.tax and not sold.prices_include_tax:
        yield Sum(term="Tax", amount=reader.money(line.tax, currency))


def _fees(returned: PlannedReturn, reader: Reader) -> Iterator[Sum]:
    fee = returned.fee
    is_waived = any(line.judgement.terms.is_fee_waived for line in returned.lines)
    if fee:
        yield Sum(term="Restocking fee", amount=reader.difference(-fee, returned.currency))
    elif is_waived:
        yield Sum(
            term="Restocking fee, waived as we are at fault",
            amount=reader.money(ZERO, returned.currency),
        )


def _result(weighed: Weighed, reader: Reader) -> MoneyCell | None:
    returned, plan = weighed.returned, weighed.plan
    if returned is None or find_obstacle(weighed):
        return None
    if plan is None:
        return MoneyCell(
            label="We refund",
            amount=reader.money(returned.gross - returned.fee, returned.currency),
            note=f"{AFTER_INSPECTION} · of it tax "
            + reader.money(sum((line.tax for line in returned.lines), ZERO), returned.currency),
            tone="refund",
        )
    return _quoted_result(plan, returned, reader)


def _quoted_result(plan: Plan, returned: PlannedReturn, reader: Reader) -> MoneyCell:
    quote, currency = plan.quote, returned.currency
    rule = plan.terms.rules["price_policy"]
    if not quote.due:
        why = quote.lines[0].sentence.rstrip(".").lower()
        return MoneyCell(
            label="Nothing to pay",
            amount=reader.money(ZERO, currency),
            note=f"even exchange: {why} · {rule}",
            tone="even",
        )
    tax = abs(quote.outbound_tax - sum((line.tax for line in returned.lines), ZERO))
    amount, of_it = reader.money(abs(quote.due), currency), reader.money(tax, currency)
    if quote.due > 0:
        return MoneyCell(
            label="Customer pays", amount=amount, note=f"of it tax {of_it} · {rule}", tone="due"
        )
    return MoneyCell(
        label="We refund",
        amount=amount,
        note=f"{AFTER_INSPECTION} · of it tax {of_it} · {rule}",
        tone="refund",
    )


def _what_follows(weighed: Weighed, reader: Reader) -> str:
    if find_obstacle(weighed) or weighed.returned is None:
        return "Nothing is saved until you confirm."
    first = DECIDED_FIRST.get(weighed.returned.state, "")
    is_reviewed = bool(first)
    parts = [first] if first else []
    parts += _words_for_hold(weighed, is_reviewed=is_reviewed)
    if not is_reviewed:
        days = weighed.returned.lines[0].judgement.terms.send_back_days
        back = format_list(titles_of(weighed.asked.ticked), "en")
        parts.append(f"The customer sends {back} back within {words_for(dt.timedelta(days=days))}.")
        parts.append(_words_for_end(weighed, reader))
    return " ".join(parts)


def _words_for_hold(weighed: Weighed, *, is_reviewed: bool) -> list[str]:
    if weighed.plan is None:
        return []
    terms = weighed.plan.hold_terms
    held = format_list(
        [f"{_count(line.quantity)}{line.title}" for line in weighed.plan.quote.lines], "en"
    )
    length = terms.quote if is_reviewed else terms.accepted
    return [f"{held} held for {words_for(length)} from now, out of every channel’s reach."]


def _words_for_end(weighed: Weighed, reader: Reader) -> str:
    plan = weighed.plan
    if plan is None:
        return f"The refund is owed {AFTER_INSPECTION}."
    if plan.quote.due > 0:
        due = reader.money(plan.quote.due, plan.quote.currency)
        return f"It leaves once {due} is paid and the goods have passed inspection."
    return f"It leaves by itself {AFTER_INSPECTION}."


def _confirm_label(weighed: Weighed) -> str:
    state = weighed.returned.state if weighed.returned else None
    what_for = ASKS_FOR.get(state, "") if state else ""
    goes_on, first = "Open the return", "Open the return"
    if weighed.asked.is_exchange:
        goes_on, first = "Hold stock and open the exchange", "Hold stock"
    return f"{first} and ask for {what_for}" if what_for else goes_on


def words_for(length: dt.timedelta) -> str:
    """“21 days”, “30 minutes”."""
    days, minutes = length.days, int(length.total_seconds()) // 60
    number, unit = (days, "day") if days else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _count(quantity: int) -> str:
    return f"{quantity} × " if quantity > 1 else ""
