"""How each channel signs its webhooks. Every check is over the raw bytes and in constant time.

Where the channel signs a moment, the window of `core.signatures` ends what a recorded message
could be used for; elsewhere the bytes tell a repeat from a new message.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from core.signatures import WINDOW, BadSignature, verify
from intake.parsing import parse_form


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook as it came in, and the secrets it may be signed with.

    `fetch(address, token)` gives what a channel publishes there, its keys, or None; `token()` what
    the desk shows the channel for it.
    """

    headers: Mapping[str, str]
    body: bytes
    address: str
    secrets: Sequence[bytes]
    now: dt.datetime
    fetch: Callable[[str, bytes | None], bytes | None] = lambda _address, _token: None
    token: Callable[[], bytes | None] = lambda: None


Check = Callable[[Delivery], bool]


def base64_of_body(header: str) -> Check:
    """Base64 of HMAC-SHA256 over the body: Shopify, WooCommerce, AfterShip, ShipHero."""

    def check(delivery: Delivery) -> bool:
        return _fits(delivery, header, lambda secret: sign(delivery.body, secret))

    return check


def hex_of_body(header: str, *, prefix: str = "") -> Check:
    """Hexadecimal HMAC-SHA256 over the body, behind `prefix`: EasyPost."""

    def check(delivery: Delivery) -> bool:
        def expected(secret: bytes) -> str:
            return prefix + hmac.digest(secret, delivery.body, hashlib.sha256).hex()

        return _fits(delivery, header, expected)

    return check


def timed(header: str) -> Check:
    """“t=…,v1=…” over “time.body”, inside the window: Stripe, Shippo."""

    def check(delivery: Delivery) -> bool:
        parts = [part.partition("=") for part in delivery.headers.get(header, "").split(",")]
        moments = [value for name, _, value in parts if name.strip() == "t"]
        given = [value.encode("utf-8", "replace") for name, _, value in parts if name == "v1"]
        if len(moments) != 1 or not is_recent(moments[0], delivery.now):
            return False
        signed = moments[0].encode() + b"." + delivery.body
        expected = [
            hmac.digest(secret, signed, hashlib.sha256).hex().encode()
            for secret in delivery.secrets
        ]
        fits = [hmac.compare_digest(one, other) for one in given for other in expected]
        return any(fits)

    return check


def standard(delivery: Delivery) -> bool:
    """Standard Webhooks, inside the window: ShipBob, Etsy, and whatever a forwarder signs."""
    try:
        verify(delivery.headers, delivery.body, secrets=delivery.secrets, now=delivery.now)
    except BadSignature:
        return False
    return True


def square(delivery: Delivery) -> bool:
    """Base64 of HMAC-SHA256 over the address and the body."""
    signed = delivery.address.encode() + delivery.body
    return _fits(delivery, "X-Square-HmacSha256-Signature", lambda secret: sign(signed, secret))


def twilio(delivery: Delivery) -> bool:
    """Base64 of HMAC-SHA1 over the address and the sorted fields of the form."""
    try:
        fields = parse_form(delivery.body)
    except Exception:  # noqa: BLE001 - what is no form is not signed as one
        return False
    signed = delivery.address + "".join(name + fields[name] for name in sorted(fields))

    def expected(secret: bytes) -> str:
        return base64.b64encode(hmac.digest(secret, signed.encode(), hashlib.sha1)).decode()

    return _fits(delivery, "X-Twilio-Signature", expected)


def sendgrid(delivery: Delivery) -> bool:
    """ECDSA over time and body; the secret is the public key that SendGrid shows."""
    moment = delivery.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    if not is_recent(moment, delivery.now):
        return False
    given = delivery.headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    signed = moment.encode() + delivery.body
    fits = [_is_signed_by(secret, given, signed) for secret in delivery.secrets]
    return any(fits)


def _is_signed_by(public_key: bytes, given: str, signed: bytes) -> bool:
    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(given, validate=True), signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
        return False
    return True


def password(delivery: Delivery) -> bool:
    """Basic authentication, for those that sign nothing: Postmark, ShipStation's older kind.

    The secret is the password; the name is no matter.
    """
    scheme, _, encoded = delivery.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return False
    fits = [hmac.compare_digest(given, secret) for secret in delivery.secrets]
    return scheme.lower() == "basic" and any(fits)


def easyship(delivery: Delivery) -> bool:
    """A JWT (HS256) beside the body; it does not cover the bytes, but it ends."""
    token = delivery.headers.get("X-EASYSHIP-SIGNATURE", "")
    signed, _, signature = token.rpartition(".")

    def is_fitting(secret: bytes) -> bool:
        expected = hmac.digest(secret, signed.encode("utf-8", "replace"), hashlib.sha256)
        return hmac.compare_digest(_unpadded(signature), expected)

    fits = [is_fitting(secret) for secret in delivery.secrets]
    return any(fits) and _has_time_left(signed, delivery.now)


def _has_time_left(signed: str, now: dt.datetime) -> bool:
    header, _, claims = signed.partition(".")
    try:
        algorithm = json.loads(_unpadded(header)).get("alg")
        ends = json.loads(_unpadded(claims)).get("exp")
    except (ValueError, AttributeError, RecursionError):
        return False
    is_over = isinstance(ends, int | float) and ends < now.timestamp()
    return algorithm == "HS256" and not is_over


def _unpadded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def sign(body: bytes, secret: bytes) -> str:
    """Base64 of HMAC-SHA256 over the raw body, the commonest signature."""
    return base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()


def _fits(delivery: Delivery, header: str, expected: Callable[[bytes], str]) -> bool:
    """Every secret is tried, whichever fits, so that time does not tell which one did."""
    given = delivery.headers.get(header, "").encode("utf-8", "replace")
    fits = [hmac.compare_digest(given, expected(secret).encode()) for secret in delivery.secrets]
    return any(fits)


def is_secret(given: str, secrets: Sequence[bytes]) -> bool:
    """Whether it is one of the secrets, in constant time."""
    fits = [hmac.compare_digest(given.encode("utf-8", "replace"), one) for one in secrets]
    return any(fits)


def is_recent(moment: str, now: dt.datetime) -> bool:
    """Whether a moment, in seconds since 1970, is inside the window."""
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return False
    return abs(now.timestamp() - int(moment)) <= WINDOW.total_seconds()
