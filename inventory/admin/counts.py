"""Sales' stock, quarantine bins, counts and their differences: shown, changed by services alone."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.roles import Permission
from inventory.models import Allocation, CycleCount, CycleCountLine, Discrepancy, QuarantineBalance


@admin.register(Allocation)
class AllocationAdmin(ShownByMembership, admin.ModelAdmin):
    """Units sold on a channel; what became of them is in the ledger under the reference."""

    sees = Permission.SEE_STOCK
    list_display = (
        "reference",
        "state",
        "variant",
        "quantity",
        "location",
        "channel",
        "made_at",
        "resolved_at",
    )
    list_filter = ("state", "location", "channel")
    list_select_related = ("variant", "location")
    search_fields = ("reference", "variant__sku")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(QuarantineBalance)
class QuarantineBalanceAdmin(ShownByMembership, admin.ModelAdmin):
    """What lies in each quarantine bin."""

    sees = Permission.SEE_STOCK
    list_display = ("stock_level", "bin", "quantity")
    list_filter = ("stock_level__location",)
    list_select_related = ("stock_level__variant", "stock_level__location", "bin")
    search_fields = ("stock_level__variant__sku", "bin__code")
    ordering = ("bin__code", "pk")


@admin.register(Discrepancy)
class DiscrepancyAdmin(ShownByMembership, SimpleHistoryAdmin):
    """Both figures, who decided, and every change of either."""

    sees = Permission.SEE_STOCK
    list_display = (
        "number",
        "state",
        "variant",
        "location",
        "source",
        "expected",
        "counted",
        "posted_change",
        "opened_at",
        "resolved_by",
    )
    list_filter = ("state", "source", "location")
    list_select_related = ("variant", "location")
    search_fields = ("number", "variant__sku", "reference")
    ordering = ("-pk",)
    history_list_display = ("state", "expected", "counted", "posted_change", "reason")


class CycleCountLineRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_STOCK
    model = CycleCountLine
    fields = ("stock_level", "expected", "counted", "counted_at", "counted_by")
    extra = 0


@admin.register(CycleCount)
class CycleCountAdmin(ShownByMembership, SimpleHistoryAdmin):
    """What was counted, by whom, against what the ledger said at that moment."""

    sees = Permission.SEE_STOCK
    list_display = ("number", "state", "location", "bin", "opened_at", "opened_by", "closed_at")
    list_filter = ("state", "location")
    list_select_related = ("location", "bin")
    search_fields = ("number",)
    ordering = ("-pk",)
    inlines = (CycleCountLineRows,)
    history_list_display = ("state", "closed_at")
