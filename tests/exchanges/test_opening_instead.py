"""An exchange on a case that had none: the customer's mind changed, or the repair failed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core import deliveries
from core.errors import ActionBlocked, BadInput, StaleVersion
from core.laws import check_laws
from core.models import Event
from exchanges import services
from exchanges.models import Exchange
from exchanges.queries import list_offered
from exchanges.services import WantedReplacement
from inventory.models import Reservation, StockLevel
from inventory.services import OutOfStock
from orders.models import Tender
from payments.models import MoneyOperation, Obligation
from payments.queries import list_memos
from policies.rules import AdvancedExchange, Scope
from returns.models import ReceiptLine, Repair, Return
from returns.rules import can_exchange_instead
from returns.services import send_to_workshop
from returns.states import Outcome
from tests.factories.cases import AGENT, NOW, bring_back, grade, inspect, open_case, receive, want
from tests.factories.policies import publish
from tests.factories.swaps import Swap, act_on, make_swap

pytestmark = pytest.mark.django_db

D = Decimal


def ask(case: Return, swap: Swap, **more: Any) -> Exchange:
    line = swap.order.lines.get()
    arguments: dict[str, Any] = {
        "return_id": case.pk,
        "version": None,
        "replacements": [WantedReplacement(variant_id=swap.red.pk, replaces_order_line_id=line.pk)],
        "reason": "They want a red one.",
        "actor": AGENT,
        "op_id": uuid4(),
        "now": NOW,
    }
    return services.open_exchange_instead(**arguments | more)


def at_workshop(swap: Swap) -> Return:
    line = swap.order.lines.get()
    case = open_case(swap.order, want(line, outcome=Outcome.REPAIR))
    deliveries.deliver_due()
    receive(case)
    inspect(case, grade(ReceiptLine.objects.get().pk, disposition="repair"))
    repair = Repair.objects.get()
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW, "version": None}
    send_to_workshop(repair_id=repair.pk, workshop="Fix & Co", **who)
    return case


class TestOfARefund:
    def test_is_quoted_held_and_confirmed_by_the_agent(self) -> None:
        swap = make_swap()
        case = open_case(swap.order)
        exchange = ask(case, swap)
        assert (exchange.state, exchange.accepted_quote) == ("quoted", None)
        assert Reservation.objects.get().state == "active"
        assert case.lines.get().outcome == Outcome.EXCHANGE
        told = Event.objects.get(kind="return.turned_into_exchange").data
        assert told["lines"] == [{"line": case.lines.get().pk, "before": "refund"}]
        services.accept_quote(**act_on(exchange))
        bring_back(case)
        deliveries.deliver_due()
        assert Exchange.objects.get().state == "releasing"
        assert Tender.objects.get(kind="exchange_credit").captured == D("43.20")
        assert not MoneyOperation.objects.exists()

    def test_follows_one_that_was_called_off(self) -> None:
        swap = make_swap()
        case = open_case(swap.order)
        first = ask(case, swap)
        services.convert_to_refund(**act_on(first, reason="Money after all."))
        assert ask(case, swap).state == "quoted"
        assert Exchange.objects.count() == 2

    def test_is_one_at_a_time(self) -> None:
        swap = make_swap(available=2)
        case = open_case(swap.order)
        ask(case, swap)
        with pytest.raises(ActionBlocked, match="No exchange can be opened"):
            ask(case, swap)

    def test_leaves_all_as_it_was_where_stock_is_short(self) -> None:
        swap = make_swap(available=0)
        case = open_case(swap.order)
        with pytest.raises(OutOfStock):
            ask(case, swap)
        assert (case.lines.get().outcome, Exchange.objects.count()) == ("refund", 0)

    def test_waits_for_the_return_to_be_authorised(self) -> None:
        swap = make_swap(net="600.00", tax="48.00")
        case = open_case(swap.order)
        assert case.state == "in_review"
        with pytest.raises(ActionBlocked):
            ask(case, swap)

    def test_refuses_what_is_settled_what_is_strange_and_a_stale_page(self) -> None:
        swap = make_swap()
        case = open_case(swap.order)
        with pytest.raises(BadInput):
            ask(case, swap, replacements=[WantedReplacement(variant_id=swap.red.pk)])
        with pytest.raises(StaleVersion):
            ask(case, swap, version=0)
        bring_back(case)
        with pytest.raises(ActionBlocked):
            ask(case, swap)


class TestOfARepairThatFailed:
    def test_is_paid_by_the_goods_that_stay_here_and_leaves_once_confirmed(self) -> None:
        swap = make_swap()
        case = at_workshop(swap)
        exchange = ask(case, swap)
        assert (Repair.objects.get().state, exchange.state) == ("not_repairable", "quoted")
        (memo,) = list_memos(exchange.case)
        assert (memo.state, memo.gross) == ("issued", D("43.20"))
        deliveries.deliver_due()
        memo.refresh_from_db()
        assert (memo.kept_back, MoneyOperation.objects.count()) == (D("43.20"), 0)
        assert StockLevel.objects.get(variant=swap.blue).quarantine == 1
        services.accept_quote(**act_on(exchange))
        deliveries.deliver_due()
        assert Exchange.objects.get().state == "releasing"
        memo.refresh_from_db()
        assert (memo.state, memo.applied, memo.kept_back) == ("settled", D("43.20"), D(0))
        laws = ("what_is_kept_back_is_needed", "credit_is_carried_over_once")
        assert [law for law in check_laws(laws) if not law.ok] == []

    def test_is_refunded_once_where_the_customer_says_no_to_the_quote(self) -> None:
        swap = make_swap()
        exchange = ask(at_workshop(swap), swap)
        deliveries.deliver_due()
        services.convert_to_refund(**act_on(exchange, reason="They want the money."))
        deliveries.deliver_due()
        assert [one.amount for one in MoneyOperation.objects.all()] == [D("43.20")]


class TestAheadOfItsGoods:
    """In the ways that policy offers, and only while nothing of it has come."""

    def offer(self, **fields: Any) -> None:
        publish((AdvancedExchange(is_offered=True, **fields), Scope()))

    def test_is_not_offered_unless_policy_says_so(self) -> None:
        swap = make_swap()
        publish((AdvancedExchange(is_offered=False), Scope()))
        case = open_case(swap.order)
        for kind in ("advanced", "advanced_prepaid"):
            with pytest.raises(ActionBlocked) as refused:
                ask(case, swap, exchange_type=kind)
            assert "Policy offers no advanced exchange" in refused.value.reasons[0]
        assert list_offered(case) == ["regular"]
        assert (case.lines.get().outcome, Exchange.objects.count()) == ("refund", 0)

    def test_leaves_at_once_and_its_goods_are_owed(self) -> None:
        swap = make_swap()
        self.offer()
        case = open_case(swap.order)
        assert list_offered(case) == ["regular", "advanced", "advanced_prepaid"]
        exchange = ask(case, swap, exchange_type="advanced")
        services.accept_quote(**act_on(exchange))
        deliveries.deliver_due()
        exchange.refresh_from_db()
        assert (exchange.type, exchange.state) == ("advanced", "releasing")
        services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
        deliveries.deliver_due()
        owed = Obligation.objects.get()
        assert (owed.kind, owed.amount) == ("goods", D("43.20"))
        bring_back(case)
        deliveries.deliver_due()
        assert Obligation.objects.get().state == "met"

    def test_is_paid_in_full_first_where_it_is_pre_paid(self) -> None:
        swap = make_swap()
        self.offer()
        exchange = ask(open_case(swap.order), swap, exchange_type="advanced_prepaid")
        services.accept_quote(**act_on(exchange))
        exchange.refresh_from_db()
        assert exchange.accepted_quote is not None
        needed = exchange.accepted_quote.needed
        assert (exchange.state, needed) == ("awaiting_payment", D("43.20"))

    def test_is_of_a_repair_whose_goods_are_still_to_come(self) -> None:
        swap = make_swap()
        self.offer()
        case = open_case(swap.order, want(swap.order.lines.get(), outcome=Outcome.REPAIR))
        assert ask(case, swap, exchange_type="advanced").type == "advanced"

    def test_is_refused_for_goods_that_are_here(self) -> None:
        swap = make_swap()
        self.offer()
        case = Return.objects.get(pk=at_workshop(swap).pk)
        assert list_offered(case) == ["regular"]
        with pytest.raises(ActionBlocked) as refused:
            ask(case, swap, exchange_type="advanced")
        assert "Some of the goods are here" in refused.value.reasons[0]
        assert ask(case, swap).type == "regular"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({}, ""),
        ({"outcome": "store_credit"}, ""),
        ({"outcome": "exchange"}, "exchanged already"),
        ({"is_open": False, "decision": "rejected"}, "is rejected"),
        ({"is_settled": True}, "settled already"),
        ({"outcome": "repair"}, ""),
        ({"outcome": "repair", "is_settled": True, "repairs": ["at_workshop"]}, ""),
        ({"outcome": "repair", "repairs": ["repaired"]}, "done with it"),
        ({"outcome": "repair", "repairs": ["sent_back"]}, "repaired already"),
        ({"outcome": "repair", "repairs": ["arrived", "sent_back"]}, "repaired already"),
    ],
)
def test_says_which_lines_may_be_exchanged_instead(line: dict[str, Any], says: str) -> None:
    facts: dict[str, Any] = {
        "decision": "authorised",
        "outcome": "refund",
        "is_open": True,
        "is_settled": False,
        "repairs": (),
    }
    verdict = can_exchange_instead(**facts | line)
    assert verdict.allowed is not bool(says)
    assert says in " ".join(verdict.reasons)
