"""A case that waits for evidence goes on by itself once nothing is missing any more."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.models import Event
from policies.models import Decision
from returns import services
from returns.models import Return
from returns.states import LineDecision, ReturnState
from tests.factories.cases import AGENT, NOW, open_case, want
from tests.factories.defects import photograph
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    """Worth so much that a person decides, and somebody wants to see it first."""
    order = make_order(Sold("600.00", "114.00"))
    case = open_case(order, want(order.lines.get(), reason="defective"))
    case.await_evidence()
    case.save()
    line = case.lines.get()
    line.decision = LineDecision.PENDING
    line.save()
    return case


class TestACaseThatAwaitsEvidence:
    def test_is_judged_again_with_every_photo(self, case: Return) -> None:
        request = services.ask_for_evidence(
            return_id=case.pk,
            version=None,
            address="https://desk.example/photos/",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        photograph(case.lines.get())
        case.refresh_from_db()
        assert case.state == ReturnState.IN_REVIEW
        assert case.lines.get().decision == LineDecision.REVIEW
        kinds = Event.objects.filter(case=f"return:{case.pk}").values_list("kind", flat=True)
        assert {"return.evidence_complete", "return.review_wanted"} <= set(kinds)
        assert Decision.objects.filter(case=f"return:{case.pk}").count() == 2
        request.refresh_from_db()
        assert request.ended_at is not None

    def test_is_judged_again_by_what_is_told(self, case: Return) -> None:
        services.report_defect(
            return_line_id=case.lines.get().pk,
            version=None,
            defect_type="",
            symptom="It hums.",
            serial="",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        case.refresh_from_db()
        assert case.state == ReturnState.IN_REVIEW

    def test_of_any_other_state_stays_where_it_is(self) -> None:
        case = open_case(make_order())
        photograph(case.lines.get())
        case.refresh_from_db()
        assert case.state == ReturnState.AUTHORISED
        assert Decision.objects.filter(case=f"return:{case.pk}").count() == 1
