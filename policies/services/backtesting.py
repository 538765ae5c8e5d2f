"""Asking for a draft to be tried on past cases; the trying itself is `policies.backtesting`."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core import jobs
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.operations import operation
from policies import queries
from policies.backtesting import KIND
from policies.models import Backtest
from policies.services.drafts import lock_draft

LONGEST_DAYS = 1100


@operation("policy.start_backtest")
def start_backtest(
    *, version_id: int, days: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Backtest:
    """Replay the decisions of the last `days` under a draft, beside the policy in force.

    Raises `ActionBlocked` when it is no draft or could not decide every case, `BadInput` for
    days out of reach.
    """
    version = lock_draft(version_id)
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput(f"Choose 1 to {LONGEST_DAYS} days.", field="days")
    if problems := queries.list_problems(version):
        raise ActionBlocked("The draft cannot decide every case yet.", reasons=problems)
    job = jobs.start(
        partner_id=version.partner_id,
        kind=KIND,
        arguments={"version": version.pk, "days": days},
        actor=actor,
        now=now,
    )
    return Backtest.objects.create(
        partner_id=version.partner_id,
        version=version,
        baseline=queries.get_published(version.partner_id),
        content_hash=queries.hash_rules(version),
        days=days,
        job=job,
        asked_at=now,
    )
