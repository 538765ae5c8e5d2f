"""Bytes from outside to a JSON document, within limits, or the reason and place why not.

Strict on purpose: what two parsers read differently (a key that stands twice, a byte-order mark,
NaN, half a surrogate pair) is refused here and kept for a person, instead of meaning something
else further on. Numbers become `Decimal`, never float.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

LARGEST_DOCUMENT = 10 * 1024 * 1024  # bytes
DEEPEST = 32  # objects and lists inside each other
MOST_NODES = 50_000  # values in all
LONGEST_NUMBER = 40  # characters
LONGEST_PLACE = 200  # characters
# One match per string or structural character. The closing quote is optional so that a string
# without an end costs one pass over the text, not one for each quote in it.
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},]', re.DOTALL)
TEXT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
BRACKET = re.compile(r"[\[\]{}]")
# The only ways in which a NUL or half of a surrogate pair can stand in bytes that were decoded.
SMUGGLED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class MalformedDocument(Exception):
    """These bytes are not a document. ``position`` says where, as far as that is known."""

    def __init__(self, reason: str, position: str = "") -> None:
        super().__init__(f"{reason} ({position})" if position else reason)
        self.reason = reason
        self.position = position


class DocumentTooLarge(MalformedDocument):
    """More bytes than are taken. Nothing of it is read."""


def parse_document(body: bytes) -> Any:
    """The JSON value in `body`. Raises MalformedDocument, and nothing else, whatever is in it."""
    text = _decoded(body)
    _scan(text)
    try:
        document = json.loads(
            text,
            parse_float=_number,
            parse_int=_whole_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise MalformedDocument(
            f"Not valid JSON: {error.msg}", f"line {error.lineno}, column {error.colno}"
        ) from error
    if SMUGGLED.search(text):
        _check_texts(document)
    return document


def _decoded(body: bytes) -> str:
    if len(body) > LARGEST_DOCUMENT:
        raise DocumentTooLarge(f"Larger than {LARGEST_DOCUMENT // 1024 // 1024} MiB")
    if not body.strip():
        raise MalformedDocument("Nothing in it")
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise MalformedDocument("Starts with a byte-order mark", "byte 0")
    if (nul := body.find(b"\x00")) >= 0:
        raise MalformedDocument("Holds a NUL byte", f"byte {nul}")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedDocument("Not UTF-8", f"byte {error.start}") from error


def _scan(text: str) -> None:
    """Depth and size before parsing: the parser recurses, this does not."""
    bare = TEXT.sub("0", text)  # an empty replacement is the slow case of `re`
    nodes = 1 + bare.count(",") + bare.count("[") + bare.count("{")
    if nodes > MOST_NODES or _is_too_deep(bare):
        _refuse(text)


def _is_too_deep(bare: str) -> bool:
    depth = 0
    for bracket in BRACKET.findall(bare):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _refuse(text: str) -> None:
    """Say where it becomes too deep or too large."""
    depth = 0
    nodes = 1
    for token in TOKEN.finditer(text):
        match token.group()[0]:
            case "[" | "{":
                depth += 1
                nodes += 1
            case "]" | "}":
                depth -= 1
            case ",":
                nodes += 1
        if depth > DEEPEST:
            raise MalformedDocument(f"Deeper than {DEEPEST} levels", _place(text, token.start()))
        if nodes > MOST_NODES:
            raise MalformedDocument(f"More than {MOST_NODES} values", _place(text, token.start()))


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


def _number(digits: str) -> Decimal:
    # An exponent of a billion is a legal JSON number and a gigabyte when written out.
    try:
        number = Decimal(digits)
    except InvalidOperation:
        number = None
    if number is None or len(digits) > LONGEST_NUMBER or abs(number.adjusted()) > LONGEST_NUMBER:
        raise MalformedDocument("A number beyond any amount", digits[:LONGEST_NUMBER])
    return number


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise MalformedDocument("A number beyond any amount", digits[:LONGEST_NUMBER])
    return int(digits)


def _refuse_constant(name: str) -> None:
    raise MalformedDocument(f"{name} is not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise MalformedDocument("A key stands twice", f"key {key[:LONGEST_NUMBER]!a}")
        found[key] = value
    return found


def _check_texts(document: Any) -> None:
    """No NUL and no half of a surrogate pair, which escapes can smuggle past the decoder."""
    pending: list[tuple[str, Any]] = [("", document)]
    while pending:
        place, value = pending.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                _check_text(key, place)
                pending.append((f"{place}.{key}".strip("."), inner))
        elif isinstance(value, list):
            pending.extend((f"{place}[{n}]", inner) for n, inner in enumerate(value))
        elif isinstance(value, str):
            _check_text(value, place)


def _check_text(text: str, place: str) -> None:
    """The place is told and the text is not: it may be somebody's name."""
    if "\x00" in text:
        raise MalformedDocument("Holds a NUL character", f"in {place or 'a key'}"[:LONGEST_PLACE])
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedDocument(
            "Holds half a surrogate pair", f"in {place or 'a key'}"[:LONGEST_PLACE]
        ) from error
