from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.models import PartnerRow
from inventory.models import Bin, Location, Variant
from returns.models.returns import Return, ReturnLine
from returns.states import (
    DisposedBecause,
    DispositionKind,
    Grade,
    MissingPart,
    ReceivedAs,
    RefusalReason,
)


class Receipt(PartnerRow):
    """One arrival of goods for a case. A case may have any number of them."""

    return_case = models.ForeignKey(Return, models.PROTECT, related_name="receipts")
    location = models.ForeignKey(Location, models.PROTECT, related_name="receipts")
    tracking_number = models.CharField(max_length=80, blank=True)
    is_empty = models.BooleanField(default=False, help_text="There was nothing in the box.")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"receipt of {self.return_case}"


class ReceiptLine(PartnerRow):
    """Counted goods. What nobody announced has no return line: it is an extra."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="lines")
    return_line = models.ForeignKey(
        ReturnLine, models.PROTECT, null=True, related_name="receipt_lines"
    )
    kind = models.CharField(max_length=16, choices=ReceivedAs, default=ReceivedAs.EXPECTED)
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    sku_found = models.CharField(max_length=120, blank=True)
    serial_found = models.CharField(max_length=80, blank=True)
    lot_found = models.CharField(max_length=40, blank=True)
    quantity = models.PositiveIntegerField()
    damaged = models.PositiveIntegerField(default=0, help_text="Of the quantity.")
    is_substitute = models.BooleanField(
        default=False, help_text="Taken in place of the announced unit: counts against it."
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(damaged__lte=models.F("quantity")), name="damaged_are_received"
            ),
            models.UniqueConstraint(
                fields=["return_line", "serial_found"],
                condition=models.Q(kind=ReceivedAs.EXPECTED) & ~models.Q(serial_found=""),
                name="a_unit_is_received_once",
            ),
        ]
        indexes = [models.Index(fields=["partner", "serial_found"], name="received_by_serial")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_found}"


class Inspection(PartnerRow):
    """The grade that a warehouse worker gave to received goods, and whether they pass."""

    receipt_line = models.ForeignKey(ReceiptLine, models.PROTECT, related_name="inspections")
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaced_by",
        help_text="An earlier look at the same units: only the last one counts.",
    )
    quantity = models.PositiveIntegerField()
    grade = models.CharField(max_length=1, choices=Grade)
    is_accepted = models.BooleanField()
    refused_because = models.CharField(max_length=12, choices=RefusalReason, blank=True)
    is_defect_confirmed = models.BooleanField(
        null=True, help_text="Of goods sent back as defective: whether inspection found the defect."
    )
    missing_parts = ArrayField(models.CharField(max_length=12, choices=MissingPart), default=list)
    note = models.CharField(max_length=500, blank=True)
    inspected_at = models.DateTimeField()
    inspected_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"grade {self.grade}"


class Disposition(PartnerRow):
    """Where inspected goods went. A later one replaces it, or some units of it; none is edited."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="dispositions")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    kind = models.CharField(max_length=24, choices=DispositionKind)
    quantity = models.PositiveIntegerField()
    because = models.CharField(max_length=20, choices=DisposedBecause, blank=True)
    bin = models.ForeignKey(Bin, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.quantity} to {self.kind}"
