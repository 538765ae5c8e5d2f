"""A decision as agents read it: the verdict, why in a sentence, then every rule that was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from console.components import Badge
from policies.models import Decision
from policies.rules import Judgement

Outcome = Literal["pass", "review", "fail", "told"]

BADGES = {
    "authorise": Badge(word="Authorised at once", tone="good"),
    "awaiting_evidence": Badge(word="Evidence awaited", tone="warn"),
    "review": Badge(word="A person decides", tone="warn"),
    "reject": Badge(word="Not allowed", tone="bad"),
}
OUTCOMES: dict[str, Outcome] = {
    "ok": "pass",
    "info": "told",
    "evidence": "review",
    "review": "review",
    "fail": "fail",
}
SIGNS = {"pass": "check", "told": "dot", "review": "alert", "fail": "cross"}
SPOKEN = {"pass": "Passed", "told": "Noted", "review": "To be looked at", "fail": "Failed"}
# What decides is read first, and of equal weight what was asked first.
_WEIGHT = {"fail": 0, "review": 1, "pass": 2, "told": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRule:
    """One rule's answer. `facts` are pairs of what it is and what it says, blank ones left out."""

    outcome: Outcome
    sentence: str
    source: str
    facts: list[tuple[str, str]]

    @property
    def sign(self) -> str:
        return SIGNS[self.outcome]

    @property
    def spoken(self) -> str:
        return SPOKEN[self.outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPanel:
    """`title` names the goods where a case has several lines; `version` is blank in a preview."""

    badge: Badge
    why: str
    rules: list[AskedRule]
    title: str = ""
    version: str = ""
    is_open: bool = False

    @property
    def summary(self) -> str:
        number = len(self.rules)
        return f"{number} rule asked" if number == 1 else f"{number} rules asked"


def draw_decision(decision: Decision, *, title: str = "", version: str = "") -> DecisionPanel:
    """A decision as it was kept."""
    return _panel(
        decision.verdict, decision.sentence, decision.findings, title=title, version=version
    )


def draw_judgement(judgement: Judgement) -> DecisionPanel:
    """What would be decided now."""
    findings = [finding.as_json() for finding in judgement.findings]
    return _panel(judgement.verdict, judgement.sentence, findings)


def _panel(
    verdict: str,
    sentence: str,
    findings: Iterable[Mapping[str, Any]],
    *,
    title: str = "",
    version: str = "",
) -> DecisionPanel:
    rules = [_asked(finding) for finding in findings]
    return DecisionPanel(
        badge=BADGES[verdict],
        why=sentence,
        rules=sorted(rules, key=lambda rule: _WEIGHT[rule.outcome]),
        title=title,
        version=version,
        is_open=verdict != "authorise",
    )


def _asked(finding: Mapping[str, Any]) -> AskedRule:
    """Decisions of earlier versions lack what came later; what they have is shown."""
    number = finding.get("rule_number")
    source = f"rule {number} v{finding['rule_edition']}" if number else ""
    sentence = str(finding["sentence"])
    if source:  # it stands beside the sentence
        sentence = sentence.replace(f" ({source})", "")
    facts = {
        "Case": finding.get("input", ""),
        "Rule": finding.get("threshold", ""),
        "Would change it": finding.get("flip", ""),
        "Counts because": _say_why(finding),
    }
    gave_way = [
        (f"Gave way: rule {each['number']} v{each['edition']}", each["why"])
        for each in finding.get("gave_way", [])
    ]
    return AskedRule(
        outcome=OUTCOMES[finding["result"]],
        sentence=sentence,
        source=source,
        facts=[(term, said) for term, said in facts.items() if said] + gave_way,
    )


def _say_why(finding: Mapping[str, Any]) -> str:
    """Only where others fitted too: of a rule alone it goes without saying."""
    alone = finding.get("rule_number") and not finding.get("gave_way")
    why = str(finding.get("why", ""))
    return "" if alone and "comes before" not in why else why
