"""The risk of a case as people see it, and a lead who clears it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from core.actors import Actor
from core.roles import Role
from policies.rules import Risk, Scope
from returns.models import Return, RiskHold
from returns.services import WantedReturn
from tests.console.screens import sign_in, text_of
from tests.factories.cases import open_case
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.sales import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


@pytest.fixture
def case() -> Return:
    """Worn goods without a fault: 25 of 100, where policy wants a person above 20."""
    publish((Risk(score=20), Scope()))
    order = make_order()
    wanted = WantedReturn(
        order_line_id=order.lines.get().pk, quantity=1, reason="changed_mind", condition="used"
    )
    return open_case(order, wanted, actor=Actor.user(make_user(Role.AGENT)))


def url(case: Return, code: str = "") -> str:
    return f"/cases/{case.number}/" + (f"{code}/" if code else "")


def form(case: Return, **typed: str) -> dict[str, str]:
    case.refresh_from_db()
    return {"version": str(case.version), "op_id": str(uuid4()), "seen": "0"} | typed


class TestTheRisk:
    def test_is_shown_with_its_parts_to_whoever_works_on_the_case(self, case: Return) -> None:
        page = text_of(sign_in(Role.AGENT).get(url(case)).content)
        assert "25 of 100 · held" in page
        assert "Came back used, although nothing was wrong with it +25" in page
        assert "Clear the risk" not in page

    def test_waits_in_the_queue_of_leads(self, case: Return) -> None:
        assert case.number in text_of(
            sign_in(Role.LEAD).get(reverse("console:queue_tab", args=["blocked"])).content
        )

    def test_is_cleared_by_a_lead_with_a_reason(self, case: Return) -> None:
        lead = sign_in(Role.LEAD)
        sent = form(case, reason="")
        assert lead.post(url(case, "risk-clearance"), sent).status_code == 422
        sent = form(case, reason="A shop window piece, we know")
        page = text_of(lead.post(url(case, "risk-clearance"), sent, follow=True).content)
        assert RiskHold.objects.get().cleared_at is not None
        assert "A shop window piece, we know" in page

    def test_is_not_cleared_by_an_agent(self, case: Return) -> None:
        sent = form(case, reason="Fine")
        assert sign_in(Role.AGENT).post(url(case, "risk-clearance"), sent).status_code == 403
        assert RiskHold.objects.get().cleared_at is None
