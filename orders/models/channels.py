from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models.functions import Upper

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id


class Channel(PartnerRow):
    """A shop, marketplace, partner or import. Policy windows count in its local days."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "chn"))
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=40, help_text="Names the adapter: “shopify”.")
    account = models.CharField(max_length=120, blank=True, help_text="The shop at the channel.")
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    locale = models.CharField(max_length=12, default="en")
    country = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    holds_unknown_skus = models.BooleanField(
        default=False, help_text="An order with a SKU that is not in the catalogue waits."
    )

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "code"], name="channel_codes_are_unique"),
            models.UniqueConstraint(
                fields=["partner", "kind", "account"], name="one_channel_per_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Customer(PartnerRow):
    """A person who bought. Personal data: blanked on erasure, together with its history."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "cus"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="customers")
    external_id = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    account_tier = models.CharField(max_length=40, default="standard")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=~models.Q(external_id=""),
                name="customers_of_a_channel_are_unique",
            )
        ]
        indexes = [
            models.Index(fields=["partner", "email"], name="customer_by_email"),
            models.Index(
                models.F("channel"),
                Upper("email"),
                name="guest_by_email",
                condition=models.Q(external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.public_id


class PaymentMethod(PartnerRow):
    """A provider's token and the consent given with it. Never a card number."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="payment_methods")
    provider = models.CharField(max_length=40)
    token = models.CharField(max_length=200)
    label = models.CharField(max_length=80, help_text="What a person recognises: “Visa ·· 4242”.")
    consent = models.CharField(max_length=40, help_text="What it may be charged for.")
    consented_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["partner", "token"], name="payment_method_by_token")]

    def __str__(self) -> str:
        return self.label
