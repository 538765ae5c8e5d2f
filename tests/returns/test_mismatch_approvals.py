"""Money for goods that never came, beyond policy: nothing moves until a second person agrees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from approvals import services as approvals
from approvals.models import Approval
from core.actors import Actor
from core.deliveries import deliver_due
from core.roles import Role
from notifications.models import Message
from payments.queries import list_issued
from returns.models import Mismatch, Return
from tests.factories.cases import NOW, give_terms, inspect, open_case, receive, want
from tests.factories.differences import assert_all_credited, counted, decide, found
from tests.factories.people import make_user
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    """Three of one kind for 97.20."""
    make_location("LEJ")
    order = make_order(Sold("90.00", "7.20", quantity=3))
    return open_case(order, want(order.lines.get(), 3))


class TestASecondPerson:
    """32.40 for a unit that never came, where policy gives 25.00 without asking."""

    @pytest.fixture(autouse=True)
    def _put_up(self, case: Return, monkeypatch: pytest.MonkeyPatch) -> None:
        give_terms(monkeypatch, goodwill_limit=Decimal("25.00"), goodwill_currency="EUR")
        receive(case, counted(case, 2))
        inspect(case)
        asks = Actor.user(make_user(Role.LEAD))
        fields: dict[str, Any] = {"reason": "Ten years.", "writes": True, "actor": asks}
        decide(Mismatch.objects.get(), "credit_anyway", **fields)
        deliver_due()

    def test_is_asked_and_nothing_is_credited_or_written_meanwhile(self, case: Return) -> None:
        approval = Approval.objects.get()
        assert (approval.kind, approval.amount, approval.state) == (
            "goodwill",
            Decimal("32.40"),
            "asked",
        )
        assert found() == [("missing", 1, "waiting")]
        assert [memo.gross for memo in list_issued(f"return:{case.pk}")] == [Decimal("64.80")]
        assert case.lines.get().awaited == 1
        assert not Message.objects.filter(template="goods_differ").exists()

    def test_says_yes_and_it_is_credited(self, case: Return) -> None:
        answer("approve")
        assert found() == [("missing", 1, "decided")]
        assert_all_credited(case, ["64.80", "32.40"])
        assert Message.objects.filter(template="goods_differ").exists()

    def test_says_no_and_it_is_to_be_decided_again(self, case: Return) -> None:
        answer("reject")
        back = Mismatch.objects.get()
        assert (back.state, back.rule, case.lines.get().awaited) == ("waiting", "", 1)
        assert back.waits_until is not None
        decide(back, "short_close", reason="They said no.")
        assert found() == [("missing", 1, "decided")]

    def test_need_not_answer_once_the_rest_has_come(self, case: Return) -> None:
        receive(case, counted(case, 1))
        assert Approval.objects.get().state == "void"
        assert found() == [("missing", 1, "resolved")]

    def test_need_not_answer_once_it_is_decided_otherwise(self, case: Return) -> None:
        decide(Mismatch.objects.get(), "ask")
        assert Approval.objects.get().state == "void"
        deliver_due()
        assert Mismatch.objects.get().rule == "ask"


def answer(verb: str) -> None:
    approval = Approval.objects.get()
    who: dict[str, Any] = {"actor": Actor.user(make_user(Role.LEAD)), "op_id": uuid4(), "now": NOW}
    who |= {"approval_id": approval.pk, "proved_at": NOW}
    if verb == "approve":
        approvals.approve(content_hash=approval.content_hash, **who)
    else:
        approvals.reject(reason="Too much.", **who)
    deliver_due()
