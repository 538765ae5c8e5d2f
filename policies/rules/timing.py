"""Until which day goods may be asked back: by the window, by the warranty, and by law."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from policies.rules.book import Choice, RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.floors import add_months, floor_of
from policies.rules.kinds import ReturnWindow, Warranty

DELIVERY, SHIPPING, ORDER = "delivery", "shipping", "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days or months from a day on. `is_by_law` when the law gives more than the rule."""

    start: dt.date
    basis: str
    length: int
    last_day: dt.date
    is_by_law: bool = False
    by_rule: int | None = None
    transit_days: int = 0
    source: str = ""

    def is_over(self, on: dt.date) -> bool:
        return on > self.last_day


def find_window(facts: CaseFacts, window: ReturnWindow) -> Span:
    """The window of a case, at least as long as the law wants it."""
    start, basis = _start(facts, window.transit_days)
    floor = floor_of(facts.country)
    days = max(window.days, floor.withdrawal_days)
    is_by_law = days > window.days
    return Span(
        start=start,
        basis=basis,
        length=days,
        last_day=start + dt.timedelta(days=days),
        is_by_law=is_by_law,
        by_rule=window.days,
        transit_days=window.transit_days,
        source=floor.withdrawal_source if is_by_law else "",
    )


def may_withdraw(facts: CaseFacts, window: ReturnWindow) -> bool:
    """Whether the law itself still lets the customer send it back, for no reason at all."""
    days = floor_of(facts.country).withdrawal_days
    start, _ = _start(facts, window.transit_days)
    return days > 0 and facts.requested_on <= start + dt.timedelta(days=days)


def find_warranty(facts: CaseFacts, choice: Choice[Warranty] | None) -> Span | None:
    """The warranty of what is our fault, at least as long as the law wants it; None without one."""
    if not facts.is_our_fault:
        return None
    floor = floor_of(facts.country)
    by_rule = _months_by_rule(facts, choice)
    months = max(by_rule or 0, floor.warranty_months)
    if not months:
        return None
    start, basis = _start(facts, 0)
    is_by_law = months > (by_rule or 0)
    return Span(
        start=start,
        basis=basis,
        length=months,
        last_day=add_months(start, months),
        is_by_law=is_by_law,
        by_rule=by_rule,
        source=floor.warranty_source if is_by_law else "",
    )


def _months_by_rule(facts: CaseFacts, choice: Choice[Warranty] | None) -> int | None:
    """What the rule gives, with the product's own months where it names none."""
    if choice is None:
        return None
    months = choice.parameters.months
    return facts.warranty_months if months is None else months


def is_eligible_in_time(facts: CaseFacts, rules: RuleBook) -> bool:
    """Whether the window is open, or else the warranty is."""
    window = rules.get(ReturnWindow, facts)
    if not find_window(facts, window.parameters).is_over(facts.requested_on):
        return True
    warranty = find_warranty(facts, rules.find(Warranty, facts))
    return warranty is not None and not warranty.is_over(facts.requested_on)


def _start(facts: CaseFacts, transit_days: int) -> tuple[dt.date, str]:
    """Day 0 and where it comes from; days in transit stand for a delivery that nobody knows."""
    if facts.delivered_on:
        return facts.delivered_on, DELIVERY
    known, basis = (facts.shipped_on, SHIPPING) if facts.shipped_on else (facts.placed_on, ORDER)
    return known + dt.timedelta(days=transit_days), basis
