"""What policy says of an outcome, and what would have to be otherwise for another answer."""

from __future__ import annotations

from dataclasses import dataclass

from core.money import Money
from exchanges.queries.options.situation import Situation
from policies import queries as policies
from policies.rules import KeepIt
from returns.queries import get_facts, list_objections


@dataclass(frozen=True, slots=True)
class Answer:
    """`reasons` are policy's against an outcome, `flip` the nearest change that would turn it."""

    reasons: tuple[str, ...] = ()
    flip: str = ""


def judge_outcome(situation: Situation, outcome: str) -> Answer:
    """As every command that leads there asks it; see `returns.queries.list_objections`."""
    objections = list_objections(situation.lines, outcome)
    if not objections:
        return Answer()
    sentences = dict.fromkeys(objection.sentence for objection in objections)
    return Answer(tuple(sentences), next((each.flip for each in objections if each.flip), ""))


def judge_keeping(situation: Situation) -> Answer:
    """Why goods of this value have to come back, and up to which they need not."""
    for line in situation.lines:
        facts = get_facts(line)
        terms = policies.get_terms(version=situation.case.policy_version, facts=facts)
        if terms.keep_it is not None:
            continue
        choice = policies.get_book(situation.case.policy_version).find(KeepIt, facts)
        if choice is None:
            return Answer(("Policy has everything come back.",))
        limit = Money(choice.parameters.amount, choice.parameters.currency).format("en")
        worth = Money(facts.value, facts.currency).format("en")
        rule = f"rule {choice.rule.reference.number} v{choice.rule.reference.edition}"
        return Answer(
            (f"These goods have to come back: they are worth {worth} ({rule}).",),
            f"Worth {limit} at most, they could be kept.",
        )
    return Answer()
