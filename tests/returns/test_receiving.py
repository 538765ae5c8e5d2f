from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from core.errors import ActionBlocked, BadInput, StaleVersion
from fulfilment.queries import get_parcel
from inventory.models import Location, StockLevel
from orders.models import Order, OrderLineUnit
from payments.queries import get_draft
from returns.models import ReceiptLine, Return
from returns.services import CountedLine, cancel_return, mark_departed, receive_goods
from returns.states import DispositionKind, ReturnState
from tests.factories.cases import AGENT, NOW, grade, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def lej() -> Location:
    return make_location("LEJ")


@pytest.fixture
def order(lej: Location) -> Order:
    return make_order(Sold("90.00", "7.20", quantity=3))


@pytest.fixture
def case(order: Order) -> Return:
    return open_case(order, want(order.lines.get(), 3))


def counted(case: Return, quantity: int, **fields: Any) -> CountedLine:
    return CountedLine(return_line_id=case.lines.get().pk, quantity=quantity, **fields)


def rows(case: Return) -> list[tuple[str, int]]:
    lines = ReceiptLine.objects.filter(receipt__return_case=case).order_by("pk")
    return list(lines.values_list("kind", "quantity"))


def fresh(case: Return) -> Return:
    return Return.objects.get(pk=case.pk)


class TestReceiveGoods:
    def test_is_complete_when_nothing_is_awaited(self, case: Return) -> None:
        receive(case)
        line = case.lines.get()
        assert (fresh(case).state, line.received_ok, line.awaited) == ("received", 3, 0)

    def test_takes_any_number_of_parcels(self, case: Return) -> None:
        receive(case, counted(case, 2))
        assert fresh(case).state == ReturnState.PARTLY_RECEIVED
        receive(case, counted(case, 1))
        assert (fresh(case).state, case.receipts.count()) == ("received", 2)

    def test_tells_damaged_units_apart(self, case: Return) -> None:
        receive(case, counted(case, 3, damaged=1))
        line = case.lines.get()
        assert (line.received_ok, line.received_damaged) == (2, 1)

    def test_keeps_what_is_more_than_announced_as_extra(self, case: Return) -> None:
        receive(case, counted(case, 4))
        assert rows(case) == [("expected", 3), ("extra", 1)]
        assert fresh(case).state == ReturnState.RECEIVED

    def test_still_awaits_the_right_one_after_a_wrong_item(self, case: Return) -> None:
        receive(case, counted(case, 1, sku_found="SOCKS"))
        assert rows(case) == [("wrong_item", 1)]
        assert (fresh(case).state, case.lines.get().awaited) == ("partly_received", 3)

    def test_takes_what_nobody_announced(self, case: Return) -> None:
        socks = make_variant("SOCKS")
        receive(case, CountedLine(return_line_id=None, quantity=1, sku_found="SOCKS"))
        assert ReceiptLine.objects.get().variant == socks

    def test_brings_the_announced_parcel_in(self, case: Return) -> None:
        receive(case)
        parcel = get_parcel(f"return:{case.pk}")
        assert parcel is not None
        assert parcel.state == "counted"

    def test_refuses_a_place_of_somebody_else(self, case: Return) -> None:
        with pytest.raises(BadInput, match="where the goods are"):
            receive_goods(
                return_id=case.pk,
                version=None,
                location_id=0,
                lines=[counted(case, 1)],
                actor=AGENT,
                op_id=uuid4(),
                now=NOW,
            )

    def test_refuses_goods_of_a_case_that_is_over(self, case: Return) -> None:
        cancel_return(
            return_id=case.pk, version=1, reason="Found it", actor=AGENT, op_id=uuid4(), now=NOW
        )
        with pytest.raises(ActionBlocked) as refusal:
            receive(case, counted(case, 1))
        assert refusal.value.reasons == ["The return is cancelled: no goods are awaited."]

    def test_counts_one_op_id_once(self, case: Return) -> None:
        op_id = uuid4()
        first = receive(case, counted(case, 1), op_id=op_id)
        assert receive(case, counted(case, 1), op_id=op_id) == first
        assert case.lines.get().received_ok == 1

    def test_refuses_a_version_that_is_no_longer_true_s32(self, case: Return) -> None:
        mark_departed(return_id=case.pk, version=1, actor=AGENT, op_id=uuid4(), now=NOW)
        with pytest.raises(StaleVersion):
            receive(case, version=1)
        assert case.receipts.count() == 0


class TestSerials:
    @pytest.fixture
    def case(self) -> Return:
        order = make_order(Sold("200.00"))
        OrderLineUnit.objects.create(
            partner=order.partner, line=order.lines.get(), unit_number=1, serial="S-100"
        )
        return open_case(order)

    def test_that_were_not_sold_are_wrong_ones(self, case: Return) -> None:
        receive(case, counted(case, 1, serial_found="S-999"))
        assert rows(case) == [("wrong_serial", 1)]
        assert case.lines.get().awaited == 1

    def test_of_the_right_one_complete_the_case_next_day(self, case: Return) -> None:
        receive(case, counted(case, 1, serial_found="S-999"))
        receive(case, counted(case, 1, serial_found="s-100"))
        assert fresh(case).state == ReturnState.RECEIVED

    def test_are_asked_for(self, case: Return) -> None:
        with pytest.raises(BadInput, match="Scan the serial number"):
            receive(case, counted(case, 1))

    def test_put_the_wrong_unit_into_quarantine_and_nowhere_else(self, case: Return) -> None:
        receive(case, counted(case, 1, serial_found="S-999"))
        row = ReceiptLine.objects.get()
        with pytest.raises(ActionBlocked, match="cannot go there"):
            inspect(case, grade(row.pk))
        aside = DispositionKind.QUALITY_REJECT
        inspect(case, grade(row.pk, is_accepted=False, disposition=aside))
        level = StockLevel.objects.get(variant=case.lines.get().order_line.variant)
        assert (level.available, level.quarantine) == (0, 1)
        assert fresh(case).state == ReturnState.PARTLY_RECEIVED
        memo = get_draft(f"return:{case.pk}")
        assert memo is not None
        assert memo.state == "draft"
