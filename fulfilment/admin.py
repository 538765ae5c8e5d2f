"""Parcels and links to warehouses, for looking up what happened when. Services change them."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.roles import Permission
from fulfilment.models import (
    Crew,
    InboundParcel,
    Shipment,
    ShipmentLine,
    Warehouse,
    WarehouseMessage,
    WarehouseReport,
    WorkOrder,
)
from inventory.admin.rights import KeptByMembership


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


@admin.register(Warehouse)
class WarehouseAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.RUN_MACHINERY
    list_display = ("location", "adapter", "url", "paused_at", "resting_until", "last_heard_at")
    list_filter = ("adapter",)
    list_select_related = ("location",)
    search_fields = ("public_id", "location__code")
    history_list_display = ("paused_at",)


@admin.register(WarehouseMessage)
class WarehouseMessageAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.RUN_MACHINERY
    list_display = ("sequence", "warehouse", "kind", "subject", "state", "attempts", "last_error")
    list_filter = ("state", "kind", "warehouse")
    list_select_related = ("warehouse__location",)
    search_fields = ("public_id", "subject", "case")
    ordering = ("-pk",)


@admin.register(WarehouseReport)
class WarehouseReportAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.RUN_MACHINERY
    list_display = ("sequence", "warehouse", "kind", "state", "reason", "received_at")
    list_filter = ("state", "kind", "warehouse")
    list_select_related = ("warehouse__location",)
    search_fields = ("public_id", "message_id", "subject")
    exclude = ("content",)
    ordering = ("-pk",)


@admin.register(Crew)
class CrewAdmin(KeptByMembership, admin.ModelAdmin):
    belongs_to = "location"
    list_display = ("name", "location", "is_active", "partner")
    list_select_related = ("location", "partner")
    readonly_fields = ("public_id",)


@admin.register(WorkOrder)
class WorkOrderAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_CASES
    list_display = ("number", "state", "case", "opened_at", "ended_at")
    list_filter = ("state",)
    search_fields = ("number", "reference")
    history_list_display = ("state",)
