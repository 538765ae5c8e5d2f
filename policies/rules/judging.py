"""Facts and rules in, a verdict out: with every rule that was asked and what would change it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from policies.rules.answers import EVIDENCE, FAIL, OK, REVIEW, Answer, Result, plain_values
from policies.rules.asking import DECIDING, TELLING
from policies.rules.book import RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.terms import Terms, find_terms
from policies.rules.words import explain
from policies.states import Verdict

LONGEST_SENTENCE = 500
_DECISIVE: dict[Verdict, Result] = {
    Verdict.REJECT: FAIL,
    Verdict.AWAITING_EVIDENCE: EVIDENCE,
    Verdict.REVIEW: REVIEW,
    Verdict.AUTHORISE: OK,
}
# What goes through does so because it is in time, or because the law says so.
_WHY_AUTHORISED = ("window", "warranty", "final_sale", "condition.law", "returnable")
_WITHOUT_A_RULE = {
    "returnable.marked": (
        "Returnable product",
        "the product's own mark comes before every rule",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says of one case. `flip` is the nearest change that would turn it.

    Without a rule number it comes from the catalogue or from the law. `why` says why this rule
    and no other, `gave_way` which others would have fitted and why they did not count. `code`
    and `values` are what it says before it is put into anybody's words.
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
    code: str = ""
    flip_code: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    gave_way: tuple[dict[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, written out: `asdict` copies each one deeply, and verdicts are many."""
        return {name: getattr(self, name) for name in _FIELDS} | {"gave_way": list(self.gave_way)}


_FIELDS = tuple(item.name for item in fields(Finding))


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict with its reasons, and the terms on which the case would go ahead.

    Words and terms are made when somebody wants them: a backtest wants few of them.
    """

    verdict: Verdict
    decided_by: tuple[Answer, ...]
    facts: CaseFacts
    rules: RuleBook = field(compare=False, repr=False)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What every rule says: those that decide, then those that say on which terms."""
        told = (answer for ask in TELLING if (answer := ask(self.facts, self.rules)))
        return tuple(_finding(answer) for answer in (*self.decided_by, *told))

    @cached_property
    def sentence(self) -> str:
        """The reasons that made the verdict, each with the nearest change that would turn it."""
        wanted = _DECISIVE[self.verdict]
        decisive = [answer for answer in self.decided_by if answer.result == wanted]
        if self.verdict == Verdict.AUTHORISE:
            decisive = [answer for answer in decisive if answer.code.startswith(_WHY_AUTHORISED)]
        return _shorten(" ".join(_say(answer) for answer in decisive))

    @cached_property
    def terms(self) -> Terms:
        return find_terms(facts=self.facts, rules=self.rules)


def judge(*, facts: CaseFacts, rules: RuleBook) -> Judgement:
    """The verdict of `rules` on `facts`: the same facts always get the same one.

    Anything that fails rejects; else what is still to be shown is awaited; else anything unclear
    asks a person; else it is authorised. Raises `NoRule` when the book is not complete.
    """
    answers = tuple(answer for ask in DECIDING if (answer := ask(facts, rules)))
    return Judgement(
        verdict=_verdict({answer.result for answer in answers}),
        decided_by=answers,
        facts=facts,
        rules=rules,
    )


def _verdict(results: set[Result]) -> Verdict:
    for verdict in (Verdict.REJECT, Verdict.AWAITING_EVIDENCE, Verdict.REVIEW):
        if _DECISIVE[verdict] in results:
            return verdict
    return Verdict.AUTHORISE


def _say(answer: Answer) -> str:
    words = explain(answer)
    return words.sentence if answer.result == OK else f"{words.sentence} {words.flip}".strip()


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"


def _finding(answer: Answer) -> Finding:
    words = explain(answer)
    said = {
        "kind": answer.kind,
        "result": answer.result,
        "code": answer.code,
        "flip_code": answer.flip,
        "values": plain_values(answer.values),
        **words._asdict(),
    }
    choice = answer.choice
    if choice is None:
        label, why = _WITHOUT_A_RULE.get(answer.code, ("By law", "the law comes before every rule"))
        return Finding(label=label, why=why, **said)
    reference = choice.rule.reference
    return Finding(
        label=reference.name or choice.parameters.title,
        why=choice.in_words(),
        rule_number=reference.number,
        rule_edition=reference.edition,
        gave_way=choice.losers,
        **said,
    )
