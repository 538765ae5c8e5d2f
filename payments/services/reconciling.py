"""Differences between a provider's list and ours: work items until gone or explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from core import clock
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.operations import operation
from core.transactions import opens_transaction
from payments import locks, queries
from payments.models import Difference, MoneyOperation, ProviderAccount
from payments.rules.reconciling import Finding, Match
from payments.services.timeline import Who
from payments.states import LIVE, DifferenceState

# Codes a person chooses from, and what they mean.
EXPLANATIONS = {
    "made_there": "Somebody did it in the provider's own back office",
    "test": "A test payment",
    "other_system": "Another system of the shop uses the same account",
    "provider_error": "The provider made a mistake and has been told",
}


@opens_transaction
def note_differences(
    *,
    account: ProviderAccount,
    findings: Sequence[Finding],
    since: dt.datetime,
    until: dt.datetime,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> list[Difference]:
    """Open a work item per difference that still stands, and close those that went away.

    What was unknown here is asked for again: that is enough to settle it.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    wanted = [one for one in findings if one.match not in (Match.MATCH, Match.UNKNOWN_HERE)]
    for finding in findings:
        if finding.match == Match.UNKNOWN_HERE:
            _ask_again(finding)
    opened = [made for one in wanted if (made := _open(account, one, who)) is not None]
    _close_what_went(account, {(one.match, one.key) for one in wanted}, since, until, who)
    return opened


@operation("difference.explain")
def explain_difference(
    *, difference_id: int, because: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Difference:
    """A person knows why the lists differ; `because` is one of `EXPLANATIONS`."""
    if because not in EXPLANATIONS:
        raise BadInput("Choose what explains it.", field="because")
    difference = locks.lock_difference(difference_id)
    if difference.state != DifferenceState.OPEN:
        raise ActionBlocked("It is closed already.")
    difference.explain()
    difference.closed_at, difference.note = now, because
    difference.save()
    _tell(difference, "explained", {"actor": actor, "now": now, "op_id": op_id})
    return difference


def _open(account: ProviderAccount, finding: Finding, who: Who) -> Difference | None:
    """Looked at again here: it may have been settled while the provider's list was read."""
    if finding.match == Match.THEIRS_MISSING_HERE and queries.is_known_movement(
        account, finding.movement, finding.provider_reference
    ):
        return None
    difference, made = Difference.objects.get_or_create(
        account=account,
        kind=finding.match,
        key=finding.key,
        defaults={
            "partner_id": account.partner_id,
            "operation_id": finding.operation_id,
            "movement": finding.movement,
            "provider_reference": finding.provider_reference,
            "ours": finding.ours,
            "theirs": finding.theirs,
            "currency": finding.currency,
            "moved_at": finding.moved_at,
            "found_at": who["now"],
        },
    )
    if made:
        _tell(difference, "found", who)
    return difference if made else None


def _close_what_went(
    account: ProviderAccount,
    standing: set[tuple[Match, str]],
    since: dt.datetime,
    until: dt.datetime,
    who: Who,
) -> None:
    open_ones = Difference.objects.filter(
        account=account, state=DifferenceState.OPEN, moved_at__gte=since, moved_at__lt=until
    )
    for found in open_ones.order_by("pk"):
        if (found.kind, found.key) not in standing:
            difference = locks.lock_difference(found.pk)
            difference.vanish()
            difference.closed_at = who["now"]
            difference.save()
            _tell(difference, "gone", who)


def _ask_again(finding: Finding) -> None:
    assert finding.operation_id is not None  # it is one of ours
    rows = MoneyOperation.objects.filter(pk=finding.operation_id, state__in=LIVE)
    rows.update(due_at=clock.database_now(), needs_person_at=None)


def _tell(difference: Difference, happened: str, who: Who) -> None:
    record(
        kind=f"difference.{happened}",
        partner_id=difference.partner_id,
        subject=reference(difference),
        case=difference.operation.case if difference.operation else "",
        actor=who["actor"],
        op_id=who["op_id"],
        now=who["now"],
        data={
            "difference": difference.public_id,
            "kind": str(difference.kind),
            "ours": None if difference.ours is None else str(difference.ours),
            "theirs": None if difference.theirs is None else str(difference.theirs),
            "currency": difference.currency,
        },
    )
