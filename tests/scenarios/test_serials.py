"""S27: a defect is reported, and another unit than the one that was sold arrives."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from inventory.models import StockLevel
from orders.models import OrderLineUnit
from payments.models import CreditMemo
from returns.models import Mismatch, ReceiptLine, Return
from returns.queries import list_blocked_lines, list_placed
from returns.services import CountedLine, decide_mismatch
from returns.states import DispositionKind, MismatchKind, Reason
from tests.factories.cases import AGENT, NOW, grade, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_stock, make_variant

pytestmark = pytest.mark.django_db


class TestS27WrongSerial:
    @pytest.fixture
    def case(self) -> Return:
        """S-100 was sold for 200.00; three others of its SKU are on sale."""
        location = make_location("LEJ")
        camera = make_variant("CAM-1")
        make_stock(camera, location, 3)
        order = make_order(Sold("200.00", variant=camera))
        line = order.lines.get()
        OrderLineUnit.objects.create(
            partner=order.partner, line=line, unit_number=1, serial="S-100"
        )
        return open_case(order, want(line, reason=Reason.DEFECTIVE))

    def test_is_kept_apart_and_the_right_one_settles_normally(self, case: Return) -> None:
        line = case.lines.get()
        receive(case, scanned(line.pk, "S-999"))
        row = ReceiptLine.objects.get()
        assert row.kind == "wrong_serial"

        task = Mismatch.objects.get()
        assert (task.kind, task.state, task.suggested) == ("wrong_serial", "open", "ask")
        assert list_blocked_lines(case) == {line.pk}

        aside = DispositionKind.QUALITY_REJECT
        inspect(
            case, grade(row.pk, is_accepted=False, disposition=aside, refused_because="not_ours")
        )
        assert buckets(case) == {"available": 3, "quarantine": 1}
        assert state(case) == "partly_received"
        assert not CreditMemo.objects.exclude(state="draft").exists()

        receive(case, scanned(line.pk, "S-100"))
        inspect(case, grade(ReceiptLine.objects.latest("pk").pk))
        assert state(case) == "settling"
        assert [str(memo.gross) for memo in issued()] == ["200.0000"]
        assert buckets(case) == {"available": 4, "quarantine": 1}

    def test_is_sent_back_from_quarantine_once_somebody_decides_so(self, case: Return) -> None:
        receive(case, scanned(case.lines.get().pk, "S-999"))
        aside = DispositionKind.QUALITY_REJECT
        inspect(case, grade(ReceiptLine.objects.get().pk, is_accepted=False, disposition=aside))
        decide(Mismatch.objects.get(), "send_back", reason="It is their own camera.")
        assert buckets(case) == {"available": 3, "quarantine": 0}
        assert [placed.kind for placed in list_placed(case)] == ["return_to_customer"]
        assert Mismatch.objects.get(state="open").kind == MismatchKind.MISSING

    def test_says_when_the_unit_is_somebody_elses(self, case: Return) -> None:
        other = make_order(Sold("200.00", variant=case.lines.get().order_line.variant))
        OrderLineUnit.objects.create(
            partner=other.partner, line=other.lines.get(), unit_number=1, serial="S-999"
        )
        receive(case, scanned(case.lines.get().pk, "s-999"))
        assert Mismatch.objects.get().kind == MismatchKind.FOREIGN_SERIAL
        assert case.lines.get().awaited == 1


def scanned(line_id: int, serial: str) -> CountedLine:
    return CountedLine(return_line_id=line_id, quantity=1, serial_found=serial)


def decide(mismatch: Mismatch, rule: str, **fields: Any) -> Mismatch:
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW, "version": None}
    return decide_mismatch(mismatch_id=mismatch.pk, rule=rule, **who | fields)


def buckets(case: Return) -> dict[str, int]:
    level = StockLevel.objects.get(variant=case.lines.get().order_line.variant)
    return {"available": level.available, "quarantine": level.quarantine}


def state(case: Return) -> str:
    return str(Return.objects.get(pk=case.pk).state)


def issued() -> list[CreditMemo]:
    return list(CreditMemo.objects.exclude(state="draft"))
