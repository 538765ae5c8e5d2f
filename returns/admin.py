"""Returns, for looking up who changed what and when. They change by the services alone."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.roles import Permission
from returns.models import Receipt, ReceiptLine, Return, ReturnLine


class ReturnLineRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_CASES
    model = ReturnLine
    extra = 0
    show_change_link = True


class ReceiptLineRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_CASES
    model = ReceiptLine
    extra = 0


@admin.register(Return)
class ReturnAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_CASES
    list_display = ("number", "state", "channel", "customer", "assigned_to", "opened_at", "version")
    list_filter = ("state", "channel")
    list_select_related = ("channel", "customer", "assigned_to")
    search_fields = ("number", "public_id", "customer__email", "lines__order_line__order__number")
    date_hierarchy = "opened_at"
    history_list_display = ("state", "assigned_to", "version")
    inlines = (ReturnLineRows,)


@admin.register(ReturnLine)
class ReturnLineAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_CASES
    list_display = ("return_case", "position", "order_line", "quantity", "decision", "gross", "fee")
    list_filter = ("decision", "reason", "outcome")
    list_select_related = ("return_case", "order_line")
    search_fields = ("return_case__number", "order_line__sku")
    history_list_display = ("decision", "received_ok", "received_damaged")


@admin.register(Receipt)
class ReceiptAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.SEE_CASES
    list_display = ("return_case", "location", "tracking_number", "received_at", "received_by")
    list_filter = ("location",)
    list_select_related = ("return_case", "location")
    search_fields = ("return_case__number", "tracking_number")
    inlines = (ReceiptLineRows,)
