"""What may be asked of a provider again, when, and under which name it can happen only once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.backoff import Backoff

# Providers forget keys after a day. An older one would be a new request, so it is never sent.
KEY_LIVES = dt.timedelta(hours=23)
PAUSE = Backoff(first=1, longest=60)
# A provider that says "later" is asked again at leisure; it also tells by itself.
PENDING_DELAY = dt.timedelta(minutes=10)


def charge_key(purpose: str, charged: Decimal, *, kind: str) -> str:
    """What makes a charge the same charge: what it is for, and what was taken for that before.

    Two paths that both want the first charge have one key; a second charge, after the due has
    grown, has another.
    """
    return f"{kind}:{purpose}:from {charged.normalize():f}"


def refund_key(purpose: str, tender_id: int, given_back: Decimal) -> str:
    """The same for a refund, by the payment it goes back to."""
    return f"refund:{purpose}:tender {tender_id}:from {given_back.normalize():f}"


def follow_up_key(kind: str, hold_id: int) -> str:
    """A card hold is captured once and released once."""
    return f"{kind}:hold {hold_id}"


def is_key_alive(submitted_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the provider still knows this key for the same request."""
    return now - submitted_at < KEY_LIVES


def delay_after(attempts: int) -> dt.timedelta:
    """Until the provider is asked again: from a second to a minute."""
    return PAUSE.after(attempts)
