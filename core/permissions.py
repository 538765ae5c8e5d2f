"""Permissions at the door: every view declares one, or that it is public.

Rights are read anew for each request, so taking a role away works at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from core.models import Membership, Partner, User
from core.roles import GRANTS, Permission, Role

View = Callable[..., HttpResponseBase]


def requires(permission: Permission) -> Callable[[View], View]:
    """The view may be used by whoever holds `permission` with at least one partner.

    Which rows they see there is decided by `visible_to`, so a foreign row is a 404.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_permission(request.user, permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        wrapper.permission = permission  # type: ignore[attr-defined]
        return wrapper

    return decorate


def public(view: View) -> View:
    """The view is open to everyone and guards itself (a signature, a token, nothing secret)."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def has_permission(user: Any, permission: Permission, partner: Partner | None = None) -> bool:
    """Whether `user` holds `permission`, with `partner` or, when none is named, anywhere."""
    return bool(partners_granting(user, permission, partner))


def partners_granting(
    user: Any, permission: Permission, partner: Partner | None = None
) -> list[int]:
    """Ids of the partners for which `user` holds `permission`. Empty for the inactive."""
    if not (user.is_authenticated and user.is_active):
        return []
    roles = [role for role, granted in GRANTS.items() if permission in granted]
    memberships = Membership.objects.filter(user=user, role__in=roles)
    if partner is not None:
        memberships = memberships.filter(partner=partner)
    return list(memberships.values_list("partner_id", flat=True).distinct())


def list_people(*, partner_id: int, role: Role) -> list[User]:
    """Everybody active who has the role with the partner."""
    people = User.objects.filter(
        is_active=True, memberships__partner=partner_id, memberships__role=role
    )
    return list(people.order_by("pk"))


def roles_of(user: User) -> set[Role]:
    """Every role the user has, with any partner."""
    return {
        Role(role) for role in Membership.objects.filter(user=user).values_list("role", flat=True)
    }


def permissions_of(user: User) -> frozenset[Permission]:
    """The union of what the user's roles grant; for drawing screens, never for guarding rows."""
    return frozenset().union(*(GRANTS[role] for role in roles_of(user)))
