"""Hostile bodies: whatever is sent, the answer is a 4xx that says where, never a fault."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from inventory.models import StockLevel
from tests.api.calls import ROOT, problem_of

A_LINE = b'{"reference":"w","sku":"RED-M","quantity":1}'
MIB = 1024 * 1024
MALFORMED: dict[str, bytes] = {
    "nothing but blanks": b"  ",
    "no JSON": b"lines=1",
    "cut short": b'{"lines": [',
    "two values": b"{} {}",
    "a trailing comma": b'{"lines": [],}',
    "single quotes": b"{'lines': []}",
    "a comment": b'{"lines": [] /* none */}',
    "NaN": b'{"lines": NaN}',
    "infinity": b'{"lines": -Infinity}',
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"lines": []}'.encode("utf-16"),
    "no UTF-8": b'{"lines": "\xff\xfe"}',
    "an overlong form": b'{"lines": "\xc0\xaf"}',
    "a NUL byte": b'{"lines": "\x00"}',
    "a NUL character": b'{"lines": "\\u0000"}',
    "half a surrogate pair": b'{"lines": "\\ud800"}',
    "half a pair in a key": b'{"\\udfff": 1}',
    "a key twice": b'{"lines": [], "lines": []}',
    "a key twice, deep inside": b'{"lines": [{"sku": "a", "sku": "b"}]}',
    "33 levels": b"[" * 33 + b"]" * 33,
    "100,000 levels": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "100,000 values": b"[" + b"1," * 99_999 + b"1]",
    "a million commas": b"," * (MIB - 1),
    "a billion": b'{"lines": 1e1000000000}',
    "a long number": b'{"lines": ' + b"9" * 5_000 + b"}",
    "an open string": b'{"lines": "' + b"a" * 500_000,
}
WRONG: dict[str, bytes] = {
    "null": b"null",
    "true": b"true",
    "a number": b"7",
    "a string": b'"lines"',
    "a list": b"[" + A_LINE + b"]",
    "a field of Python": b'{"__class__": 1, "lines": [' + A_LINE + b"]}",
    "a deep field": b'{"lines": ' + b"[" * 30 + b"]" * 30 + b"}",
    "a float": b'{"lines": [{"reference":"w","sku":"RED-M","quantity":1.5}]}',
    "a huge quantity": b'{"lines": [{"reference":"w","sku":"RED-M","quantity":9999999999999}]}',
    "an object for a SKU": b'{"lines": [{"reference":"w","sku":{"$ne":1},"quantity":1}]}',
    "a direction mark": b'{"lines": [{"reference":"\xe2\x80\xaew","sku":"RED-M","quantity":1}]}',
    "SQL": b'{"lines": [{"reference":"\' OR 1=1","sku":"RED-M","quantity":1}]}',
}
ADDRESSES = ["allocations", "allocations/w/cancel", "allocations/w/ship"]


def send(shop: Client, address: str, body: bytes, media_type: str = "application/json") -> Any:
    headers = {"idempotency-key": "k"}
    return shop.post(ROOT + address, body, content_type=media_type, headers=headers)


class TestABody:
    @pytest.mark.parametrize("kind", MALFORMED)
    def test_that_is_no_json_is_refused(self, shop: Client, kind: str) -> None:
        """The door is the same at every address: test_hostile.py tries the short ones at each."""
        problem = problem_of(send(shop, "allocations", MALFORMED[kind]), 400)
        assert problem["code"] == "malformed_json"
        assert problem["errors"][0]["detail"]

    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize("kind", WRONG)
    def test_that_is_not_ours_is_refused(
        self, shop: Client, level: StockLevel, address: str, kind: str
    ) -> None:
        problem = problem_of(send(shop, address, WRONG[kind]), 400)
        assert problem["errors"]

    def test_beyond_a_mebibyte_is_not_read(self, shop: Client) -> None:
        body = b'{"lines": "' + b"a" * MIB + b'"}'
        assert problem_of(send(shop, "allocations", body), 413)["code"] == "too_large"

    def test_is_not_longer_than_it_claims(self, shop: Client) -> None:
        headers = {"idempotency-key": "k"}
        answer = shop.post(
            ROOT + "allocations",
            b"{}" * MIB,
            content_type="application/json",
            headers=headers,
            CONTENT_LENGTH="99999999999",
        )
        assert answer.status_code in {400, 413}

    @pytest.mark.parametrize(
        "media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "*/*x"]
    )
    def test_is_json_and_says_so(self, shop: Client, media_type: str) -> None:
        assert send(shop, "allocations", b"{}", media_type).status_code == 415

    @pytest.mark.parametrize("accepted", ["text/html", "application/xml", "nonsense", ""])
    def test_is_answered_in_json_whatever_was_wished(self, shop: Client, accepted: str) -> None:
        answer = shop.get(ROOT + "locations", headers={"accept": accepted})
        assert answer["Content-Type"] == "application/json"
