from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core import deliveries
from core.errors import ActionBlocked, BadInput
from core.models import Event
from fulfilment.queries import get_parcel
from inventory.models import Location, StockLevel
from orders.models import Order, OrderLine
from payments import services as payments
from payments.models import CreditMemo
from payments.queries import list_memos
from returns.models import ReceiptLine, Return, UnitClaim
from returns.services import CountedLine, WantedReturn, close_case
from returns.states import DispositionKind, Grade, Outcome, ReturnState
from tests.factories.cases import (
    AGENT,
    NOW,
    bring_back,
    grade,
    inspect,
    open_case,
    receive,
    want,
)
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db

SENT_BACK: dict[str, Any] = {
    "is_accepted": False,
    "disposition": DispositionKind.RETURN_TO_CUSTOMER,
}


@pytest.fixture
def lej() -> Location:
    return make_location("LEJ")


@pytest.fixture
def line(lej: Location) -> OrderLine:
    return make_order(Sold("90.00", "7.20", quantity=3)).lines.get()


def received(order: Order, *wanted: WantedReturn) -> Return:
    case = open_case(order, *wanted)
    receive(case)
    return case


def stock(line: OrderLine) -> tuple[int, int]:
    level = StockLevel.objects.filter(variant=line.variant).first()
    return (level.available, level.quarantine) if level else (0, 0)


def kinds(case: Return) -> list[str]:
    events = Event.objects.filter(subject=f"return:{case.pk}")
    return list(events.order_by("id").values_list("kind", flat=True))


