"""A case waits for evidence, and goes on once it is there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Actor
from core.models import Event
from orders.models import OrderLine
from policies.models import Decision
from policies.rules import Evidence, ReturnWindow, ReviewWhen, Scope, Warranty
from returns import services
from returns.models import EvidenceRequest, Return
from returns.services import WantedReturn
from returns.states import LineDecision, ReturnState, WarrantyVerdict
from tests.factories.cases import AGENT, NOW, open_case
from tests.factories.defects import make_pattern, make_type, photograph, sell_units
from tests.factories.policies import publish
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db

DEFECTIVE = Scope(reason="defective")


@pytest.fixture
def line() -> OrderLine:
    sold: OrderLine = make_order(Sold("175.00", "33.25")).lines.get()
    sell_units(sold, "S-100", lot="8813")
    make_type()
    return sold


def broken(line: OrderLine, **said: Any) -> WantedReturn:
    return WantedReturn(
        order_line_id=line.pk, quantity=1, reason="defective", defect_type="leak", **said
    )


def kinds(case: Return) -> list[str]:
    return list(Event.objects.filter(case=f"return:{case.pk}").values_list("kind", flat=True))


class TestACaseThatAwaitsEvidence:
    def test_goes_on_by_itself_once_all_is_there(self, line: OrderLine) -> None:
        publish((Evidence(photos=2, needs_serial=True), DEFECTIVE))
        case = open_case(line.order, broken(line))
        assert case.state == ReturnState.AWAITING_EVIDENCE
        request = services.ask_for_evidence(
            return_id=case.pk,
            version=None,
            address="https://desk.example/photos/",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        customer = Actor("customer", str(case.customer_id))
        for seed in (1, 2):
            photograph(case.lines.get(), seed, actor=customer)
            case.refresh_from_db()
            assert case.state == ReturnState.AWAITING_EVIDENCE  # the serial is missing still
        services.report_defect(
            return_line_id=case.lines.get().pk,
            version=None,
            defect_type="leak",
            symptom="",
            serial="S-100",
            actor=customer,
            op_id=uuid4(),
            now=NOW,
        )
        case.refresh_from_db()
        assert case.state == ReturnState.AUTHORISED
        assert case.lines.get().decision == LineDecision.AUTHORISED
        assert {"return.evidence_complete", "return.authorised"} <= set(kinds(case))
        facts = Decision.objects.filter(case=f"return:{case.pk}").latest("pk").facts
        assert (facts["photos"], facts["has_serial"], facts["serial_matches"]) == (2, True, True)
        assert EvidenceRequest.objects.get(pk=request.pk).ended_at is not None

    def test_is_judged_by_the_day_it_was_asked(self, line: OrderLine) -> None:
        publish((Evidence(photos=1), DEFECTIVE), (ReturnWindow(days=30), DEFECTIVE))
        case = open_case(line.order, broken(line))
        photograph(case.lines.get(), now=NOW + dt.timedelta(days=300))
        case.refresh_from_db()
        assert case.state == ReturnState.AUTHORISED

    @pytest.mark.parametrize("is_late", [False, True])
    def test_goes_to_a_person_with_a_photo_of_another_case(
        self, line: OrderLine, *, is_late: bool
    ) -> None:
        publish((Evidence(photos=1), DEFECTIVE), (ReviewWhen(on_photo_seen_before=True), DEFECTIVE))
        earlier = make_order(Sold("175.00", variant=line.variant)).lines.get()
        first = open_case(earlier.order, broken(earlier, photos=(photograph(earlier).public_id,)))
        assert first.state == ReturnState.AUTHORISED
        again = () if is_late else (photograph(line).public_id,)
        case = open_case(line.order, broken(line, photos=again))
        if is_late:
            photograph(case.lines.get())
        case.refresh_from_db()
        assert case.state == ReturnState.IN_REVIEW
        decided = Decision.objects.filter(case=f"return:{case.pk}").latest("pk")
        assert (decided.facts["photos"], decided.facts["photos_seen_before"]) == (1, 1)
        assert "because of a photo that was used on another case" in decided.sentence

    def test_goes_to_a_person_where_the_rules_want_one(self, line: OrderLine) -> None:
        publish((Evidence(photos=1), DEFECTIVE), (ReviewWhen(on_pattern=True), DEFECTIVE))
        assert line.variant is not None
        make_pattern(line.variant, lot="8813")
        earlier = make_order(Sold("175.00", variant=line.variant)).lines.get()
        sell_units(earlier, "S-101", lot="8813")
        photographed = photograph(earlier).public_id
        open_case(earlier.order, broken(earlier, serial="S-101", photos=(photographed,)))
        case = open_case(line.order, broken(line, serial="S-100"))
        assert case.state == ReturnState.AWAITING_EVIDENCE
        photograph(case.lines.get(), 7)
        case.refresh_from_db()
        assert case.state == ReturnState.IN_REVIEW
        assert "return.review_wanted" in kinds(case)

    def test_does_not_wait_when_all_is_there_at_once(self, line: OrderLine) -> None:
        publish((Evidence(photos=1), DEFECTIVE))
        waiting = photograph(line)
        case = open_case(line.order, broken(line, photos=(waiting.public_id,)))
        assert case.state == ReturnState.AUTHORISED


class TestTheWarrantyOfThePolicy:
    @pytest.mark.parametrize(
        ("rule", "verdict", "rate"),
        [
            (Warranty(months=36), WarrantyVerdict.FULL_REFUND, "1"),
            (Warranty(months=36, gives="repair"), WarrantyVerdict.REPAIR, "1"),
            (
                Warranty(months=36, gives="partial_credit", credit_rate=Decimal("0.4")),
                WarrantyVerdict.PARTIAL_CREDIT,
                "0.4",
            ),
        ],
    )
    def test_is_kept_on_the_report(
        self, line: OrderLine, rule: Warranty, verdict: str, rate: str
    ) -> None:
        publish((rule, DEFECTIVE))
        case = open_case(line.order, broken(line, serial="S-100"))
        report = case.lines.get().defect_report
        assert (report.warranty, report.warranty_rate) == (verdict, Decimal(rate))
        assert report.warranty_until == dt.date(2029, 11, 1)
