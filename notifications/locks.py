"""Which messages are due, and who may send one: the only row locks of this app."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction

from notifications.models import Message

# Longer than any SMTP conversation may take (EMAIL_TIMEOUT is per step).
LEASE = dt.timedelta(minutes=2)

CLAIM = """
UPDATE notifications_message SET
    leased_until = app_now() + %(lease)s::interval, lease = lease + 1, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM notifications_message
    WHERE state = 'queued' AND due_at <= app_now()
      AND (leased_until IS NULL OR leased_until < app_now())
    ORDER BY due_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING id, lease, attempts
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one message until the lease ends; `lease` fences off a late comer."""

    message_id: int
    lease: int
    attempts: int


def claim_due(*, batch: int) -> list[Claim]:
    """Take due messages for sending; another worker does not see them meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"lease": f"{LEASE.total_seconds()} s", "batch": batch})
        return sorted((Claim(*row) for row in cursor.fetchall()), key=lambda c: c.message_id)


def lock_claimed(claim: Claim) -> Message | None:
    """The message, locked, if the claim still stands."""
    return (
        Message.objects.select_for_update(no_key=True)
        .filter(pk=claim.message_id, lease=claim.lease, state="queued")
        .first()
    )


def lock_message(message_id: int) -> Message:
    return Message.objects.select_for_update(no_key=True).get(pk=message_id)
