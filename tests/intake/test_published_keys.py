"""Forged and repeated messages of channels that sign by keys of their own."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from intake import published_keys as signed
from intake import services
from intake.signing import Check, Delivery
from tests.intake.desk import DESK, make_channel

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
TOPIC = "arn:aws:sns:eu-west-1:1:ses"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
BODY = b'{"id": 1}'
RSA, OTHER_RSA = (rsa.generate_private_key(65537, 2048) for _ in range(2))
EC, OTHER_EC = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
BASIC = {"Authorization": "Basic " + base64.b64encode(b"x:hush").decode()}


def encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def der(key: Any) -> str:
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encode(public)


def certify(key: rsa.RSAPrivateKey, *, ends: dt.datetime = NOW + dt.timedelta(days=1)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begins = min(NOW, ends) - dt.timedelta(days=30)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    built = built.public_key(key.public_key()).serial_number(1)
    built = built.not_valid_before(begins).not_valid_after(ends)
    return built.sign(key, SHA256()).public_bytes(Encoding.PEM)


def number(value: int) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Published:
    """What stands where, and who asked for it with what."""

    found: dict[str, bytes]
    asked: list[tuple[str, bytes | None]] = field(default_factory=list)

    def fetch(self, address: str, token: bytes | None) -> bytes | None:
        self.asked.append((address, token))
        return self.found.get(address)


KEYS: dict[str, bytes] = {
    CERTIFICATE: certify(RSA),
    signed.EBAY_KEY + "k1": json.dumps(
        {"key": f"-----BEGIN PUBLIC KEY-----{der(EC)}-----END PUBLIC KEY-----", "digest": "SHA1"}
    ).encode(),
    signed.BOL_KEYS: json.dumps({"signatureKeys": [{"id": "0", "publicKey": der(RSA)}]}).encode(),
    signed.SHIPSTATION_KEYS: json.dumps({"keys": [
        {"kid": "k1", "kty": "RSA", "n": number(RSA.public_key().public_numbers().n),
         "e": number(65537)}]}).encode(),
}  # fmt: skip


def deliver(
    check: Check, body: bytes, headers: dict[str, str], *, secret: bytes = b"hush", late: int = 0
) -> tuple[bool, Published]:
    published = Published(KEYS)
    delivery = Delivery(
        headers=headers, body=body, address="https://desk.example/", secrets=[b"older", secret],
        now=NOW + dt.timedelta(minutes=late), fetch=published.fetch, token=lambda: b"token",
    )  # fmt: skip
    return check(delivery), published


def by_rsa(content: bytes, key: rsa.RSAPrivateKey = RSA, how: HashAlgorithm | None = None) -> str:
    return encode(key.sign(content, padding.PKCS1v15(), how or SHA256()))


def envelope(*, key: rsa.RSAPrivateKey = RSA, version: str = "2", **changes: Any) -> bytes:
    """An SNS notification as Amazon would sign it; what is changed afterwards begins with “x”."""
    told: dict[str, Any] = {
        "Type": "Notification", "MessageId": "m1", "TopicArn": TOPIC, "Message": "{}",
        "Timestamp": "2026-11-06T10:00:00.000Z", "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
    }  # fmt: skip
    told |= {name: value for name, value in changes.items() if not name.startswith("x")}
    confirms = told["Type"] != "Notification"
    names = signed.SNS_CONFIRMATION if confirms else signed.SNS_MESSAGE
    text = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
    told["Signature"] = by_rsa(text.encode(), key, SHA1() if version == "1" else SHA256())
    told |= {name[1:]: value for name, value in changes.items() if name.startswith("x")}
    return json.dumps(told).encode()


def is_sns(body: bytes, *, late: int = 0, secret: str = TOPIC) -> bool:
    return deliver(signed.sns, body, {}, secret=secret.encode(), late=late)[0]


class TestSns:
    @pytest.mark.parametrize("version", ["1", "2"])
    def test_is_known_by_amazons_certificate_and_our_topic(self, version: str) -> None:
        assert is_sns(envelope(version=version, Subject="Hi"))

    def test_confirmation_of_a_subscription_is_signed_otherwise(self) -> None:
        link = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"
        body = envelope(Type="SubscriptionConfirmation", SubscribeURL=link, Token="t")
        assert is_sns(body)
        assert not is_sns(envelope(Type="SubscriptionConfirmation", SubscribeURL=link, Token="t",
                                   xSubscribeURL="https://evil.example/"))  # fmt: skip

    @pytest.mark.parametrize(
        "changes",
        [
            {"xMessage": '{"forged": 1}'},
            {"xMessageId": "m2"},
            {"xTimestamp": "2026-11-06T10:00:01.000Z"},
            {"xSignature": "AAAA"},
            {"xSignature": "not base64"},
            {"xSignatureVersion": "1"},
            {"xSignatureVersion": "3"},
            {"TopicArn": "arn:aws:sns:eu-west-1:666:theirs"},
            {"key": OTHER_RSA},
        ],
    )
    def test_forgery_is_refused(self, changes: dict[str, Any]) -> None:
        assert not is_sns(envelope(**changes))

    @pytest.mark.parametrize(
        "address",
        [
            "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
            "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
            "http://sns.eu-west-1.amazonaws.com/a.pem",
            "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
            "https://sns.eu-west-1.amazonaws.com/a.pem?x=1",
            "https://sns.eu-west-1.amazonaws.com/../a.pem",
            "https://bucket.s3.amazonaws.com/a.pem",
            "",
        ],
    )
    def test_certificate_from_elsewhere_is_not_even_asked_for(self, address: str) -> None:
        fits, published = deliver(
            signed.sns, envelope(SigningCertURL=address), {}, secret=TOPIC.encode()
        )
        assert (fits, published.asked) == (False, [])

    def test_strangers_topic_makes_nobody_ask_for_anything(self) -> None:
        fits, published = deliver(signed.sns, envelope(), {}, secret=b"arn:other")
        assert (fits, published.asked) == (False, [])

    def test_old_message_is_refused_and_so_is_an_old_certificate(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert is_sns(envelope(), late=59)
        assert not is_sns(envelope(), late=61)
        old = certify(RSA, ends=NOW - dt.timedelta(hours=1))
        monkeypatch.setitem(KEYS, CERTIFICATE, old)
        assert not is_sns(envelope())
        monkeypatch.setitem(KEYS, CERTIFICATE, b"no certificate")
        assert not is_sns(envelope())


def ebay_header(
    body: bytes = BODY, key: ec.EllipticCurvePrivateKey = EC, kid: str = "k1"
) -> dict[str, str]:
    signature = encode(key.sign(body, ec.ECDSA(SHA1())))
    told = {"alg": "ECDSA", "kid": kid, "signature": signature, "digest": "SHA1"}
    return {"X-EBAY-SIGNATURE": encode(json.dumps(told).encode())}


class TestEbay:
    def test_is_known_by_the_key_that_its_header_names(self) -> None:
        fits, published = deliver(signed.ebay, BODY, ebay_header())
        assert (fits, published.asked) == (True, [(signed.EBAY_KEY + "k1", b"token")])

    def test_forgery_is_refused(self) -> None:
        assert not deliver(signed.ebay, BODY + b" ", ebay_header())[0]
        assert not deliver(signed.ebay, BODY, ebay_header(key=OTHER_EC))[0]
        assert not deliver(signed.ebay, BODY, ebay_header(kid="k2"))[0]

    @pytest.mark.parametrize("kid", ["../../identity", "k1/../k2", "", "k 1", "k" * 101])
    def test_key_of_a_strange_name_is_not_asked_for(self, kid: str) -> None:
        fits, published = deliver(signed.ebay, BODY, ebay_header(kid=kid))
        assert (fits, published.asked) == (False, [])

    @pytest.mark.parametrize("header", ["", "é", "e30=", "bm90IGpzb24=", encode(b"[1]")])
    def test_garbage_is_refused(self, header: str) -> None:
        assert not deliver(signed.ebay, BODY, {"X-EBAY-SIGNATURE": header})[0]

    @pytest.mark.django_db
    def test_challenge_is_answered_with_the_token_that_was_typed_in(self, client: Any) -> None:
        channel = make_channel("ebay", "shop")
        services.add_secret(channel=channel, secret="typed", actor=DESK, op_id=uuid4(), now=NOW)
        url = "/webhooks/ebay/shop/"
        answer = client.get(url, {"challenge_code": "c1"}, secure=True)
        expected = signed.answer_ebay("c1", f"https://testserver{url}", b"typed")
        assert answer.json() == expected
        assert client.get(url, secure=True).status_code == 405
        assert client.get("/webhooks/shopify/shop/?challenge_code=c", secure=True).status_code in {
            404, 405,
        }  # fmt: skip


class TestBol:
    HEADER = 'keyId="0", algorithm="RS256", signature="{}"'

    def test_is_known_by_a_listed_key(self) -> None:
        header = {"Signature": self.HEADER.format(by_rsa(BODY))}
        assert deliver(signed.bol, BODY, header)[0]
        assert not deliver(signed.bol, BODY + b" ", header)[0]

    @pytest.mark.parametrize(
        "header",
        [
            HEADER.format(by_rsa(BODY, OTHER_RSA)),
            HEADER.replace('"0"', '"1"').format(by_rsa(BODY)),
            HEADER.replace("RS256", "none").format(by_rsa(BODY)),
            HEADER.format(""),
            "",
            "é",
        ],
    )
    def test_forgery_is_refused(self, header: str) -> None:
        assert not deliver(signed.bol, BODY, {"Signature": header})[0]


def shipstation(moment: str = "2026-11-06T10:00:00Z", **changes: Any) -> dict[str, str]:
    content = moment.encode() + b"." + changes.get("body", BODY)
    return BASIC | {
        "x-shipengine-rsa-sha256-key-id": changes.get("kid", "k1"),
        "x-shipengine-rsa-sha256-signature": by_rsa(content, changes.get("key", RSA)),
        "x-shipengine-timestamp": moment,
    }


class TestShipStation:
    @pytest.mark.parametrize("moment", ["2026-11-06T10:00:00Z", str(int(NOW.timestamp()))])
    def test_is_known_by_password_and_published_key(self, moment: str) -> None:
        assert deliver(signed.shipstation, BODY, shipstation(moment))[0]

    def test_older_kind_has_the_password_alone(self) -> None:
        assert deliver(signed.shipstation, BODY, BASIC)[0]
        assert not deliver(signed.shipstation, BODY, BASIC, secret=b"another")[0]

    def test_forgery_is_refused(self) -> None:
        assert not deliver(signed.shipstation, BODY + b" ", shipstation())[0]
        assert not deliver(signed.shipstation, BODY, shipstation(key=OTHER_RSA))[0]
        assert not deliver(signed.shipstation, BODY, shipstation(kid="k2"))[0]
        without = {name: value for name, value in shipstation().items() if name != "Authorization"}
        assert not deliver(signed.shipstation, BODY, without)[0], "anybody's account signs so"

    def test_recorded_message_ends(self) -> None:
        assert deliver(signed.shipstation, BODY, shipstation(), late=4)[0]
        assert not deliver(signed.shipstation, BODY, shipstation(), late=6)[0]
