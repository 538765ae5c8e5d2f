"""Which way a unit may go, and who may let it out of quarantine. No database."""

from __future__ import annotations

from collections.abc import Collection

from core.verdicts import Verdict
from inventory.states import Bucket, EntryCause

# What the ledger takes: from, to, and why. A database constraint is made of it, so what is not
# here cannot happen. Quarantined units become sellable by a clearance or the workshop alone.
MOVEMENTS: tuple[tuple[Bucket, Bucket, EntryCause], ...] = (
    (Bucket.AVAILABLE, Bucket.HELD, EntryCause.HOLD),
    (Bucket.HELD, Bucket.AVAILABLE, EntryCause.RELEASE),
    (Bucket.HELD, Bucket.AVAILABLE, EntryCause.EXPIRY),
    (Bucket.HELD, Bucket.CUSTOMER, EntryCause.SHIP),
    (Bucket.AVAILABLE, Bucket.ALLOCATED, EntryCause.ALLOCATE),
    (Bucket.ALLOCATED, Bucket.AVAILABLE, EntryCause.DEALLOCATE),
    (Bucket.ALLOCATED, Bucket.CUSTOMER, EntryCause.SHIP),
    (Bucket.SUPPLIER, Bucket.AVAILABLE, EntryCause.OPENING),
    (Bucket.SUPPLIER, Bucket.AVAILABLE, EntryCause.PURCHASE),
    (Bucket.CUSTOMER, Bucket.AVAILABLE, EntryCause.RESTOCK),
    (Bucket.CUSTOMER, Bucket.QUARANTINE, EntryCause.REJECT),
    (Bucket.CUSTOMER, Bucket.SCRAP, EntryCause.REJECT),
    (Bucket.COUNT, Bucket.AVAILABLE, EntryCause.ADJUST),
    (Bucket.AVAILABLE, Bucket.COUNT, EntryCause.ADJUST),
    (Bucket.COUNT, Bucket.QUARANTINE, EntryCause.ADJUST),
    (Bucket.QUARANTINE, Bucket.COUNT, EntryCause.ADJUST),
    (Bucket.AVAILABLE, Bucket.QUARANTINE, EntryCause.QUARANTINE),
    (Bucket.QUARANTINE, Bucket.AVAILABLE, EntryCause.CLEAR),
    (Bucket.QUARANTINE, Bucket.SCRAP, EntryCause.SCRAP),
    (Bucket.QUARANTINE, Bucket.SUPPLIER, EntryCause.RETURN_TO_VENDOR),
    (Bucket.QUARANTINE, Bucket.CUSTOMER, EntryCause.GIVE_BACK),
    (Bucket.QUARANTINE, Bucket.WORKSHOP, EntryCause.REFURBISH),
    (Bucket.WORKSHOP, Bucket.AVAILABLE, EntryCause.REFURBISH),
)


def can_clear(*, actor: str, put_by: Collection[str]) -> Verdict:
    """May `actor` (``user:12``) declare units sellable that `put_by` put into quarantine?"""
    return Verdict.of(
        actor in put_by and "You put these units into quarantine: somebody else must clear them.",
    )
