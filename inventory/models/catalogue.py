from __future__ import annotations

from functools import partial

from django.db import models

from core.models import PartnerRow
from core.numbers import new_public_id


class Product(PartnerRow):
    """What is sold under one name; its variants are what is bought."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "prd"))
    code = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=40)
    supplier = models.CharField(max_length=120, blank=True)
    is_serialised = models.BooleanField(default=False)
    is_returnable = models.BooleanField(default=True)
    needs_installation = models.BooleanField(
        default=False, help_text="A crew brings it, and installs it."
    )
    warranty_months = models.PositiveSmallIntegerField(default=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "code"], name="product_codes_are_unique")
        ]

    def __str__(self) -> str:
        return self.title


class Variant(PartnerRow):
    """One SKU. `unit_cost` is in the partner's base currency; weight in grams."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "var"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="variants")
    sku = models.CharField("SKU", max_length=80)
    title = models.CharField(max_length=200, help_text="What tells it from its siblings.")
    options = models.JSONField(default=dict, help_text="Such as size and colour.")
    barcode = models.CharField(max_length=40, blank=True)
    unit_cost = models.DecimalField(max_digits=20, decimal_places=6, default=0)
    weight_grams = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    refurbished_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="refurbished"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "sku"], name="skus_are_unique_per_partner")
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def full_title(self) -> str:
        return f"{self.product.title} {self.title}".strip()


class Price(PartnerRow):
    """What a variant costs on a channel (blank: on every one) in a currency, for a time.

    `list_price` and `sale_price` are per unit; a sale counts between its own two moments.
    """

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="prices")
    channel = models.CharField(max_length=40, blank=True, help_text="The channel's code.")
    currency = models.CharField(max_length=3)
    list_price = models.DecimalField(max_digits=20, decimal_places=6)
    sale_price = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    sale_from = models.DateTimeField(null=True, blank=True)
    sale_until = models.DateTimeField(null=True, blank=True)
    is_tax_inclusive = models.BooleanField(default=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["variant", "currency", "-valid_from"], name="price_of")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(list_price__gte=0), name="prices_are_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.variant} {self.list_price} {self.currency}"


class TaxRate(PartnerRow):
    """The tax of a category in a country (and region), for a time. `rate` 0.19 is 19 %."""

    country = models.CharField(max_length=2)
    region = models.CharField(max_length=10, blank=True)
    category = models.CharField(max_length=40, blank=True, help_text="Blank: every category.")
    name = models.CharField(max_length=40)
    rate = models.DecimalField(max_digits=9, decimal_places=6)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.country} {self.rate}"
