"""The hostile corpus at every address: whatever comes, a 4xx that says where, never a fault."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from api.schema.building import list_operations
from api.urls import urlpatterns
from tests.api.test_bodies import MALFORMED, MIB, WRONG
from tests.factories.keys import make_key, program

pytestmark = pytest.mark.django_db
CALLS = list(list_operations(urlpatterns))
POSTS = [call for call in CALLS if call.method == "POST"]
GETS = [call for call in CALLS if call.method == "GET"]
PLENTY = 1_000_000
LONG = 10_000  # bytes: what is longer, test_bodies.py sends to the one door that all have
# Of parameters: F48. Each is sent under each name that the address knows.
VALUES = (
    *("", "\x00", "9" * 400, "-1", "NaN", "' OR 1=1 --", "<script>", "\u202e"),
    *("é" * 300, "PDk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "ret_" + "z" * 200),
)
REFERENCES = (
    *(
        "%00",
        "%ff",
        "..",
        ".",
        "a" * 121,
        "a%2Fb",
        "%E2%80%AE",
        "-1",
        "' OR 1=1",
        "ret_%0a",
        "null",
    ),
    *("RMA-00000-00000-0", "RMA-IIIII-OOOOO-L", "exc_", "ret_" + "0" * 26, "🤦"),
)
HEADERS = (
    {"if-match": "\x00"},
    {"if-match": '"' + "9" * 500 + '"'},
    {"if-match": '"1", "2"'},
    {"idempotency-key": "x" * 300},
    {"idempotency-key": "\u202e"},
    {"api-version": "2026-11-30\r\nX: y"},
    {"content-type": "application/json; charset=utf-7"},
    {"accept": "*/*;q=nonsense"},
    {"authorization": "Bearer \x00"},
)


@pytest.fixture
def shop(db: None) -> Client:
    return program(make_key(calls_per_minute=PLENTY))


def address_of(call: Any, reference: str = "none") -> str:
    return str(call.address).replace("{reference}", reference)


def post(shop: Client, address: str, body: bytes, **headers: str) -> Any:
    sent = {"idempotency-key": str(uuid4()), "if-match": '"1"'} | headers
    return shop.post(address, body, content_type="application/json", headers=sent)


def check(answer: Any, what: Any) -> None:
    assert 400 <= answer.status_code < 500, (what, answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json", what
    assert answer.json()["code"], what


class TestEveryPost:
    @pytest.mark.parametrize("call", POSTS, ids=lambda call: call.operation_id)
    def test_refuses_what_is_no_json_or_not_its_own(self, shop: Client, call: Any) -> None:
        """F46, F47, F49 and F66."""
        for kind, body in (MALFORMED | WRONG).items():
            if len(body) < LONG:
                check(post(shop, address_of(call), body), (call.operation_id, kind))
        large = b'{"a": "' + b"a" * MIB + b'"}'
        check(post(shop, address_of(call), large), (call.operation_id, "a mebibyte"))


class TestEveryGet:
    @pytest.mark.parametrize("call", GETS, ids=lambda call: call.operation_id)
    def test_bears_any_parameter(self, shop: Client, call: Any) -> None:
        """F48: a value is looked for or refused, and an unknown name is refused."""
        for query in ("unknown=1", "limit=%ED%A0%80", "cursor=%FF", "&&;==", "a[]=1"):
            answer = shop.get(f"{address_of(call)}?{query}")
            assert answer.status_code in {200, 400, 404}, (call.operation_id, query)
        for value in VALUES:
            for name in call.view.question().fields:
                answer = shop.get(address_of(call), {name: value})
                assert answer.status_code in {200, 400, 404}, (call.operation_id, name, value)
                if answer.status_code != 200:
                    check(answer, (call.operation_id, name, value))


class TestEveryAddress:
    def test_bears_any_reference(self, shop: Client) -> None:
        for call in CALLS:
            for reference in REFERENCES if call.pattern else ():
                address = address_of(call, reference)
                sent = shop.get(address) if call.method == "GET" else post(shop, address, b"{}")
                check(sent, (call.operation_id, reference))

    def test_bears_any_header(self, shop: Client) -> None:
        for call in CALLS:
            for headers in HEADERS:
                sent = {name.replace("-", "_"): value for name, value in headers.items()}
                address = address_of(call)
                if call.method == "GET":
                    answer = shop.get(address, headers=headers)
                    assert answer.status_code < 500, (call.operation_id, sent)
                else:
                    answer = post(shop, address, b"[]", **headers)
                    check(answer, (call.operation_id, headers))
