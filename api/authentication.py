"""`Authorization: Bearer sk_live_…`: whose program calls, and how often it may."""

from __future__ import annotations

import hmac

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.allowance import Allowance, spend_call
from api.models import ApiKey
from api.services import hash_of
from core import clock
from core.kept import KeptQuery

LONGEST_KEY = 100  # characters; ours have 49
_KEYS: KeptQuery[ApiKey] = KeptQuery(
    lambda prefix: ApiKey.objects.select_related("partner").filter(prefix=prefix).order_by("pk")
)


class BearerKey(BaseAuthentication):
    """Finds the key by its visible beginning and compares the hash of the whole.

    The same answer whether the key is unknown, wrong, expired or revoked: a stranger learns
    nothing. Raises `Throttled` when the key has called too often; refused calls count too.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = self._find(given.strip())
        if key:
            request.caller = key  # type: ignore[attr-defined]  # whose log it is, however it ends
        if key is None or not key.is_live(clock.now()):
            raise AuthenticationFailed("This key does not open the desk.")
        request.allowance = Allowance(key.calls_per_minute, 0)  # type: ignore[attr-defined]
        request.allowance = spend_call(key)  # type: ignore[attr-defined]
        return AnonymousUser(), key

    def _find(self, given: str) -> ApiKey | None:
        if len(given) > LONGEST_KEY or "\x00" in given:
            return None
        prefix = given.rpartition("_")[0]
        key = _KEYS.first(prefix)
        expected = key.secret_hash if key else ""
        fits = hmac.compare_digest(hash_of(given), expected)
        return key if key and fits else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Swapdesk"'
