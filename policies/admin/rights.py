"""What both screens share: whose rows, who may, and by whom it is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from core import clock
from core.actors import Actor
from core.models import Partner, User
from core.permissions import has_permission
from core.roles import Permission
from policies.models import PolicyVersion


class GrantedByMembership(admin.ModelAdmin):
    """Rows and rights by role: who may see the audit reads, who may edit policy writes."""

    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.model.objects.visible_to(request.user, Permission.SEE_AUDIT)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.SEE_AUDIT, obj and obj.partner)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, Permission.EDIT_POLICY, obj and obj.partner)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def to_version(version: PolicyVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:policies_policyversion_change", args=[version.pk]))


def person(request: HttpRequest) -> User:
    """Who is signed in; the admin site lets nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def by_whom(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """Who acts, when, and under which operation id: the form's, so that it counts once."""
    return {
        "actor": Actor.user(person(request)),
        "op_id": _op_id(request),
        "now": clock.now(partner),
    }


def _op_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("op_id", ""))
    except ValueError:
        return uuid4()
