from __future__ import annotations

from django.contrib import admin

from inventory.admin.rights import KeptByMembership, Rows
from inventory.models import Bin, Location, LocationHoliday, ShippingRate


class BinRows(Rows):
    model = Bin


class HolidayRows(Rows):
    model = LocationHoliday


class ShippingRateRows(Rows):
    model = ShippingRate


@admin.register(Location)
class LocationAdmin(KeptByMembership, admin.ModelAdmin):
    list_display = ("name", "code", "country", "time_zone", "cut_off", "is_active", "paused_until")
    list_filter = ("country", "is_active")
    search_fields = ("name", "code")
    readonly_fields = ("public_id",)
    inlines = (ShippingRateRows, HolidayRows, BinRows)
