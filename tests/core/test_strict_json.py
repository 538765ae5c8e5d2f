from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strict_json import (
    DEEPEST,
    LARGEST_DOCUMENT,
    MOST_NODES,
    DocumentTooLarge,
    MalformedDocument,
    parse_document,
)
from tests.intake.documents import body, shopify

# What strangers have sent, will send, or might send to see what happens.
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b" \n\t ",
    "trailing comma in an object": b'{"id": 1,}',
    "trailing comma in a list": b"[1, 2,]",
    "cut off in a string": b'{"id": "12',
    "cut off in an object": b'{"id": 1',
    "cut off in an escape": b'{"id": "\\u12',
    "two documents": b'{"id": 1}{"id": 2}',
    "single quotes": b"{'id': 1}",
    "key without quotes": b"{id: 1}",
    "comment": b'{"id": 1} // the order',
    "form": b"id=1&total=2",
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "xml": b"<?xml version='1.0'?><order/>",
    "byte-order mark": b'\xef\xbb\xbf{"id": 1}',
    "utf-16": '{"id": 1}'.encode("utf-16"),
    "latin-1": '{"name": "Zoë"}'.encode("latin-1"),
    "overlong utf-8": b'{"name": "\xc0\xaf"}',
    "raw surrogate": b'{"name": "\xed\xa0\x80"}',
    "nul byte": b'{"name": "a\x00b"}',
    "escaped nul": b'{"name": "a\\u0000b"}',
    "escaped nul in a key": b'{"a\\u0000b": 1}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "halves swapped": b'{"name": "\\udc00\\ud800"}',
    "control character": b'{"name": "a\nb"}',
    "key twice": b'{"id": 1, "id": 2}',
    "key twice further in": b'{"lines": [{"sku": "a", "sku": "b"}]}',
    "NaN": b'{"total": NaN}',
    "Infinity": b'{"total": -Infinity}',
    "a million nines": b'{"total": ' + b"9" * 1_000_000 + b"}",
    "exponent bomb": b'{"total": 1e999999999}',
    "small exponent bomb": b'{"total": 1e-999999999}',
    "beyond any exponent": b'{"total": 1e99999999999999999999}',
    "leading nought": b'{"total": 007}',
    "plus sign": b'{"total": +1}',
    "hexadecimal": b'{"total": 0x1F}',
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "one level too deep": b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    "too many values": b"[" + b"0," * MOST_NODES + b"0]",
    "quotes without end": b'\\"' * 200_000,
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}


class TestParseDocument:
    @pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
    def test_refuses_what_is_no_document_and_says_why(self, hostile: bytes) -> None:
        with pytest.raises(MalformedDocument) as refusal:
            parse_document(hostile)
        assert refusal.value.reason

    def test_says_where_the_trailing_comma_is(self) -> None:
        with pytest.raises(MalformedDocument) as refusal:
            parse_document(b'{\n  "id": 1,\n}')
        assert refusal.value.position.startswith("line ")

    def test_refuses_more_than_ten_mebibytes_unread(self) -> None:
        with pytest.raises(DocumentTooLarge):
            parse_document(b" " * (LARGEST_DOCUMENT + 1))

    def test_takes_the_deepest_that_is_allowed(self) -> None:
        document = parse_document(b"[" * DEEPEST + b"]" * DEEPEST)
        assert isinstance(document, list)

    def test_ignores_brackets_inside_texts(self) -> None:
        assert parse_document(body({"note": "[{" * 500})) == {"note": "[{" * 500}

    def test_never_makes_a_float(self) -> None:
        document = parse_document(b'{"quantity": 1.5, "total": 0.1, "id": 9007199254740993}')
        assert document == {
            "quantity": Decimal("1.5"),
            "total": Decimal("0.1"),
            "id": 9007199254740993,
        }

    def test_keeps_whole_surrogate_pairs_and_every_script(self) -> None:
        assert parse_document(b'{"name": "\\ud83d\\udc5f"}') == {"name": "👟"}
        assert parse_document(body({"name": "金子 みすゞ"})) == {"name": "金子 みすゞ"}

    @given(
        cut=st.integers(0, 2000), flips=st.lists(st.tuples(st.integers(0), st.binary()), max_size=4)
    )
    def test_parses_or_refuses_whatever_becomes_of_a_document(
        self, cut: int, flips: list[tuple[int, bytes]]
    ) -> None:
        damaged = bytearray(body(shopify()))
        for at, what in flips:
            damaged[at % len(damaged) : at % len(damaged)] = what
        with suppress(MalformedDocument):
            json.dumps(parse_document(bytes(damaged[: len(damaged) - cut])), default=str)
