"""Whose rows Django's admin shows: by membership and role, as everywhere on the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

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
