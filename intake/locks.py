"""The only locks on channel documents. Imported by `intake.services` and the worker's claims."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction

from core.transactions import requires_transaction
from intake.models import ChannelDocument

LEASE = dt.timedelta(seconds=60)

CLAIM = """
UPDATE intake_channeldocument SET
    leased_until = app_now() + %(lease)s::interval, lease = lease + 1, attempts = attempts + 1
WHERE id IN (
    SELECT d.id FROM intake_channeldocument d
    WHERE d.state = 'received' AND (d.leased_until IS NULL OR d.leased_until < app_now())
    ORDER BY d.received_at, d.id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING id, attempts
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A document this worker may settle until its lease ends, and how often that was tried."""

    document_id: int
    attempts: int


@requires_transaction
def lock_document(document_id: int) -> ChannelDocument:
    """The document's row, locked. Raises ChannelDocument.DoesNotExist."""
    documents = ChannelDocument.objects.select_related("channel", "content__key")
    return documents.select_for_update(no_key=True, of=("self",)).get(pk=document_id)


@requires_transaction
def lock_bytes(channel_id: int, sha256: str) -> None:
    """Wait for whoever else receives the same bytes: the first has to be there to be repeated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"document:{channel_id}:{sha256}"],
        )


def claim_received(batch: int) -> list[Claim]:
    """Lease the oldest documents that wait; no two workers get the same one. Own transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"lease": f"{LEASE.total_seconds()} s", "batch": batch})
        return sorted((Claim(*row) for row in cursor.fetchall()), key=lambda c: c.document_id)
