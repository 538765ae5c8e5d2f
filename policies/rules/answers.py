"""What a rule answers, before anybody puts it into words: words are made for who reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from core.money import Money
from policies.rules.book import Choice

Result = Literal["ok", "fail", "review", "evidence", "info"]
OK: Result = "ok"
FAIL: Result = "fail"
REVIEW: Result = "review"
EVIDENCE: Result = "evidence"
INFO: Result = "info"
RESULT_OF_ANSWER: dict[str, Result] = {"yes": OK, "review": REVIEW, "no": FAIL}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says of one case: a code, and the values that its words speak of.

    `flip` is the code of the nearest change that would turn it. Without a `choice` it comes from
    the catalogue or from the law. Values are days, `Money`, numbers, texts and lists of texts.
    """

    kind: str
    code: str
    result: Result
    values: Mapping[str, Any] = field(default_factory=dict)
    flip: str = ""
    choice: Choice[Any] | None = None


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON that `read_values` turns back into the same values."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    return list(value) if isinstance(value, tuple) else value


def read_values(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read(value) for name, value in stored.items()}


def _read(value: Any) -> Any:
    if isinstance(value, dict) and "day" in value:
        return dt.date.fromisoformat(value["day"])
    if isinstance(value, dict) and "amount" in value:
        return Money(Decimal(value["amount"]), value["currency"])
    return value
