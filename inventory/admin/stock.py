from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.roles import Permission
from inventory.models import Reservation, StockEntry, StockLevel


@admin.register(StockLevel)
class StockLevelAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.SEE_STOCK
    list_display = (
        "variant",
        "location",
        "lot",
        "available",
        "held",
        "allocated",
        "quarantine",
        "bin",
    )
    list_filter = ("location",)
    list_select_related = ("variant", "location", "bin")
    search_fields = ("variant__sku",)
    show_full_result_count = False


@admin.register(Reservation)
class ReservationAdmin(ShownByMembership, SimpleHistoryAdmin):
    """Holds, with what became of each and who did it."""

    sees = Permission.SEE_STOCK
    list_display = (
        "number",
        "state",
        "variant",
        "quantity",
        "location",
        "expires_at",
        "reference",
        "cause",
    )
    list_filter = ("state", "location")
    list_select_related = ("variant", "location")
    search_fields = ("number", "reference", "case", "variant__sku")
    history_list_display = ("state", "expires_at", "cause")
    show_full_result_count = False


@admin.register(StockEntry)
class StockEntryAdmin(ShownByMembership, admin.ModelAdmin):
    """The ledger: what is written here is never changed, by anybody."""

    sees = Permission.SEE_STOCK
    list_display = (
        "at",
        "stock_level",
        "quantity",
        "from_bucket",
        "to_bucket",
        "cause",
        "reference",
        "actor",
    )
    list_filter = ("cause",)
    list_select_related = ("stock_level__variant", "stock_level__location")
    search_fields = ("stock_level__variant__sku", "reference")
    ordering = ("-pk",)
    show_full_result_count = False
