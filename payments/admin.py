"""Credit memos, for looking up what was owed and how it was spent. Never edited here."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import ShownByMembership
from core.roles import Permission
from payments.models import CreditMemo, CreditMemoLine


class CreditMemoLineRows(ShownByMembership, admin.TabularInline):
    sees = Permission.SEE_CASES
    model = CreditMemoLine
    extra = 0


@admin.register(CreditMemo)
class CreditMemoAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_CASES
    list_display = ("__str__", "state", "case", "gross", "applied", "currency", "issued_at")
    list_filter = ("state", "currency")
    search_fields = ("number", "public_id", "case")
    history_list_display = ("state", "applied", "paid_out")
    inlines = (CreditMemoLineRows,)
