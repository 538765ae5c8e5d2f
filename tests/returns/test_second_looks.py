from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Actor
from core.errors import ActionBlocked
from core.laws import check_laws
from core.roles import Role
from orders.models import OrderLine
from orders.rules import NotReturnable
from payments.queries import list_memos
from returns import sweeps
from returns.models import ReceiptLine, Return
from returns.services import (
    appeal_return,
    authorise_return,
    reject_return,
    reopen_return,
    take_in_late,
)
from returns.states import Grade, LineDecision, ReturnState
from tests.factories.cases import NOW, bring_back, grade, inspect, open_case, receive, want
from tests.factories.people import make_user
from tests.factories.sales import DELIVERED, Sold, make_order

pytestmark = pytest.mark.django_db

D = Decimal
SENT_BACK: dict[str, Any] = {"is_accepted": False, "disposition": "quality_reject"}
SUMS = ("open_units_are_those_of_open_lines", "ended_lines_claim_nothing")


def act(case: Return, who: Actor, **more: Any) -> dict[str, Any]:
    return {
        "return_id": case.pk,
        "version": None,
        "reason": "The customer has shown why.",
        "actor": who,
        "op_id": uuid4(),
        "now": NOW,
    } | more


@pytest.fixture
def lead() -> Actor:
    return Actor.user(make_user(Role.LEAD))


@pytest.fixture
def other() -> Actor:
    return Actor.user(make_user(Role.LEAD))


def get(case: Return) -> Return:
    return Return.objects.get(pk=case.pk)


@pytest.fixture
def rejected() -> Return:
    """By the rules: asked for a year too late."""
    long_ago = DELIVERED - dt.timedelta(days=365)
    order = make_order(Sold("90.00", quantity=3), delivered_at=long_ago)
    case = open_case(order, want(order.lines.get(), 2))
    assert case.state == ReturnState.REJECTED
    return case


class TestAppeal:
    def test_claims_the_units_again_and_lets_a_person_decide(
        self, rejected: Return, lead: Actor
    ) -> None:
        appeal_return(**act(rejected, lead))
        line = rejected.lines.get()
        assert (get(rejected).state, line.decision) == (ReturnState.IN_REVIEW, LineDecision.REVIEW)
        assert (line.awaited, line.order_line.return_open) == (2, 2)
        authorise_return(**act(rejected, lead))  # the rules said no, so anybody may say yes
        assert bring_back(rejected).gross == D("60.00")

    def test_is_decided_by_another_person_than_who_rejected(
        self, rejected: Return, lead: Actor, other: Actor
    ) -> None:
        appeal_return(**act(rejected, lead))
        reject_return(**act(rejected, lead))
        Return.objects.update(appealed_at=None)  # as if a person had rejected it at first
        appeal_return(**act(rejected, other))
        with pytest.raises(ActionBlocked) as refusal:
            authorise_return(**act(rejected, lead))
        assert "You said no the first time" in refusal.value.reasons[0]
        assert authorise_return(**act(rejected, other)).state == ReturnState.AUTHORISED

    def test_happens_once(self, rejected: Return, lead: Actor, other: Actor) -> None:
        appeal_return(**act(rejected, lead))
        reject_return(**act(rejected, other))
        with pytest.raises(ActionBlocked) as refusal:
            appeal_return(**act(rejected, lead))
        assert refusal.value.reasons == ["It was looked at a second time already."]

    def test_finds_units_gone_that_another_case_has_taken(
        self, rejected: Return, lead: Actor
    ) -> None:
        rejected.lines.get().order_line.__class__.objects.update(returned=2)
        with pytest.raises(NotReturnable):
            appeal_return(**act(rejected, lead))


@pytest.fixture
def refused(lead: Actor) -> Return:
    """Two of three passed; the lead who inspected refused the third, and the case is closed."""
    order = make_order(Sold("0.00", quantity=3), Sold("90.00", "9.00", quantity=3))
    line: OrderLine = order.lines.get(position=2)
    case = open_case(order, want(line, 1))
    receive(case)
    row = ReceiptLine.objects.get().pk
    inspect(case, grade(row, grade=Grade.D, **SENT_BACK), actor=lead)
    assert get(case).state == ReturnState.CLOSED
    return case


class TestReopen:
    def test_credits_what_was_refused_when_another_says_so(
        self, refused: Return, lead: Actor, other: Actor
    ) -> None:
        reopen_return(**act(refused, other))
        with pytest.raises(ActionBlocked):
            authorise_return(**act(refused, lead))
        authorise_return(**act(refused, other))
        (memo,) = list_memos(f"return:{refused.pk}")
        assert (memo.state, memo.gross) == ("issued", D("33.00"))
        line = refused.lines.get()
        assert (line.accepted, line.refused, line.overturned) == (1, 0, 1)
        assert (line.order_line.returned, line.order_line.return_open) == (1, 0)
        assert get(refused).state == ReturnState.SETTLING
        assert [law for law in check_laws(SUMS) if not law.ok] == []

    def test_lets_the_refusal_stand_and_is_over_then(self, refused: Return, other: Actor) -> None:
        reopen_return(**act(refused, other))
        reject_return(**act(refused, other))
        assert get(refused).state == ReturnState.CLOSED
        assert (refused.lines.get().decision, refused.lines.get().refused) == ("refused", 1)
        with pytest.raises(ActionBlocked) as refusal:
            reopen_return(**act(refused, other))
        assert refusal.value.reasons == ["It was opened again already."]
        assert [law for law in check_laws(SUMS) if not law.ok] == []

    def test_needs_something_that_was_refused(self, lead: Actor) -> None:
        case = open_case(make_order(Sold("0.00")))
        bring_back(case)
        assert get(case).state == ReturnState.CLOSED
        with pytest.raises(ActionBlocked) as refusal:
            reopen_return(**act(case, lead))
        assert refusal.value.reasons == ["Nothing of it was refused."]


class TestTakeInLate:
    def test_lets_goods_of_an_expired_case_be_received(self, lead: Actor) -> None:
        order = make_order(Sold("90.00", quantity=3))
        case = open_case(order, want(order.lines.get(), 2))
        assert sweeps.expire_overdue(now=NOW + dt.timedelta(days=60)) == 1
        take_in_late(**act(case, lead))
        assert get(case).state == ReturnState.AUTHORISED
        assert bring_back(case).gross == D("60.00")
        assert [law for law in check_laws(SUMS) if not law.ok] == []

    def test_is_for_expired_cases_alone(self, lead: Actor) -> None:
        with pytest.raises(ActionBlocked):
            take_in_late(**act(open_case(make_order()), lead))
