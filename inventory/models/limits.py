from __future__ import annotations

from django.db import models

from core.history import History
from core.models import PartnerRow
from inventory.models.catalogue import Variant
from inventory.models.locations import Location
from inventory.states import AtExpiry, LastUnits


class HoldRule(PartnerRow):
    """How long stock is held and what becomes of it, for all holds that its scope fits.

    Each value that is set counts; of several rules that set it the most specific wins, then the
    higher priority, then the newer. They are read whenever a hold is made, prolonged or due.
    """

    exchange_type = models.CharField(max_length=20, blank=True, help_text="Blank: every type.")
    channel = models.CharField(max_length=40, blank=True, help_text="Blank: every channel.")
    tier = models.CharField(max_length=40, blank=True, help_text="Blank: every account tier.")
    priority = models.SmallIntegerField(default=0)
    quote_minutes = models.PositiveIntegerField(
        "minutes for a quote", null=True, blank=True, help_text="While the customer decides."
    )
    accepted_hours = models.PositiveIntegerField(
        "hours once accepted", null=True, blank=True, help_text="While the goods come back."
    )
    longest_hours = models.PositiveIntegerField(
        "longest in all (hours)", null=True, blank=True, help_text="With every extension."
    )
    grace_minutes = models.PositiveIntegerField(
        "grace for a payment (minutes)",
        null=True,
        blank=True,
        help_text="How long a payment in flight may keep a hold that is due.",
    )
    at_expiry = models.CharField(max_length=12, choices=AtExpiry, blank=True)
    may_split = models.BooleanField(
        null=True, blank=True, help_text="One line may be sent from several places."
    )
    last_units = models.PositiveIntegerField(
        null=True, blank=True, help_text="So many free units, or fewer, count as the last ones."
    )
    last_units_for = models.CharField(max_length=12, choices=LastUnits, blank=True)

    history = History()

    class Meta:
        indexes = [models.Index(fields=["partner", "id"], name="hold_rules")]

    def __str__(self) -> str:
        scope = [self.exchange_type, self.channel, self.tier]
        return ", ".join(part for part in scope if part) or "every hold"


class StockRule(PartnerRow):
    """How much of what lies there may be held for exchanges."""

    variant = models.ForeignKey(
        Variant, models.CASCADE, null=True, blank=True, related_name="stock_rules"
    )
    category = models.CharField(max_length=40, blank=True, help_text="Blank: every category.")
    location = models.ForeignKey(
        Location, models.CASCADE, null=True, blank=True, related_name="stock_rules"
    )
    channel = models.CharField(max_length=40, blank=True, help_text="Blank: every channel.")
    priority = models.SmallIntegerField(default=0)
    safety_stock = models.PositiveIntegerField(
        null=True, blank=True, help_text="Units per SKU and place that stay free of holds."
    )
    pool_cap = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The most units of one SKU that one channel's exchanges hold at once.",
    )

    history = History()

    class Meta:
        indexes = [models.Index(fields=["partner", "id"], name="stock_rules")]

    def __str__(self) -> str:
        scope = [self.variant, self.category, self.channel, self.location]
        return ", ".join(str(part) for part in scope if part) or "all stock"
