"""The replacement has left, and what comes back for it does not pass: a person decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from api.scopes import Scope
from approvals import services as approvals
from approvals.models import Approval
from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from core.roles import Permission, Role
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.states import ExchangeState as S
from payments.models import Obligation
from returns.models import ReceiptLine, Return
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import allowed
from tests.factories.cases import grade, inspect, receive
from tests.factories.keys import make_key, program
from tests.factories.people import make_user
from tests.factories.swaps import NOW, act_on
from tests.payments.bank import Bank
from tests.scenarios.test_advanced import live_through, open_advanced, send
from tests.scenarios.test_upgrades import now_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laws_hold")]
D = Decimal


@pytest.fixture
def refused(bank: Bank) -> Exchange:
    """108.00 have left on the word of goods that came back worn out."""
    exchange = open_advanced()
    send(exchange)
    case = Return.objects.get()
    receive(case)
    row = ReceiptLine.objects.get().pk
    inspect(case, grade(row, grade="D", is_accepted=False, disposition="quality_reject"))
    deliveries.deliver_due()
    return exchange


def decide(exchange: Exchange, *, charges: bool, role: Role = Role.AGENT, **more: Any) -> None:
    actor = Actor.user(make_user(role))
    said = {"charges": charges, "reason": "Sole torn off", "actor": actor} | more
    services.decide_refused_goods(**act_on(exchange, **said))
    deliveries.deliver_due()


class TestRefusedGoods:
    def test_are_not_charged_before_somebody_has_decided(
        self, bank: Bank, refused: Exchange
    ) -> None:
        live_through(14, 28, 40)
        assert bank.taken() == []
        assert Obligation.objects.get().waits_since is not None
        column = queries.describe_exchange(now_of(refused), permissions=[Permission.CANCEL_CASE])
        assert "decide_refused" in [action.code for action in column.actions]

    def test_are_charged_once_where_an_agent_says_so(self, bank: Bank, refused: Exchange) -> None:
        decide(refused, charges=True)
        live_through(1, 28, 40)
        assert bank.taken() == ["108.00"]
        assert now_of(refused).state == S.CONVERTED_TO_SALE
        told = Event.objects.get(kind="exchange.refused_goods_decided")
        assert (told.data["decision"], told.data["amount"]) == ("charge_refused", "108.0000")
        note = refused.return_case.notes.get(pk=told.data["note"])
        assert note.text == "Sole torn off"

    def test_are_let_be_where_an_agent_says_so(self, bank: Bank, refused: Exchange) -> None:
        decide(refused, charges=False)
        live_through(1, 28, 40)
        assert bank.taken() == []
        assert Obligation.objects.get().state == "waived"
        assert now_of(refused).state == S.CONVERTED_TO_SALE
        with pytest.raises(ActionBlocked):
            decide(refused, charges=True)

    def test_want_a_reason(self, refused: Exchange) -> None:
        with pytest.raises(BadInput):
            decide(refused, charges=True, reason=" ")

    @pytest.mark.parametrize("charges", [True, False])
    def test_are_decided_by_a_program_too(
        self, bank: Bank, refused: Exchange, *, charges: bool
    ) -> None:
        shop = program(make_key(*Scope))
        told = get(shop, f"exchanges/{refused.public_id}").json()
        assert "decide-refused" in allowed(told)
        address, match = f"exchanges/{told['id']}/decide-refused", f'"{told["version"]}"'
        body = {"charges": charges, "reason": "Sole torn off"}
        problem = problem_of(post(shop, address, body | {"charges": "yes"}, match=match), 400)
        assert problem["errors"][0]["pointer"] == "/charges"
        answer = post(shop, address, body, match=match)
        assert answer.status_code == 200
        assert "decide-refused" not in allowed(answer.json()) or charges
        deliveries.deliver_due()
        live_through(1, 28, 40)
        assert bank.taken() == (["108.00"] if charges else [])

    def test_above_an_agents_limit_wait_for_a_person_where_a_program_decides(
        self, refused: Exchange, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "exchanges.services.refusing.find_refund_limits",
            lambda case: {Role.AGENT: D(50), Role.LEAD: D(500)},
        )
        shop = program(make_key(*Scope))
        body = {"charges": False, "reason": "Sole torn off"}
        address = f"exchanges/{refused.public_id}/decide-refused"
        assert post(shop, address, body, match="*").status_code == 200
        assert (Approval.objects.get().state, Obligation.objects.get().state) == ("asked", "open")

    def test_above_the_limit_wait_for_a_second_person(
        self, bank: Bank, refused: Exchange, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "exchanges.services.refusing.find_refund_limits",
            lambda case: {Role.AGENT: D(50), Role.LEAD: D(500)},
        )
        decide(refused, charges=False)
        asked = Approval.objects.get()
        assert (asked.kind, asked.amount) == ("waive_refused", D("108.00"))
        assert Obligation.objects.get().state == "open"
        approvals.approve(
            approval_id=asked.pk,
            content_hash=asked.content_hash,
            proved_at=NOW,
            actor=Actor.user(make_user(Role.LEAD)),
            op_id=uuid4(),
            now=NOW,
        )
        deliveries.deliver_due()
        assert Obligation.objects.get().state == "waived"
