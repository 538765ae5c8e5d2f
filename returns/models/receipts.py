from __future__ import annotations

from django.db import models

from core.models import PartnerRow
from inventory.models import Bin, Location, Variant
from returns.models.returns import Return, ReturnLine
from returns.states import DispositionKind, Grade, ReceivedAs


class Receipt(PartnerRow):
    """One arrival of goods for a case. A case may have any number of them."""

    return_case = models.ForeignKey(Return, models.PROTECT, related_name="receipts")
    location = models.ForeignKey(Location, models.PROTECT, related_name="receipts")
    tracking_number = models.CharField(max_length=80, blank=True)
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
    quantity = models.PositiveIntegerField()
    damaged = models.PositiveIntegerField(default=0, help_text="Of the quantity.")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(damaged__lte=models.F("quantity")), name="damaged_are_received"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_found}"


class Inspection(PartnerRow):
    """The grade that a warehouse worker gave to received goods, and whether they pass."""

    receipt_line = models.ForeignKey(ReceiptLine, models.PROTECT, related_name="inspections")
    quantity = models.PositiveIntegerField()
    grade = models.CharField(max_length=1, choices=Grade)
    is_accepted = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    inspected_at = models.DateTimeField()
    inspected_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"grade {self.grade}"


class Disposition(PartnerRow):
    """Where inspected goods went. A later one replaces it; none is edited."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="dispositions")
    kind = models.CharField(max_length=24, choices=DispositionKind)
    quantity = models.PositiveIntegerField()
    bin = models.ForeignKey(Bin, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.quantity} to {self.kind}"
