from __future__ import annotations

from django.db import models

from core.models import PartnerRow
from orders.models.channels import Channel
from orders.models.orders import money


class Promotion(PartnerRow):
    """What an order discount was given for: a channel names it on the order, but not from when.

    Its name is what orders carry as `discount_name`. Where a return leaves less than `minimum`,
    policy says what becomes of the discount (domain §7.9).
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="promotions")
    name = models.CharField(max_length=120, help_text="As the orders of the channel name it.")
    minimum = money(help_text="Goods after line discounts from which it is given, as priced.")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "name"], name="a_promotion_is_named_once"),
            models.CheckConstraint(
                condition=models.Q(minimum__gte=0), name="a_promotion_starts_from_an_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.name
