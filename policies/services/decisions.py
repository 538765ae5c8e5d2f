from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from policies import queries
from policies.models import Decision, PolicyVersion
from policies.rules import CaseFacts


@requires_transaction
def decide(
    *,
    partner_id: int,
    version: PolicyVersion,
    facts: CaseFacts,
    subject: str,
    case: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Decision:
    """Judge the facts and keep the verdict with every rule that was asked."""
    judgement = queries.judge_facts(version=version, facts=facts)
    decision = Decision.objects.create(
        partner_id=partner_id,
        case=case,
        subject=subject,
        version=version,
        verdict=judgement.verdict,
        sentence=judgement.sentence,
        facts=facts.as_json(),
        findings=[finding.as_json() for finding in judgement.findings],
        at=now,
        actor=actor.ref,
    )
    record(
        kind="decision.made",
        partner_id=partner_id,
        subject=reference(decision),
        case=case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "decision": decision.public_id,
            "about": subject,
            "verdict": judgement.verdict.value,
            "sentence": judgement.sentence,
            "policy_version": version.pk,
            "rules": [finding.rule_number for finding in judgement.findings],
        },
    )
    return decision
