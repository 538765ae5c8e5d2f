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

from core.strict_json import MalformedDocument
from intake.arithmetic import SUBTOTAL_DISAGREES
from intake.channels import NAMES, get_adapter, read_document
from intake.facts import Reading
from intake.reading import Arithmetic, NotAnOrder, ReadOrder, Severity
from intake.rules import is_ignored, is_part, why_held

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
    """One document, or one thing in it, and where it differs from its truth."""

    channel: str
    name: str
    verdict: str
    is_held: bool = False
    differences: tuple[Difference, ...] = ()

    @property
    def is_as_expected(self) -> bool:
        return not self.differences


def check_folder(folder: Path) -> Iterator[CheckedDocument]:
    """Every document under `folder` that a channel reads, in name order."""
    truth = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
    for file in sorted(folder.glob("*/*.*")):
        channel = find_channel_of(file)
        if channel:
            yield from _check_file(channel, file, truth)
        else:
            name = f"{file.parent.name}/{file.name}"
            unread = Difference("channel", "an adapter", "none reads it")
            yield CheckedDocument(file.parent.name, name, "unread", differences=(unread,))


def find_channel_of(file: Path) -> str:
    """By the folder's name, else by the first word of the file's, with its suffix if need be."""
    word, suffix = file.stem.partition("-")[0], file.suffix.removeprefix(".")
    for name in (file.parent.name, f"{word}-{suffix}", word):
        if name in NAMES:
            return get_adapter(name).name
    return ""


def _check_file(channel: str, file: Path, truth: dict[str, Any]) -> Iterator[CheckedDocument]:
    name = f"{file.parent.name}/{file.name}"
    expected = {key: value for key, value in truth.items() if key.partition("#")[0] == name}
    found = _read(channel, file)
    if isinstance(found, MalformedDocument):
        differences = [
            Difference(key, "an order", str(found))
            for key, value in expected.items()
            if value.get("external_id") is not None
        ]
        yield CheckedDocument(channel, name, "dead letter", True, tuple(differences))
    elif isinstance(found, NotAnOrder):
        differences = [Difference(key, "an order", found.reason) for key in expected]
        yield CheckedDocument(channel, name, "no order", differences=tuple(differences))
    else:
        yield from _check_readings(channel, name, found, expected)


def _read(channel: str, file: Path) -> list[Reading] | NotAnOrder | MalformedDocument:
    try:
        return read_document(channel, get_adapter(channel).parse(file.read_bytes()))
    except MalformedDocument as error:
        return error


def _check_readings(
    channel: str, name: str, found: list[Reading], expected: dict[str, Any]
) -> Iterator[CheckedDocument]:
    left = dict(expected)
    for read in found:
        key = f"{name}#{read.path}" if read.path else name
        if len(found) == 1 and key not in left:
            key = name
        truth = left.pop(key, None)
        yield _check_reading(channel, key, read, truth)
    for key in left:
        missing = Difference("document", "an order", "nothing there")
        yield CheckedDocument(channel, key, "no order", differences=(missing,))


def _check_reading(
    channel: str, key: str, read: Reading, truth: dict[str, Any] | None
) -> CheckedDocument:
    if not isinstance(read, ReadOrder):
        is_held = any(finding.severity == Severity.HOLD for finding in read.findings)
        unlike = [] if truth is None else [Difference("document", "an order", read.kind)]
        return CheckedDocument(channel, key, read.kind, is_held, tuple(unlike))
    has_to_wait = why_held(read) is not None or bool(is_part(read))
    is_held = has_to_wait and not is_ignored(read)
    if truth is None:
        unlike = [Difference("document", "no order", "an order")]
        return CheckedDocument(channel, key, read.arithmetic.value, is_held, tuple(unlike))
    differences = list(_compare(read, truth))
    is_wrong = truth.get("arithmetic") == Arithmetic.INCONSISTENT or truth.get("flags")
    if is_wrong and not is_held and not is_ignored(read):
        differences.append(Difference("outcome", "held", "accepted"))
    return CheckedDocument(channel, key, read.arithmetic.value, is_held, tuple(differences))


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
