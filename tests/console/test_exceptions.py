"""What policy is against, on the case's page: why, and how a second person is asked."""

from __future__ import annotations

import pytest

from approvals.models import Approval
from core.roles import Role
from returns.models import Return
from tests.console.screens import sign_in, text_of
from tests.exchanges.test_other_outcomes import agree, make_repairs_only, to_repair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


def say(case: Return, **typed: str) -> dict[str, str]:
    case.refresh_from_db()
    stamp = {"version": str(case.version), "op_id": "6a6f6b1e-0000-4000-8000-00000000000a"}
    return stamp | {"seen": "0", "reason": "A good customer."} | typed


class TestAnException:
    def test_is_asked_for_agreed_to_and_then_taken(self) -> None:
        case = to_repair(make_repairs_only())
        agent, url = sign_in(), f"/cases/{case.number}/"
        page = text_of(agent.get(url).content)
        assert "ask for an exception" in page
        assert "Ask for an exception…" in page
        line = str(case.lines.get().pk)
        refused = agent.post(f"{url}outcome/", say(case, outcome="refund", line_id=line))
        assert refused.status_code == 409
        assert case.lines.get().outcome == "repair"
        asked = agent.post(f"{url}exception/", say(case, outcome="refund"), follow=True)
        assert "A second person is asked." in text_of(asked.content)
        assert "An exception is asked for: refund" in text_of(asked.content)
        lead = sign_in(Role.LEAD)
        shown = text_of(lead.get(f"/approvals/{Approval.objects.get().public_id}/").content)
        assert f"{case.number}: refund instead of repair for 1 ×" in shown
        assert "repair" in shown.split("for 1 ×")[1]
        agree()
        said = say(case, outcome="refund", line_id=line)
        said["op_id"] = "6a6f6b1e-0000-4000-8000-00000000000b"
        done = agent.post(f"{url}outcome/", said, follow=True)
        assert "The outcome is changed." in text_of(done.content)
        assert case.lines.get().outcome == "refund"

    def test_is_offered_for_what_is_forbidden_alone(self) -> None:
        case = to_repair(make_repairs_only())
        agent, url = sign_in(), f"/cases/{case.number}/exception/"
        form = agent.get(url).content.decode()
        assert 'value="refund"' in form
        assert 'value="repair"' not in form
        assert agent.post(url, say(case, outcome="repair")).status_code == 422
        assert agent.post(url, say(case, outcome="refund", reason="")).status_code == 422
        assert not Approval.objects.exists()
