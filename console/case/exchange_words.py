"""What the timeline says of replacements that go in parts, or with a crew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from console.reader import Reader
from fulfilment.states import NotDone, VisitSlot

Data = dict[str, Any]


def released(data: Data, reader: Reader) -> tuple[str, str]:
    if not data.get("stays"):
        return "Released to the warehouse", ""
    return f"{data['units']} released to the warehouse, {data['stays']} stays", ""


def shipped(data: Data, reader: Reader) -> tuple[str, str]:
    return f"Replacement left with {data['carrier']}", data.get("tracking_number", "")


def dropped(data: Data, reader: Reader) -> tuple[str, str]:
    return f"{data['units']} more will not be sent", ""


def visit(what: str) -> Callable[[Data, Reader], tuple[str, str]]:
    def words(data: Data, reader: Reader) -> tuple[str, str]:
        day = reader.weekday(dt.date.fromisoformat(data["day"]))
        return f"{what} {day}, {VisitSlot(data['slot']).label}", data["work_order"]

    return words


def failed_visit(data: Data, reader: Reader) -> tuple[str, str]:
    reasons = dict.fromkeys(task["because"] for task in data["tasks"] if task["because"])
    return "Visit failed", ". ".join(str(NotDone(because).label) for because in reasons)


def came_back(data: Data, reader: Reader) -> tuple[str, str]:
    where = "into quarantine" if data["is_damaged"] else "onto the shelf"
    return f"{data['units']} brought back, {where}", ""
