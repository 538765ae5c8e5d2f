"""What is beyond policy is given when a second person has said yes to just that, and only then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from approvals import services as approvals
from approvals.models import Approval
from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked
from core.laws import check_laws
from core.models import Membership, User
from core.roles import Role
from orders.models import OrderLine
from payments.queries import list_issued
from returns.models import Concession, Return
from returns.services import CountedLine, keep_goods, short_close
from returns.states import ConcessionState, LineDecision, ReturnState
from tests.factories.cases import NOW, give_terms, inspect, open_case, receive, want
from tests.factories.people import make_user
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db

D = Decimal
S = ConcessionState
LAWS = (
    "open_units_are_those_of_open_lines",
    "an_issued_memo_follows_accepted_goods",
    "no_line_is_credited_beyond_its_price",
)


@pytest.fixture
def line() -> OrderLine:
    return make_order(Sold("90.00", "7.20", quantity=3)).lines.get()


@pytest.fixture
def agent() -> User:
    return make_user(Role.AGENT)


@pytest.fixture
def lead() -> User:
    return make_user(Role.LEAD)


def act(case: Return, person: User, **more: Any) -> dict[str, Any]:
    who = {"return_id": case.pk, "version": None, "reason": "They are a good customer."}
    return who | {"actor": Actor.user(person), "op_id": uuid4(), "now": NOW} | more


def answer(person: User, *, is_yes: bool = True) -> None:
    asked = Approval.objects.get()
    who: dict[str, Any] = {"approval_id": asked.pk, "proved_at": NOW, "op_id": uuid4(), "now": NOW}
    if is_yes:
        approvals.approve(**who, content_hash=asked.content_hash, actor=Actor.user(person))
    else:
        approvals.reject(**who, reason="Too much.", actor=Actor.user(person))


def issued(case: Return) -> list[Decimal]:
    return [memo.gross for memo in list_issued(f"return:{case.pk}")]


def state() -> str:
    return str(Concession.objects.get().state)


class TestKeepIt:
    def test_credits_nothing_until_a_lead_says_yes(
        self, line: OrderLine, agent: User, lead: User
    ) -> None:
        case = open_case(line.order, want(line, 2))
        keep_goods(**act(case, agent, rate=D("0.5")))
        deliveries.deliver_due()
        assert (issued(case), state()) == ([], S.ASKED)
        asked = Approval.objects.get()
        assert (asked.kind, asked.amount, asked.requested_by) == ("keep_it", D("32.40"), agent)
        assert "2 units" in asked.summary
        with pytest.raises(ActionBlocked):
            answer(agent)
        answer(lead)
        deliveries.deliver_due()
        assert (issued(case), state()) == ([D("32.40")], S.GRANTED)
        line.refresh_from_db()
        assert (line.return_open, line.kept) == (0, 2)
        assert Return.objects.get().state == ReturnState.SETTLING
        assert [law for law in check_laws(LAWS) if not law.ok] == []

    def test_keeps_to_the_rate_of_each_line(
        self, line: OrderLine, agent: User, lead: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = open_case(line.order, want(line, 2))
        give_terms(monkeypatch, kept_rate=D("0.3"))
        keep_goods(**act(case, agent, rate=D("0.4"), units={case.lines.get().pk: 1}))
        answer(lead)
        deliveries.deliver_due()
        assert issued(case) == [D("12.96")]
        assert case.lines.get().awaited == 1

    def test_gives_nothing_after_a_no(self, line: OrderLine, agent: User, lead: User) -> None:
        case = open_case(line.order)
        keep_goods(**act(case, agent))
        with pytest.raises(ActionBlocked) as refusal:
            keep_goods(**act(case, agent))
        assert "already" in refusal.value.reasons[0]
        answer(lead, is_yes=False)
        deliveries.deliver_due()
        assert (issued(case), state()) == ([], S.REFUSED)
        assert case.lines.get().awaited == 1

    def test_lapses_when_the_goods_come_first(self, line: OrderLine, agent: User) -> None:
        case = open_case(line.order, want(line, 2))
        keep_goods(**act(case, agent))
        receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=1))
        deliveries.deliver_due()
        assert (state(), Approval.objects.get().state) == (S.LAPSED, "void")
        assert issued(case) == []

    def test_lapses_where_the_lead_has_left_meanwhile(
        self, line: OrderLine, agent: User, lead: User
    ) -> None:
        case = open_case(line.order)
        keep_goods(**act(case, agent))
        answer(lead)
        Membership.objects.filter(user=lead).delete()
        deliveries.deliver_due()
        assert (issued(case), state()) == ([], S.LAPSED)

    def test_lapses_where_it_would_credit_another_amount(
        self, line: OrderLine, agent: User, lead: User
    ) -> None:
        case = open_case(line.order)
        keep_goods(**act(case, agent))
        Concession.objects.update(amount=D("1.00"))
        answer(lead)
        deliveries.deliver_due()
        assert (issued(case), state()) == ([], S.LAPSED)


def test_goodwill_for_the_rest_that_never_came(line: OrderLine, agent: User, lead: User) -> None:
    case = open_case(line.order, want(line, 3))
    receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=2))
    inspect(case)
    short_close(**act(case, agent, rule="goodwill"))
    assert Approval.objects.get().kind == "goodwill"
    assert issued(case) == [D("64.80")]
    answer(lead)
    deliveries.deliver_due()
    assert issued(case) == [D("64.80"), D("32.40")]
    closed = case.lines.get()
    assert (closed.missing, closed.decision) == (1, LineDecision.ACCEPTED)
    assert [law for law in check_laws(LAWS) if not law.ok] == []


def test_is_asked_on_the_case_and_shown_to_the_leads(
    client: Client, line: OrderLine, agent: User, lead: User
) -> None:
    case = open_case(line.order)
    case.refresh_from_db()
    client.force_login(agent)
    page = f"/cases/{case.number}/"
    sent = {"version": str(case.version), "op_id": str(uuid4()), "seen": "0"}
    typed = {"percent": "", "reason": "A good customer."}
    done = client.post(f"{page}keep-it/", sent | typed)
    assert done.status_code == 302, done.content.decode()
    html = client.get(page).content.decode()
    assert "Beyond policy: €32.40 for goods kept by the customer" in html
    assert "A second person is deciding about it already." in html
    client.force_login(lead)
    asked = Approval.objects.get()
    assert asked.summary in client.get("/approvals/").content.decode()
    detail = client.get(f"/approvals/{asked.public_id}/").content.decode()
    assert "the customer keeps 1 unit" in detail
    assert case.number in detail
