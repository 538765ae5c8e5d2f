"""Facts and rules in, a verdict out: with every rule that was asked and what would change it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from core.money import quantum
from policies.rules.book import Choice, RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.kinds import (
    RestockingFee,
    Returnable,
    ReturnWindow,
    ReviewAbove,
    SendBack,
    percent,
)
from policies.rules.terms import Terms, compute_restocking_fee, find_terms
from policies.states import Verdict

Result = Literal["ok", "fail", "review", "info"]
_RESULT_OF_ANSWER: dict[str, Result] = {"yes": "ok", "review": "review", "no": "fail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says of one case. `flip` is the nearest change that would turn it.

    Without a rule number it comes from the catalogue. `why` says why this rule and no other.
    """

    kind: str
    label: str
    result: Result
    sentence: str
    input: str = ""
    threshold: str = ""
    flip: str = ""
    why: str = ""
    rule_number: int | None = None
    rule_edition: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with its reasons, and the terms on which the case would go ahead."""

    verdict: Verdict
    sentence: str
    findings: tuple[Finding, ...]
    terms: Terms


def judge(*, facts: CaseFacts, rules: RuleBook) -> Judgement:
    """The verdict of `rules` on `facts`: the same facts always get the same one.

    Anything that fails rejects; else anything unclear asks a person; else it is authorised.
    Raises `NoRule` when the book is not complete.
    """
    asked = (_returnable, _window, _value, _fee, _send_back)
    findings = tuple(finding for ask in asked if (finding := ask(facts, rules)))
    verdict = _verdict(findings)
    return Judgement(
        verdict=verdict,
        sentence=_sentence(verdict, findings),
        findings=findings,
        terms=find_terms(facts=facts, rules=rules),
    )


def _verdict(findings: tuple[Finding, ...]) -> Verdict:
    results = {finding.result for finding in findings}
    if "fail" in results:
        return Verdict.REJECT
    return Verdict.REVIEW if "review" in results else Verdict.AUTHORISE


def _sentence(verdict: Verdict, findings: tuple[Finding, ...]) -> str:
    """The reasons that made the verdict, each with the nearest change that would turn it."""
    decisive = {Verdict.REJECT: "fail", Verdict.REVIEW: "review", Verdict.AUTHORISE: "ok"}[verdict]
    return " ".join(
        part
        for finding in findings
        if finding.result == decisive
        for part in (finding.sentence, finding.flip if decisive != "ok" else "")
        if part
    )


def _finding(choice: Choice[Any], **facts: Any) -> Finding:
    reference = choice.rule.reference
    return Finding(
        kind=choice.parameters.kind,
        label=choice.rule.reference.name or choice.parameters.title,
        why=choice.in_words(),
        rule_number=reference.number,
        rule_edition=reference.edition,
        **facts,
    )


def _returnable(facts: CaseFacts, rules: RuleBook) -> Finding | None:
    choice = rules.find(Returnable, facts)
    if not facts.is_returnable:
        return _not_returnable_product(facts)
    if choice is None:
        return None
    rule, reference = choice.parameters, choice.rule.reference
    answer = rule.if_our_fault if facts.is_our_fault else rule.answer
    sentence, flip = _answer_in_words(answer, rule, facts)
    return _finding(
        choice,
        result=_RESULT_OF_ANSWER[answer],
        input=f"{facts.sku}, {facts.category}",
        threshold=rule.in_words(),
        sentence=f"{sentence} ({reference}).",
        flip=flip,
    )


def _answer_in_words(answer: str, rule: Returnable, facts: CaseFacts) -> tuple[str, str]:
    if answer == "yes":
        return f"Returnable: {rule.because}", ""
    flip = ""
    if not facts.is_our_fault and rule.if_our_fault == "yes":
        flip = "Returnable if we were at fault."
    elif answer == "no" and not facts.is_our_fault and rule.if_our_fault == "review":
        flip = "A person would decide if we were at fault."
    starts = {"no": "Not returnable", "review": "A person decides whether it is returnable"}
    return f"{starts[answer]}: {rule.because}", flip


def _not_returnable_product(facts: CaseFacts) -> Finding:
    """The product's own mark; faulty goods still get a person's eyes."""
    return Finding(
        kind=Returnable.kind,
        label="Returnable product",
        result="review" if facts.is_our_fault else "fail",
        input=facts.sku,
        threshold="marked as not returnable",
        sentence=f"{facts.sku} is marked as not returnable in the catalogue.",
        flip="" if facts.is_our_fault else "A person would decide if we were at fault.",
        why="the product's own mark comes before every rule",
    )


def _window(facts: CaseFacts, rules: RuleBook) -> Finding:
    choice = rules.get(ReturnWindow, facts)
    window = choice.parameters
    start, basis = _window_start(facts, window)
    last_day = start + dt.timedelta(days=window.days)
    days_late = (facts.requested_on - last_day).days
    is_in_time = days_late <= 0
    span = f"The {_count(window.days, 'day')} from {basis}"
    return _finding(
        choice,
        result="ok" if is_in_time else "fail",
        input=f"asked on {_day(facts.requested_on)}",
        threshold=f"until {_day(last_day)}",
        sentence=(
            f"{span} {'end' if is_in_time else 'ended'} on {_day(last_day)}"
            f" ({choice.rule.reference})."
        ),
        flip=(
            f"Too late from {_day(last_day + dt.timedelta(days=1))}."
            if is_in_time
            else f"{_count(days_late, 'day')} late: eligible if asked by {_day(last_day)}."
        ),
    )


def _window_start(facts: CaseFacts, window: ReturnWindow) -> tuple[dt.date, str]:
    """Day 0 of the window and where it comes from."""
    if facts.delivered_on:
        return facts.delivered_on, f"delivery on {_day(facts.delivered_on)}"
    known, what = (
        (facts.shipped_on, "shipping") if facts.shipped_on else (facts.placed_on, "the order")
    )
    transit = _count(window.transit_days, "day")
    basis = f"{what} on {_day(known)} plus {transit} in transit, as delivery is unknown,"
    return known + dt.timedelta(days=window.transit_days), basis


def _value(facts: CaseFacts, rules: RuleBook) -> Finding | None:
    choice = rules.find(ReviewAbove, facts)
    if choice is None or choice.parameters.currency != facts.currency:
        return None
    limit, value = choice.parameters.amount, facts.goods_net
    is_within = value <= limit
    limit_text, value_text = _money(limit, facts.currency), _money(value, facts.currency)
    return _finding(
        choice,
        result="ok" if is_within else "review",
        input=value_text,
        threshold=f"up to {limit_text}",
        sentence=(
            f"Goods of {value_text} are within {limit_text} ({choice.rule.reference})."
            if is_within
            else f"Goods of {value_text} need a person's decision ({choice.rule.reference})."
        ),
        flip="" if is_within else f"Decided at once up to {limit_text}.",
    )


def _fee(facts: CaseFacts, rules: RuleBook) -> Finding | None:
    choice = rules.find(RestockingFee, facts)
    if choice is None:
        return None
    fee, reference = choice.parameters, choice.rule.reference
    amount = compute_restocking_fee(fee=fee, goods_net=facts.goods_net, currency=facts.currency)
    text = _money(amount, facts.currency)
    return _finding(
        choice,
        result="info",
        input=_money(facts.goods_net, facts.currency),
        threshold=fee.in_words(),
        sentence=(
            f"No restocking fee, as we are at fault ({reference})."
            if facts.is_our_fault
            else f"Restocking fee {text}: {percent(fee.rate)} ({reference})."
        ),
        flip="" if facts.is_our_fault else "No fee if we were at fault.",
    )


def _send_back(facts: CaseFacts, rules: RuleBook) -> Finding:
    choice = rules.get(SendBack, facts)
    days = _count(choice.parameters.days, "day")
    return _finding(
        choice,
        result="info",
        threshold=days,
        sentence=f"To be sent back within {days} ({choice.rule.reference}).",
    )


@lru_cache(maxsize=4096)
def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount.quantize(quantum(currency))} {currency}"
