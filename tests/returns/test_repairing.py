from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core.errors import ActionBlocked, BadInput
from core.laws import check_laws
from core.models import Event
from fulfilment.models import Shipment
from inventory.models import StockLevel
from orders.models import OrderLine
from payments.models import Obligation
from payments.queries import find_obligation, list_memos
from payments.sweeps import follow_obligations
from returns import services
from returns.models import ReceiptLine, Repair, Return
from returns.rules import repairs as rules
from returns.states import Grade, Outcome, Reason, RepairState, ReturnState
from tests.factories.cases import AGENT, NOW, give_terms, grade, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db

D = Decimal
S = RepairState


def act(repair: Repair, **more: Any) -> dict[str, Any]:
    who = {"repair_id": repair.pk, "version": None, "actor": AGENT, "op_id": uuid4(), "now": NOW}
    return who | more


@pytest.fixture
def line() -> OrderLine:
    return make_order(Sold("200.00", "40.00")).lines.get()


def come_in(line: OrderLine, reason: str = Reason.CHANGED_MIND) -> Repair:
    """Announced for a repair, received, and passed on to the workshop."""
    case = open_case(line.order, want(line, reason=reason, outcome=Outcome.REPAIR))
    receive(case)
    row = ReceiptLine.objects.latest("pk").pk
    inspect(case, grade(row, grade=Grade.D, disposition="repair"))
    return Repair.objects.get()


def estimated(line: OrderLine, amount: str = "35.00") -> Repair:
    repair = come_in(line)
    services.send_to_workshop(**act(repair, workshop="Fix & Co"))
    return services.estimate_repair(**act(repair, amount=D(amount), finding="Broken strap"))


def send_back(repair: Repair) -> Repair:
    return services.send_back_repaired(**act(repair, carrier="DHL", tracking_number="JD1"))


def get_debt(repair: Repair) -> Obligation:
    return Obligation.objects.get(subject=f"repair:{repair.pk}", kind="money")


def trail(repair: Repair) -> list[str]:
    events = Event.objects.filter(subject=f"repair:{repair.pk}").order_by("pk")
    return [kind.removeprefix("repair.") for kind in events.values_list("kind", flat=True)]


