"""Refunds beside any memo that came back days later: they are somebody's work, and paid by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import clock
from core.errors import ActionBlocked
from core.roles import Role
from payments import queries, services, sweeps
from payments.models import MoneyOperation
from tests.factories.cases import NOW
from tests.factories.money import carry_out, run
from tests.factories.people import make_user
from tests.payments.bank import Bank
from tests.payments.desk import Desk, laws_hold, make_desk
from tests.payments.test_unknown import A_DAY, charge, prove

pytestmark = pytest.mark.django_db
D = Decimal


def hand_out() -> None:
    """The time to undo it is over: it is for people from here on."""
    clock.shift_database_clock(2 * A_DAY)
    sweeps.carry_out_here(now=NOW + 2 * A_DAY)


@pytest.fixture
def failed(bank: Bank) -> tuple[Desk, MoneyOperation]:
    """43.30 was paid for an exchange that was cancelled; its refund left, and came back."""
    desk = make_desk(bank)
    charge(desk)
    carry_out()
    run(services.refund_payment, purpose="exchange:7", amount=D("43.30"), reason="cancelled")
    carry_out(ahead=A_DAY)
    left = MoneyOperation.objects.get(kind="refund")
    assert left.state == "succeeded"
    run(services.note_failed_refund, operation_id=left.pk, code="account_closed")
    return desk, MoneyOperation.objects.get(pk=left.pk)


class TestARefundThatCameBack:
    def test_waits_among_what_is_to_be_paid_out(self, failed: tuple[Desk, MoneyOperation]) -> None:
        desk, operation = failed
        agent = make_user(Role.AGENT, desk.order.partner)
        assert list(queries.list_came_back(agent)) == [operation]

    def test_is_paid_by_hand_once(self, failed: tuple[Desk, MoneyOperation]) -> None:
        desk, operation = failed
        lead = make_user(Role.LEAD, desk.order.partner)
        again = services.send_by_hand(operation_id=operation.pk, **desk.who())
        assert (again.amount, again.provider) == (D("43.30"), "by_hand")
        assert list(queries.list_came_back(lead)) == []
        with pytest.raises(ActionBlocked):
            services.send_by_hand(operation_id=operation.pk, **desk.who())
        hand_out()
        (waiting,) = queries.list_by_hand(lead)
        prove(desk, waiting, lead)
        assert list(queries.list_by_hand(lead)) == []
        laws_hold()

    def test_needs_a_second_person_above_what_policy_allows(
        self, failed: tuple[Desk, MoneyOperation]
    ) -> None:
        desk, operation = failed
        again = services.send_by_hand(operation_id=operation.pk, **desk.who())
        hand_out()
        again.refresh_from_db()
        lead = make_user(Role.LEAD, desk.order.partner)
        with pytest.raises(ActionBlocked, match="a second person has to agree"):
            prove(desk, again, lead, limits={Role.LEAD: D("10.00")})
        prove(desk, again, lead, limits={Role.LEAD: D("50.00")})
