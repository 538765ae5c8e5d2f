"""Hold and stock rules. They count from the moment they are saved, for every case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from simple_history.admin import SimpleHistoryAdmin

from core.admin_rights import partner_of
from core.models import Partner
from core.permissions import has_permission, partners_granting
from core.roles import Permission
from inventory import queries
from inventory.admin.limit_forms import AskForm, HoldRuleForm, StockRuleForm
from inventory.admin.rights import KeptByMembership
from inventory.models import HoldRule, StockRule


class RuleAdmin(KeptByMembership, SimpleHistoryAdmin):
    """Kept by whoever may edit policy. Every change stays in the history, with what it changed."""

    list_display: Any = ("for_whom", "in_words", "priority", "partner")
    describe: Callable[[Any], str]
    change_list_template = "admin/inventory/limits/list.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_POLICY)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_POLICY, partner_of(obj))

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("partner",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_POLICY, partner_of(obj))

    @admin.display(description="lays down")
    def in_words(self, rule: Any) -> str:
        return self.describe(rule)

    @admin.display(description="for")
    def for_whom(self, rule: Any) -> str:
        return str(rule).capitalize()

    def get_urls(self) -> list[URLPattern]:
        name = f"inventory_{self.opts.model_name}_ask"
        ask = path("ask/", self.admin_site.admin_view(self.ask_view), name=name)
        return [ask, *super().get_urls()]

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """What the rules come to for a channel, a type, a tier and a SKU, and which one says so."""
        partners = Partner.objects.filter(
            pk__in=partners_granting(request.user, Permission.EDIT_POLICY)
        )
        form = AskForm(request.GET or None, partners=partners)
        answers = []
        if form.is_valid():
            answers = queries.explain_limits(
                partner_id=form.cleaned_data["partner"].pk,
                scope=form.scope(),
                sku=form.cleaned_data["sku"],
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What the rules come to",
            "form": form,
            "answers": answers,
        }
        return TemplateResponse(request, "admin/inventory/limits/ask.html", context)


@admin.register(HoldRule)
class HoldRuleAdmin(RuleAdmin):
    form = HoldRuleForm
    describe = staticmethod(queries.describe_hold_rule)
    list_filter = ("exchange_type", "channel", "tier")
    fieldsets = (
        ("For", {"fields": ("partner", "exchange_type", "channel", "tier", "priority")}),
        (
            "How long",
            {
                "fields": ("quote_minutes", "accepted_hours", "longest_hours", "grace_minutes"),
                "description": "Blank: another rule says, or the desk’s own value counts.",
            },
        ),
        ("At the end, and when stock is short", {"fields": (
            "at_expiry", "may_split", "last_units", "last_units_for",
        )}),
    )  # fmt: skip


@admin.register(StockRule)
class StockRuleAdmin(RuleAdmin):
    form = StockRuleForm
    describe = staticmethod(queries.describe_stock_rule)
    list_filter = ("category", "channel", "location")
    list_select_related = ("variant", "location", "partner")
    autocomplete_fields: ClassVar = ("variant",)
    fieldsets = (
        ("For", {"fields": (
            "partner", "variant", "category", "location", "channel", "priority",
        )}),
        ("How much", {"fields": ("safety_stock", "pool_cap")}),
    )  # fmt: skip
