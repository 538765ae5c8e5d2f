"""Is it asked in time: the window, and for what is our fault the warranty."""

from __future__ import annotations

import datetime as dt
from typing import Any

from policies.rules.answers import FAIL, INFO, OK, REVIEW, Answer, Result
from policies.rules.book import Choice, RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.kinds import ReturnWindow, Warranty
from policies.rules.kinds.asking_back import FULL_REFUND, NONE, PARTIAL_CREDIT, REPAIR
from policies.rules.timing import Span, find_warranty, find_window, is_eligible_in_time


def ask_window(facts: CaseFacts, rules: RuleBook) -> Answer:
    """Late is no reason to refuse what is still under warranty."""
    choice = rules.get(ReturnWindow, facts)
    span = find_window(facts, choice.parameters)
    is_over = span.is_over(facts.requested_on)
    code = "window.over" if is_over else "window.open"
    return Answer(
        ReturnWindow.kind,
        f"{code}.law" if span.is_by_law else code,
        _result_of_window(facts, rules, is_over=is_over),
        _values(facts, span),
        "window.late" if is_over else "window.next",
        choice=choice,
    )


def _result_of_window(facts: CaseFacts, rules: RuleBook, *, is_over: bool) -> Result:
    if not is_over:
        return OK
    return INFO if is_eligible_in_time(facts, rules) else FAIL


def _values(facts: CaseFacts, span: Span) -> dict[str, Any]:
    return {
        "asked": facts.requested_on,
        "start": span.start,
        "basis": span.basis,
        "transit": span.transit_days,
        "length": span.length,
        "by_rule": span.by_rule,
        "last_day": span.last_day,
        "next_day": span.last_day + dt.timedelta(days=1),
        "late": max(0, (facts.requested_on - span.last_day).days),
        "country": facts.country,
        "source": span.source,
    }


def ask_warranty(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    """What is our fault may come back for as long as the warranty runs, in the rule's terms.

    Without a rule of the policy it speaks only where the law makes a late case eligible.
    """
    choice = rules.find(Warranty, facts)
    span = find_warranty(facts, choice)
    if span is None:
        return None
    window = rules.get(ReturnWindow, facts)
    is_late = find_window(facts, window.parameters).is_over(facts.requested_on)
    if span.is_over(facts.requested_on):
        return _warranty_over(facts, choice, span, is_late=is_late)
    if choice is None and not is_late:
        return None
    return _inside(facts, choice, span)


def _warranty_over(
    facts: CaseFacts, choice: Choice[Warranty] | None, span: Span, *, is_late: bool
) -> Answer | None:
    if choice is None and not is_late:
        return None
    result = FAIL if is_late else INFO
    code = "warranty.over.law" if span.is_by_law else "warranty.over"
    return Answer(Warranty.kind, code, result, _values(facts, span), "warranty.late", choice=choice)


def _inside(facts: CaseFacts, choice: Choice[Warranty] | None, span: Span) -> Answer:
    values = _values(facts, span)
    if facts.serial_matches is False:
        return Answer(
            Warranty.kind, "warranty.serial", REVIEW, values, "warranty.serial", choice=choice
        )
    given = choice.parameters.gives if choice else FULL_REFUND
    if given == NONE or (given == REPAIR and facts.outcome != "repair"):
        # Less than the customer wants, and perhaps less than the law: nobody is refused unseen.
        return Answer(
            Warranty.kind,
            f"warranty.{given}",
            REVIEW,
            values,
            "warranty.repair" if given == REPAIR else "",
            choice=choice,
        )
    if given == PARTIAL_CREDIT and choice:
        values["rate"] = str(choice.parameters.credit_rate)
    code = "warranty.partial" if given == PARTIAL_CREDIT else "warranty.inside"
    return Answer(
        Warranty.kind,
        f"{code}.law" if span.is_by_law else code,
        OK,
        values,
        "warranty.next",
        choice=choice,
    )
