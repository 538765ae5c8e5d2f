from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from django.db.models import QuerySet

from api.shapes import AllowedAction, Moment, action, moment
from core.verdicts import Verdict
from intake.grouping import WAITING
from intake.models import ChannelDocument
from intake.states import Awaited, DocumentState

BY_A_PERSON = "Only a person decides about it: on the desk, under Intake."


class FindingTold(TypedDict):
    """One thing about the document that somebody may have to know."""

    field: str
    code: str
    message: str
    severity: str


class DocumentTold(TypedDict):
    """What came in, and what became of it. `held`, `conflict` and `dead_letter` wait for the role
    named in `owner`; `parked` goes on by itself when what it `awaits` has come.

    A program does nothing with what waits but send it anew, mended: `POST /documents`.
    """

    object: Literal["document"]
    id: str
    channel: str
    topic: str | None
    kind: str | None
    state: Annotated[str, DocumentState]
    external_id: str | None
    order: str | None
    is_update: bool
    field: str | None
    reason: str | None
    owner: str | None
    awaits: Annotated[str | None, Awaited]
    findings: list[FindingTold]
    repeats: str | None
    received_at: Moment
    processed_at: Moment | None
    allowed_actions: list[AllowedAction]
    livemode: bool


def with_all(rows: QuerySet[ChannelDocument]) -> QuerySet[ChannelDocument]:
    return rows.select_related("channel", "order", "repeats")


def document(row: ChannelDocument, *, livemode: bool) -> DocumentTold:
    return {
        "object": "document",
        "id": row.public_id,
        "channel": row.channel.code,
        "topic": row.topic or None,
        "kind": row.kind or None,
        "state": row.state,
        "external_id": row.external_id or None,
        "order": row.order.public_id if row.order else None,
        "is_update": row.is_update,
        "field": row.field or None,
        "reason": row.reason or None,
        "owner": row.owner or None,
        "awaits": row.awaits_kind or None,
        "findings": [
            {name: str(finding.get(name, "")) for name in ("field", "code", "message", "severity")}  # type: ignore[misc]
            for finding in row.findings
        ],
        "repeats": row.repeats.public_id if row.repeats else None,
        "received_at": moment(row.received_at),
        "processed_at": moment(row.processed_at),
        "allowed_actions": list_actions(row),
        "livemode": livemode,
    }


def list_actions(row: ChannelDocument) -> list[AllowedAction]:
    """What a person does with a document that waits; each says why a program does not."""
    settled = f"It is {row.get_state_display().lower()}: there is nothing to decide."
    verdict = Verdict.refuse(BY_A_PERSON if row.state in WAITING else settled)
    return [action(name, verdict) for name in ("replay", "edit", "discard")]
