"""What policy says of another outcome for goods that are let in, and who has agreed to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from approvals import queries as approvals
from core.events import reference
from core.operations import content_hash
from core.verdicts import Verdict
from policies import queries as policies
from policies.rules import CaseFacts, Judgement
from policies.states import Verdict as Word
from returns.models import Return, ReturnLine
from returns.queries.credit import get_facts
from returns.queries.defects import count_cases
from returns.queries.evidence import count_seen_before
from returns.queries.lines import read_lines
from returns.states import LIVE, LineDecision, Outcome

HARDER = {Word.AUTHORISE: 0, Word.AWAITING_EVIDENCE: 1, Word.REVIEW: 2, Word.REJECT: 3}
EXCEPTION = "exception"
# Goods of an exchange are passed before it leaves, and it may become a refund until it does.
EXCHANGED = (*LIVE, LineDecision.ACCEPTED)
MAY_BE_ASKED = "A second person can agree to it all the same: ask for an exception."


@dataclass(frozen=True, slots=True)
class Objection:
    """Policy's word against an outcome of one line; nobody has agreed to it all the same."""

    line: ReturnLine
    judgement: Judgement

    @property
    def sentence(self) -> str:
        return self.judgement.sentence

    @property
    def flip(self) -> str:
        """The nearest change that would turn it."""
        weight = {"fail": 0, "review": 1, "evidence": 2}
        decisive = sorted(
            (finding for finding in self.judgement.findings if finding.result in weight),
            key=lambda finding: weight[finding.result],
        )
        return next((finding.flip for finding in decisive if finding.flip), "")


def ask_about(line: ReturnLine, outcome: str) -> tuple[CaseFacts, Judgement]:
    """What policy is asked, and says, by the rules of the case's own version: on the facts the
    line was judged on but for the outcome.

    Photos and numbers that were shown since then count, where policy wants to see more.
    """
    version = line.return_case.policy_version
    facts = replace(get_facts(line), outcome=outcome)
    judgement = policies.judge_facts(version=version, facts=facts)
    if judgement.verdict != Word.AWAITING_EVIDENCE:
        return facts, judgement
    facts = replace(gather_evidence(line), outcome=outcome)
    return facts, policies.judge_facts(version=version, facts=facts)


def judge_as(line: ReturnLine, outcome: str) -> Judgement:
    """What policy says of another outcome."""
    _, judgement = ask_about(line, outcome)
    return judgement


def gather_evidence(line: ReturnLine) -> CaseFacts:
    """The facts the line was judged on, with what has been shown of it since."""
    facts = get_facts(line)
    photos = list(line.evidence.filter(removed_at__isnull=True))
    shown: dict[str, Any] = {
        "photos": len(photos),
        "photos_seen_before": count_seen_before(photos),
    }
    report = getattr(line, "defect_report", None)
    if report is not None:
        cases = count_cases([report.pattern_id]) if report.pattern_id else {}
        shown |= {
            "defect_type": report.defect_type.code if report.defect_type else "",
            "has_serial": bool(report.serial),
            "serial_matches": report.serial_matches,
            "pattern_cases": cases.get(report.pattern_id, 0),
        }
    # A policy is told what it asks about; of the rest it has never heard.
    asked = {field.name for field in fields(facts)}
    return replace(facts, **{name: value for name, value in shown.items() if name in asked})


def list_objections(lines: Iterable[ReturnLine], outcome: str) -> list[Objection]:
    """What keeps these lines from being settled so.

    What was let in goes on in every way that policy finds no worse than the one it was let in
    for: a lead who let it in against the rules has decided about that already. An exception is
    for its one outcome alone; that is not asked about again.
    """
    return list(_object(lines, outcome))


def _object(lines: Iterable[ReturnLine], outcome: str) -> Iterator[Objection]:
    for line in lines:
        if line.outcome == outcome:
            continue
        then = judge_as(line, outcome)
        if then.verdict == Word.AUTHORISE:
            continue
        if HARDER[then.verdict] > _let_in_for(line) and not is_excepted(line, outcome):
            yield Objection(line, then)


def _let_in_for(line: ReturnLine) -> int:
    if is_excepted(line, line.outcome):
        return HARDER[Word.AUTHORISE]
    return HARDER[judge_as(line, line.outcome).verdict]


def can_settle_as(lines: Iterable[ReturnLine], outcome: str) -> Verdict:
    """Whether policy, or whoever may go beyond it, lets these goods be settled so."""
    sentences = [objection.sentence for objection in list_objections(lines, outcome)]
    if not sentences:
        return Verdict.allow()
    return Verdict.refuse(*dict.fromkeys(sentences), MAY_BE_ASKED)


def hash_exception(line: ReturnLine, outcome: str) -> str:
    """What a second person agrees to: so many of these goods, settled so, under these rules."""
    case = line.return_case
    return content_hash(
        {
            "line": line.pk,
            "quantity": line.quantity,
            "outcome": str(outcome),
            "policy": case.policy_version_id,
        }
    )


def is_excepted(line: ReturnLine, outcome: str) -> bool:
    return approvals.is_approved(
        subject=reference(line), content_hash=hash_exception(line, outcome)
    )


def list_asked_exceptions(lines: Iterable[ReturnLine]) -> list[str]:
    """The references of those lines about which a second person has yet to answer."""
    return approvals.list_asked_subjects([reference(line) for line in lines])


def list_unsettled(case: Return) -> list[ReturnLine]:
    """Lines that may still be settled in another way: none of it is credited, kept or missing.

    What is exchanged may be until its replacement has left, which the exchange side knows.
    """
    return [line for line in read_lines(case) if _is_unsettled(line)]


def _is_unsettled(line: ReturnLine) -> bool:
    if line.outcome == Outcome.EXCHANGE:
        return line.decision in EXCHANGED
    return line.decision in LIVE and not line.is_touched


def list_forbidden(case: Return) -> list[Outcome]:
    """Outcomes that policy keeps from some goods of the case, for which it may be asked."""
    lines = list_unsettled(case)
    return [outcome for outcome in Outcome if list_objections(lines, outcome)]
