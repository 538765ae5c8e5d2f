"""Exchanges and their quotes, for looking up who changed what and when. Never edited here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from exchanges.models import Exchange, ExchangeLine, Quote


class ReadOnly:
    """Everything changes through the services; the admin shows it."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LineInline(ReadOnly, admin.TabularInline):
    model = ExchangeLine
    extra = 0


class QuoteInline(ReadOnly, admin.TabularInline):
    model = Quote
    extra = 0
    fields = ("number", "returned_value", "outbound_value", "due", "made_at", "content_hash")


@admin.register(Exchange)
class ExchangeAdmin(ReadOnly, SimpleHistoryAdmin):
    list_display = ("number", "state", "type", "return_case", "opened_at", "ended_at")
    list_filter = ("state", "type")
    search_fields = ("number", "return_case__number")
    list_select_related = ("return_case",)
    inlines = (LineInline, QuoteInline)
    history_list_display = ("state",)


@admin.register(Quote)
class QuoteAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("public_id", "exchange", "number", "due", "currency", "evenness", "made_at")
    search_fields = ("public_id", "exchange__number", "content_hash")
    list_select_related = ("exchange",)
