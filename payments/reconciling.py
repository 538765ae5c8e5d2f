"""The provider's list against ours, both ways: read outside of any transaction, then compared."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from core.actors import Actor
from core.operations import content_hash
from payments import queries, services
from payments.gateways import gateway_of
from payments.models import ProviderAccount
from payments.rules.reconciling import Finding, TheirMovement, compare

RECONCILER = Actor.system("reconciliation")
# Read so much wider than asked about: clocks differ, and answers are late.
OVERLAP = dt.timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was found for one account in a window; `as_json` is what a person looks at first."""

    account: ProviderAccount
    since: dt.datetime
    until: dt.datetime
    findings: Sequence[Finding]

    @property
    def counts(self) -> dict[str, int]:
        return dict(sorted(Counter(str(one.match) for one in self.findings).items()))

    @property
    def differences(self) -> list[Finding]:
        return [one for one in self.findings if one.match != "match"]

    def as_json(self) -> dict[str, Any]:
        rows = [
            {
                "what": str(one.match),
                "key": one.key,
                "movement": one.movement,
                "provider_reference": one.provider_reference,
                "ours": None if one.ours is None else f"{one.ours:f}",
                "theirs": None if one.theirs is None else f"{one.theirs:f}",
                "currency": one.currency,
                "moved_at": one.moved_at.isoformat(),
            }
            for one in self.differences
        ]
        return {
            "account": self.account.public_id,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "counts": self.counts,
            "differences": rows,
            "hash": content_hash(rows),
        }


def plan(account: ProviderAccount, *, since: dt.datetime, until: dt.datetime) -> Plan:
    """Lay both lists side by side. Nothing is written."""
    window = {"since": since - OVERLAP, "until": until + OVERLAP}
    gateway = gateway_of(account.adapter)
    theirs = [
        TheirMovement(
            kind=one.kind,
            id=one.id,
            reference=one.reference,
            amount=one.amount,
            currency=one.currency,
            moved_at=one.created_at,
        )
        for one in gateway.list_movements(queries.get_access(account), **window)
        if one.kind in ("capture", "refund")
    ]
    ours = queries.list_our_movements(account, **window)
    return Plan(account, since, until, compare(ours, theirs, since=since, until=until))


def apply(found: Plan, *, now: dt.datetime, actor: Actor = RECONCILER) -> int:
    """Make work items of what still differs; returns how many are new."""
    opened = services.note_differences(
        account=found.account,
        findings=found.findings,
        since=found.since,
        until=found.until,
        actor=actor,
        op_id=uuid4(),
        now=now,
    )
    return len(opened)


def reconcile_all(*, now: dt.datetime, days: int = 3) -> int:
    """Every account's last days; an account whose provider does not answer is left for later."""
    opened = 0
    for account in queries.list_accounts():
        found = plan(account, since=now - dt.timedelta(days=days), until=now)
        opened += apply(found, now=now)
    return opened
