"""How often one address may knock: public pages are open to everyone, and so to programs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase

View = Callable[..., HttpResponseBase]


def limited(name: str, *, calls: int, seconds: int) -> Callable[[View], View]:
    """At most `calls` POSTs from one address in `seconds`; then 429 with the time to wait.

    Counted in the cache, under a hash of the address: nobody's address is kept.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            who = address_of(request)
            if request.method == "POST" and not may_knock(name, who, calls=calls, seconds=seconds):
                answer = HttpResponse("Too many requests.", content_type="text/plain", status=429)
                answer["Retry-After"] = str(seconds)
                return answer
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def may_knock(name: str, subject: str, *, calls: int, seconds: int) -> bool:
    """Count one call for `subject`: an address, or what is asked for, whether it exists or not."""
    return _count(f"limit-{name}-{_hash(subject)}", seconds) <= calls


def _count(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two
        cache.set(key, 1, seconds)
        return 1


def address_of(request: HttpRequest) -> str:
    """Who calls. What a proxy adds counts only where one is trusted, and then its own entry."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _hash(subject: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}|{subject}".encode()).hexdigest()[:32]
