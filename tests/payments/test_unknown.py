"""Unknown money settled by people, and lists that do not agree."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from approvals import services as approvals
from core import clock
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.models import User
from core.roles import Role
from payments import queries, reconciling, services
from payments.models import Difference, MoneyOperation, Proof
from payments.services.unknown import hash_of_proof
from tests.factories.cases import NOW
from tests.factories.money import carry_out, run
from tests.factories.people import make_user
from tests.payments.bank import Bank
from tests.payments.desk import Desk, laws_hold, make_desk

pytestmark = pytest.mark.django_db
A_DAY = dt.timedelta(days=1)


def charge(desk: Desk, amount: str = "43.30") -> MoneyOperation:
    operation = run(
        services.collect,
        partner_id=desk.order.partner_id,
        case="return:1",
        purpose="exchange:7",
        order_id=desk.order.pk,
        amount=Decimal(amount),
        currency="EUR",
        payment_method_id=desk.card.pk,
    )
    carry_out()
    operation.refresh_from_db()
    return operation


def lose(bank: Bank, desk: Desk, amount: str = "43.30") -> MoneyOperation:
    """A charge that nobody can find out about by machine any more."""
    bank.behave(hang_up_before=1)
    charge(desk, amount)
    carry_out(ahead=A_DAY)
    operation = MoneyOperation.objects.get()
    assert operation.needs_person_at is not None
    return operation


def prove(desk: Desk, operation: MoneyOperation, user: User, **more: Any) -> MoneyOperation:
    said: dict[str, Any] = {
        "happened": True,
        "provider_reference": "pay_seen",
        "note": "Seen in the provider's own list",
    }
    return services.prove(
        operation_id=operation.pk, **said | more, **desk.who(actor=Actor.user(user))
    )


class TestProof:
    def test_that_it_happened_takes_it_as_taken(self, bank: Bank) -> None:
        desk = make_desk(bank)
        operation = lose(bank, desk)
        agent = make_user(Role.LEAD, desk.order.partner)
        assert list(queries.list_unknown(agent)) == [operation]
        prove(desk, operation, agent)
        assert queries.get_money("exchange:7").captured == Decimal("43.30")
        assert list(queries.list_unknown(agent)) == []
        laws_hold()

    def test_that_it_did_not_lets_another_try_start(self, bank: Bank) -> None:
        desk = make_desk(bank)
        operation = lose(bank, desk)
        user = make_user(Role.LEAD, desk.order.partner)
        prove(desk, operation, user, happened=False, provider_reference="")
        operation.refresh_from_db()
        assert operation.state == "failed"
        charge(desk)
        carry_out(ahead=A_DAY)
        assert queries.get_money("exchange:7").captured == Decimal("43.30")
        assert bank.taken()[1:] == ["43.30"]

    def test_needs_a_reference_and_words(self, bank: Bank) -> None:
        desk = make_desk(bank)
        operation = lose(bank, desk)
        user = make_user(Role.LEAD, desk.order.partner)
        for bad in ({"provider_reference": " "}, {"note": "ok"}):
            with pytest.raises(BadInput):
                prove(desk, operation, user, **bad)

    def test_above_the_limit_needs_another_person(self, bank: Bank) -> None:
        desk = make_desk(bank)
        operation = lose(bank, desk, "900.00")
        agent = make_user(Role.AGENT, desk.order.partner)
        lead = make_user(Role.LEAD, desk.order.partner)
        with pytest.raises(ActionBlocked, match="second person"):
            prove(desk, operation, agent)
        wanted = hash_of_proof(operation, happened=True, provider_reference="pay_seen")
        approval = approvals.ask(
            partner_id=desk.order.partner_id,
            subject=reference(operation),
            case=operation.case,
            kind="money_proof",
            content_hash=wanted,
            summary="900.00 EUR",
            amount=operation.amount,
            currency="EUR",
            **desk.who(actor=Actor.user(agent)),
        )
        approvals.approve(
            approval_id=approval.pk,
            content_hash=wanted,
            proved_at=NOW,
            **desk.who(actor=Actor.user(lead)),
        )
        with pytest.raises(ActionBlocked):
            prove(desk, operation, agent, provider_reference="pay_other")
        prove(desk, operation, agent)
        proof = Proof.objects.get()
        assert (proof.given_by, proof.seconded_by) == (agent, lead)

    def test_is_not_for_what_is_settled(self, bank: Bank) -> None:
        desk = make_desk(bank)
        operation = charge(desk)
        with pytest.raises(ActionBlocked):
            prove(desk, operation, make_user(Role.LEAD, desk.order.partner))

    def test_asking_again_finds_what_the_provider_has_by_now(self, bank: Bank) -> None:
        desk = make_desk(bank)
        bank.behave(hang_up_after=1)
        operation = charge(desk)
        assert operation.state == "unknown"
        services.ask_again(operation_id=operation.pk, **desk.who())
        carry_out()
        operation.refresh_from_db()
        assert (operation.state, bank.taken()[1:]) == ("succeeded", ["43.30"])


class TestReconcile:
    """F44: what was done at the provider by hand is found, and so is what is only in our books."""

    def plan(self, desk: Desk) -> reconciling.Plan:
        now = clock.now() + dt.timedelta(hours=2)
        return reconciling.plan(desk.account, since=now - A_DAY, until=now)

    def test_finds_differences_both_ways_and_closes_those_that_go(self, bank: Bank) -> None:
        desk = make_desk(bank)  # its 150.00 were taken by the channel: theirs, missing here
        charge(desk)
        bank.act("refund", payment=desk.tenders[0].provider_reference, amount="5.00")
        found = self.plan(desk)
        assert found.counts == {"match": 1, "theirs_missing_here": 2}
        assert reconciling.apply(found, now=NOW) == 2
        assert reconciling.apply(found, now=NOW) == 0
        difference = Difference.objects.get(movement="refund")
        assert (difference.ours, difference.theirs) == (None, Decimal("5.00"))
        services.explain_difference(difference_id=difference.pk, because="made_there", **desk.who())
        assert Difference.objects.filter(state="open").count() == 1

    def test_finds_what_only_we_have(self, bank: Bank) -> None:
        desk = make_desk(bank)
        charge(desk)
        bank.forget()
        found = self.plan(desk)
        assert found.counts == {"ours_missing_there": 1}
        reconciling.apply(found, now=NOW)
        assert Difference.objects.get().ours == Decimal("43.30")

    def test_asks_again_for_what_is_unknown_here_and_taken_there(self, bank: Bank) -> None:
        desk = make_desk(bank)
        bank.behave(hang_up_after=1)
        operation = charge(desk)
        MoneyOperation.objects.update(due_at=NOW + 365 * A_DAY)
        found = self.plan(desk)
        assert found.counts == {"theirs_missing_here": 1, "unknown_here": 1}
        reconciling.apply(found, now=NOW)
        carry_out()
        operation.refresh_from_db()
        assert operation.state == "succeeded"

    def test_command_changes_nothing_unless_it_is_told_to(self, bank: Bank) -> None:
        make_desk(bank)
        said = StringIO()
        call_command("reconcile", stdout=said)
        [plan] = json.loads(said.getvalue())
        assert (plan["counts"], Difference.objects.count()) == ({"theirs_missing_here": 1}, 0)
        call_command("reconcile", "--apply", stdout=StringIO())
        assert Difference.objects.count() == 1
