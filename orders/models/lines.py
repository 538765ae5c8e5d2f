from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core.models import PartnerRow
from inventory.models import Variant
from orders.models.orders import Order, money


class OrderLine(PartnerRow):
    """Frozen money of one line, and how many of its units are where.

    `net + tax = gross` are for the whole line after every discount. Counters change only by
    ``SET x = x + n`` under the line's lock; the database keeps their sum within what shipped.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    external_id = models.CharField(max_length=120, blank=True)
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    sku = models.CharField("SKU", max_length=120, blank=True)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    list_price = models.DecimalField(
        max_digits=20, decimal_places=6, help_text="Per unit, before discounts, as the channel."
    )
    line_discount = money(default=0)
    order_discount_share = money(default=0)
    net = money()
    tax = money()
    gross = money()
    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField()
    is_final_sale = models.BooleanField(default=False, help_text="Sold as not to be taken back.")
    shipped = models.PositiveIntegerField(default=0)
    return_open = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0, help_text="Accepted back.")
    kept = models.PositiveIntegerField(default=0, help_text="Waived: the customer keeps them.")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_lines_count"),
            models.CheckConstraint(
                condition=Q(shipped__lte=F("quantity")), name="no_more_ships_than_was_sold"
            ),
            models.CheckConstraint(
                condition=Q(shipped__gte=F("return_open") + F("returned") + F("kept")),
                name="no_more_comes_back_than_shipped",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="net_and_tax_make_gross"
            ),
        ]
        indexes = [models.Index(fields=["partner", "sku"], name="order_line_by_sku")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku or self.title}"

    @property
    def returnable(self) -> int:
        """Units that may still be asked back."""
        return self.shipped - self.return_open - self.returned - self.kept


class OrderLineTax(PartnerRow):
    """One tax of a line. `rate` 0.19 is 19 %; the amount is what was charged."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="taxes")
    name = models.CharField(max_length=80)
    rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    amount = money()

    class Meta:
        verbose_name_plural = "order line taxes"

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"


class OrderLineUnit(PartnerRow):
    """One unit of a line, as far as the channel named its serial number or its lot."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="units")
    unit_number = models.PositiveIntegerField(help_text="From 1, as return lines claim them.")
    serial = models.CharField(max_length=80, blank=True, help_text="Blank: known by its lot alone.")
    lot = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "unit_number"], name="units_of_a_line_count"),
            models.CheckConstraint(
                condition=~models.Q(serial="", lot=""), name="a_unit_is_known_by_something"
            ),
        ]
        indexes = [models.Index(fields=["partner", "serial"], name="unit_by_serial")]

    def __str__(self) -> str:
        return self.serial or f"lot {self.lot}"
