"""What policy says of an outcome, and what would have to be otherwise for another answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.money import Money
from exchanges.queries.options.situation import Situation
from policies import queries as policies
from policies.rules import Judgement, KeepIt
from policies.states import Verdict
from returns.models import ReturnLine
from returns.queries import get_facts

HARDER = {
    Verdict.AUTHORISE: 0,
    Verdict.AWAITING_EVIDENCE: 1,
    Verdict.REVIEW: 2,
    Verdict.REJECT: 3,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`reasons` are policy's against an outcome, `flip` the nearest change that would turn it."""

    reasons: tuple[str, ...] = ()
    flip: str = ""


def judge_outcome(situation: Situation, outcome: str) -> Answer:
    """By the rules of the case's own version, on the facts it was judged on but for the outcome.

    What was let in goes on in every way that policy finds no worse than the one it was let in
    for: a lead who let it in against the rules has decided about that already.
    """
    for line in situation.lines:
        now, then = _judge(situation, line, line.outcome), _judge(situation, line, outcome)
        if HARDER[then.verdict] > HARDER[now.verdict]:
            return Answer((then.sentence,), _find_flip(then))
    return Answer()


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


def _judge(situation: Situation, line: ReturnLine, outcome: str) -> Judgement:
    facts = replace(get_facts(line), outcome=outcome)
    return policies.judge_facts(version=situation.case.policy_version, facts=facts)


def _find_flip(judgement: Judgement) -> str:
    weight = {"fail": 0, "review": 1, "evidence": 2}
    decisive = sorted(
        (finding for finding in judgement.findings if finding.result in weight),
        key=lambda finding: weight[finding.result],
    )
    return next((finding.flip for finding in decisive if finding.flip), "")
