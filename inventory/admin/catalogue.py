from __future__ import annotations

from django.contrib import admin

from inventory.admin.rights import KeptByMembership, Rows
from inventory.models import Lot, Price, Product, TaxRate, Variant


class VariantRows(Rows):
    model = Variant
    fields = ("sku", "title", "options", "barcode", "unit_cost", "weight_grams", "is_active")
    show_change_link = True

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False  # what was ever sold is taken off sale, never away


class PriceRows(Rows):
    model = Price


class LotRows(Rows):
    model = Lot


@admin.register(Product)
class ProductAdmin(KeptByMembership, admin.ModelAdmin):
    list_display = ("title", "code", "category", "is_returnable", "needs_installation", "partner")
    list_filter = ("category", "is_returnable", "is_serialised")
    search_fields = ("title", "code", "variants__sku")
    readonly_fields = ("public_id",)
    inlines = (VariantRows,)


@admin.register(Variant)
class VariantAdmin(KeptByMembership, admin.ModelAdmin):
    belongs_to = "product"
    list_display = ("sku", "product", "title", "weight_grams", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("product",)
    search_fields = ("sku", "barcode", "title", "product__title")
    readonly_fields = ("public_id",)
    inlines = (PriceRows, LotRows)


@admin.register(Price)
class PriceAdmin(KeptByMembership, admin.ModelAdmin):
    belongs_to = "variant"
    list_display = ("variant", "channel", "currency", "list_price", "sale_price", "valid_from")
    list_filter = ("currency", "channel")
    list_select_related = ("variant",)
    search_fields = ("variant__sku",)


@admin.register(TaxRate)
class TaxRateAdmin(KeptByMembership, admin.ModelAdmin):
    list_display = ("name", "country", "region", "category", "rate", "valid_from", "valid_until")
    list_filter = ("country",)
