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
    MOVED = "moved", "Moved to another place"
    SHORT = "short", "Not found there"


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
    WORKSHOP = "workshop", "Made into another SKU"


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
    QUARANTINE = "quarantine", "Put into quarantine"
    CLEAR = "cleared", "Cleared from quarantine"
    REFURBISH = "refurbish", "Refurbished"
    SCRAP = "scrap", "Scrapped"
    RETURN_TO_VENDOR = "return_to_vendor", "Sent back to the supplier"
    GIVE_BACK = "give_back", "Sent back to the customer"


class AdjustReason(models.TextChoices):
    """Why stock is set right by hand. A choice: the ledger stays for ever, nobody writes in it."""

    COUNTED = "counted", "Counted differently"
    FOUND = "found", "Found"
    LOST = "lost", "Lost"
    BROKEN = "broken", "Broken"
    SOLD = "sold", "Sold without an order"


class DismissReason(models.TextChoices):
    """Why a difference is put aside and nothing corrected."""

    RECOUNTED = "recounted", "Counted again, and it was right"
    MISCOUNTED = "miscounted", "Counted wrongly"
    ARRIVED = "arrived", "The missing stock has come"
    NOT_SOLD = "not_sold", "The sale was cancelled or sent otherwise"


class AllocationState(models.TextChoices):
    """Of units sold on a channel and not sent yet."""

    OPEN = "open", "Open"
    SHIPPED = "shipped", "Shipped"
    CANCELLED = "cancelled", "Cancelled"


class WaitingState(models.TextChoices):
    """Of an exchange line that wants stock which was not there."""

    WAITING = "waiting", "Waiting"
    WOKEN = "woken", "Told that stock is free"
    SERVED = "served", "Held"
    GONE = "gone", "No longer wanted"


IN_QUEUE = (WaitingState.WAITING, WaitingState.WOKEN)


IN_QUEUE = (WaitingState.WAITING, WaitingState.WOKEN)


class AtExpiry(models.TextChoices):
    RELEASE = "release", "Give the stock back"
    RENEW = "renew", "Hold on while nobody else needs it"


class ShortBecause(models.TextChoices):
    """What keeps units from being held."""

    STOCK = "stock", "Not enough stock"
    SAFETY_STOCK = "safety_stock", "The rest is safety stock"
    POOL_CAP = "pool_cap", "The channel holds its share"
    OLDER_CASES = "older_cases", "Older cases wait for it"


class LastUnits(models.TextChoices):
    """Who may hold when only the last units are left."""

    ANYONE = "anyone", "Whoever comes first"
    OLDEST_CASE = "oldest_case", "The case that has waited longest"


class DiscrepancySource(models.TextChoices):
    WAREHOUSE = "warehouse", "Counted by the warehouse"
    CYCLE_COUNT = "cycle_count", "Cycle count"
    SALE = "sale", "Sold without stock"
    FILE = "file", "Another figure in a stock file"


class DiscrepancyState(models.TextChoices):
    OPEN = "open", "Open"
    POSTED = "posted", "Corrected"
    DISMISSED = "dismissed", "Dismissed"


class CountState(models.TextChoices):
    OPEN = "open", "Being counted"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


class SupplyState(models.TextChoices):
    """How far goods are that were ordered."""

    EXPECTED = "expected", "Expected"
    ARRIVED = "arrived", "Arrived"
    CANCELLED = "cancelled", "Called off"
