"""Whether a message comes from the desk, as docs/warehouse-messages.md has it."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping

from demo.notices import sign

WINDOW = 300  # seconds


def is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > WINDOW:
        return False
    expected = sign(secret, message_id, timestamp, body)
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)
