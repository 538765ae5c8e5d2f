"""Returns, for looking up who changed what and when. They change by the services alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership, partner_of
from core.models import Partner
from core.permissions import has_permission, partners_granting
from core.roles import Permission
from returns.models import (
    DefectPattern,
    DefectType,
    Receipt,
    ReceiptLine,
    Return,
    ReturnLine,
)


class KeptByPolicyEditors(ShownByMembership):
    """Changed by whoever edits the policy with the row's partner; deleted by nobody."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_POLICY)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_POLICY, partner_of(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("partner", "code") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Partner:
            own = partners_granting(request.user, Permission.EDIT_POLICY)
            kwargs["queryset"] = Partner.objects.filter(pk__in=own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


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


@admin.register(DefectType)
class DefectTypeAdmin(KeptByPolicyEditors, SimpleHistoryAdmin):
    """What can be wrong with goods, per category: kept by whoever edits the policy."""

    sees = Permission.SEE_CASES
    list_display = ("name", "code", "category", "is_active", "partner")
    list_filter = ("category", "is_active")
    search_fields = ("name", "code", "symptom_words")


@admin.register(DefectPattern)
class DefectPatternAdmin(ShownByMembership, SimpleHistoryAdmin):
    """Known defects; decided about on the desk's own page, where the figures are."""

    sees = Permission.SEE_CASES
    list_display = ("title", "state", "variant", "lot", "defect_type", "stops_lot", "found_at")
    list_filter = ("state", "stops_lot")
    list_select_related = ("variant", "defect_type")
    search_fields = ("title", "variant__sku", "lot")
    history_list_display = ("state", "stops_lot", "decided_by")
