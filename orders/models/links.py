from __future__ import annotations

from django.db import models

from core.models import PartnerRow
from orders.models.orders import Order


class LinkRevocation(PartnerRow):
    """Every link to the customer's pages of an order that was made until then opens nothing."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="link_revocations")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"links to {self.order} until {self.at:%Y-%m-%d %H:%M}"
