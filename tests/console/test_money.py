"""Money on screens: S19 and S22 as an agent meets them, and the lists that wait for people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from approvals.models import Approval
from core import clock
from core.roles import Role
from exchanges.models import Exchange
from exchanges.queries import list_holds
from payments import linking, queries, reconciling, sweeps
from payments.models import Difference, MoneyOperation
from payments.services import open_obligation, undo_refund
from policies.rules import RefundLimit, Scope
from tests.console.screens import DESK_ROLES, fields_of, sign_in, text_of
from tests.factories.cases import AGENT, NOW, bring_back, open_case
from tests.factories.money import carry_out, dispute_of, make_account, make_card, pay_with, run
from tests.factories.policies import publish
from tests.factories.sales import make_order
from tests.factories.swaps import make_swap, open_exchange
from tests.payments.bank import Bank

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=11)
REFUSED = "Nobody knows yet whether a payment went through; it is being looked up."


@pytest.fixture(autouse=True)
def _clock(database_clock: None) -> None:
    """Set right again after each."""


@pytest.fixture
def upgrade(bank: Bank) -> Exchange:
    """86.50 for 43.20: the customer pays 43.30."""
    swap = make_swap(price="86.50", price_policy="current")
    make_account(swap.order.partner_id)
    make_card(swap.order.customer)
    return open_exchange(swap)


def address(exchange: Exchange, step: str = "") -> str:
    return f"/cases/{exchange.return_case.number}/pay/{step}"


def post(client: Client, exchange: Exchange, step: str, **typed: str) -> Any:
    return client.post(address(exchange, step), fields_of(exchange, **typed), follow=True)


def charge(client: Client, exchange: Exchange) -> Any:
    card = exchange.return_case.customer.payment_methods.get()
    return post(client, exchange, "charge/", card=str(card.pk), consent="on")


class TestS19:
    def test_four_clicks_on_a_charge_that_timed_out_are_one_operation(
        self, bank: Bank, upgrade: Exchange
    ) -> None:
        bank.behave(hang_up_after=1)
        agent = sign_in(Role.AGENT)
        assert "on its way" in text_of(charge(agent, upgrade).content)
        carry_out()
        for _ in range(3):
            refused = charge(agent, upgrade)
            assert refused.status_code == 409
            assert REFUSED in text_of(refused.content)
        shown = text_of(agent.get(address(upgrade)).content)
        assert "MONEY_UNKNOWN" in shown
        assert REFUSED not in shown  # the refusal says it, the page by itself does not
        [operation] = MoneyOperation.objects.all()
        assert (operation.state, len(bank.calls())) == ("unknown", 1)
        seen = text_of(agent.get("/payments/unknown/").content)
        assert upgrade.return_case.number in seen
        asked = agent.post(
            f"/payments/unknown/{operation.public_id}/ask/", {"op_id": str(uuid4())}, follow=True
        )
        assert "being asked" in text_of(asked.content)
        carry_out()
        assert bank.taken() == ["43.30"]
        assert "Left €0.00" in text_of(agent.get(address(upgrade)).content)

    def test_is_settled_by_a_person_with_proof(self, bank: Bank, upgrade: Exchange) -> None:
        bank.behave(hang_up_before=1)
        agent = sign_in(Role.AGENT)
        charge(agent, upgrade)
        carry_out()
        carry_out(ahead=dt.timedelta(days=1))
        operation = MoneyOperation.objects.get()
        url = f"/payments/unknown/{operation.public_id}/"
        said = {"op_id": str(uuid4()), "answer": "yes", "note": "Seen in their list"}
        assert agent.post(url, said).status_code == 422
        done = agent.post(url, said | {"provider_reference": "pay_9"}, follow=True)
        assert "It is settled" in text_of(done.content)
        assert queries.get_money(f"exchange:{upgrade.pk}").captured == operation.amount


class TestS18:
    def test_is_refused_before_the_card_is_charged_when_the_hold_has_ended(
        self, bank: Bank, upgrade: Exchange
    ) -> None:
        clock.shift_database_clock(dt.timedelta(days=30))
        refused = charge(sign_in(Role.AGENT), upgrade)
        assert "The hold has ended" in text_of(refused.content)
        assert (MoneyOperation.objects.count(), bank.calls()) == (0, [])

    def test_keeps_the_goods_while_the_provider_is_asked(
        self, bank: Bank, upgrade: Exchange
    ) -> None:
        charge(sign_in(Role.AGENT), upgrade)
        holds = queries.get_money(f"exchange:{upgrade.pk}")
        assert holds.in_flight
        [hold] = [one for one in _holds(upgrade) if one.state == "active"]
        assert hold.grace_until is not None


def _holds(exchange: Exchange) -> list[Any]:
    return list(list_holds(exchange))


class TestS32:
    def test_a_stale_page_takes_no_money(self, bank: Bank, upgrade: Exchange) -> None:
        stale = fields_of(upgrade)
        agent = sign_in(Role.AGENT)
        charge(agent, upgrade)
        card = upgrade.return_case.customer.payment_methods.get()
        refused = agent.post(
            address(upgrade, "charge/"), stale | {"card": str(card.pk), "consent": "on"}
        )
        assert refused.status_code == 409
        assert MoneyOperation.objects.count() == 1


class TestLink:
    def test_is_sent_shown_and_withdrawn(self, bank: Bank, upgrade: Exchange) -> None:
        agent = sign_in(Role.AGENT)
        post(agent, upgrade, "link/")
        linking.follow_requests(now=NOW)
        page = agent.get(address(upgrade)).content.decode()
        assert "/pay/chk_" in page
        [link] = queries.list_requests(upgrade.case)
        gone = post(agent, upgrade, f"{link.public_id}/withdraw/")
        assert "Withdrawn" in text_of(gone.content)


class TestS22:
    @pytest.fixture
    def refunding(self, bank: Bank) -> Any:
        """150.00 by gift card 40.00 and card 110.00, 60.00 given back; 125.00 of goods return."""
        swap = make_swap(net="125.00", tax="0")
        account = make_account(swap.order.partner_id)
        tenders = pay_with(swap.order, bank, account, ("gift_card", "40.00"), ("card", "110.00"))
        bank.act("refund", payment=tenders[1].provider_reference, amount="60.00")
        tenders[1].refunded = 60
        tenders[1].save()
        case = open_case(swap.order)
        bring_back(case)
        return _CaseOf(case)

    def test_shows_the_shortfall_and_posts_nothing(self, bank: Bank, refunding: Any) -> None:
        agent = sign_in(Role.AGENT)
        seen = text_of(agent.get(address(refunding)).content)
        assert "€35.00 can go back to no payment" in seen
        assert "Gift card €40.00 Card €50.00" in seen
        assert MoneyOperation.objects.count() == 0

    def test_reduces_with_a_reason_and_can_be_undone(self, bank: Bank, refunding: Any) -> None:
        agent = sign_in(Role.AGENT)
        number = refunding.memo
        assert post(agent, refunding, f"{number}/reduce/", reduced_to="90.00").status_code == 422
        done = post(agent, refunding, f"{number}/reduce/", reduced_to="90.00", reason="agreed")
        assert "reduced refund is planned" in text_of(done.content)
        first = MoneyOperation.objects.order_by("pk")[0]
        undone = post(agent, refunding, f"{first.public_id}/undo/")
        assert "called off" in text_of(undone.content)
        carry_out(ahead=LATER)
        assert sorted(bank.refunded()) in (["40.00", "60.00"], ["50.00", "60.00"])


class TestALimit:
    def test_asks_a_second_person_from_the_same_page(self, bank: Bank) -> None:
        publish((RefundLimit(agent=Decimal(20), currency="EUR"), Scope()))
        order = make_order()
        pay_with(order, bank, make_account(order.partner_id), ("card", "43.20"))
        case = _CaseOf(owing(open_case(order)))
        agent = sign_in(Role.AGENT)
        page = text_of(agent.get(address(case)).content)  # type: ignore[arg-type]
        assert "Over your limit of 20 EUR: a second person has to agree first." in page
        refused = post(agent, case, f"{case.memo}/refund/")  # type: ignore[arg-type]
        assert refused.status_code == 409
        asked = post(agent, case, f"{case.memo}/ask/")  # type: ignore[arg-type]
        assert "Their yes sends the refund" in text_of(asked.content)
        assert Approval.objects.get().kind == "refund"


def owing(case: Any) -> Any:
    """Its refund was called off while it waited."""
    bring_back(case)
    for planned in MoneyOperation.objects.all():
        undo_refund(operation_id=planned.pk, actor=AGENT, op_id=uuid4(), now=NOW)
    return case


class _CaseOf:
    """A case without an exchange, for the same helpers."""

    def __init__(self, case: Any) -> None:
        self.return_case = case
        [memo] = queries.list_issued(f"return:{case.pk}")
        self.memo = memo.number


class TestLists:
    @pytest.mark.parametrize("role", DESK_ROLES)
    def test_are_for_whoever_sees_money(self, role: Role) -> None:
        client = sign_in(role)
        allowed = role != Role.WAREHOUSE
        for url in (
            "/payments/unknown/",
            "/receivables/",
            "/payments/differences/",
            "/payments/out/",
        ):
            assert (client.get(url).status_code == 200) is allowed
        audits = role in (Role.LEAD, Role.ADMIN, Role.AUDITOR)
        assert (client.get("/payments/export.csv").status_code == 200) is audits

    def test_of_money_to_pay_by_hand_marks_it_paid_with_proof(self) -> None:
        case = open_case(make_order())  # paid where no provider of ours is
        bring_back(case)
        clock.shift_database_clock(LATER)
        sweeps.carry_out_here(now=NOW)
        agent = sign_in(Role.AGENT)
        page = text_of(agent.get("/payments/out/").content)
        assert "To be paid by hand" in page
        assert case.number in page
        assert "All money is accounted for" in text_of(agent.get("/payments/unknown/").content)
        operation = MoneyOperation.objects.get()
        said = {"answer": "yes", "provider_reference": "PP-77", "note": "In their own desk"}
        url = f"/payments/unknown/{operation.public_id}/"
        assert "Mark as paid" in text_of(agent.get(url).content)
        done = agent.post(url, said | {"op_id": str(uuid4())}, follow=True)
        assert "Nothing is to be paid by hand" in text_of(done.content)

    def test_of_disputes_says_until_when_and_with_what(self) -> None:
        case = open_case(make_order())
        dispute = dispute_of(case.lines.get().order_line.order, case)
        agent = sign_in(Role.AGENT)
        listed = text_of(agent.get("/payments/disputes/").content)
        assert "Not as described" in listed
        assert "Nov 13" in listed
        page = text_of(agent.get(f"/payments/disputes/{dispute.public_id}/").content)
        assert f"Case {case.number}, authorised" in page
        assert "No photos of the customer." in page
        assert agent.get("/payments/disputes/dsp_unknown/").status_code == 404

    def test_of_differences_closes_what_a_lead_explains(self, bank: Bank) -> None:
        swap = make_swap()
        account = make_account(swap.order.partner_id)
        pay_with(swap.order, bank, account, ("card", "43.20"))
        now = clock.now() + dt.timedelta(hours=2)
        found = reconciling.plan(account, since=now - dt.timedelta(days=1), until=now)
        reconciling.apply(found, now=NOW)
        lead = sign_in(Role.LEAD)
        assert "Theirs, missing here" in text_of(lead.get("/payments/differences/").content)
        url = f"/payments/differences/{Difference.objects.get().public_id}/explain/"
        assert lead.post(url, {"op_id": str(uuid4())}).status_code == 422
        lead.post(url, {"op_id": str(uuid4()), "because": "other_system"})
        assert "Both lists agree" in text_of(lead.get("/payments/differences/").content)

    def test_of_receivables_offers_a_link_and_a_write_off(
        self, bank: Bank, upgrade: Exchange
    ) -> None:
        obligation = owe(upgrade)
        sweeps.follow_obligations(now=NOW + dt.timedelta(days=28))
        agent = sign_in(Role.AGENT)
        assert "No card on file" in text_of(agent.get("/receivables/").content)
        url = f"/receivables/{obligation.public_id}"
        agent.post(f"{url}/link/", {"op_id": str(uuid4())})
        assert len(queries.list_requests(upgrade.case)) == 1
        asked = agent.post(f"{url}/write-off/", {"op_id": str(uuid4())}, follow=True)
        assert "A lead has been asked" in text_of(asked.content)

    def test_exported_holds_the_ledger(self, bank: Bank, upgrade: Exchange) -> None:
        charge(sign_in(Role.AGENT), upgrade)
        carry_out()
        lines = sign_in(Role.LEAD).get("/payments/export.csv").content.decode().splitlines()
        assert len(lines) == 3
        assert "captured,provider,43.3000,EUR" in lines[1]


def owe(exchange: Exchange) -> Any:
    return run(
        open_obligation,
        partner_id=exchange.partner_id,
        case=exchange.case,
        subject=f"exchange:{exchange.pk}",
        kind="goods",
        owed_by="customer",
        customer_id=exchange.return_case.customer_id,
        order_id=exchange.replacement_order_id,
        amount=Decimal("108.00"),
        currency="EUR",
        due_on=NOW.date() + dt.timedelta(days=21),
        grace_days=7,
        reminder_days=[14],
    )
