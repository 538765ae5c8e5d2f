"""Two lists of the same money laid side by side: ours and the provider's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

# A movement of the last hour may stand in one list and be on its way into the other.
SETTLING = dt.timedelta(hours=1)


class Match(StrEnum):
    MATCH = "match"
    OURS_MISSING_THERE = "ours_missing_there"
    THEIRS_MISSING_HERE = "theirs_missing_here"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_HERE = "unknown_here"  # ours, unknown until now: asking the provider settles it


@dataclass(frozen=True, slots=True, kw_only=True)
class OurMovement:
    operation_id: int
    kind: str
    provider_reference: str
    reference: str
    amount: Decimal
    currency: str
    moved_at: dt.datetime
    is_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirMovement:
    kind: str
    id: str
    reference: str
    amount: Decimal
    currency: str
    moved_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    match: Match
    key: str
    movement: str
    provider_reference: str
    currency: str
    moved_at: dt.datetime
    operation_id: int | None = None
    ours: Decimal | None = None
    theirs: Decimal | None = None


def compare(
    ours: Sequence[OurMovement],
    theirs: Sequence[TheirMovement],
    *,
    since: dt.datetime,
    until: dt.datetime,
) -> list[Finding]:
    """Every movement of both lists, once. The edges of the window prove nothing about absence:
    callers read it wider than what they ask about."""
    findings, left = [], {(one.kind, one.id): one for one in theirs}
    by_reference = {(one.kind, one.reference): one for one in theirs if one.reference}
    for mine in ours:
        other = left.get((mine.kind, mine.provider_reference)) or by_reference.get(
            (mine.kind, mine.reference)
        )
        if other is not None:
            left.pop((other.kind, other.id), None)
        if finding := _judge(mine, other, since=since, until=until):
            findings.append(finding)
    for other in left.values():
        if since <= other.moved_at < until:
            findings.append(
                Finding(
                    match=Match.THEIRS_MISSING_HERE,
                    key=f"{other.kind}:{other.id}",
                    movement=other.kind,
                    provider_reference=other.id,
                    currency=other.currency,
                    moved_at=other.moved_at,
                    theirs=other.amount,
                )
            )
    return findings


def _judge(
    mine: OurMovement, other: TheirMovement | None, *, since: dt.datetime, until: dt.datetime
) -> Finding | None:
    if other is None:
        if mine.is_unknown or not since <= mine.moved_at < until - SETTLING:
            return None
        match = Match.OURS_MISSING_THERE
    elif mine.is_unknown:
        match = Match.UNKNOWN_HERE
    elif (mine.amount, mine.currency) != (other.amount, other.currency):
        match = Match.AMOUNT_DIFFERS
    else:
        match = Match.MATCH
    return Finding(
        match=match,
        key=f"operation:{mine.operation_id}",
        movement=mine.kind,
        provider_reference=mine.provider_reference or (other.id if other else ""),
        currency=mine.currency,
        moved_at=mine.moved_at,
        operation_id=mine.operation_id,
        ours=mine.amount,
        theirs=other.amount if other else None,
    )
