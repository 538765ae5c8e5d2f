"""What is unusual about a case, sign by sign, and whether a lead has looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from console.case.record import CaseRecord
from console.components import Action, Badge
from console.reader import Reader
from returns.models import RiskHold

Words = Callable[[int], str]


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count=count)


SIGNS: dict[str, Words] = {
    "serial_used": lambda n: _plural(
        n,
        "A serial number came back on another case since it was sold",
        "{count} serial numbers came back on other cases since they were sold",
    ),
    "photo_used": lambda n: _plural(
        n, "A photo was used on another case", "{count} photos were used on other cases"
    ),
    "serial_foreign": lambda n: _plural(
        n,
        "A serial number was not sold with this order",
        "{count} serial numbers were not sold with this order",
    ),
    "velocity_customer": lambda n: f"{n} returns of this customer in 90 days, this one among them",
    "velocity_address": lambda n: f"{n} returns of others at the same address in 90 days",
    "velocity_card": lambda n: f"{n} returns of others with the same card in 90 days",
    "inflated_value": lambda n: (
        "Bought for more than three times today's list price"
        if n > 1
        else "Bought for more than one and a half times today's list price"
    ),
    "worn": lambda n: _plural(
        n,
        "Came back used, although nothing was wrong with it",
        "{count} lines came back used, although nothing was wrong with them",
    ),
    "worn_before": lambda n: _plural(
        n,
        "Goods came back worn once before within a year",
        "Goods came back worn {count} times before within a year",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSign:
    words: str
    points: str
    cases: list[Action]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPanel:
    """`says` is what follows from it; `note` why a lead cleared it."""

    score: int
    badge: Badge
    signs: list[RiskSign]
    says: str
    note: str = ""


def draw_risk(record: CaseRecord, reader: Reader) -> RiskPanel | None:
    """None where nothing about the case is unusual."""
    assessment = record.risk
    if assessment is None or not assessment.score:
        return None
    hold = record.risk_hold
    return RiskPanel(
        score=assessment.score,
        badge=_badge(assessment.score, hold),
        signs=[_sign(part) for part in assessment.parts],
        says=_say(assessment.limit, hold, record, reader),
        note=hold.note.text if hold and hold.note else "",
    )


def _badge(score: int, hold: RiskHold | None) -> Badge:
    if hold and hold.cleared_at is None:
        return Badge(word=f"{score} of 100 · held", tone="bad")
    return Badge(word=f"{score} of 100", tone="warn" if hold else "info")


def _sign(part: dict[str, Any]) -> RiskSign:
    return RiskSign(
        words=SIGNS[part["code"]](part["count"]),
        points=f"+{part['points']}",
        cases=[
            Action(label=number, url=reverse("console:case", args=[number]), method="get")
            for number in part["cases"]
        ],
    )


def _say(limit: int | None, hold: RiskHold | None, record: CaseRecord, reader: Reader) -> str:
    if hold and hold.cleared_at is None:
        return (
            f"Policy wants a person above {limit}: nothing is released and nothing is paid out "
            "before a lead has cleared it (RISK)."
        )
    if hold and hold.cleared_at:
        who = record.names.get(hold.cleared_by, hold.cleared_by)
        return f"Cleared by {who} on {reader.day(hold.cleared_at)}."
    if limit is None:
        return "Policy sets no limit: this is shown, and holds nothing."
    return f"Within policy's limit of {limit}: this is shown, and holds nothing."
