"""Keys and certificates that channels publish, asked for once in a while and kept meanwhile.

Only these hosts are asked, whatever a message says: who could name another would name their own.
What could not be had is not asked for again at once, so that forgeries cause no traffic.
"""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import structlog

from core import egress

log = structlog.get_logger(__name__)

HOSTS = re.compile(
    r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?|api\.ebay\.com|api\.bol\.com|api\.shipengine\.com"
)
KEPT, MISSED = 3_600.0, 60.0  # seconds
MOST = 200

_kept: dict[str, tuple[float, bytes | None]] = {}


def fetch(address: str, token: bytes | None, *, may_reach_loopback: bool = False) -> bytes | None:
    """What stands at an address of a channel's keys; None where it cannot be had."""
    kept = _kept.get(address)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    found = _ask(address, token, may_reach_loopback=may_reach_loopback)
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[address] = time.monotonic() + (MISSED if found is None else KEPT), found
    return found


def forget() -> None:
    _kept.clear()


def _ask(address: str, token: bytes | None, *, may_reach_loopback: bool) -> bytes | None:
    host = (urlsplit(address).hostname or "").lower()
    if not HOSTS.fullmatch(host) and not (may_reach_loopback and host == "127.0.0.1"):
        return None
    headers = {"Accept": "application/json, */*"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token.decode()}"
    try:
        answer = egress.get(address, headers=headers, may_reach_loopback=may_reach_loopback)
    except (egress.AddressForbidden, egress.Unreachable) as error:
        log.warning("key_not_fetched", host=host, error=type(error).__name__)
        return None
    return answer.body if answer.status == 200 else None
