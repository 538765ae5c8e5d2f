"""S27: a defect is reported, and another unit than the one that was sold arrives."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum

from inventory.models import StockLevel
from orders.models import OrderLineUnit
from payments.models import CreditMemo
from policies.rules import Evidence, Scope
from returns.models import DefectPattern, Mismatch, ReceiptLine, Return
from returns.queries import list_blocked_lines, list_placed
from returns.services import CountedLine, WantedReturn, decide_mismatch
from returns.states import DispositionKind, MismatchKind, Reason, WarrantyVerdict
from tests.factories.cases import AGENT, grade, inspect, open_case, receive
from tests.factories.defects import make_pattern, make_type, photograph, sell_units
from tests.factories.policies import publish
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_product, make_stock, make_variant

BOUGHT = dt.datetime(2024, 6, 1, 9, 0, tzinfo=dt.UTC)
MAY = dt.datetime(2026, 5, 20, 10, 0, tzinfo=dt.UTC)
NEXT_DAY = MAY + dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


class TestS27WrongSerial:
    @pytest.fixture
    def case(self) -> Return:
        """S-100 was sold for 200.00 with warranty to 1 June; three others of its SKU are on sale.

        In May it is reported as defective, with a photo, as others of its lot were.
        """
        publish((Evidence(photos=1, needs_serial=True), Scope(reason="defective")))
        camera = make_variant("CAM-1", product=make_product(warranty_months=24))
        make_stock(camera, make_location("LEJ"), 3)
        day = dt.timedelta(days=1)
        order = make_order(
            Sold("200.00", variant=camera),
            placed_at=BOUGHT - 3 * day,
            shipped_at=BOUGHT - 2 * day,
            delivered_at=BOUGHT,
        )
        line = order.lines.get()
        sell_units(line, "S-100", lot="8813")
        make_pattern(camera, lot="8813", defect_type_id=make_type().pk)
        wanted = WantedReturn(
            order_line_id=line.pk,
            quantity=1,
            reason=Reason.DEFECTIVE,
            defect_type="leak",
            serial="S-100",
            photos=(photograph(line, now=MAY).public_id,),
        )
        return open_case(order, wanted, now=MAY)

    def test_is_within_warranty_and_a_known_defect_when_it_is_asked(self, case: Return) -> None:
        report = case.lines.get().defect_report
        assert case.state == "authorised"
        assert (report.warranty, report.warranty_until) == (
            WarrantyVerdict.FULL_REFUND,
            dt.date(2026, 6, 1),
        )
        assert (report.serial_matches, report.pattern) == (True, DefectPattern.objects.get())

    def test_is_kept_apart_and_the_right_one_settles_normally(self, case: Return) -> None:
        line = case.lines.get()
        receive(case, scanned(line.pk, "S-999"), now=MAY)
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

        receive(case, scanned(line.pk, "S-100"), now=NEXT_DAY)
        inspect(case, grade(ReceiptLine.objects.latest("pk").pk), now=NEXT_DAY)
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
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NEXT_DAY, "version": None}
    return decide_mismatch(mismatch_id=mismatch.pk, rule=rule, **who | fields)


def buckets(case: Return) -> dict[str, int]:
    """Of all lots together: the right one comes back to the lot that it was sold from."""
    levels = StockLevel.objects.filter(variant=case.lines.get().order_line.variant)
    return levels.aggregate(available=Sum("available"), quarantine=Sum("quarantine"))


def state(case: Return) -> str:
    return str(Return.objects.get(pk=case.pk).state)


def issued() -> list[CreditMemo]:
    return list(CreditMemo.objects.exclude(state="draft"))
