from __future__ import annotations

import datetime as dt
from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.models import PartnerRow
from core.numbers import new_public_id


def monday_to_friday() -> list[int]:
    return [1, 2, 3, 4, 5]


class Location(PartnerRow):
    """A fulfilment centre. Cut-off and working days count in its own time zone."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "loc"))
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    postcode = models.CharField(max_length=16)
    address = models.TextField(
        blank=True, default="", help_text="Street and house, as parcels to it are addressed."
    )
    latitude = models.FloatField()
    longitude = models.FloatField()
    time_zone = models.CharField(max_length=64)
    cut_off = models.TimeField(default=dt.time(14, 0))
    working_days = ArrayField(
        models.PositiveSmallIntegerField(), default=monday_to_friday, help_text="ISO: 1 is Monday."
    )
    is_active = models.BooleanField(default=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    accepts_returns = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "code"], name="location_codes_are_unique")
        ]

    def __str__(self) -> str:
        return self.name


class LocationHoliday(PartnerRow):
    """A day on which a location does not ship."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="holidays")
    on = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "on"], name="one_holiday_a_day")]

    def __str__(self) -> str:
        return f"{self.name} at {self.location}"


class Bin(PartnerRow):
    """A place inside a location. Quarantined goods have bins of their own."""

    class Kind(models.TextChoices):
        PICK = "pick", "Pick"
        RETURNS = "returns", "Returns"
        QUARANTINE = "quarantine", "Quarantine"

    location = models.ForeignKey(Location, models.CASCADE, related_name="bins")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PICK)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "code"], name="bin_codes_are_unique")
        ]

    def __str__(self) -> str:
        return self.code


class ShippingRate(PartnerRow):
    """What a parcel from a location to a country costs up to a weight, and how long it takes.

    `cost` is in the partner's base currency; lead days are working days.
    """

    location = models.ForeignKey(Location, models.CASCADE, related_name="shipping_rates")
    carrier = models.CharField(max_length=40)
    country = models.CharField(max_length=2, blank=True, help_text="Blank: the rest of the world.")
    postcodes = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="How the zone's postcodes begin, with spaces between: “27498 18565”. Blank: all.",
    )
    up_to_grams = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=20, decimal_places=4)
    lead_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "carrier", "country", "postcodes", "up_to_grams"],
                name="one_rate_per_step",
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.location} to {self.country or 'elsewhere'}"


class PostalCentroid(models.Model):
    """Where a postcode, or all that start alike, lies. Blank prefix: the whole country.

    Reference data, the same for every partner.
    """

    country = models.CharField(max_length=2)
    prefix = models.CharField(max_length=16, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["country", "prefix"], name="one_centroid_per_prefix")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.prefix}"
