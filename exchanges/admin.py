"""Exchanges and their quotes, for looking up who changed what and when. Never edited here."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.roles import Permission
from exchanges.models import Exchange, ExchangeLine, Quote


class ExchangeLineRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_CASES
    model = ExchangeLine
    extra = 0


class QuoteRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_CASES
    model = Quote
    extra = 0
    fields = ("number", "returned_value", "outbound_value", "due", "made_at", "content_hash")


@admin.register(Exchange)
class ExchangeAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_CASES
    list_display = ("number", "state", "type", "return_case", "opened_at", "ended_at")
    list_filter = ("state", "type")
    search_fields = ("number", "return_case__number")
    list_select_related = ("return_case",)
    inlines = (ExchangeLineRows, QuoteRows)
    history_list_display = ("state",)


@admin.register(Quote)
class QuoteAdmin(ShownByMembership, admin.ModelAdmin):
    sees = Permission.SEE_CASES
    list_display = ("public_id", "exchange", "number", "due", "currency", "evenness", "made_at")
    search_fields = ("public_id", "exchange__number", "content_hash")
    list_select_related = ("exchange",)
