"""What a warehouse may report, read from its JSON: all that can be told from the bytes alone.

Whatever is wrong here the sender can mend, so it is refused at the door, with the field that is
wrong. What only the desk can know (no such shipment) is found out when the report is applied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fulfilment.states import ReportKind

LONGEST_TEXT = 80  # characters
LARGEST_NUMBER = 2**31 - 1
LARGEST_SEQUENCE = 2**63 - 1
MOST_LINES = 500
BUCKETS = ("", "available", "quarantine")


class UnreadableReport(Exception):
    """`field` says where, ``data.lines[2].quantity``; the message says what is wanted there."""

    def __init__(self, field: str, wanted: str) -> None:
        super().__init__(f"{field}: {wanted}")
        self.field = field
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """They have acted on the message with this id."""

    message: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A parcel was picked, delivered, lost or sent back."""

    shipment: str


@dataclass(frozen=True, slots=True)
class Found:
    """Units of a hold that lay there, at most as many as were held."""

    hold: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ShortPicked:
    shipment: str
    lines: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Shipped:
    """Blank carrier: the one that was asked for. Blank number: the carrier has none."""

    shipment: str
    carrier: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Units in one bucket of a place (blank: all that lies there) at a moment."""

    sku: str
    lot: str
    bucket: str
    quantity: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Goods:
    sku: str
    lot: str
    bin: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ReceivedGoods:
    """A supplier's delivery, on the shelf."""

    lines: tuple[Goods, ...]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Goods of one kind in a customer's parcel; a serial number stands for one unit."""

    sku: str
    serial: str
    lot: str
    quantity: int
    damaged: int


@dataclass(frozen=True, slots=True)
class ReceivedParcel:
    """A customer's parcel lies there: unopened, or with what was in it."""

    parcel: str
    lines: tuple[Unpacked, ...] = ()


Fact = Acknowledged | Moved | ShortPicked | Shipped | Counted | ReceivedGoods | ReceivedParcel


@dataclass(frozen=True, slots=True)
class ReadReport:
    """`sequence` counts the warehouse's reports from 1; `at` is when it happened there."""

    message_id: str
    sequence: int
    kind: ReportKind
    at: dt.datetime
    fact: Fact


def read_report(document: Any) -> ReadReport:
    """Raises `UnreadableReport`, and nothing else, whatever the document is."""
    if not isinstance(document, Mapping):
        raise UnreadableReport("", "an object")
    kind = _choice(document, "kind", ReportKind.values)
    at = _moment(document, "at")
    data = document.get("data")
    if not isinstance(data, Mapping):
        raise UnreadableReport("data", "an object")
    return ReadReport(
        message_id=_text(document, "id"),
        sequence=_number(document, "sequence", least=1, most=LARGEST_SEQUENCE),
        kind=ReportKind(kind),
        at=at,
        fact=_FACTS[ReportKind(kind)](data, at),
    )


def _acknowledged(data: Mapping[str, Any], at: dt.datetime) -> Fact:
    return Acknowledged(_text(data, "message", place="data."))


def _moved(data: Mapping[str, Any], at: dt.datetime) -> Fact:
    return Moved(_text(data, "shipment", place="data."))


def _short_picked(data: Mapping[str, Any], at: dt.datetime) -> Fact:
    lines = tuple(
        Found(_text(line, "hold", place=place), _number(line, "quantity", place=place))
        for place, line in _lines(data)
    )
    return ShortPicked(_text(data, "shipment", place="data."), lines)


def _shipped(data: Mapping[str, Any], at: dt.datetime) -> Fact:
    return Shipped(
        _text(data, "shipment", place="data."),
        _text(data, "carrier", place="data.", may_miss=True)[:40],
        _text(data, "tracking_number", place="data.", may_miss=True),
    )


def _counted(data: Mapping[str, Any], at: dt.datetime) -> Fact:
    return Counted(
        sku=_text(data, "sku", place="data."),
        lot=_text(data, "lot", place="data.", may_miss=True),
        bucket=_choice({"bucket": "", **data}, "bucket", BUCKETS, place="data."),
        quantity=_number(data, "quantity", place="data."),
        at=at,
    )


def _received(data: Mapping[str, Any], at: dt.datetime) -> Fact:
    if "parcel" in data:
        lines = _lines(data) if "lines" in data else []
        return ReceivedParcel(
            _text(data, "parcel", place="data."),
            tuple(_unpacked(line, place=place) for place, line in lines),
        )
    return ReceivedGoods(
        tuple(
            Goods(
                sku=_text(line, "sku", place=place),
                lot=_text(line, "lot", place=place, may_miss=True),
                bin=_text(line, "bin", place=place, may_miss=True),
                quantity=_number(line, "quantity", place=place, least=1),
            )
            for place, line in _lines(data)
        )
    )


def _unpacked(line: Mapping[str, Any], *, place: str) -> Unpacked:
    quantity = _number(line, "quantity", place=place, least=1)
    return Unpacked(
        sku=_text(line, "sku", place=place),
        serial=_text(line, "serial", place=place, may_miss=True),
        lot=_text(line, "lot", place=place, may_miss=True)[:40],
        quantity=quantity,
        damaged=_number({"damaged": 0, **line}, "damaged", place=place, most=quantity),
    )


_FACTS: dict[ReportKind, Callable[[Mapping[str, Any], dt.datetime], Fact]] = {
    ReportKind.ACKNOWLEDGED: _acknowledged,
    ReportKind.PICKED: _moved,
    ReportKind.SHORT_PICKED: _short_picked,
    ReportKind.SHIPPED: _shipped,
    ReportKind.DELIVERED: _moved,
    ReportKind.LOST: _moved,
    ReportKind.RETURNED_TO_SENDER: _moved,
    ReportKind.COUNTED: _counted,
    ReportKind.RECEIVED: _received,
}


def _lines(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    lines = data.get("lines")
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_LINES:
        raise UnreadableReport("data.lines", f"a list of 1 to {MOST_LINES} objects")
    for number, line in enumerate(lines):
        if not isinstance(line, Mapping):
            raise UnreadableReport(f"data.lines[{number}]", "an object")
    return [(f"data.lines[{number}].", line) for number, line in enumerate(lines)]


def _text(data: Mapping[str, Any], name: str, *, place: str = "", may_miss: bool = False) -> str:
    value = data.get(name, "" if may_miss else None)
    fits = isinstance(value, str) and value.isprintable() and len(value) <= LONGEST_TEXT
    if not fits or not (may_miss or value):
        raise UnreadableReport(f"{place}{name}", f"a text of at most {LONGEST_TEXT} characters")
    return str(value)


def _number(
    data: Mapping[str, Any],
    name: str,
    *,
    place: str = "",
    least: int = 0,
    most: int = LARGEST_NUMBER,
) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UnreadableReport(f"{place}{name}", f"a whole number from {least}")
    return value


def _choice(data: Mapping[str, Any], name: str, among: Any, *, place: str = "") -> str:
    value = data.get(name)
    if not isinstance(value, str) or value not in among:
        known = ", ".join(one for one in among if one)
        raise UnreadableReport(f"{place}{name}", f"one of {known}")
    return value


def _moment(data: Mapping[str, Any], name: str) -> dt.datetime:
    wanted = "a moment with its offset, 2026-11-21T10:00:00Z"
    try:
        moment = dt.datetime.fromisoformat(str(data.get(name)))
    except ValueError:
        raise UnreadableReport(name, wanted) from None
    if moment.tzinfo is None or not 2000 <= moment.year <= 9000:
        raise UnreadableReport(name, wanted)
    return moment.astimezone(dt.UTC)
