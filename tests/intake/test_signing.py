from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.signatures import write_headers
from intake import signing
from intake.signing import Check, Delivery

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
SECRET, BODY = b"hush", b'{"id": 1}'
FORM = b"MessageSid=SM1&MessageStatus=sent"
ADDRESS = "https://desk.example/webhooks/x/"
KEY = ec.generate_private_key(ec.SECP256R1())
Headers = Callable[[bytes, bytes, dt.datetime], dict[str, str]]


def encode(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def timed(secret: bytes, body: bytes, now: dt.datetime) -> dict[str, str]:
    moment = str(int(now.timestamp()))
    digest = hmac.digest(secret, moment.encode() + b"." + body, hashlib.sha256).hex()
    return {"Stripe-Signature": f"t={moment},v1={digest},v0=none"}


def twilio(secret: bytes, body: bytes, now: dt.datetime) -> dict[str, str]:
    fields = [part.split("=") for part in body.decode().split("&")]
    signed = ADDRESS + "".join(name + value for name, value in sorted(fields))
    return {"X-Twilio-Signature": encode(hmac.digest(secret, signed.encode(), hashlib.sha1))}


def easyship(secret: bytes, body: bytes, now: dt.datetime) -> dict[str, str]:
    def part(claims: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")

    signed = f"{part({'alg': 'HS256'})}.{part({'exp': now.timestamp() + 60})}"
    digest = hmac.digest(secret, signed.encode(), hashlib.sha256)
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return {"X-EASYSHIP-SIGNATURE": f"{signed}.{signature}"}


def sendgrid(secret: bytes, body: bytes, now: dt.datetime) -> dict[str, str]:
    moment = str(int(now.timestamp()))
    signature = KEY.sign(moment.encode() + body, ec.ECDSA(SHA256()))
    name = "X-Twilio-Email-Event-Webhook"
    return {f"{name}-Timestamp": moment, f"{name}-Signature": encode(signature)}


PUBLIC_KEY = encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).encode()
WAYS: dict[str, tuple[Check, Headers, bytes, bytes]] = {
    "base64": (signing.base64_of_body("X-S"),
               lambda s, b, _: {"X-S": encode(hmac.digest(s, b, hashlib.sha256))}, SECRET, BODY),
    "hex": (signing.hex_of_body("X-S", prefix="p="),
            lambda s, b, _: {"X-S": "p=" + hmac.digest(s, b, hashlib.sha256).hex()}, SECRET, BODY),
    "timed": (signing.timed("Stripe-Signature"), timed, SECRET, BODY),
    "standard": (signing.standard,
                 lambda s, b, n: write_headers(message_id="m1", body=b, secrets=[s], now=n),
                 SECRET, BODY),
    "square": (signing.square,
               lambda s, b, _: {"X-Square-HmacSha256-Signature": encode(
                   hmac.digest(s, ADDRESS.encode() + b, hashlib.sha256))}, SECRET, BODY),
    "twilio": (signing.twilio, twilio, SECRET, FORM),
    "sendgrid": (signing.sendgrid, sendgrid, PUBLIC_KEY, BODY),
    "password": (signing.password,
                 lambda s, _b, _n: {"Authorization": "Basic " + encode(b"name:" + s)},
                 SECRET, BODY),
    "easyship": (signing.easyship, easyship, SECRET, BODY),
}  # fmt: skip
IN_TIME = {"timed", "standard", "sendgrid", "easyship"}
OVER_THE_BYTES = set(WAYS) - {"password", "easyship"}


def check(way: str, *, sent: bytes | None = None, late: int = 0, **changes: bytes) -> bool:
    is_signed, write, secret, body = WAYS[way]
    headers = write(changes.get("signed_with", secret), body, NOW)
    return is_signed(
        Delivery(
            headers=headers,
            body=body if sent is None else sent,
            address=ADDRESS,
            secrets=[b"older", changes.get("secret", secret)],
            now=NOW + dt.timedelta(minutes=late),
        )
    )


@pytest.mark.parametrize("way", WAYS)
class TestSignatures:
    def test_fit_with_either_live_secret(self, way: str) -> None:
        assert check(way)

    def test_do_not_fit_another_secret(self, way: str) -> None:
        assert not check(way, secret=b"other")

    def test_do_not_fit_other_bytes(self, way: str) -> None:
        assert check(way, sent=BODY + b" ") is (way not in OVER_THE_BYTES)

    def test_end_where_the_channel_signs_a_moment(self, way: str) -> None:
        assert check(way, late=6) is (way not in IN_TIME)

    @pytest.mark.parametrize("garbage", ["", "é", "=", "t=,v1=", "Basic é", "a.b.c", "Basic ="])
    def test_survive_garbage(self, way: str, garbage: str) -> None:
        is_signed, write, secret, body = WAYS[way]
        headers = dict.fromkeys(write(secret, body, NOW), garbage)
        delivery = Delivery(headers=headers, body=body, address="", secrets=[secret], now=NOW)
        assert not is_signed(delivery)
