"""Goods that are owed: reminders, one charge, the receivables queue (S14, S15)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from approvals import services as approvals
from core.actors import Actor
from core.errors import ActionBlocked
from core.events import reference
from core.models import Event
from core.roles import Role
from notifications.models import Message
from payments import queries, services, sweeps
from payments.models import MoneyOperation, Obligation
from payments.rules.obligations import plan_day
from payments.services.obligations import hash_of_write_off
from tests.factories.cases import NOW
from tests.factories.money import carry_out, make_card, run
from tests.factories.people import make_user
from tests.payments.bank import Bank
from tests.payments.desk import Desk, deliver, laws_hold, make_desk

pytestmark = pytest.mark.django_db


def owe(desk: Desk, token: str = "card_4242") -> Obligation:
    """108.00 of goods, shipped on day 0: due on day 21, 7 days of grace, reminders 14 and 21."""
    return run(
        services.open_obligation,
        partner_id=desk.order.partner_id,
        case="return:1",
        subject="exchange:7",
        kind="goods",
        owed_by="customer",
        customer_id=desk.order.customer_id,
        order_id=desk.order.pk,
        payment_method_id=make_card(desk.order.customer, token).pk if token else None,
        amount=Decimal("108.00"),
        currency="EUR",
        due_on=NOW.date() + dt.timedelta(days=21),
        grace_days=7,
        reminder_days=[14, 21],
    )


def live_through(*days: int) -> None:
    for day in days:
        ahead = dt.timedelta(days=day)
        sweeps.follow_obligations(now=NOW + ahead)
        carry_out(ahead=ahead)
        deliver()


def kinds() -> list[str]:
    events = Event.objects.filter(kind__startswith="obligation.").order_by("pk")
    return [one.kind.removeprefix("obligation.") for one in events]


@pytest.mark.parametrize(
    ("day", "reminders", "due", "charged"),
    [(13, 0, False, False), (14, 1, False, False), (21, 2, True, False), (28, 2, True, True)],
)
def test_a_day_asks(day: int, reminders: int, due: bool, charged: bool) -> None:
    first = dt.date(2026, 11, 1)
    step = plan_day(
        today=first + dt.timedelta(days=day),
        opened_on=first,
        due_on=first + dt.timedelta(days=21),
        grace_days=7,
        reminder_days=[14, 21],
    )
    assert (step.reminders, step.falls_due, step.is_charged) == (reminders, due, charged)


class TestS14NeverReturned:
    @pytest.mark.causes("goods_reminder", "goods_charged")
    def test_is_reminded_twice_and_charged_once(self, bank: Bank) -> None:
        desk = make_desk(bank)
        obligation = owe(desk)
        live_through(13, 14, 15, 21, 27, 28, 28, 29, 40)
        obligation.refresh_from_db()
        assert (obligation.state, bank.taken()[1:]) == ("charged", ["108.00"])
        assert kinds() == ["opened", "reminder", "due", "reminder", "charged"]
        letters = list(Message.objects.order_by("pk").values_list("template", flat=True))
        assert letters == ["goods_reminder", "goods_reminder", "goods_charged"]
        laws_hold()

    @pytest.mark.parametrize("token", ["card_0002", ""])
    def test_that_cannot_be_charged_is_left_to_people_and_not_tried_again(
        self, bank: Bank, token: str
    ) -> None:
        desk = make_desk(bank)
        obligation = owe(desk, token)
        live_through(28, 29, 30, 60)
        obligation.refresh_from_db()
        assert (obligation.state, obligation.receivable_since is not None) == ("due", True)
        assert MoneyOperation.objects.count() == (1 if token else 0)
        lead = make_user(Role.LEAD, desk.order.partner)
        assert list(queries.list_receivables(lead)) == [obligation]

    def test_is_met_in_time_and_never_charged(self, bank: Bank) -> None:
        desk = make_desk(bank)
        owe(desk)
        live_through(14)
        run(services.meet_obligation, subject="exchange:7", kind="goods")
        assert run(services.meet_obligation, subject="exchange:7", kind="goods") is None
        live_through(28, 60)
        assert kinds() == ["opened", "reminder", "met"]
        assert MoneyOperation.objects.count() == 0


class TestS15LateReturn:
    def test_gives_the_charge_back_to_the_card(self, bank: Bank) -> None:
        desk = make_desk(bank)
        obligation = owe(desk)
        live_through(28)
        run(services.return_charge, obligation_id=obligation.pk, amount=Decimal("108.00"))
        carry_out(ahead=dt.timedelta(days=30))
        assert bank.refunded() == ["108.00"]
        facts = queries.get_money(reference(obligation))
        assert (facts.captured, facts.refunded) == (Decimal("108.00"), Decimal("108.00"))
        laws_hold()


class TestWriteOff:
    def test_needs_a_second_person(self, bank: Bank) -> None:
        desk = make_desk(bank)
        obligation = owe(desk, "")
        live_through(28)
        with pytest.raises(ActionBlocked, match="approval"):
            services.write_off(obligation_id=obligation.pk, **desk.who())
        who: dict[str, Any] = {"partner": desk.order.partner}
        agent, lead = make_user(Role.AGENT, **who), make_user(Role.LEAD, **who)
        wanted = hash_of_write_off(obligation)
        approval = approvals.ask(
            partner_id=desk.order.partner_id,
            subject=reference(obligation),
            case=obligation.case,
            kind="write_off",
            content_hash=wanted,
            summary="108.00 EUR",
            amount=obligation.amount,
            currency="EUR",
            **desk.who(actor=Actor.user(agent)),
        )
        approvals.approve(
            approval_id=approval.pk,
            content_hash=wanted,
            proved_at=NOW,
            **desk.who(actor=Actor.user(lead)),
        )
        deliver()
        obligation.refresh_from_db()
        assert obligation.state == "written_off"
        laws_hold()


class TestCardHold:
    def test_is_renewed_before_it_lapses_and_the_old_one_let_go(self, bank: Bank) -> None:
        desk = make_desk(bank)
        run(
            services.hold_card,
            partner_id=desk.order.partner_id,
            case="return:1",
            purpose="exchange:7",
            order_id=desk.order.pk,
            amount=Decimal("108.00"),
            currency="EUR",
            payment_method_id=desk.card.pk,
        )
        carry_out()
        assert sweeps.renew_card_holds(now=NOW) == 0
        carry_out(ahead=dt.timedelta(days=6, hours=12))
        assert sweeps.renew_card_holds(now=NOW) == 1
        assert sweeps.renew_card_holds(now=NOW) == 0
        carry_out(ahead=dt.timedelta(days=6, hours=13))
        carry_out(ahead=dt.timedelta(days=6, hours=14))
        states = [one["status"] for one in bank.state()["payment"][1:]]
        assert states == ["voided", "authorised"]
        assert queries.get_money("exchange:7").authorised == Decimal("108.00")
