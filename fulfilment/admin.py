"""Parcels, for looking up who moved what and when. They change by the services alone."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.roles import Permission
from fulfilment.models import InboundParcel, Shipment, ShipmentLine


class ShipmentLineRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_CASES
    model = ShipmentLine
    extra = 0


@admin.register(Shipment)
class ShipmentAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_CASES
    list_display = ("public_id", "state", "order", "location", "carrier", "tracking_number")
    list_filter = ("state", "location", "carrier")
    list_select_related = ("order", "location")
    search_fields = ("public_id", "tracking_number", "reference", "order__number")
    history_list_display = ("state", "tracking_number")
    inlines = (ShipmentLineRows,)


@admin.register(InboundParcel)
class InboundParcelAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_CASES
    list_display = ("public_id", "state", "case", "location", "carrier", "tracking_number")
    list_filter = ("state", "location", "carrier")
    list_select_related = ("location",)
    search_fields = ("public_id", "tracking_number", "case")
    history_list_display = ("state",)
