"""A key opens what its scopes name, and nothing that names none."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import ApiKey


class HasScope(BasePermission):
    """The key was given the scope that the view names for this method.

    A method without a scope does not exist there: the answer is 405, whoever asks.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            return False
        scope = view.scopes.get("GET" if request.method == "HEAD" else request.method)
        if scope is None or scope in request.auth.scopes:
            return True
        self.message = f"This key lacks the scope “{scope}”."
        return False
