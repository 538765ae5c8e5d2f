"""How often a key may call: a bucket of a minute's calls that fills again all the time.

Kept in the key's own row, so that every web process counts the same. The count is written
without waiting for the disk: after a crash of the database a few calls may count as not made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import Throttled

from api.models import ApiKey
from core.asking import ask

# What flowed in since the last call, up to a full bucket.
LEFT = (
    "least(k.calls_per_minute, k.calls_left + coalesce(extract(epoch FROM m.now - k.last_used_at),"
    " 0) * k.calls_per_minute / 60.0)"
)
SPEND = f"""
WITH m AS MATERIALIZED (
    SELECT clock_timestamp() AS now, set_config('synchronous_commit', 'off', true))
UPDATE api_apikey k SET calls_left = {LEFT} - 1, last_used_at = m.now
  FROM m WHERE k.id = %s AND {LEFT} >= 1
RETURNING k.calls_left
"""
MISSING = f"""
SELECT (1 - {LEFT}) * 60.0 / k.calls_per_minute
  FROM api_apikey k, (SELECT clock_timestamp() AS now) m WHERE k.id = %s
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key has left. The headers are those of draft-ietf-httpapi-ratelimit-headers-11."""

    per_minute: int
    left: float

    @property
    def headers(self) -> dict[str, str]:
        seconds = math.ceil((self.per_minute - self.left) * 60 / self.per_minute)
        return {
            "RateLimit-Policy": f'"calls";q={self.per_minute};w=60',
            "RateLimit": f'"calls";r={max(0, math.floor(self.left))};t={seconds}',
        }

    @staticmethod
    def headers_of(request: Any) -> dict[str, str]:
        """Of a call whose key was known; a stranger is told nothing."""
        known: Allowance | None = getattr(request, "allowance", None)
        return known.headers if known else {}


def spend_call(key: ApiKey) -> Allowance:
    """Take one call out of the bucket. Raises `Throttled` with the seconds until there is one."""
    if spent := ask(SPEND, [key.pk]):
        ((left,),) = spent
        return Allowance(key.calls_per_minute, left)
    ((seconds,),) = ask(MISSING, [key.pk])
    raise Throttled(wait=max(1, math.ceil(seconds)))
