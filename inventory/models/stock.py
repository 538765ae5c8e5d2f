from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Least, Now
from django.db.models.lookups import GreaterThanOrEqual
from django_fsm import FSMField

from core.models import Partner, PartnerRow
from core.states import FSMModelMixin
from inventory.models.catalogue import Variant
from inventory.models.checks import IsMovement, IsSoundHold
from inventory.models.hold_history import HoldHistory
from inventory.models.locations import Bin, Location
from inventory.states import AdjustReason, Bucket, EntryCause, ReleaseCause, ReservationState


class Lot(PartnerRow):
    """A batch as it came from the supplier."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="lots")
    code = models.CharField(max_length=40)
    supplier = models.CharField(max_length=120, blank=True)
    received_on = models.DateField(null=True, blank=True)
    is_blocked = models.BooleanField(
        default=False, help_text="Never sent as a replacement while it is."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "code"], name="lot_codes_are_unique")
        ]

    def __str__(self) -> str:
        return self.code


class StockLevel(PartnerRow):
    """How many units of a variant lie at a location, by bucket and lot (blank: none).

    Counters change only by SQL that adds or subtracts, together with a `StockEntry`; their
    ledger is their history. `sequence` rises with every change, for channel feeds.
    """

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="stock")
    location = models.ForeignKey(Location, models.PROTECT, related_name="stock")
    lot = models.CharField(max_length=40, blank=True, default="")
    available = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    allocated = models.IntegerField(default=0)
    quarantine = models.IntegerField(default=0)
    bin = models.ForeignKey(Bin, models.SET_NULL, null=True, related_name="+")
    sequence = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "location", "lot"], name="one_level_per_place_and_lot"
            ),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(
                    Least("available", "held", "allocated", "quarantine"), 0
                ),
                name="a_bucket_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} at {self.location}"

    @property
    def on_hand(self) -> int:
        return self.on_shelf + self.quarantine

    @property
    def on_shelf(self) -> int:
        """What a count of the shelf finds: quarantined units lie in bins of their own."""
        return self.available + self.held + self.allocated


class Reservation(FSMModelMixin, PartnerRow):
    """A hold: units taken out of every channel's reach for one exchange line.

    Written only by the set-based SQL of `inventory.services`; a trigger writes its history row,
    so no way of changing one goes unseen. `reference` says for what (``exchangeline:12``).
    """

    # The stock level vouches for partner, variant and location (a law compares them): a foreign
    # key of their own would lock the same few rows for every hold there is. The level itself is
    # locked by whoever writes a hold, and a trigger keeps it from going. And no index that nobody
    # asks by: each one costs every hold.
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    number = models.CharField(max_length=20)
    reference = models.CharField(max_length=64)
    case = models.CharField(max_length=64, blank=True)
    stock_level = models.ForeignKey(
        StockLevel,
        models.PROTECT,
        related_name="reservations",
        db_index=False,
        db_constraint=False,
    )
    variant = models.ForeignKey(
        Variant, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    bin = models.ForeignKey(Bin, models.SET_NULL, null=True, related_name="+", db_index=False)
    quantity = models.IntegerField()
    state = FSMField(default=ReservationState.ACTIVE, choices=ReservationState, protected=True)
    cause = models.CharField(max_length=24, choices=ReleaseCause, blank=True)
    expires_at = models.DateTimeField(null=True)
    ranking = models.JSONField(
        default=list, help_text="The locations as they were weighed, best first, with reasons."
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    began_at = models.DateTimeField(
        db_default=Now(), help_text="By the database's clock; a longest hold is counted from it."
    )
    resolved_at = models.DateTimeField(null=True)
    # Whom it is for, as rules speak of it, and the hold that it goes on from.
    channel = models.CharField(max_length=40, blank=True, default="", db_default="")
    exchange_type = models.CharField(max_length=20, blank=True, default="", db_default="")
    tier = models.CharField(max_length=40, blank=True, default="", db_default="")
    continues = models.CharField(max_length=20, blank=True, default="", db_default="")
    grace_until = models.DateTimeField(
        null=True, help_text="Until then a payment in flight keeps it, due or not."
    )
    grace_for = models.CharField(max_length=64, blank=True, default="", db_default="")

    history = HoldHistory(
        excluded_fields=[
            "ranking",
            "began_at",
            "channel",
            "exchange_type",
            "tier",
            "continues",
            "grace_until",
            "grace_for",
        ],
        no_db_index=["partner", "stock_level", "variant", "location", "bin"],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="hold_numbers_are_unique"),
            models.UniqueConstraint(
                fields=["reference", "stock_level"],
                condition=models.Q(state="active"),
                name="one_active_hold_per_reference_and_level",
            ),
            models.CheckConstraint(
                condition=IsSoundHold("quantity", "state", "resolved_at"),
                name="a_hold_is_for_something_and_resolved_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at", "id"], name="hold_due", condition=models.Q(state="active")
            ),
            models.Index(
                fields=["stock_level", "expires_at"],
                name="hold_live",
                condition=models.Q(state__in=["active", "committed"]),
            ),
            models.Index(fields=["reference"], name="hold_of"),
            models.Index(fields=["case"], name="hold_of_case"),
            models.Index(
                fields=["variant", "channel"],
                name="hold_of_pool",
                condition=models.Q(state__in=["active", "committed"]) & ~models.Q(channel=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_graced(self) -> bool:
        """Whether a payment on its way was granted a grace, which may be over by now."""
        return bool(self.grace_for)

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("holds are written by inventory.services alone")


class StockEntry(PartnerRow):
    """A line of the stock ledger: `quantity` units went from one bucket to another.

    Insert-only by trigger. Every bucket of a level is the sum of its lines.
    """

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    stock_level = models.ForeignKey(
        StockLevel, models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
    from_bucket = models.CharField(max_length=12, choices=Bucket)
    to_bucket = models.CharField(max_length=12, choices=Bucket)
    quantity = models.IntegerField()
    cause = models.CharField(max_length=24, choices=EntryCause)
    reference = models.CharField(max_length=64, blank=True)
    reason = models.CharField(
        max_length=12, choices=AdjustReason, blank=True, help_text="Of an adjustment."
    )
    bin = models.ForeignKey(
        Bin,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="The quarantine bin that units went into or came out of.",
    )
    sequence = models.BigIntegerField(help_text="The level's after this entry.")
    actor = models.CharField(max_length=64)
    op_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "stock entries"
        constraints = [
            models.CheckConstraint(
                condition=IsMovement("from_bucket", "to_bucket", "cause", "quantity"),
                name="an_entry_follows_a_process",
            ),
            models.UniqueConstraint(
                fields=["stock_level", "sequence"], name="entries_of_a_level_count"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.from_bucket} → {self.to_bucket}"
