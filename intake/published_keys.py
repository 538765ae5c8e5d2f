"""Signatures by keys that a channel publishes: Amazon SNS, eBay, bol and ShipStation.

Such a key proves that the channel sent it, to anybody. Whose it is, is proved beside it, by the
topic or a password, which is what the channel's secret is here; a notice that is only followed by
asking with our own token needs no more.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from intake.signing import Delivery, is_recent, is_secret, password

# SNS repeats for a while what was not taken, with the moment of the first time.
SNS_WINDOW = dt.timedelta(hours=1)
SNS_CERTIFICATE = re.compile(
    r"https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?/[A-Za-z0-9_.-]{1,120}\.pem"
)
SNS_MESSAGE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
SNS_CONFIRMATION = (
    "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
)  # fmt: skip
SNS_HASHES: dict[str, HashAlgorithm] = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - as they sign
KEY_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
EBAY_KEY = "https://api.ebay.com/commerce/notification/v1/public_key/"
BOL_KEYS = "https://api.bol.com/retailer/subscriptions/signature-keys"
SHIPSTATION_KEYS = "https://api.shipengine.com/jwks"
BOL_SIGNATURE = re.compile(r'keyId="?([^",]+)"?,\s*algorithm="?RS256"?,\s*signature="?([^",]+)"?')

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def sns(delivery: Delivery) -> bool:
    """An SNS envelope of a topic of ours. The secret is the topic's ARN: anybody may have SNS
    sign a message of a topic of their own.
    """
    told = _object(delivery.body)
    address, how = _text(told, "SigningCertURL"), SNS_HASHES.get(_text(told, "SignatureVersion"))
    if how is None or not is_secret(_text(told, "TopicArn"), delivery.secrets):
        return False
    if not _is_sns_recent(_text(told, "Timestamp"), delivery.now):
        return False
    if not SNS_CERTIFICATE.fullmatch(address):
        return False
    names = SNS_MESSAGE if told.get("Type") == "Notification" else SNS_CONFIRMATION
    signed = "".join(f"{name}\n{told[name]}\n" for name in names if told.get(name) is not None)
    key = _key_of_certificate(delivery.fetch(address, None), delivery.now)
    return _is_by(key, _text(told, "Signature"), signed.encode("utf-8", "replace"), how)


def ebay(delivery: Delivery) -> bool:
    """ECDSA over the body, by a key that is asked for by the id in the header."""
    told = _object(_decoded(delivery.headers.get("X-EBAY-SIGNATURE", "")))
    key_id = _text(told, "kid")
    if not KEY_ID.fullmatch(key_id):
        return False
    answer = _object(delivery.fetch(EBAY_KEY + key_id, delivery.token()) or b"")
    key = _key_of_pem(_text(answer, "key"))
    how = SHA256() if _text(answer, "digest").upper() == "SHA256" else SHA1()  # noqa: S303
    return _is_by(key, _text(told, "signature"), delivery.body, how)


def answer_ebay(challenge: str, address: str, secret: bytes) -> dict[str, str]:
    """What eBay wants to see before it sends anything to an address; the secret is the token that
    was typed in there.
    """
    digest = hashlib.sha256(challenge.encode("utf-8", "replace") + secret + address.encode())
    return {"challengeResponse": digest.hexdigest()}


def bol(delivery: Delivery) -> bool:
    """RSA over the body, by one of the keys that bol lists for its retailers."""
    found = BOL_SIGNATURE.search(delivery.headers.get("Signature", ""))
    if found is None:
        return False
    listed = _object(delivery.fetch(BOL_KEYS, delivery.token()) or b"").get("signatureKeys")
    keys = [
        _key_of_der(_text(one, "publicKey"))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and str(one.get("id")) == found[1]
    ]
    return any(_is_by(key, found[2], delivery.body, SHA256()) for key in keys)


def shipstation(delivery: Delivery) -> bool:
    """The password, and where it is of the newer kind RSA over time and body as well: its key is
    the same for everybody's account.
    """
    if not password(delivery):
        return False
    head = "x-shipengine-rsa-sha256"
    key_id = delivery.headers.get(f"{head}-key-id")
    if key_id is None and f"{head}-signature" not in delivery.headers:
        return True
    moment = delivery.headers.get("x-shipengine-timestamp", "")
    if not KEY_ID.fullmatch(key_id or "") or not _is_now(moment, delivery.now):
        return False
    listed = _object(delivery.fetch(SHIPSTATION_KEYS, None) or b"").get("keys")
    keys = [
        _key_of_numbers(one)
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and one.get("kid") == key_id
    ]
    signed = moment.encode() + b"." + delivery.body
    given = delivery.headers.get(f"{head}-signature", "")
    return any(_is_by(key, given, signed, SHA256()) for key in keys)


def _is_now(moment: str, now: dt.datetime) -> bool:
    """Seconds since 1970, or ISO 8601."""
    if moment.isdigit():
        return is_recent(moment, now)
    stated = _moment(moment)
    return stated is not None and is_recent(str(int(stated.timestamp())), now)


def _is_sns_recent(moment: str, now: dt.datetime) -> bool:
    stated = _moment(moment)
    return stated is not None and abs(now - stated) <= SNS_WINDOW


def _moment(text: str) -> dt.datetime | None:
    try:
        stated = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return stated if stated.tzinfo else stated.replace(tzinfo=dt.UTC)


def _is_by(key: PublicKey | None, given: str, signed: bytes, how: HashAlgorithm) -> bool:
    try:
        signature = base64.b64decode(given, validate=True)
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), how)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(how))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
        return False
    return True


def _key_of_certificate(pem: bytes | None, now: dt.datetime) -> PublicKey | None:
    try:
        certificate = x509.load_pem_x509_certificate(pem or b"")
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return None
        return _known(certificate.public_key())
    except (ValueError, UnsupportedAlgorithm):
        return None


def _key_of_pem(pem: str) -> PublicKey | None:
    """eBay writes the whole key on one line."""
    body = re.sub(r"-----[A-Z ]+-----|\s", "", pem)
    return _key_of_der(body)


def _key_of_der(encoded: str) -> PublicKey | None:
    try:
        return _known(load_der_public_key(base64.b64decode(encoded, validate=True)))
    except (ValueError, UnsupportedAlgorithm, binascii.Error):
        return None


def _key_of_numbers(jwk: dict[str, Any]) -> PublicKey | None:
    try:
        modulus, exponent = (_number(_text(jwk, name)) for name in ("n", "e"))
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except (ValueError, binascii.Error):
        return None


def _number(encoded: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), "big")


def _known(key: Any) -> PublicKey | None:
    return key if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""
