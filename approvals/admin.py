"""Who asked, who decided, and what was made void. Decisions are made at the desk."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from approvals.models import Approval
from core.admin_rights import ShownByMembership
from core.roles import Permission


@admin.register(Approval)
class ApprovalAdmin(ShownByMembership, SimpleHistoryAdmin):
    sees = Permission.SEE_AUDIT
    list_display = ("summary", "kind", "state", "requested_by", "decided_by", "requested_at")
    list_filter = ("state", "kind")
    list_select_related = ("requested_by", "decided_by")
    ordering = ("-id",)
    search_fields = ("=subject", "=case")
    history_list_display = ("state", "decided_by")
