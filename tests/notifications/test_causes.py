"""Messages that no other test causes: the real thing is done, and whoever is told has a letter."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from approvals import services as approvals
from approvals.models import Approval
from core import deliveries
from core.actors import Actor
from core.models import User
from core.roles import Role
from exchanges import services as exchanges
from notifications.models import Message
from notifications.queries import read_message
from payments import services as payments
from payments.models import MoneyOperation
from payments.rules.operations import KEY_LIVES
from returns import sweeps
from tests.exchanges.test_assent import agree_price
from tests.factories.cases import NOW, open_case
from tests.factories.money import carry_out, run
from tests.factories.people import make_user
from tests.factories.sales import Sold, make_order
from tests.factories.swaps import act_on, make_swap, open_exchange
from tests.payments.bank import Bank
from tests.payments.desk import Desk, make_desk

pytestmark = pytest.mark.django_db


def told(kind: str) -> Message:
    deliveries.deliver_due()
    return Message.objects.get(template=kind)


class TestCustomers:
    @pytest.mark.causes("send_back_reminder")
    def test_are_reminded_once_of_the_last_day_to_send(self) -> None:
        case = open_case(make_order())
        assert sweeps.remind(now=NOW) == 0
        assert [sweeps.remind(now=NOW + dt.timedelta(days=12)) for _ in range(2)] == [1, 0]
        letter = read_message(told("send_back_reminder"))
        assert case.number in letter.subject + letter.body
        assert "Nov 20, 2026" in letter.body


class TestStaff:
    @pytest.mark.causes("review_wanted", "return_in_review")
    def test_hear_that_a_case_wants_a_decision(self, staff: dict[Role, User]) -> None:
        case = open_case(make_order(Sold("600.00")))
        message = told("review_wanted")
        assert message.person == f"user:{staff[Role.LEAD].pk}"
        assert case.number in read_message(message).subject

    @pytest.mark.causes("approval_denied")
    def test_hear_that_their_price_was_not_agreed_to(self) -> None:
        agent, lead = make_user(), make_user(Role.LEAD)
        agree_price(open_exchange(make_swap()), "30.00", actor=Actor.user(agent))
        approvals.reject(
            approval_id=Approval.objects.get().pk,
            reason="Too much.",
            proved_at=NOW,
            actor=Actor.user(lead),
            op_id=uuid4(),
            now=NOW,
        )
        assert told("approval_denied").person == f"user:{agent.pk}"

    @pytest.mark.causes("hold_released")
    def test_hear_that_somebody_else_gave_their_hold_back(self) -> None:
        agent, other = make_user(), make_user()
        exchange = open_exchange(make_swap(), actor=Actor.user(agent))
        exchanges.release_hold(
            **act_on(exchange, actor=Actor.user(other), reason="A wedding is on Saturday")
        )
        assert told("hold_released").person == f"user:{agent.pk}"


class TestLeads:
    @pytest.fixture
    def desk(self, bank: Bank, staff: dict[Role, User]) -> Desk:
        return make_desk(bank)

    def start_refund(self, desk: Desk) -> None:
        run(payments.plan_pay_out, memo_id=desk.issue("43.20").pk)

    @pytest.mark.causes("refund_failed")
    def test_hear_that_a_provider_refused_a_refund(
        self, bank: Bank, desk: Desk, staff: dict[Role, User]
    ) -> None:
        """The payment was disputed, and nobody here knows of it yet."""
        self.start_refund(desk)
        bank.act("dispute", id=desk.tenders[0].provider_reference)
        carry_out(ahead=dt.timedelta(hours=1))
        assert MoneyOperation.objects.get().decline_code == "payment_disputed"
        message = told("refund_failed")
        assert message.person == f"user:{staff[Role.LEAD].pk}"
        assert "€43.20" in read_message(message).body

    @pytest.mark.causes("money_needs_person")
    def test_hear_of_money_that_nobody_can_ask_for_any_more(
        self, bank: Bank, desk: Desk, staff: dict[Role, User]
    ) -> None:
        bank.behave(hang_up_before=1)
        self.start_refund(desk)
        carry_out(ahead=dt.timedelta(hours=1))
        carry_out(ahead=KEY_LIVES + dt.timedelta(hours=2))
        assert MoneyOperation.objects.get().needs_person_at is not None
        assert told("money_needs_person").person == f"user:{staff[Role.LEAD].pk}"
