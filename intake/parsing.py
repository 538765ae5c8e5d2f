"""Bytes that are not JSON to plain values, within the same limits and as strictly.

A table becomes a list of rows, a form one object, XML nested objects. Raises MalformedDocument and
nothing else, whatever is in them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from core.strict_json import (
    DEEPEST,
    LARGEST_DOCUMENT,
    MOST_NODES,
    DocumentTooLarge,
    MalformedDocument,
)

MOST_FIELDS = 1_000  # of a form
LONGEST_CELL = 32_767  # characters, as spreadsheets have it
# What a spreadsheet would run. A number or a telephone number may begin with a sign.
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s().,/+-]*$)")


def parse_table(body: bytes) -> list[dict[str, str]]:
    """The rows of a CSV or TSV file with a header, as column → text; empty cells are left out."""
    text = decode(body)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header)
        return list(_rows(reader, header))
    except csv.Error as error:
        raise MalformedDocument(f"Not a valid table: {error}", f"line {reader.line_num}") from error


def _check_header(header: list[str]) -> None:
    if len(header) < 2:
        raise MalformedDocument("A table needs a header of at least two columns")
    named = [name for name in header if name]
    if len(set(named)) != len(named):
        raise MalformedDocument("A column stands twice", "line 1")


def _rows(reader: Any, header: list[str]) -> Iterator[dict[str, str]]:
    nodes = 0
    for cells in reader:
        if len(cells) > len(header):
            raise MalformedDocument("More cells than columns", f"line {reader.line_num}")
        row = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
        for name, cell in row.items():
            _check_cell(cell, f"line {reader.line_num}, column {name[:40]}")
        nodes += 1 + len(row)
        if nodes > MOST_NODES:
            raise MalformedDocument(f"More than {MOST_NODES} values", f"line {reader.line_num}")
        if row:
            yield row


def _check_cell(cell: str, place: str) -> None:
    if len(cell) > LONGEST_CELL:
        raise MalformedDocument(f"A cell longer than {LONGEST_CELL} characters", place)
    if FORMULA.match(cell):
        raise MalformedDocument("A cell that a spreadsheet would run", place)


def parse_form(body: bytes) -> dict[str, str]:
    """A form as a browser would post it; a field that stands twice is refused."""
    try:
        pairs = parse_qsl(
            decode(body).strip(), keep_blank_values=True, strict_parsing=True,
            max_num_fields=MOST_FIELDS, errors="strict",
        )  # fmt: skip
    except ValueError as error:
        raise MalformedDocument("Not a form") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise MalformedDocument("A field stands twice")
    if any("\x00" in text for pair in pairs for text in pair):
        raise MalformedDocument("Holds a NUL character")
    return fields


def parse_xml(body: bytes) -> dict[str, Any]:
    """XML as {tag: {…}}: repeated elements become a list, attributes stand as “@name”.

    No document type, no entities, no way to another file: all of them are refused.
    """
    _check_bytes(body)
    try:
        return _build(iterparse(io.BytesIO(body), events=("start", "end"), forbid_dtd=True))
    except DefusedXmlException as error:
        raise MalformedDocument(f"XML with {type(error).__name__}") from error
    except (ParseError, ValueError, LookupError) as error:
        raise MalformedDocument("Not valid XML") from error


def _build(events: Iterator[tuple[str, Element]]) -> dict[str, Any]:
    depth = nodes = 0
    root: Element | None = None
    for event, element in events:
        root = element if root is None else root
        depth += 1 if event == "start" else -1
        nodes += event == "start"
        if depth > DEEPEST:
            raise MalformedDocument(f"Deeper than {DEEPEST} levels")
        if nodes > MOST_NODES:
            raise MalformedDocument(f"More than {MOST_NODES} values")
    if root is None:
        raise MalformedDocument("Nothing in it")
    return {_tag(root): _value(root)}


def _value(element: Element) -> Any:
    found: dict[str, Any] = {f"@{_local(name)}": text for name, text in element.attrib.items()}
    for inner in element:
        name, value = _tag(inner), _value(inner)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    text = (element.text or "").strip()
    return found or text


def _tag(element: Element) -> str:
    return _local(str(element.tag))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def decode(body: bytes) -> str:
    """UTF-8 text, with the byte-order mark that spreadsheets put first, and no NUL."""
    _check_bytes(body)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedDocument("Not UTF-8", f"byte {error.start}") from error


def _check_bytes(body: bytes) -> None:
    if len(body) > LARGEST_DOCUMENT:
        raise DocumentTooLarge(f"Larger than {LARGEST_DOCUMENT // 1024 // 1024} MiB")
    if not body.strip():
        raise MalformedDocument("Nothing in it")
    if (nul := body.find(b"\x00")) >= 0:
        raise MalformedDocument("Holds a NUL byte", f"byte {nul}")
