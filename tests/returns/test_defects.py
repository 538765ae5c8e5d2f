from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput, NotPermitted, StaleVersion
from core.models import Event
from core.roles import Role
from inventory.models import Lot
from inventory.queries import get_availability
from returns import services
from returns.models import DefectPattern, DefectReport, Return
from returns.queries.defects import count_cases, list_types
from returns.services import Figures, WantedReturn
from returns.states import PatternState, WarrantyVerdict
from tests.factories.cases import AGENT, NOW, open_case
from tests.factories.defects import make_pattern, make_type, sell_units
from tests.factories.people import make_partner, make_user
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_stock, make_variant

pytestmark = pytest.mark.django_db

FIGURES = Figures(units_sold=400, defects=20, expected=4.0, p_value=1e-9, q_value=1e-8)


@pytest.fixture
def line() -> Any:
    """A coffee machine, serial S-100 of lot 8813, still under warranty."""
    sold = make_order(Sold("175.00", "33.25")).lines.get()
    sell_units(sold, "S-100", lot="8813")
    make_type()
    return sold


def broken(line: Any, **said: str) -> WantedReturn:
    told: dict[str, Any] = {"defect_type": "leak", "symptom": "It leaks.", "serial": "s-100"} | said
    return WantedReturn(order_line_id=line.pk, quantity=1, reason="defective", **told)


def report_of(case: Return) -> Any:
    return DefectReport.objects.get(return_line__return_case=case)


class TestADefect:
    def test_is_written_down_when_its_case_is_opened(self, line: Any) -> None:
        case = open_case(line.order, broken(line))
        report = report_of(case)
        assert report.defect_type.code == "leak"
        assert (report.serial, report.serial_matches, report.lot) == ("S-100", True, "8813")
        assert report.warranty == WarrantyVerdict.FULL_REFUND
        event = Event.objects.get(case=f"return:{case.pk}", kind="return.defect_reported")
        assert event.data["warranty"] == "full_refund"
        assert "leaks" not in str(event.data)

    def test_with_the_serial_of_somebody_else_has_no_warranty(self, line: Any) -> None:
        report = report_of(open_case(line.order, broken(line, serial="S-999")))
        assert (report.serial_matches, report.warranty) == (False, WarrantyVerdict.NONE)

    def test_without_a_serial_has_the_lot_that_all_of_its_line_came_from(self, line: Any) -> None:
        report = report_of(open_case(line.order, broken(line, serial="")))
        assert (report.serial_matches, report.lot) == (None, "8813")

    def test_is_none_where_goods_come_back_for_another_reason(self, line: Any) -> None:
        case = open_case(line.order)
        assert not DefectReport.objects.filter(return_line__return_case=case).exists()

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"defect_type": "explodes"}, "defect_type"),
            ({"serial": "S" * 81}, "serial"),
            ({"serial": "S\x00"}, "serial"),
            ({"symptom": "x" * 501}, "symptom"),
        ],
    )
    def test_that_cannot_be_right_is_refused(
        self, line: Any, said: dict[str, str], field: str
    ) -> None:
        with pytest.raises(BadInput) as refused:
            open_case(line.order, broken(line, **said))
        assert refused.value.field == field

    def test_of_another_shop_is_no_type_here(self, line: Any) -> None:
        make_type("foreign", partner=make_partner("other"))
        with pytest.raises(BadInput):
            open_case(line.order, broken(line, defect_type="foreign"))

    def test_can_be_said_better_later(self, line: Any) -> None:
        case = open_case(line.order, broken(line, serial="S-999"))
        case.refresh_from_db()
        saying: dict[str, Any] = {
            "return_line_id": case.lines.get().pk,
            "defect_type": "leak",
            "symptom": "",
            "serial": "S-100",
            "actor": AGENT,
            "now": NOW,
        }
        services.report_defect(version=case.version, op_id=uuid4(), **saying)
        assert report_of(case).serial_matches is True
        with pytest.raises(StaleVersion):
            services.report_defect(version=case.version, op_id=uuid4(), **saying)

    def test_of_a_case_that_is_over_stands(self, line: Any) -> None:
        case = open_case(line.order, broken(line))
        services.cancel_return(
            return_id=case.pk, version=None, reason="No.", actor=AGENT, op_id=uuid4(), now=NOW
        )
        with pytest.raises(ActionBlocked):
            services.report_defect(
                return_line_id=case.lines.get().pk,
                version=None,
                defect_type="",
                symptom="",
                serial="",
                actor=AGENT,
                op_id=uuid4(),
                now=NOW,
            )

    def test_types_are_those_of_its_category_first(self) -> None:
        every, own = make_type("other"), make_type("pump", category="coffee")
        make_type("zip", category="bags")
        make_type("gone", is_active=False)
        assert list_types(partner_id=every.partner_id, category="coffee") == [own, every]


