"""Differences at receipt: what is counted, decided, and left of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from core.laws import check_laws
from payments.queries import list_memos
from returns.models import Mismatch, Return
from returns.services import CountedLine, decide_mismatch
from tests.factories.cases import AGENT, NOW

SUMS = [
    "open_units_are_those_of_open_lines",
    "an_issued_memo_follows_accepted_goods",
    "no_line_is_credited_beyond_its_price",
    "what_is_missing_is_on_the_desk",
]


def counted(case: Return, quantity: int, **fields: Any) -> CountedLine:
    return CountedLine(return_line_id=case.lines.get().pk, quantity=quantity, **fields)


def decide(mismatch: Mismatch, rule: str, **fields: Any) -> Mismatch:
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW, "version": None}
    return decide_mismatch(mismatch_id=mismatch.pk, rule=rule, **who | fields)


def found() -> list[tuple[str, int, str]]:
    rows = Mismatch.objects.order_by("pk")
    return list(rows.values_list("kind", "quantity", "state"))


def state_of(case: Return) -> str:
    return str(Return.objects.get(pk=case.pk).state)


def assert_all_credited(case: Return, memos: list[str]) -> None:
    """Two of three came, one never did; each is credited once and nothing is awaited."""
    line = case.lines.get()
    assert (line.accepted, line.missing, line.awaited) == (2, 1, 0)
    credited = [memo.gross for memo in list_memos(f"return:{case.pk}")]
    assert credited == [Decimal(amount) for amount in memos]
    assert state_of(case) == "settling"
    line.order_line.refresh_from_db()
    assert (line.order_line.returned, line.order_line.kept, line.order_line.return_open) == (
        2,
        1,
        0,
    )
    assert [law for law in check_laws(SUMS) if not law.ok] == []
