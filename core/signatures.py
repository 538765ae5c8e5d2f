"""Signed messages between programs, in the form of Standard Webhooks, for both ways.

The signature is HMAC-SHA256 over ``id.timestamp.body``, so that neither the id nor the moment can
be changed, and the window ends what a recorded message could be used for. Several secrets may be
live: a sender signs with all of them, a receiver takes any.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping, Sequence

WINDOW = dt.timedelta(minutes=5)
PREFIX = "whsec_"
VERSION = "v1,"
LONGEST_ID = 80  # characters


class BadSignature(Exception):
    """Not signed by anyone we know, or not now. The message is for logs, never for the sender."""


def sign(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, as it stands in the header. `secret` as shared: ``whsec_…`` or raw."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.digest(_key_of(secret), signed, hashlib.sha256)
    return VERSION + base64.b64encode(digest).decode()


def write_headers(
    *, message_id: str, body: bytes, secrets: Sequence[bytes], now: dt.datetime
) -> dict[str, str]:
    """The three headers of a message that leaves now."""
    timestamp = int(now.timestamp())
    signatures = [
        sign(secret, message_id=message_id, timestamp=timestamp, body=body) for secret in secrets
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def verify(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[bytes], now: dt.datetime
) -> str:
    """The id of a message that is signed by one of `secrets` and not older than the window.

    Raises `BadSignature`. Every secret is tried against every signature, whichever fits, so
    that time does not tell which one did.
    """
    message_id = headers.get("webhook-id", "")
    if not message_id.isascii() or not message_id.isprintable() or len(message_id) > LONGEST_ID:
        raise BadSignature("The id is none.")
    timestamp = _read_timestamp(headers.get("webhook-timestamp", ""), now)
    given = [one.encode("utf-8", "replace") for one in headers.get("webhook-signature", "").split()]
    expected = [
        sign(secret, message_id=message_id, timestamp=timestamp, body=body).encode()
        for secret in secrets
    ]
    fits = [hmac.compare_digest(one, other) for one in given for other in expected]
    if not message_id or not any(fits):
        raise BadSignature("No signature fits.")
    return message_id


def _read_timestamp(text: str, now: dt.datetime) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadSignature("There is no timestamp.")
    timestamp = int(text)
    if abs(now.timestamp() - timestamp) > WINDOW.total_seconds():
        raise BadSignature("The timestamp is outside of the window.")
    return timestamp


def _key_of(secret: bytes) -> bytes:
    if not secret.startswith(PREFIX.encode()):
        return secret
    try:
        return base64.b64decode(secret[len(PREFIX) :], validate=True)
    except binascii.Error:
        return secret
