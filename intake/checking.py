"""A folder of channel documents against the truth beside it: what intake reads, what it should.

The folder holds one sub-folder per channel and TRUTH.json, whose keys are “channel/file.json” or
“channel/file.json#path” for one order in a list. Nothing is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from core.strict_json import MalformedDocument, parse_document
from intake.arithmetic import SUBTOTAL_DISAGREES
from intake.channels import CHANNELS, read_document
from intake.reading import NotAnOrder, ReadOrder

TRUTH_FILE = "TRUTH.json"
LINE_FIELDS = ("sku", "title", "quantity", "unit_price", "discount_total", "tax_total")
ORDER_FIELDS = (
    "external_id",
    "order_number",
    "currency",
    "placed_at",
    "customer_email",
    "shipping_total",
    "discount_total",
    "tax_total",
    "grand_total",
    "financial_status",
    "fulfillment_status",
    "prices_include_tax",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that was read otherwise than the truth has it."""

    field: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """One document, or one order in it, and where it differs from its truth."""

    channel: str
    name: str
    verdict: str
    differences: tuple[Difference, ...] = ()

    @property
    def is_as_expected(self) -> bool:
        return not self.differences


def check_folder(folder: Path) -> Iterator[CheckedDocument]:
    """Every document of a known channel under `folder`, in name order."""
    truth = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
    for channel in sorted(CHANNELS):
        for file in sorted((folder / channel).glob("*.json")):
            yield from _check_file(channel, file, truth)


def _check_file(channel: str, file: Path, truth: dict[str, Any]) -> Iterator[CheckedDocument]:
    name = f"{channel}/{file.name}"
    expected = {key: value for key, value in truth.items() if key.partition("#")[0] == name}
    found = _read(channel, file)
    if isinstance(found, MalformedDocument):
        differences = [
            Difference(key, "an order", str(found))
            for key, value in expected.items()
            if value.get("external_id") is not None
        ]
        yield CheckedDocument(channel, name, "dead letter", tuple(differences))
    elif isinstance(found, NotAnOrder):
        differences = [Difference(key, "an order", found.reason) for key in expected]
        yield CheckedDocument(channel, name, "no order", tuple(differences))
    else:
        yield from _check_orders(channel, name, found, expected)


def _read(channel: str, file: Path) -> list[ReadOrder] | NotAnOrder | MalformedDocument:
    try:
        return read_document(channel, parse_document(file.read_bytes()))
    except MalformedDocument as error:
        return error


def _check_orders(
    channel: str, name: str, orders: list[ReadOrder], expected: dict[str, Any]
) -> Iterator[CheckedDocument]:
    left = dict(expected)
    for order in orders:
        key = f"{name}#{order.path}" if order.path else name
        if len(orders) == 1 and key not in left:
            key = name
        truth = left.pop(key, None)
        differences = (
            [Difference("document", "no order", "an order")]
            if truth is None
            else list(_compare(order, truth))
        )
        yield CheckedDocument(channel, key, order.arithmetic.value, tuple(differences))
    for key in left:
        yield CheckedDocument(
            channel, key, "no order", (Difference("document", "an order", "nothing there"),)
        )


def _compare(order: ReadOrder, truth: dict[str, Any]) -> Iterator[Difference]:
    stated = order.as_stated()
    for field in ORDER_FIELDS:
        yield from _compare_value(field, truth.get(field), stated[field])
    yield from _compare_value("arithmetic", truth.get("arithmetic"), order.arithmetic.value)
    disagree = any(finding.code == SUBTOTAL_DISAGREES for finding in order.findings)
    yield from _compare_value("sub-totals", bool(truth.get("secondary_mismatches")), disagree)
    lines = truth.get("lines") or []
    yield from _compare_value("lines", len(lines), len(stated["lines"]))
    for position, (wanted, found) in enumerate(zip(lines, stated["lines"], strict=False)):
        for field in LINE_FIELDS:
            yield from _compare_value(f"lines[{position}].{field}", wanted[field], found[field])


def _compare_value(field: str, wanted: Any, found: Any) -> Iterator[Difference]:
    if wanted != found and not _same_amount(wanted, found):
        yield Difference(field, repr(wanted), repr(found))


def _same_amount(wanted: Any, found: Any) -> bool:
    if not (isinstance(wanted, str) and isinstance(found, str)):
        return False
    try:
        return Decimal(wanted) == Decimal(found)
    except InvalidOperation:
        return False
