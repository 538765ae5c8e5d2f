"""Whose rows Django's admin shows: by membership and role, as everywhere on the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from core.models import PartnerRow
from core.permissions import has_permission
from core.roles import Permission


class ShownByMembership:
    """For rows that change by services alone: seen by whoever holds `sees`, changed by nobody.

    A row of a partner with whom the person has no such role does not exist for them.
    """

    actions: Any = None
    sees: Permission
    model: type[Any]

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.model._default_manager.visible_to(request.user, self.sees)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, self.sees, partner_of(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def partner_of(row: Any) -> Any:
    """The partner of a row, if it is one and has one already."""
    return row.partner if isinstance(row, PartnerRow) and row.partner_id else None


def posting(
    page: admin.ModelAdmin[Any], address: str, view: Callable[..., HttpResponse], name: str
) -> URLPattern:
    """An address below a model's admin that a button posts to, named as Django names its own."""
    guarded = page.admin_site.admin_view(require_POST(view))
    model = page.model._meta
    return path(address, guarded, name=f"{model.app_label}_{model.model_name}_{name}")
