"""Paying out what a memo owes: over several payments, with a shortfall that is shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from approvals import services as approvals
from approvals.models import Approval
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from core.roles import Role
from notifications.models import Message
from orders.models import Tender
from payments import noticing, queries, services, sweeps
from payments.models import MoneyEntry, MoneyOperation, StoreCreditEntry
from payments.services import PayoutsHeld, RefundShortfall
from tests.factories.cases import NOW
from tests.factories.money import carry_out, run
from tests.factories.people import make_user
from tests.payments.bank import Bank
from tests.payments.desk import Desk, deliver, laws_hold, make_desk

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=11)


def person(desk: Desk, role: str) -> Actor:
    return Actor.user(make_user(Role(role), desk.order.partner))


class TestPayOut:
    def test_waits_so_that_it_can_be_called_off_then_leaves(self, bank: Bank) -> None:
        desk = make_desk(bank)
        memo = desk.issue("43.20")
        plan = run(services.plan_pay_out, memo_id=memo.pk)
        assert [part.amount for part in plan.parts] == [Decimal("43.20")]
        assert (carry_out(), bank.refunded()) == (0, [])
        carry_out(ahead=LATER)
        memo.refresh_from_db()
        assert (memo.paid_out, memo.state, bank.refunded()) == (
            Decimal("43.20"),
            "settled",
            ["43.20"],
        )
        laws_hold()

    def test_is_undone_while_it_waits_and_not_after(self, bank: Bank) -> None:
        desk = make_desk(bank)
        memo = desk.issue("43.20")
        run(services.plan_pay_out, memo_id=memo.pk)
        first = MoneyOperation.objects.get()
        services.undo_refund(operation_id=first.pk, **desk.who())
        assert Tender.objects.get(pk=desk.tenders[0].pk).pending == 0
        run(services.plan_pay_out, memo_id=memo.pk)
        carry_out(ahead=LATER)
        second = MoneyOperation.objects.latest("pk")
        with pytest.raises(ActionBlocked):
            services.undo_refund(operation_id=second.pk, **desk.who())
        assert bank.refunded() == ["43.20"]

    def test_of_what_is_on_its_way_is_refused(self, bank: Bank) -> None:
        desk = make_desk(bank)
        memo = desk.issue("100.00")
        run(services.plan_pay_out, memo_id=memo.pk, amount=Decimal(60))
        with pytest.raises(BadInput, match="40"):
            run(services.plan_pay_out, memo_id=memo.pk, amount=Decimal(60))
        run(services.plan_pay_out, memo_id=memo.pk)
        carry_out(ahead=LATER)
        assert sorted(bank.refunded()) == ["40.00", "60.00"]

    def test_of_two_that_are_sent_together_the_second_waits_while_the_first_is_unknown(
        self, bank: Bank
    ) -> None:
        """Both are claimed before anybody knows; a trigger refuses what would start then."""
        desk = make_desk(bank)
        memo = desk.issue("100.00")
        run(services.plan_pay_out, memo_id=memo.pk, amount=Decimal(60))
        run(services.plan_pay_out, memo_id=memo.pk)
        bank.behave(hang_up_after=1)
        carry_out(ahead=LATER)
        states = MoneyOperation.objects.filter(kind="refund").order_by("pk")
        assert [*states.values_list("state", flat=True)] == ["unknown", "planned"]
        assert bank.refunded() == ["60.00"]
        for hours in (1, 2, 3):
            carry_out(ahead=dt.timedelta(hours=hours))
        assert [*states.values_list("state", flat=True)] == ["succeeded", "succeeded"]
        assert bank.refunded() == ["60.00", "40.00"]
        laws_hold()

    def test_by_hand_is_a_persons_until_they_prove_it(self, bank: Bank) -> None:
        desk = make_desk(bank)
        Tender.objects.update(provider="", provider_reference="")
        memo = desk.issue("43.20")
        run(services.plan_pay_out, memo_id=memo.pk)
        carry_out(ahead=LATER)
        assert sweeps.carry_out_here(now=NOW) == 1
        operation = MoneyOperation.objects.get()
        assert (operation.state, operation.provider) == ("submitted", "by_hand")
        services.prove(
            operation_id=operation.pk,
            happened=True,
            provider_reference="SHOP-77",
            note="Paid in the shop's back office",
            **desk.who(actor=person(desk, "agent")),
        )
        memo.refresh_from_db()
        assert (memo.state, bank.refunded()) == ("settled", [])
        laws_hold()


class TestS22Shortfall:
    @pytest.fixture
    def desk(self, bank: Bank) -> Desk:
        """150.00 by gift card 40.00 and card 110.00, of which 60.00 went back as goodwill."""
        desk = make_desk(bank, ("gift_card", "40.00"), ("card", "110.00"))
        bank.act("refund", payment=desk.tenders[1].provider_reference, amount="60.00")
        Tender.objects.filter(pk=desk.tenders[1].pk).update(refunded=Decimal("60.00"))
        return desk

    def test_is_shown_and_nothing_is_posted(self, bank: Bank, desk: Desk) -> None:
        memo = desk.issue("125.00")
        with pytest.raises(RefundShortfall) as refusal:
            run(services.plan_pay_out, memo_id=memo.pk)
        plan = refusal.value.plan
        parts = {part.kind: part.amount for part in plan.parts}
        assert parts == {"gift_card": Decimal("40.00"), "card": Decimal("50.00")}
        assert (plan.refundable, plan.shortfall) == (Decimal("90.00"), Decimal("35.00"))
        assert MoneyOperation.objects.count() == 0
        carry_out(ahead=LATER)
        assert bank.refunded() == ["60.00"]

    def test_is_let_go_with_a_reason(self, bank: Bank, desk: Desk) -> None:
        memo = desk.issue("125.00")
        services.pay_out_reduced(
            memo_id=memo.pk,
            reduced_to=Decimal("90.00"),
            reason="agreed",
            **desk.who(actor=person(desk, "agent")),
        )
        carry_out(ahead=LATER)
        memo.refresh_from_db()
        assert sorted(bank.refunded()) == ["40.00", "50.00", "60.00"]
        assert (memo.paid_out, memo.forgone, memo.state) == (
            Decimal("90.00"),
            Decimal("35.00"),
            "settled",
        )
        laws_hold()

    def test_is_refused_when_the_plan_changed_since(self, bank: Bank, desk: Desk) -> None:
        memo = desk.issue("125.00")
        Tender.objects.filter(pk=desk.tenders[1].pk).update(refunded=Decimal("70.00"))
        with pytest.raises(ActionBlocked, match="another amount"):
            services.pay_out_reduced(
                memo_id=memo.pk, reduced_to=Decimal("90.00"), reason="agreed", **desk.who()
            )

    @pytest.mark.causes("store_credit_given")
    def test_is_made_good_by_credit_that_another_person_approves(
        self, bank: Bank, desk: Desk
    ) -> None:
        memo = desk.issue("125.00")
        services.ask_for_goodwill(
            memo_id=memo.pk,
            shortfall=Decimal("35.00"),
            **desk.who(actor=person(desk, "agent")),
        )
        assert MoneyOperation.objects.count() == 0
        approval = Approval.objects.get()
        approvals.approve(
            approval_id=approval.pk,
            content_hash=approval.content_hash,
            proved_at=NOW,
            **desk.who(actor=person(desk, "lead")),
        )
        deliver()
        carry_out(ahead=LATER)
        memo.refresh_from_db()
        customer = desk.order.customer_id
        assert queries.get_balance(customer_id=customer, currency="EUR") == Decimal("35.00")
        assert (memo.paid_out, memo.state) == (Decimal("90.00"), "settled")
        assert sorted(bank.refunded()) == ["40.00", "50.00", "60.00"]
        goodwill = MoneyEntry.objects.get(account="goodwill")
        assert (goodwill.amount, goodwill.cause) == (Decimal("35.00"), "store_credit_granted")
        laws_hold()

    def test_above_the_limit_is_not_an_agents_alone(self, bank: Bank) -> None:
        desk = make_desk(bank, ("card", "500.00"))
        Tender.objects.update(refunded=Decimal("100.00"))
        memo = desk.issue("500.00")
        with pytest.raises(ActionBlocked) as refusal:
            services.pay_out_reduced(
                memo_id=memo.pk,
                reduced_to=Decimal("400.00"),
                reason="agreed",
                **desk.who(actor=person(desk, "agent")),
            )
        assert "Over your limit of 200 EUR" in refusal.value.reasons[0]


@pytest.mark.django_db(transaction=True)
class TestLateNews:
    @pytest.fixture
    def desk(self, bank: Bank, live_server: Any) -> Desk:
        bank.forget(desk=live_server.url)
        return make_desk(bank)

    @pytest.mark.causes("refund_sent", "refund_came_back")
    def test_of_a_refund_that_failed_undoes_it_and_tells_the_customer(
        self, bank: Bank, desk: Desk
    ) -> None:
        bank.behave(refunds_fail=1)
        memo = desk.issue("43.20")
        run(services.plan_pay_out, memo_id=memo.pk)
        carry_out(ahead=LATER)
        bank.tick(ahead=4 * 86_400)
        noticing.settle_notices(now=NOW)
        memo.refresh_from_db()
        assert (memo.state, memo.paid_out) == ("issued", 0)
        assert Tender.objects.get().refunded == 0
        assert [entry.cause for entry in MoneyEntry.objects.filter(account="provider")] == [
            "refunded",
            "refund_failed",
        ]
        deliver()
        told = list(Message.objects.order_by("pk").values_list("template", flat=True))
        assert told == ["refund_sent", "refund_came_back"]
        run(services.plan_pay_out, memo_id=memo.pk)
        carry_out(ahead=2 * LATER)
        memo.refresh_from_db()
        assert (memo.state, memo.paid_out) == ("settled", Decimal("43.20"))
        laws_hold()

    @pytest.mark.causes("dispute_opened")
    @pytest.mark.usefixtures("staff")
    def test_of_a_dispute_holds_refunds_until_it_is_decided(self, bank: Bank, desk: Desk) -> None:
        memo = desk.issue("43.20")
        run(services.plan_pay_out, memo_id=memo.pk)
        bank.act("dispute", id=desk.tenders[0].provider_reference)
        bank.tick()
        noticing.settle_notices(now=NOW)
        carry_out(ahead=LATER)
        assert (MoneyOperation.objects.get().state, bank.refunded()) == ("planned", [])
        other = desk.issue("10.00")
        with pytest.raises(PayoutsHeld):
            run(services.plan_pay_out, memo_id=other.pk)
        [dispute] = bank.state()["dispute"]
        bank.act("close_dispute", id=dispute["id"], outcome="won")
        bank.tick()
        noticing.settle_notices(now=NOW)
        carry_out(ahead=3 * LATER)
        assert bank.refunded() == ["43.20"]
        assert list(
            Event.objects.filter(kind__startswith="dispute.")
            .order_by("pk")
            .values_list("kind", flat=True)
        ) == ["dispute.opened", "dispute.closed"]

    def test_of_a_lost_dispute_takes_it_off_what_can_go_back(self, bank: Bank, desk: Desk) -> None:
        bank.act("dispute", id=desk.tenders[0].provider_reference)
        [dispute] = bank.state()["dispute"]
        bank.act("close_dispute", id=dispute["id"], outcome="lost")
        bank.tick()
        noticing.settle_notices(now=NOW)
        assert Tender.objects.get().refundable == 0
        assert MoneyEntry.objects.get(account="disputed").amount == Decimal("150.00")
        memo = desk.issue("43.20")
        with pytest.raises(RefundShortfall):
            run(services.plan_pay_out, memo_id=memo.pk)


class TestStoreCredit:
    def grant(self, desk: Desk, amount: str, **more: Any) -> StoreCreditEntry:
        arguments: dict[str, Any] = {
            "partner_id": desk.order.partner_id,
            "customer_id": desk.order.customer_id,
            "case": "return:1",
            "amount": Decimal(amount),
            "currency": "EUR",
            "reference": f"goodwill:{amount}",
        }
        return run(services.grant_store_credit, **arguments | more)

    def spend(self, desk: Desk, amount: str) -> Tender:
        return run(
            services.spend_store_credit,
            order_id=desk.order.pk,
            customer_id=desk.order.customer_id,
            case="return:1",
            amount=Decimal(amount),
            currency="EUR",
        )

    def balance(self, desk: Desk) -> Decimal:
        return queries.get_balance(customer_id=desk.order.customer_id, currency="EUR")

    def test_of_a_memo_settles_it(self, bank: Bank) -> None:
        desk = make_desk(bank)
        memo = desk.issue("43.20")
        self.grant(desk, "43.20", reference=f"creditmemo:{memo.pk}")
        memo.refresh_from_db()
        assert (memo.state, self.balance(desk)) == ("settled", Decimal("43.20"))
        with pytest.raises(ActionBlocked):
            self.grant(desk, "0.01", reference=f"creditmemo:{memo.pk}")
        laws_hold()

    def test_pays_what_lapses_first_first_and_comes_back_by_a_refund(self, bank: Bank) -> None:
        desk = make_desk(bank)
        self.grant(desk, "20.00")
        soon = NOW.date() + dt.timedelta(days=5)
        dated = self.grant(desk, "10.00", expires_on=soon)
        tender = self.spend(desk, "25.00")
        assert queries.left_of_grant(dated) == 0
        assert self.balance(desk) == Decimal("5.00")
        with pytest.raises(ActionBlocked):
            self.spend(desk, "5.01")
        memo = desk.issue("15.00")
        run(services.plan_pay_out, memo_id=memo.pk)
        carry_out(ahead=LATER)
        sweeps.carry_out_here(now=NOW)
        tender.refresh_from_db()
        assert (tender.refunded, self.balance(desk)) == (Decimal("15.00"), Decimal("20.00"))
        assert bank.refunded() == []
        laws_hold()

    def test_lapses_for_what_is_left(self, bank: Bank) -> None:
        desk = make_desk(bank)
        self.grant(desk, "10.00", expires_on=NOW.date())
        self.spend(desk, "4.00")
        assert sweeps.expire_store_credit(now=NOW) == 0
        tomorrow = NOW + dt.timedelta(days=1)
        assert sweeps.expire_store_credit(now=tomorrow) == 1
        assert sweeps.expire_store_credit(now=tomorrow) == 0
        assert self.balance(desk) == 0
        laws_hold()
