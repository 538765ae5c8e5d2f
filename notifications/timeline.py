"""What a case's timeline hears of its messages: ids and states, never a word of theirs."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from notifications.models import Message


def tell(
    message: Message,
    what: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    why: str = "",
) -> None:
    """`why` is a code, such as ``stopped``."""
    about = {"why": why} if why else {}
    if message.instead_of_id:
        about["instead_of"] = f"message:{message.instead_of_id}"
    record(
        kind=f"message.{what}",
        partner_id=message.partner_id,
        subject=reference(message),
        case=message.case,
        actor=actor,
        op_id=op_id,
        now=now,
        cause=message.event_id,
        data={"template": message.template, "medium": message.medium, "person": message.person}
        | about,
    )
