"""The job behind `POST /bulk/returns`: each return in a transaction of its own.

What was asked is kept encrypted, since customers' words may be in it; the job's arguments and its
result hold ids and codes. Each return's operation id is made from the partner and the item's own
key, so a job that is run twice, or a bulk that is sent again with some items more, opens each
once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from api.problems import BadCall, as_json
from api.refusals import publish_facts
from api.returns.reading import find_order_lines, owner_of, point_at, read_wanted
from core import documents, jobs
from core.actors import Actor
from core.errors import DomainError
from core.models import EncryptedDocument, Job, Partner
from core.operations import operation
from orders.rules import NotReturnable
from returns import queries, services

JOB = "api.bulk_returns"
DOCUMENT = "api_bulk"
_NAMESPACE = UUID("9a5a2c0e-8c0b-4a6d-9d53-1e8b2a6f7c44")
OUTCOMES = ("opened", "would_open", "refused")


@operation("api.bulk_returns")
def start_bulk(
    *,
    partner_id: int,
    returns: list[dict[str, Any]],
    dry_run: bool,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Job:
    """Keep what is asked and queue it."""
    kept = documents.store(
        partner_id=partner_id,
        kind=DOCUMENT,
        person="",
        content=json.dumps(returns).encode(),
        content_type="application/json",
        now=now,
    )
    return jobs.start(
        partner_id=partner_id,
        kind=JOB,
        arguments={"document": kept.pk, "dry_run": dry_run, "key": actor.key},
        total=len(returns),
        actor=actor,
        now=now,
    )


@jobs.runs(JOB)
def carry_out(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    """Open each, or only weigh it; what is refused says why, and the rest goes on."""
    partner = Partner.objects.get(pk=job.partner_id)
    kept = EncryptedDocument.objects.select_related("key").get(pk=job.arguments["document"])
    actor = Actor("partner", job.arguments["key"])
    results = []
    for item in json.loads(documents.read(kept)):
        result = _try(item, partner, actor, is_trial=job.arguments["dry_run"], now=now)
        results.append({"key": item["key"], **result})
        is_refused = result["outcome"] == "refused"
        jobs.advance(job.pk, done=int(not is_refused), failed=int(is_refused))
    return {"results": results, "dry_run": job.arguments["dry_run"]}


def _try(
    item: Mapping[str, Any], partner: Partner, actor: Actor, *, is_trial: bool, now: dt.datetime
) -> dict[str, Any]:
    now += partner.clock_offset
    try:
        rows = find_order_lines(partner, item["lines"])
    except BadCall as refusal:
        return _refused("bad_body", str(refusal.detail), errors=refusal.errors)
    wanted = read_wanted(item["lines"], rows)
    try:
        if is_trial:
            planned = queries.preview_return(lines=wanted, now=now)
            return {"outcome": "would_open", "state": planned.state.value}
        case = services.open_return(
            lines=wanted,
            actor=actor,
            op_id=uuid5(_NAMESPACE, f"{partner.pk} {item['key']}"),
            now=now,
            **owner_of(rows),
        )
    except DomainError as refusal:
        if isinstance(refusal, NotReturnable):
            point_at(refusal, rows)
        told = publish_facts(refusal, partner)
        facts = {name: as_json(value) for name, value in told.items() if value}
        return _refused(refusal.code, refusal.message, **facts)
    return {"outcome": "opened", "state": case.state, "id": case.public_id, "number": case.number}


def _refused(code: str, detail: str, **facts: Any) -> dict[str, Any]:
    return {"outcome": "refused", "code": code, "detail": detail, **facts}
