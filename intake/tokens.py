"""What the desk shows a channel when it asks: a token as it was typed in, or one got for a grant.

A grant is kept as JSON with `client_id`, `client_secret` and, where the channel has one,
`refresh_token`. The token it gives is kept in memory until shortly before it ends.
"""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from core import egress
from intake.adapters.port import Grant

EARLY = 60.0  # seconds before a token ends that it is not used any more
MOST = 200
SHORTEST, LONGEST = 60, 86_400

_kept: dict[tuple[str, bytes], tuple[float, bytes]] = {}


class NoToken(Exception):
    """The channel gave no token for what it was shown."""


def get_token(secret: bytes, grant: Grant | None, *, located: Any = None) -> bytes:
    """The token for this secret. Raises NoToken, and what `core.egress` raises."""
    known = _grant_of(secret)
    if known is None:
        return secret
    if grant is None:
        raise NoToken("This channel is asked with a token, not with a grant.")
    kept = _kept.get((grant.address, secret))
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    token, ends_in = _ask(grant, known, located)
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[grant.address, secret] = time.monotonic() + ends_in - EARLY, token
    return token


def forget() -> None:
    _kept.clear()


def _grant_of(secret: bytes) -> dict[str, str] | None:
    try:
        found = json.loads(secret)
    except ValueError:
        return None
    wanted = isinstance(found, dict) and {"client_id", "client_secret"} <= found.keys()
    return {name: str(value) for name, value in found.items()} if wanted else None


def _ask(grant: Grant, known: dict[str, str], located: Any) -> tuple[bytes, int]:
    form = {"grant_type": "client_credentials"}
    if "refresh_token" in known:
        form = {"grant_type": "refresh_token", "refresh_token": known["refresh_token"]}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if grant.in_header:
        pair = f"{known['client_id']}:{known['client_secret']}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    else:
        form |= {"client_id": known["client_id"], "client_secret": known["client_secret"]}
    address, may_reach_loopback = located(grant.address) if located else (grant.address, False)
    answer = egress.post(
        address, urlencode(form).encode(), headers=headers, may_reach_loopback=may_reach_loopback
    )
    try:
        told = json.loads(answer.body)
        token, ends_in = str(told["access_token"]), int(told.get("expires_in", 300))
    except (ValueError, KeyError, TypeError) as error:
        host = urlsplit(grant.address).hostname
        raise NoToken(f"{host} answers {answer.status} and gives no token.") from error
    return token.encode(), min(max(ends_in, SHORTEST), LONGEST)
