"""Goods without serial numbers are known by their lot: as sold, or as it stands on what came."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core import deliveries
from core.errors import BadInput
from core.models import Event
from core.roles import Role
from inventory.models import StockLevel, Variant
from orders.models import Order, OrderLineUnit
from returns.models import ClaimLine, DefectReport, Return
from returns.queries.radar import (
    count_failed,
    count_sold,
    find_causes_of,
    forecast_of,
    list_concerned,
)
from returns.services import CountedLine, WantedReturn, report_defect, stop_lot
from tests.console.screens import sign_in, text_of
from tests.factories.cases import AGENT, NOW, grade, inspect, open_case, receive
from tests.factories.defects import make_pattern, make_type
from tests.factories.sales import Sold, make_customer, make_order
from tests.factories.stock import make_location, make_lot, make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def kettle() -> Variant:
    return make_variant("KETTLE", product=make_product(warranty_months=24), barcode="4006381333931")


def sell(kettle: Variant, lot: str, units: int = 1, *, email: str = "ana@x.example") -> Order:
    """So many of one lot, none of which has a serial number; no lot was told where it is blank."""
    sold = Sold(f"{units}.00", quantity=units, variant=kettle)
    order = make_order(sold, customer=make_customer(email=email))
    line = order.lines.get()
    OrderLineUnit.objects.bulk_create(
        OrderLineUnit(partner=line.partner, line=line, unit_number=number, lot=lot)
        for number in range(1, units + 1)
        if lot
    )
    return order


def break_one(order: Order, **said: Any) -> Return:
    wanted = WantedReturn(
        order_line_id=order.lines.get().pk,
        quantity=1,
        reason="defective",
        defect_type=make_type().code,
        symptom="It drips.",
        **said,
    )
    return open_case(order, wanted)


def report_of(case: Return) -> DefectReport:
    return DefectReport.objects.get(return_line__return_case=case)


def come(case: Return, lot: str = "") -> None:
    receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=1, lot_found=lot))


class TestAsSold:
    def test_are_matched_with_the_pattern_of_their_lot(self, kettle: Variant) -> None:
        pattern = make_pattern(kettle, lot="l-8813")
        report = report_of(break_one(sell(kettle, "L-8813")))
        assert (report.lot, report.pattern) == ("L-8813", pattern)
        assert report_of(break_one(sell(kettle, "L-8814"))).pattern is None

    def test_are_of_no_lot_where_a_line_came_of_two(self, kettle: Variant) -> None:
        order = sell(kettle, "8813", 2)
        order.lines.get().units.filter(unit_number=2).update(lot="8814")
        assert report_of(break_one(order)).lot == ""

    def test_have_no_serial_number_that_a_blank_one_could_match(self, kettle: Variant) -> None:
        report = report_of(break_one(sell(kettle, "8813"), serial="X-1"))
        assert (report.serial_matches, report.lot) == (None, "8813")

    def test_are_counted_without_scanning_a_serial_number(self, kettle: Variant) -> None:
        case = break_one(sell(kettle, "8813"))
        come(case)
        inspect(case)
        assert StockLevel.objects.get().lot == "8813"
        case.refresh_from_db()
        assert case.state == "settling"

    def test_say_at_least_a_lot(self, kettle: Variant) -> None:
        line = sell(kettle, "").lines.get()
        with pytest.raises(IntegrityError, match="known_by_something"), transaction.atomic():
            OrderLineUnit.objects.create(partner=line.partner, line=line, unit_number=1)

    def test_are_counted_by_the_radar_causes_and_forecasts(self, kettle: Variant) -> None:
        make_lot(kettle, "8813", supplier="Oak & Sons")
        make_lot(kettle, "8814", supplier="Elm Ltd")
        bad, good = sell(kettle, "8813", 20), sell(kettle, "8814", 80, email="")
        for _ in range(6):
            break_one(bad)
        break_one(good)
        sold = {row.lot: row.units for row in count_sold(partner_id=kettle.partner_id, now=NOW)}
        failed = {row.lot: row.units for row in count_failed(partner_id=kettle.partner_id, now=NOW)}
        assert (sold, failed) == ({"8813": 20, "8814": 80}, {"8813": 6, "8814": 1})
        pattern = make_pattern(kettle, lot="8813", defect_type_id=make_type().pk)
        causes = {(cause.factor, cause.level) for cause in find_causes_of(pattern, now=NOW)}
        assert ("Lot", "8813") in causes
        assert forecast_of(pattern, now=NOW).in_hands == 14
        (concerned,) = list_concerned(pattern, now=NOW)
        assert concerned.units == 14  # who asked six back knows


class TestOfSeveralLots:
    @pytest.mark.parametrize(
        ("lot", "fits"),
        [("L-99", False), ("L-100", True), ("l-110", True), ("L-120", True), ("L-121", False),
         ("", False), ("M-110", False)],
    )  # fmt: skip
    def test_a_pattern_matches_those_between_its_first_and_last(
        self, kettle: Variant, lot: str, *, fits: bool
    ) -> None:
        pattern = make_pattern(kettle, lot="L-100", lot_to="L-120")
        report = report_of(break_one(sell(kettle, lot)))
        assert report.pattern == (pattern if fits else None)

    def test_a_pattern_reckons_with_all_of_them(self, kettle: Variant) -> None:
        for lot in ("L-100", "L-110", "L-121"):
            sell(kettle, lot, 5)
        pattern = make_pattern(kettle, lot="L-100", lot_to="L-120")
        assert forecast_of(pattern, now=NOW).in_hands == 10
        assert sum(each.units for each in list_concerned(pattern, now=NOW)) == 10
        assert pattern.lots == "L-100–L-120"

    @pytest.mark.parametrize(
        ("span", "field"),
        [({"lot": "L-120", "lot_to": "L-100"}, "lot_to"), ({"lot_to": "L-100"}, "lot")],
    )
    def test_a_pattern_begins_with_the_first(
        self, kettle: Variant, span: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(BadInput) as refused:
            make_pattern(kettle, symptom_words="drips", **span)
        assert refused.value.field == field

    def test_are_stopped_one_by_one(self, kettle: Variant) -> None:
        pattern = make_pattern(kettle, lot="L-100", lot_to="L-120")
        with pytest.raises(BadInput, match="one by one"):
            stop_lot(pattern_id=pattern.pk, actor=AGENT, op_id=uuid4(), now=NOW)
        page = sign_in(Role.LEAD).get(f"/defects/patterns/{pattern.public_id}/")
        assert "L-100–L-120" in text_of(page.content)


class TestAsFound:
    def test_say_of_which_lot_a_report_is(self, kettle: Variant) -> None:
        pattern = make_pattern(kettle, lot="8813")
        case = break_one(sell(kettle, ""))
        assert report_of(case).pattern is None
        come(case, lot=" 8813 ")
        assert (report_of(case).lot, report_of(case).pattern) == ("8813", pattern)
        told = Event.objects.get(kind="return.lot_found").data
        assert (told["lot"], told["pattern"]) == ("8813", pattern.public_id)
        failed = count_failed(partner_id=kettle.partner_id, now=NOW)
        assert [row.lot for row in failed] == ["8813"]

    def test_are_right_where_the_channel_was_not(self, kettle: Variant) -> None:
        case = break_one(sell(kettle, "8813"))
        come(case, lot="8814")
        assert report_of(case).lot == "8814"

    def test_are_not_forgotten_when_the_defect_is_told_better(self, kettle: Variant) -> None:
        case = break_one(sell(kettle, ""))
        come(case, lot="8813")
        report_defect(
            return_line_id=case.lines.get().pk,
            version=None,
            defect_type="leak",
            symptom="It drips at the seam.",
            serial="",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        assert report_of(case).lot == "8813"

    def test_go_to_the_supplier_under_their_lot(self, kettle: Variant) -> None:
        make_lot(kettle, "8813", supplier="Oak & Sons")
        case = break_one(sell(kettle, ""))
        come(case, lot="8813")
        row = case.receipts.get().lines.get()
        inspect(case, grade(row.pk, grade="D", disposition="return_to_vendor"))
        claimed = ClaimLine.objects.get()
        assert (claimed.lot, claimed.claim.name) == ("8813", "Oak & Sons")


class TestOnScreens:
    def test_are_seen_on_the_case(self, kettle: Variant) -> None:
        case = break_one(sell(kettle, "8813"))
        page = sign_in(Role.AGENT).get(f"/cases/{case.number}/")
        assert "1 of 1 · lot 8813" in text_of(page.content)
        come(case, lot="8814")
        deliveries.deliver_due()
        page = sign_in(Role.AGENT).get(f"/cases/{case.number}/")
        assert "1 of 1 · lot 8814" in text_of(page.content)
        assert "The goods are of lot 8814" in text_of(page.content)

    def test_are_seen_on_a_case_without_a_defect(self, kettle: Variant) -> None:
        case = open_case(sell(kettle, "8813", 2))
        page = sign_in(Role.AGENT).get(f"/cases/{case.number}/")
        assert "1 of 2 · lot 8813" in text_of(page.content)

    @pytest.mark.parametrize(
        "scan", ["(01)04006381333931(10)8813", "]C1010400638133393117270101108813", "4006381333931"]
    )
    def test_are_scanned_at_the_dock(self, kettle: Variant, scan: str) -> None:
        make_location()
        case = break_one(sell(kettle, ""))
        warehouse = sign_in(Role.WAREHOUSE)
        assert warehouse.get("/warehouse/", {"scan": scan}).status_code == 302
        form = self.scan(warehouse, case, scan)
        line = f"line-{case.lines.get().pk}"
        lot = "8813" if "10" in scan else ""
        assert form[f"{line}-quantity"] == "1"
        assert (form[f"{line}-lot"] or "") == lot

    def test_are_not_booked_under_another_lot_than_was_scanned(self, kettle: Variant) -> None:
        make_location()
        case = open_case(sell(kettle, "", 2))
        page = sign_in(Role.WAREHOUSE).get(
            f"/cases/{case.number}/inspect/",
            {"heard": [f"(01)04006381333931(10){lot}" for lot in ("8813", "8814")]},
        )
        assert "It is of lot 8814: book what is of lot 8813 first." in text_of(page.content)

    def scan(self, warehouse: Client, case: Return, scan: str) -> dict[str, Any]:
        page = warehouse.get(f"/cases/{case.number}/inspect/", {"heard": scan})
        assert page.status_code == 200
        inspection = page.context["inspection"]
        (row,) = inspection.counting
        return {field.html_name: field.value() for field in row.form}
