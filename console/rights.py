"""What the person at the desk may do, read once per request and only when something asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.models import User
from core.permissions import roles_of
from core.roles import GRANTS, Permission, Role

# The role by which a person with several is introduced: the one that may do most.
_BY_WEIGHT = (Role.ADMIN, Role.LEAD, Role.AGENT, Role.WAREHOUSE, Role.AUDITOR, Role.PARTNER)


class Rights:
    """``Permission.OPEN_CASE in rights``. For drawing screens; rows are guarded by `visible_to`."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.roles = roles_of(user)
        self.permissions: frozenset[Permission] = frozenset().union(
            *(GRANTS[role] for role in self.roles)
        )

    def __contains__(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def role_word(self) -> str:
        return next((role.capitalize() for role in _BY_WEIGHT if role in self.roles), "")


def rights_of(request: HttpRequest) -> Rights:
    """The rights of whoever is signed in; kept on the request."""
    known: Rights | None = getattr(request, "rights", None)
    if known is None:
        user: Any = request.user
        known = Rights(user)
        request.rights = known  # type: ignore[attr-defined]
    return known
