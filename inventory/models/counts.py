from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models.functions import Now
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_number
from core.states import FSMModelMixin
from inventory.models.catalogue import Variant
from inventory.models.locations import Bin, Location
from inventory.models.stock import StockLevel
from inventory.states import (
    AdjustReason,
    Bucket,
    CountState,
    DiscrepancySource,
    DiscrepancyState,
    DismissReason,
)


class QuarantineBalance(PartnerRow):
    """Which quarantine bin holds how many units of a level. Its sum is the level's bucket."""

    stock_level = models.ForeignKey(StockLevel, models.PROTECT, related_name="quarantined")
    bin = models.ForeignKey(Bin, models.PROTECT, related_name="quarantined")
    quantity = models.IntegerField(default=0)
    put_at = models.DateTimeField(db_default=Now(), help_text="When units last came there.")

    class Meta:
        indexes = [
            models.Index(
                fields=["put_at", "id"],
                condition=models.Q(quantity__gt=0),
                name="quarantined_since",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["stock_level", "bin"], name="one_balance_per_level_and_bin"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0), name="a_quarantine_bin_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} in {self.bin}"


class Discrepancy(FSMModelMixin, PartnerRow):
    """Somebody counted something else than the ledger says. A person posts the correction.

    `expected` and `counted` are units of `bucket` (``available``: of what is free; blank: what
    lies on the shelf, free, held and allocated). `expected` follows corrections made since, so
    that what two people counted is not corrected twice. Nothing else changes until it is posted.
    A sale that found no stock counts what was sold against what was free.
    """

    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "DSC"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="discrepancies")
    location = models.ForeignKey(Location, models.PROTECT, related_name="discrepancies")
    lot = models.CharField(max_length=40, blank=True)
    bucket = models.CharField(max_length=12, choices=Bucket, blank=True)
    source = models.CharField(max_length=12, choices=DiscrepancySource)
    reference = models.CharField(max_length=64, blank=True, help_text="“cyclecount:3”.")
    expected = models.IntegerField(help_text="Ours, when it was counted.")
    counted = models.IntegerField(help_text="Theirs.")
    counted_at = models.DateTimeField()
    bin = models.ForeignKey(
        Bin, models.SET_NULL, null=True, related_name="+", help_text="The quarantine bin, of one."
    )
    state = FSMField(default=DiscrepancyState.OPEN, choices=DiscrepancyState, protected=True)
    posted_change = models.IntegerField(null=True)
    reason = models.CharField(
        max_length=12, choices=[*AdjustReason.choices, *DismissReason.choices], blank=True
    )
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=64, blank=True)

    history = History()

    class Meta:
        verbose_name_plural = "discrepancies"
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "location", "lot", "bucket", "bin", "source"],
                condition=models.Q(state="open"),
                nulls_distinct=False,
                name="one_open_discrepancy_per_place",
            )
        ]
        indexes = [models.Index(fields=["partner", "state", "id"], name="discrepancy_queue")]

    def __str__(self) -> str:
        return self.number

    @property
    def difference(self) -> int:
        return self.counted - self.expected

    @transition(state, source=DiscrepancyState.OPEN, target=DiscrepancyState.POSTED)
    def post(self) -> None: ...

    @transition(state, source=DiscrepancyState.OPEN, target=DiscrepancyState.DISMISSED)
    def dismiss(self) -> None: ...


class CycleCount(FSMModelMixin, PartnerRow):
    """Goods of a place (or of one bin there) counted by hand while the desk goes on."""

    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "CNT"))
    location = models.ForeignKey(Location, models.PROTECT, related_name="cycle_counts")
    bin = models.ForeignKey(Bin, models.PROTECT, null=True, blank=True, related_name="+")
    state = FSMField(default=CountState.OPEN, choices=CountState, protected=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        indexes = [models.Index(fields=["partner", "state", "id"], name="cycle_count_queue")]

    def __str__(self) -> str:
        return self.number

    @transition(state, source=CountState.OPEN, target=CountState.CLOSED)
    def close(self) -> None: ...

    @transition(state, source=CountState.OPEN, target=CountState.CANCELLED)
    def cancel(self) -> None: ...


class CycleCountLine(PartnerRow):
    """One level to be counted. `expected` is what the ledger said at the moment of counting."""

    count = models.ForeignKey(CycleCount, models.CASCADE, related_name="lines")
    stock_level = models.ForeignKey(StockLevel, models.PROTECT, related_name="+")
    expected = models.IntegerField(null=True)
    counted = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "stock_level"], name="counted_once_per_count")
        ]

    def __str__(self) -> str:
        return f"{self.stock_level}: {self.counted}"