class TestInspectGoods:
    def test_restocks_and_issues_the_memo_with_the_last_grade(self, line: OrderLine) -> None:
        memo = bring_back(open_case(line.order, want(line, 3)))
        assert (memo.state, memo.number, memo.gross) == ("issued", "CM-000001", Decimal("97.20"))
        assert stock(line) == (3, 0)

    def test_moves_the_units_from_open_to_returned(self, line: OrderLine) -> None:
        bring_back(open_case(line.order, want(line, 2)))
        line.refresh_from_db()
        assert (line.return_open, line.returned, line.returnable) == (0, 2, 1)

    def test_waits_for_the_grade_of_every_unit(self, line: OrderLine) -> None:
        case = received(line.order, want(line, 3))
        inspect(case, grade(ReceiptLine.objects.get().pk, 2))
        assert (Return.objects.get().state, stock(line)) == (ReturnState.RECEIVED, (2, 0))
        inspect(case, grade(ReceiptLine.objects.get().pk, 1))
        assert Return.objects.get().state == ReturnState.SETTLING

    def test_waits_for_the_second_parcel(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=2))
        inspect(case)
        assert Return.objects.get().state == ReturnState.PARTLY_RECEIVED
        receive(case)
        assert inspect(case).state == ReturnState.SETTLING

    def test_credits_each_part_as_it_is_accepted(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=2))
        inspect(case)
        first, rest = list_memos(f"return:{case.pk}")
        assert (first.number, first.gross) == ("CM-000001", Decimal("64.80"))
        assert (rest.state, rest.gross) == ("draft", Decimal("32.40"))
        line.refresh_from_db()
        assert (line.return_open, line.returned) == (1, 2)
        receive(case)
        inspect(case)
        numbers = [memo.number for memo in list_memos(f"return:{case.pk}")]
        assert numbers == ["CM-000001", "CM-000002"]
        assert kinds(case).count("return.goods_accepted") == 2

    def test_frees_refused_units_of_a_part_at_once(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=2))
        row = ReceiptLine.objects.get().pk
        inspect(case, grade(row), grade(row, grade=Grade.D, **SENT_BACK))
        units = UnitClaim.objects.filter(freed_at=None).values_list("unit_number", "grade")
        assert sorted(units) == [(1, "A"), (2, "")]
        returned = case.lines.get()
        assert (returned.decision, returned.accepted, returned.refused) == ("authorised", 1, 1)

    def test_credits_only_what_passed_and_frees_the_rest(self, line: OrderLine) -> None:
        case = received(line.order, want(line, 3))
        row = ReceiptLine.objects.get().pk
        inspect(case, grade(row, 2), grade(row, 1, grade=Grade.D, **SENT_BACK))
        memo = CreditMemo.objects.get()
        assert (memo.gross, memo.lines.get().quantity) == (Decimal("64.80"), 2)
        kept = UnitClaim.objects.filter(freed_at=None).values_list("unit_number", flat=True)
        assert sorted(kept) == [1, 2]
        line.refresh_from_db()
        assert (line.returned, line.returnable) == (2, 1)

    @pytest.mark.causes("goods_refused")
    def test_owes_nothing_for_goods_that_did_not_pass(self, line: OrderLine) -> None:
        case = received(line.order)
        inspect(case, grade(ReceiptLine.objects.get().pk, grade=Grade.D, **SENT_BACK))
        assert kinds(case)[-2:] == ["return.goods_refused", "return.closed"]
        assert (CreditMemo.objects.count(), stock(line)) == (0, (0, 0))
        assert case.lines.get().decision == "refused"

    def test_leaves_a_refused_exchange_to_the_exchange(self, line: OrderLine) -> None:
        case = received(line.order, want(line, outcome=Outcome.EXCHANGE))
        inspect(case, grade(ReceiptLine.objects.get().pk, grade=Grade.D, **SENT_BACK))
        assert Return.objects.get().state == ReturnState.SETTLING

    def test_tells_whoever_waits_for_accepted_goods(self, line: OrderLine) -> None:
        case = received(line.order, want(line, 2))
        inspect(case)
        event = Event.objects.get(kind="return.goods_accepted")
        assert event.data["credit"] == "64.8000"
        assert event.data["lines"] == [
            {
                "line": case.lines.get().pk,
                "order_line": line.pk,
                "accepted": 2,
                "refused": 0,
                "units": [1, 2],
            }
        ]

    def test_closes_the_parcel(self, line: OrderLine) -> None:
        case = received(line.order)
        inspect(case)
        parcel = get_parcel(f"return:{case.pk}")
        assert parcel is not None
        assert parcel.state == "closed"

    @pytest.mark.parametrize("disposition", ["quality_reject", "refurbish", "return_to_vendor"])
    def test_keeps_what_is_not_for_sale_in_quarantine(
        self, line: OrderLine, disposition: str
    ) -> None:
        case = received(line.order)
        inspect(case, grade(ReceiptLine.objects.get().pk, grade=Grade.C, disposition=disposition))
        assert stock(line) == (0, 1)

    def test_grades_nothing_twice(self, line: OrderLine) -> None:
        case = received(line.order, want(line, 2))
        row = ReceiptLine.objects.get().pk
        inspect(case, grade(row))
        with pytest.raises(BadInput, match="not graded yet"):
            inspect(case, grade(row, 2))

    def test_needs_goods(self, line: OrderLine) -> None:
        with pytest.raises(ActionBlocked, match="nothing to inspect"):
            inspect(open_case(line.order), grade(1))


class TestCloseCase:
    def test_ends_a_settled_case(self, line: OrderLine) -> None:
        case = received(line.order, want(line, outcome=Outcome.EXCHANGE))
        inspect(case)
        with transaction.atomic():
            closed = close_case(return_id=case.pk, actor=AGENT, now=NOW, op_id=uuid4())
        assert (closed.state, closed.closed_at) == (ReturnState.CLOSED, NOW)

    def test_follows_the_last_memo_that_is_spent(self, line: OrderLine) -> None:
        case = received(line.order)
        inspect(case)
        memo = CreditMemo.objects.get()
        with transaction.atomic():
            payments.apply_credit(memo_id=memo.pk, amount=memo.gross, actor=AGENT, now=NOW)
        deliveries.deliver_due()
        assert Return.objects.get().state == ReturnState.CLOSED
