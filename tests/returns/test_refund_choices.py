"""Refunds above somebody's limit, and money that came back and goes another way."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from approvals import services as approvals
from approvals.models import Approval
from core import clock, deliveries
from core.actors import Actor
from core.errors import ActionBlocked
from core.models import Event
from core.roles import Role
from notifications.models import Message
from orders.models import Tender
from payments import queries
from payments.models import CreditMemo, MoneyOperation
from payments.rules import RefundShortfall
from payments.services import note_failed_refund, undo_refund
from payments.states import Way
from policies.rules import RefundLimit, Scope
from returns import services
from returns.models import Return
from tests.factories.cases import AGENT, NOW, bring_back, open_case
from tests.factories.money import carry_out, make_account, pay_with, run
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.sales import make_order
from tests.payments.bank import Bank
from tests.payments.desk import laws_hold

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def _clock(db: None) -> Any:
    yield
    clock.shift_database_clock(dt.timedelta(0))


def who(role: Role) -> dict[str, Any]:
    return {
        "actor": Actor.user(make_user(role)),
        "op_id": uuid4(),
        "now": NOW,
        "version": None,
    }


def owe(bank: Bank, *paid: tuple[str, str]) -> tuple[Return, CreditMemo]:
    """A case whose refund of 43.20 was called off before it left: a person sends it."""
    order = make_order()
    pay_with(order, bank, make_account(order.partner_id), *(paid or (("card", "43.20"),)))
    case = open_case(order)
    memo = bring_back(case)
    for planned in MoneyOperation.objects.all():
        undo_refund(operation_id=planned.pk, actor=AGENT, op_id=uuid4(), now=NOW)
    return case, memo


def send(case: Return, memo: CreditMemo, role: Role, **more: Any) -> None:
    services.pay_out_memo(return_id=case.pk, memo_id=memo.pk, **who(role) | more)


class TestALimit:
    def test_is_the_one_that_policy_lays_down(self, bank: Bank) -> None:
        publish((RefundLimit(agent=D(20), lead=D(100), currency="EUR"), Scope()))
        case, memo = owe(bank)
        with pytest.raises(ActionBlocked) as refused:
            send(case, memo, Role.AGENT)
        assert "limit of 20 EUR" in refused.value.data["reasons"][0]
        send(case, memo, Role.LEAD)
        assert MoneyOperation.objects.filter(state="planned").count() == 1

    def test_of_a_rule_in_another_currency_does_not_count(self, bank: Bank) -> None:
        publish((RefundLimit(agent=D(1), lead=D(1), currency="USD"), Scope()))
        send(*owe(bank), Role.AGENT)

    def test_is_passed_with_the_yes_of_a_second_person_once(self, bank: Bank) -> None:
        publish((RefundLimit(agent=D(20), currency="EUR"), Scope()))
        case, memo = owe(bank)
        services.ask_for_refund(return_id=case.pk, memo_id=memo.pk, **who(Role.AGENT))
        assert not MoneyOperation.objects.filter(state="planned").exists()
        asked = Approval.objects.get()
        approvals.approve(
            approval_id=asked.pk,
            content_hash=asked.content_hash,
            proved_at=NOW,
            actor=Actor.user(make_user(Role.LEAD)),
            op_id=uuid4(),
            now=NOW,
        )
        deliveries.deliver_due()
        carry_out(ahead=dt.timedelta(minutes=30))
        assert bank.refunded() == ["43.20"]


class TestMoneyThatCameBack:
    @pytest.fixture
    def gone(self, bank: Bank) -> tuple[Return, CreditMemo]:
        return self.come_back(bank)

    def come_back(self, bank: Bank, *paid: tuple[str, str]) -> tuple[Return, CreditMemo]:
        case, memo = owe(bank, *paid)
        send(case, memo, Role.LEAD)
        carry_out(ahead=dt.timedelta(minutes=30))
        deliveries.deliver_due()
        case.refresh_from_db()
        assert case.state == "closed"
        left = MoneyOperation.objects.filter(state="succeeded").latest("pk")
        run(note_failed_refund, operation_id=left.pk, code="account_closed")
        deliveries.deliver_due()
        return case, memo

    def test_opens_its_case_again_and_tells_the_customer(
        self, gone: tuple[Return, CreditMemo]
    ) -> None:
        case, memo = gone
        case.refresh_from_db()
        memo.refresh_from_db()
        assert (case.state, case.closed_at, memo.unspent) == ("settling", None, D("43.20"))
        assert queries.list_came_back(make_user(Role.AGENT)).count() == 1
        assert Event.objects.filter(kind="return.owes_again").count() == 1
        assert Message.objects.filter(template="refund_came_back").count() == 1
        laws_hold()

    @pytest.mark.parametrize(
        ("way", "state"), [(Way.SAME, "planned"), (Way.BY_HAND, "planned"), (Way.STORE_CREDIT, "")]
    )
    def test_goes_as_a_person_chooses(
        self, gone: tuple[Return, CreditMemo], way: str, state: str
    ) -> None:
        case, memo = gone
        send(case, memo, Role.AGENT, way=way)
        assert queries.list_came_back(make_user(Role.AGENT)).count() == 0
        sent = MoneyOperation.objects.filter(purpose=f"creditmemo:{memo.pk}", reversed_at=None)
        if state:
            newest = sent.latest("pk")
            assert (newest.state, newest.amount) == (state, D("43.20"))
            assert newest.provider == ("by_hand" if way == Way.BY_HAND else "sandbox")
        else:
            customer = case.customer_id
            assert queries.get_balance(customer_id=customer, currency="EUR") == D("43.20")
        laws_hold()

    def test_closes_the_case_once_it_has_gone(self, gone: tuple[Return, CreditMemo]) -> None:
        case, memo = gone
        send(case, memo, Role.AGENT, way=Way.STORE_CREDIT)
        deliveries.deliver_due()
        case.refresh_from_db()
        assert case.state == "closed"

    def test_goes_to_no_other_payment_where_there_is_none(
        self, gone: tuple[Return, CreditMemo]
    ) -> None:
        with pytest.raises(RefundShortfall):
            send(*gone, Role.AGENT, way=Way.OTHER_PAYMENT)

    def test_goes_to_another_payment_that_can_bear_it(self, bank: Bank) -> None:
        case, memo = self.come_back(bank, ("card", "50.00"), ("card", "60.00"))
        send(case, memo, Role.AGENT, way=Way.OTHER_PAYMENT)
        first, second = Tender.objects.order_by("position")
        assert (first.pending, second.pending) == (D("43.20"), D(0))