class TestAKnownPattern:
    def test_is_matched_at_once_and_says_how_many_cases(self, line: Any) -> None:
        first = open_case(line.order, broken(line))
        pattern = make_pattern(line.variant, lot="8813", defect_type_id=make_type().pk)
        assert report_of(first).pattern == pattern  # what fits already counts with it
        again = make_order(Sold("175.00", "33.25", variant=line.variant)).lines.get()
        sell_units(again, "S-101", lot="8813")
        case = open_case(again.order, broken(again, serial="S-101"))
        assert report_of(case).pattern == pattern
        event = Event.objects.get(case=f"return:{case.pk}", kind="return.defect_reported")
        assert event.data["pattern_cases"] == 1
        assert count_cases([pattern.pk]) == {pattern.pk: 2}

    def test_is_confirmed_by_a_person_who_says_why(self, line: Any) -> None:
        with pytest.raises(NotPermitted):
            self.write(line, Actor.system("radar"), because="p < 0.001")
        with pytest.raises(BadInput):
            self.write(line, Actor.user(make_user(Role.LEAD)), because=" ")

    def write(self, line: Any, actor: Actor, *, because: str) -> None:
        services.write_pattern(
            partner_id=line.partner_id,
            variant_id=line.variant_id,
            lot="8813",
            serial_from="",
            serial_to="",
            defect_type_id=None,
            symptom_words="",
            title="",
            because=because,
            actor=actor,
            op_id=uuid4(),
            now=NOW,
        )

    def test_that_says_nothing_is_none(self, line: Any) -> None:
        with pytest.raises(BadInput):
            make_pattern(line.variant)
        with pytest.raises(BadInput):
            make_pattern(line.variant, serial_from="S-9", serial_to="S-8")


def decide(pattern, deed=services.dismiss_pattern, **more):
    actor = Actor.user(make_user(Role.LEAD))
    return deed(
        pattern_id=pattern.pk, because="Looked at.", actor=actor, op_id=uuid4(), now=NOW, **more
    )


class TestAProposedPattern:
    @pytest.fixture
    def propose(self, line: Any):
        def propose(figures: Figures = FIGURES) -> DefectPattern:
            with transaction.atomic():
                return services.propose_pattern(
                    partner_id=line.partner_id,
                    variant_id=line.variant_id,
                    lot="8813",
                    defect_type_id=make_type().pk,
                    figures=figures,
                    actor=Actor.system("radar"),
                    now=NOW,
                )

        return propose

    def test_matches_nothing_until_it_is_confirmed(self, line: Any, propose) -> None:
        pattern = propose()
        case = open_case(line.order, broken(line))
        assert report_of(case).pattern is None
        decide(pattern, services.confirm_pattern, stops_lot=False)
        assert report_of(case).pattern == pattern

    def test_found_again_takes_the_figures_of_the_day(self, propose) -> None:
        first = propose()
        fresh = Figures(units_sold=500, defects=30, expected=5.0, p_value=1e-12, q_value=1e-11)
        assert propose(fresh) == first
        first.refresh_from_db()
        assert (first.defects, first.units_sold) == (30, 500)

    def test_dismissed_comes_up_again_only_once_it_has_doubled(self, propose) -> None:
        dismissed = decide(propose())
        assert propose() == dismissed
        many = Figures(units_sold=500, defects=40, expected=5.0, p_value=1e-20, q_value=1e-19)
        again = propose(many)
        assert again != dismissed
        assert again.state == PatternState.PROPOSED

    def test_is_decided_about_once(self, propose) -> None:
        pattern = decide(propose())
        with pytest.raises(ActionBlocked):
            decide(pattern)
        with pytest.raises(ActionBlocked):
            decide(pattern, services.retire_pattern)

    def test_confirmed_can_stop_its_lot_as_a_replacement(self, line: Any, propose) -> None:
        place = make_location()
        make_stock(line.variant, place, 5, lot="8813")
        make_stock(line.variant, place, 2, lot="8814")
        pattern = decide(propose(), services.confirm_pattern, stops_lot=True)
        assert get_availability([line.variant_id]) == {line.variant_id: 2}
        assert Event.objects.filter(kind="lot.blocked").count() == 1
        decide(pattern, services.retire_pattern)
        assert get_availability([line.variant_id]) == {line.variant_id: 7}
        assert not Lot.objects.get(code="8813").is_blocked

    def test_without_a_lot_has_none_to_stop(self, line: Any) -> None:
        pattern = make_pattern(line.variant, symptom_words="leak")
        with pytest.raises(BadInput):
            services.stop_lot(pattern_id=pattern.pk, actor=AGENT, op_id=uuid4(), now=NOW)


def test_a_warranty_is_that_of_the_day_of_the_report() -> None:
    """S27, request side: serial S-100, warranty to 1 June, reported in May with photos."""
    variant = make_variant()
    variant.product.warranty_months = 24
    variant.product.save()
    bought = dt.datetime(2024, 6, 1, 9, 0, tzinfo=dt.UTC)
    order = make_order(
        Sold("175.00", "33.25", variant=variant),
        placed_at=bought - dt.timedelta(days=3),
        shipped_at=bought - dt.timedelta(days=2),
        delivered_at=bought,
    )
    sold = order.lines.get()
    sell_units(sold, "S-100", lot="8813")
    kind = make_type()
    pattern = make_pattern(variant, lot="8813", defect_type_id=kind.pk)
    may = dt.datetime(2026, 5, 20, 10, 0, tzinfo=dt.UTC)
    case = open_case(order, broken(sold), now=may)
    report = report_of(case)
    assert report.warranty_until == dt.date(2026, 6, 1)
    assert report.warranty == WarrantyVerdict.FULL_REFUND
    assert (report.serial_matches, report.pattern) == (True, pattern)