class TestRepair:
    def test_credits_nothing_and_keeps_the_goods_apart(self, line: OrderLine) -> None:
        repair = come_in(line)
        assert (repair.state, repair.is_charged, list_memos("return:1")) == (S.ARRIVED, True, [])
        level = StockLevel.objects.get(variant=line.variant)
        assert (level.available, level.quarantine) == (0, 1)
        line.refresh_from_db()
        assert (line.return_open, line.returned) == (1, 0)
        assert repair.return_line.return_case.state == ReturnState.SETTLING

    @pytest.mark.causes("repair_estimated", "repair_agreed", "repair_sent_back")
    @pytest.mark.usefixtures("staff")
    def test_goes_through_the_workshop_and_back_to_the_customer(self, line: OrderLine) -> None:
        repair = estimated(line)
        services.accept_estimate(**act(repair))
        services.finish_repair(**act(repair, cost=D("12.50")))
        done = send_back(repair)
        assert (done.state, done.cost, done.accepted_by) == (S.SENT_BACK, D("12.50"), "customer")
        assert trail(repair) == [
            "opened",
            "begun",
            "estimated",
            "agreed",
            "charge_due",
            "finished",
            "sent_back",
        ]
        assert Shipment.objects.get().state == "shipped"
        assert done.shipment == Shipment.objects.get()
        assert StockLevel.objects.get(variant=line.variant).quarantine == 0
        line.refresh_from_db()
        assert (line.return_open, line.returnable) == (0, 1)
        assert Return.objects.get().state == ReturnState.CLOSED
        owed = get_debt(repair)
        assert (owed.state, owed.amount, owed.owed_by) == ("open", D("35.00"), "customer")
        assert owed.due_on == NOW.date() + dt.timedelta(days=14)
        laws = ("open_units_are_those_of_open_lines", "ended_lines_claim_nothing")
        assert [law for law in check_laws(laws) if not law.ok] == []

    def test_is_free_inside_the_warranty_and_asks_nobody(
        self, line: OrderLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        give_terms(monkeypatch, warranty="repair")
        repair = come_in(line, Reason.DEFECTIVE)
        services.send_to_workshop(**act(repair, workshop="Our own"))
        agreed = services.estimate_repair(**act(repair, amount=D(35), finding=""))
        assert (agreed.state, agreed.accepted_by) == (S.AGREED, "policy")
        assert "charge_due" not in trail(repair)
        assert find_obligation(subject=f"repair:{repair.pk}", kind="money") is None

    def test_is_a_receivable_when_its_days_to_pay_are_over(self, line: OrderLine) -> None:
        repair = estimated(line)
        services.accept_estimate(**act(repair))
        follow_obligations(now=NOW + dt.timedelta(days=13))
        assert get_debt(repair).receivable_since is None
        due = NOW + dt.timedelta(days=14)
        follow_obligations(now=due)
        assert (get_debt(repair).state, get_debt(repair).receivable_since) == ("due", due)

    def test_is_not_paid_for_where_it_fails_after_all(self, line: OrderLine) -> None:
        repair = estimated(line)
        services.accept_estimate(**act(repair))
        services.give_up_repair(**act(repair, outcome="refund", reason="It broke again."))
        assert get_debt(repair).state == "waived"

    def test_goes_back_as_it_is_where_the_estimate_is_declined(self, line: OrderLine) -> None:
        repair = estimated(line)
        services.decline_estimate(**act(repair))
        assert send_back(repair).state == S.SENT_BACK
        assert Return.objects.get().state == ReturnState.CLOSED

    @pytest.mark.causes("repair_given_up")
    def test_becomes_a_refund_where_it_cannot_be_mended(self, line: OrderLine) -> None:
        repair = estimated(line)
        given_up = services.give_up_repair(
            **act(repair, outcome="refund", reason="The board is burnt.")
        )
        assert given_up.state == S.NOT_REPAIRABLE
        case = Return.objects.get()
        (memo,) = list_memos(f"return:{case.pk}")
        assert (memo.state, memo.gross, case.state) == ("issued", D("240.00"), "settling")
        line.refresh_from_db()
        assert (line.return_open, line.returned) == (0, 1)
        assert StockLevel.objects.get(variant=line.variant).quarantine == 1

    def test_is_for_goods_that_are_to_be_repaired(self, line: OrderLine) -> None:
        case = open_case(line.order)
        receive(case)
        row = ReceiptLine.objects.get().pk
        with pytest.raises(ActionBlocked) as refusal:
            inspect(case, grade(row, disposition="repair"))
        assert refusal.value.reasons == ["Nobody asked for a repair."]

    @pytest.mark.parametrize("amount", ["-1", "0.005"])
    def test_wants_an_amount_of_money(self, line: OrderLine, amount: str) -> None:
        repair = come_in(line)
        services.send_to_workshop(**act(repair, workshop="Our own"))
        with pytest.raises(BadInput):
            services.estimate_repair(**act(repair, amount=D(amount), finding=""))


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (rules.can_begin, {S.ARRIVED}),
        (rules.can_estimate, {S.AT_WORKSHOP}),
        (rules.can_answer_estimate, {S.ESTIMATED}),
        (rules.can_finish, {S.AGREED}),
        (rules.can_give_up, {S.ARRIVED, S.AT_WORKSHOP, S.ESTIMATED, S.AGREED}),
        (rules.can_send_back, {S.REPAIRED, S.DECLINED}),
    ],
)
def test_each_step_has_its_station(rule: Any, allowed: set[str]) -> None:
    assert {state for state in S if rule(state)} == allowed
