"""What was sold, to look at; and the channels it was sold on, to set up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership, partner_of
from core.permissions import has_permission
from core.roles import Permission
from orders.models import Channel, Order, OrderLine, Promotion, Tender


class LineRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_ORDERS
    model = OrderLine
    extra = 0
    fields = (
        "position",
        "sku",
        "title",
        "quantity",
        "list_price",
        "line_discount",
        "order_discount_share",
        "net",
        "tax",
        "gross",
        "shipped",
        "return_open",
        "returned",
        "kept",
    )


class TenderRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_ORDERS
    model = Tender
    extra = 0
    fields = ("position", "kind", "label", "captured", "refunded", "source")


@admin.register(Order)
class OrderAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_ORDERS
    list_display = (
        "number",
        "channel",
        "purpose",
        "state",
        "grand_total",
        "currency",
        "placed_at",
        "financial_status",
        "fulfillment_status",
    )
    list_filter = ("state", "purpose", "channel", "currency")
    list_select_related = ("channel",)
    search_fields = ("number", "external_id", "public_id")
    ordering = ("-placed_at", "-pk")
    show_full_result_count = False
    inlines = (LineRows, TenderRows)


@admin.register(Channel)
class ChannelAdmin(ShownByMembership, SimpleHistoryAdmin):
    """Settings that decide how a channel's days, amounts and unknown SKUs are read."""

    sees = Permission.SEE_ORDERS
    list_display = ("name", "code", "kind", "account", "currency", "time_zone", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code", "account")
    readonly_fields = ("public_id", "partner", "code", "kind", "account")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_CATALOGUE, partner_of(obj))


@admin.register(Promotion)
class PromotionAdmin(ShownByMembership, admin.ModelAdmin):
    """From which amount a discount holds that the channel's orders name."""

    sees = Permission.SEE_ORDERS
    list_display = ("name", "channel", "minimum", "is_active")
    list_filter = ("channel", "is_active")
    search_fields = ("name",)
    fields = ("channel", "name", "minimum", "is_active")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_CATALOGUE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_CATALOGUE, partner_of(obj))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only channels of partners whose catalogue the person may edit."""
        if db_field.name == "channel":
            user: Any = request.user
            kwargs["queryset"] = Channel.objects.visible_to(user, Permission.EDIT_CATALOGUE)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Promotion, form: Any, change: bool) -> None:
        obj.partner = obj.channel.partner
        super().save_model(request, obj, form, change)
