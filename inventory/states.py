from django.db import models


class ReservationState(models.TextChoices):
    ACTIVE = "active", "Active"
    COMMITTED = "committed", "Committed to the warehouse"
    CONSUMED = "consumed", "Consumed"
    RELEASED = "released", "Released"
    EXPIRED = "expired", "Expired"


LIVE = (ReservationState.ACTIVE, ReservationState.COMMITTED)


class ReleaseCause(models.TextChoices):
    CANCELLED = "cancelled", "Cancelled"
    REMAINDER = "completed_remainder", "Rest of a completed exchange"
    REFUND = "converted_to_refund", "Converted to a refund"
    SUBSTITUTED = "substituted", "Substituted"
    BY_HAND = "by_hand", "By hand"


class Bucket(models.TextChoices):
    """Where a unit can be. The first four are counted per stock level; the rest are outside."""

    AVAILABLE = "available", "Available"
    HELD = "held", "Held for exchanges"
    ALLOCATED = "allocated", "Allocated to sales"
    QUARANTINE = "quarantine", "Quarantine"
    SUPPLIER = "supplier", "In from the supplier"
    CUSTOMER = "customer", "With a customer"
    SCRAP = "scrap", "Scrapped"
    COUNT = "count", "Count difference"


class EntryCause(models.TextChoices):
    OPENING = "opening", "Opening stock"
    PURCHASE = "purchase", "Bought from a supplier"
    HOLD = "hold", "Held"
    RELEASE = "release", "Hold released"
    EXPIRY = "expiry", "Hold expired"
    SHIP = "ship", "Shipped"
    ALLOCATE = "allocate", "Sold on a channel"
    DEALLOCATE = "deallocate", "Sale cancelled"
    RESTOCK = "restock", "Returned and restocked"
    REJECT = "quality_reject", "Returned, failed inspection"
    ADJUST = "adjustment", "Adjusted"


class AdjustReason(models.TextChoices):
    """Why stock is set right by hand. A choice: the ledger stays for ever, nobody writes in it."""

    COUNTED = "counted", "Counted differently"
    FOUND = "found", "Found"
    LOST = "lost", "Lost"
    BROKEN = "broken", "Broken"
    SOLD = "sold", "Sold without an order"
