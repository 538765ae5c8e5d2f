from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, Literal, TypedDict

from django.db.models import QuerySet

from api.shapes import AllowedAction, Moment, moment
from core.events import reference
from policies.models import Decision
from policies.states import Verdict
from policies.wording import say_to_customer
from returns.models import Return, ReturnLine


class Rule(TypedDict):
    """Which rule of the policy spoke, as people name it: rule 12 v4."""

    number: int
    edition: int


class Reason(TypedDict):
    """What one rule said. `flip` is the nearest change that would turn it."""

    kind: str
    label: str
    result: str
    sentence: str
    input: str
    threshold: str
    flip: str | None
    rule: Rule | None


class VerdictTold(TypedDict):
    """The same verdict, whoever asks for it. `for_customer` may be read out as it is."""

    verdict: Annotated[str, Verdict]
    sentence: str
    for_customer: list[str]
    reasons: list[Reason]


class CaseNamed(TypedDict):
    """The return that a row belongs to."""

    id: str
    number: str


class DecisionTold(VerdictTold):
    """A verdict as it was given and kept, on one line of a return."""

    object: Literal["decision"]
    id: str
    case: CaseNamed
    line: int
    policy_version: int
    at: Moment
    livemode: bool


class DecisionNow(DecisionTold):
    """The same, with what may be done about it now: `POST /returns/{id}/{action}`."""

    allowed_actions: list[AllowedAction]


def name_case(case: Return) -> CaseNamed:
    return {"id": case.public_id, "number": case.number}


def verdict(
    *, verdict: str, sentence: str, findings: Iterable[Mapping[str, Any]], locale: str
) -> VerdictTold:
    """Staff's words with every rule's input and threshold, and a customer's, softly."""
    findings = list(findings)
    return {
        "verdict": verdict,
        "sentence": sentence,
        "for_customer": say_to_customer(verdict=verdict, findings=findings, locale=locale),
        "reasons": [_reason(finding) for finding in findings],
    }


def _reason(finding: Mapping[str, Any]) -> Reason:
    number = finding.get("rule_number")
    return {
        "kind": str(finding.get("kind", "")),
        "label": str(finding.get("label", "")),
        "result": str(finding.get("result", "")),
        "sentence": str(finding.get("sentence", "")),
        "input": str(finding.get("input", "")),
        "threshold": str(finding.get("threshold", "")),
        "flip": str(finding.get("flip", "")) or None,
        "rule": {"number": number, "edition": finding.get("rule_edition") or 1} if number else None,
    }


def decision(row: Decision, line: ReturnLine, *, livemode: bool) -> DecisionTold:
    """`line` with its case, channel and customer."""
    case = line.return_case
    return {
        "object": "decision",
        "id": row.public_id,
        "case": name_case(case),
        "line": line.position,
        **verdict(
            verdict=row.verdict,
            sentence=row.sentence,
            findings=row.findings,
            locale=case.locale,
        ),
        "policy_version": row.version.number,
        "at": moment(row.at),
        "livemode": livemode,
    }


def of_lines(partner_id: int, cases: Collection[str] = ()) -> QuerySet[Decision]:
    """The partner's decisions about return lines; of some cases (`return:12`) where named."""
    rows: QuerySet[Decision] = Decision.objects.for_partner(partner_id).filter(
        subject__startswith="returnline:"
    )
    return (rows.filter(case__in=cases) if cases else rows).select_related("version")


def tell_decisions(rows: Collection[Decision], *, livemode: bool) -> list[DecisionTold]:
    """With one query for all their lines."""
    keys = [int(row.subject.partition(":")[2]) for row in rows]
    lines = ReturnLine.objects.filter(pk__in=keys).select_related(
        "return_case__channel", "return_case__customer"
    )
    by_subject = {reference(line): line for line in lines}
    return [decision(row, by_subject[row.subject], livemode=livemode) for row in rows]
