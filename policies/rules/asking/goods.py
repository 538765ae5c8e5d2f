"""May these goods come back at all, whatever the day."""

from __future__ import annotations

from typing import Any

from policies.rules.answers import FAIL, INFO, OK, RESULT_OF_ANSWER, REVIEW, Answer
from policies.rules.book import Choice, RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.floors import floor_of
from policies.rules.kinds import ConditionRequired, FinalSale, Returnable, ReturnWindow
from policies.rules.kinds.goods import OPENED, UNOPENED, USED
from policies.rules.timing import may_withdraw

# From best to worst; a condition is good enough when it stands before the one that is asked for.
_BEST_FIRST = (UNOPENED, OPENED, USED)
_FAULT_WOULD_DECIDE = {"yes": "our_fault.yes", "review": "our_fault.review"}


def ask_returnable(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(Returnable, facts)
    if not facts.is_returnable:
        return _marked_in_the_catalogue(facts)
    if choice is None:
        return None
    rule = choice.parameters
    answer = rule.if_our_fault if facts.is_our_fault else rule.answer
    return Answer(
        Returnable.kind,
        f"returnable.{answer}",
        RESULT_OF_ANSWER[answer],
        {"sku": facts.sku, "category": facts.category, "because": rule.because},
        flip=_if_it_were_our_fault(facts, answer, rule.if_our_fault),
        choice=choice,
    )


def _if_it_were_our_fault(facts: CaseFacts, answer: str, if_our_fault: str) -> str:
    """Only where our fault would make it better."""
    if facts.is_our_fault or answer in ("yes", if_our_fault):
        return ""
    return _FAULT_WOULD_DECIDE.get(if_our_fault, "")


def _marked_in_the_catalogue(facts: CaseFacts) -> Answer:
    """The product's own mark; faulty goods still get a person's eyes."""
    return Answer(
        Returnable.kind,
        "returnable.marked",
        REVIEW if facts.is_our_fault else FAIL,
        {"sku": facts.sku},
        flip="" if facts.is_our_fault else "our_fault.review",
    )


def ask_final_sale(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(FinalSale, facts) if facts.is_final_sale else None
    if choice is None:
        return None
    rule = choice.parameters
    answer = rule.if_our_fault if facts.is_our_fault else rule.answer
    if answer != "yes" and _the_law_comes_first(facts, rules):
        return _by_law(facts, choice, "final_sale.law")
    return Answer(
        FinalSale.kind,
        f"final_sale.{answer}",
        RESULT_OF_ANSWER[answer],
        {"sku": facts.sku},
        flip=_if_it_were_our_fault(facts, answer, rule.if_our_fault),
        choice=choice,
    )


def ask_condition(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = None if facts.is_our_fault else rules.find(ConditionRequired, facts)
    if choice is None:
        return None
    rule = choice.parameters
    values = {"condition": facts.condition, "at_worst": rule.at_worst}
    if facts.condition not in _BEST_FIRST:
        return Answer(
            rule.kind, "condition.unknown", INFO, values, "condition.would_do", choice=choice
        )
    if _BEST_FIRST.index(facts.condition) <= _BEST_FIRST.index(rule.at_worst):
        return Answer(rule.kind, "condition.fits", OK, values, "condition.worse", choice=choice)
    if not rule.is_sealed_for_a_reason and _the_law_comes_first(facts, rules):
        return _by_law(facts, choice, "condition.law", **values)
    return Answer(
        rule.kind,
        f"condition.{rule.otherwise}",
        RESULT_OF_ANSWER[rule.otherwise],
        values,
        "condition.would_do",
        choice=choice,
    )


def _the_law_comes_first(facts: CaseFacts, rules: RuleBook) -> bool:
    return may_withdraw(facts, rules.get(ReturnWindow, facts).parameters)


def _by_law(facts: CaseFacts, choice: Choice[Any], code: str, **values: Any) -> Answer:
    floor = floor_of(facts.country)
    return Answer(
        choice.parameters.kind,
        code,
        OK,
        {
            "days": floor.withdrawal_days,
            "country": facts.country,
            "source": floor.withdrawal_source,
            **values,
        },
        "law.after",
        choice=choice,
    )
