"""How a document ends: every outcome is written here, with its reason and its event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.errors import DomainError
from core.events import record, reference
from intake.changes import say_changes
from intake.facts import Reading
from intake.models import ChannelDocument
from intake.reading import Finding
from intake.rules import Hold, owner_of
from intake.states import Awaited
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Cause:
    """Who settles, by which operation, and when."""

    actor: Actor
    op_id: UUID
    now: datetime


def note_reading(document: ChannelDocument, read: Reading) -> None:
    """What the document turned out to tell of."""
    document.kind = read.kind
    document.external_id = (read.external_id or "")[:120]
    document.findings = [asdict(finding) for finding in read.findings]


def accept(document: ChannelDocument, order: Order | None, cause: Cause, reason: str = "") -> None:
    document.order = order
    document.accept()
    finish(document, cause, reason=reason)


def repeat(document: ChannelDocument, cause: Cause, reason: str) -> None:
    document.repeat()
    finish(document, cause, reason=reason)


def park(document: ChannelDocument, cause: Cause, awaited: Awaited, key: str, reason: str) -> None:
    """Its turn has not come. A key that is longer than any id cannot come and is held."""
    if len(key) > 120 or not key:
        hold(document, Hold("external_id", "It names nothing that could come.", "admin"), cause)
        return
    document.awaits_kind, document.awaits_key = awaited, key
    document.park()
    finish(document, cause, reason=reason, awaits=True)


def hold(document: ChannelDocument, held: Hold, cause: Cause) -> None:
    document.hold()
    finish(document, cause, field=held.field, reason=held.reason, owner=held.owner, code=held.code)


def hold_for(finding: Finding) -> Hold:
    owner = finding.owner or owner_of(finding.field)
    return Hold(finding.field, finding.message, owner, finding.code)


def ignore(document: ChannelDocument, reason: str, cause: Cause) -> None:
    document.ignore()
    finish(document, cause, reason=reason)


def bury(document: ChannelDocument, reason: str, cause: Cause) -> None:
    document.bury()
    finish(document, cause, reason=reason, owner="admin", code=cause_of_death(reason))


def cause_of_death(reason: str) -> str:
    """What malformed documents have in common: the reason without its place."""
    words = reason.partition(" (")[0].partition(":")[0].lower().split()
    return "_".join("".join(filter(str.isalnum, word)) for word in words)[:40]


def conflict(
    document: ChannelDocument, order: Order, difference: dict[str, Any], cause: Cause
) -> None:
    document.order = order
    document.difference = difference
    document.conflict()
    field = next(iter(difference))
    reason = say_changes(difference, currency=order.currency)
    finish(document, cause, field=field, reason=reason, owner=owner_of(field), code="money_changed")


def attempt(document: ChannelDocument, cause: Cause, field: str, act: Callable[[], None]) -> None:
    """What the owner of the row refuses waits for a person, with the refusal as its reason."""
    try:
        with transaction.atomic():
            act()
    except DomainError as refusal:
        document.refresh_from_db(fields=["state"])
        hold(
            document,
            Hold(str(refusal.data.get("field") or field), refusal.message, "lead", refusal.code),
            cause,
        )


def finish(document: ChannelDocument, cause: Cause, *, awaits: bool = False, **why: str) -> None:
    """Save what was decided and tell of it. `why`: field, reason, owner and code."""
    note(document, cause, awaits=awaits, **why)
    document.save()
    record(
        kind=f"document.{document.state}",
        partner_id=document.partner_id,
        subject=reference(document),
        actor=cause.actor,
        op_id=cause.op_id,
        now=cause.now,
        data=say(document),
    )


def note(document: ChannelDocument, cause: Cause, *, awaits: bool = False, **why: str) -> None:
    """Write down what was decided, without saving it."""
    if not awaits:
        document.awaits_kind = document.awaits_key = ""
    document.field = why.get("field", "")[:120]
    document.cause = why.get("code", "")[:40]
    document.reason = why.get("reason", "")[:500]
    document.owner = why.get("owner", "")
    document.processed_at = cause.now
    document.leased_until = None


def say(document: ChannelDocument) -> dict[str, Any]:
    """What the event of a document's end tells."""
    return {
        "channel": document.channel.code,
        "external_id": document.external_id,
        "order": document.order_id,
        "field": document.field,
    }
