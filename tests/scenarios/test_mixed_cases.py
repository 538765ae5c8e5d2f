"""S25: one line comes back for money, another is exchanged, in one case."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core import deliveries
from core.laws import check_laws
from core.models import Event
from exchanges import services
from exchanges.models import Exchange
from exchanges.queries import read_facts
from exchanges.services import WantedReplacement, open_exchange_case
from inventory.models import Location, Reservation
from orders.models import Tender
from orders.services import add_payment
from payments.models import CreditMemo, MoneyOperation
from payments.queries import list_issued, list_memos
from policies.models import PolicyVersion
from policies.rules import Netting, Scope
from returns.models import Return
from returns.queries import WantedReturn
from returns.services import CountedLine, pay_out_memo, short_close
from returns.states import DispositionKind, ReturnState
from tests.factories.cases import AGENT, NOW, grade, inspect, receive
from tests.factories.money import run
from tests.factories.policies import make_policy, publish
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_stock, make_variant
from tests.factories.swaps import act_on

pytestmark = pytest.mark.django_db

D = Decimal
LAWS = (
    "credit_is_carried_over_once",
    "memos_are_the_sum_of_their_lines",
    "no_credit_is_promised_twice",
    "nothing_leaves_before_it_is_paid",
    "what_is_kept_back_is_needed",
    "what_was_kept_goes_back",
)


@pytest.fixture(autouse=True)
def _laws_hold() -> Iterator[None]:
    yield
    assert [law for law in check_laws(LAWS) if not law.ok] == []


def open_mixed(_policy: PolicyVersion, price: str = "54.00") -> Exchange:
    """S5's order: A 54.00 + 4.32 for money, B 36.00 + 2.88 for C at 50.00 + 4.00."""
    place = make_location()
    article = make_variant()
    c = make_variant(title="C", price=price)
    make_stock(c, place, 1)
    order = make_order(
        Sold("54.00", "4.32", rate="0.08"), Sold("36.00", "2.88", rate="0.08", variant=article)
    )
    a, b = order.lines.order_by("position")
    return open_exchange_case(
        partner_id=order.partner_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        lines=[
            WantedReturn(order_line_id=a.pk, quantity=1, reason="changed_mind"),
            WantedReturn(order_line_id=b.pk, quantity=1, reason="wrong_size", outcome="exchange"),
        ],
        replacements=[WantedReplacement(variant_id=c.pk, replaces_order_line_id=b.pk)],
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )


@pytest.fixture
def netted() -> Exchange:
    return open_mixed(make_policy())


@pytest.fixture
def apart() -> Exchange:
    return open_mixed(publish((Netting(is_on=False), Scope())))


def come(exchange: Exchange, position: int) -> None:
    line = exchange.return_case.lines.get(position=position)
    receive(exchange.return_case, CountedLine(return_line_id=line.pk, quantity=1))
    inspect(exchange.return_case)
    deliveries.deliver_due()


def refuse(exchange: Exchange, position: int) -> None:
    line = exchange.return_case.lines.get(position=position)
    receipt = receive(exchange.return_case, CountedLine(return_line_id=line.pk, quantity=1))
    to = DispositionKind.RETURN_TO_CUSTOMER
    inspect(
        exchange.return_case,
        grade(receipt.lines.get().pk, is_accepted=False, disposition=to),
    )
    deliveries.deliver_due()


def give_up(case: Return, units: dict[int, int]) -> None:
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW, "version": None}
    short_close(return_id=case.pk, rule="nothing", reason="Lost by them.", units=units, **who)
    deliveries.deliver_due()


def refunds() -> list[Decimal]:
    planned = MoneyOperation.objects.filter(kind="refund").order_by("pk")
    return [operation.amount for operation in planned]


def kept(case: str) -> list[Decimal]:
    return [memo.kept_back for memo in list_issued(case)]


def carried() -> Decimal:
    return sum((tender.captured for tender in Tender.objects.filter(kind="exchange_credit")), D(0))


def pay(exchange: Exchange, amount: str) -> None:
    run(
        add_payment,
        order_id=exchange.replacement_order_id,
        kind=Tender.Kind.CARD,
        label="by hand",
        amount=D(amount),
        provider="",
        provider_reference="",
        payment_method_id=None,
    )


def now(exchange: Exchange) -> Exchange:
    exchange = Exchange.objects.get(pk=exchange.pk)
    exchange.return_case.refresh_from_db()
    return exchange


class TestS25NettingOn:
    def test_refunds_43_20_and_keeps_15_12_against_c_when_only_a_arrives(
        self, netted: Exchange
    ) -> None:
        come(netted, 1)
        assert refunds() == [D("43.20")]
        assert kept(netted.case) == [D("15.12")]
        facts = read_facts(now(netted))
        assert (facts.due, facts.netted, facts.missing) == (D("15.12"), D("15.12"), D(0))
        assert now(netted).state == "awaiting_goods"
        told = Event.objects.get(kind="memo.kept_back").data
        assert (D(told["amount"]), told["currency"]) == (D("15.12"), "EUR")

    def test_sends_c_once_b_arrives_and_nobody_pays_a_cent(self, netted: Exchange) -> None:
        come(netted, 1)
        come(netted, 2)
        assert now(netted).state == "releasing"
        assert refunds() == [D("43.20")]
        assert (carried(), sum(kept(netted.case))) == (D("54.00"), D(0))
        assert [memo.applied for memo in list_memos(netted.case)] == [D("15.12"), D("38.88")]
        assert MoneyOperation.objects.exclude(kind="refund").count() == 0
        assert D("58.32") + D("38.88") - carried() == sum(refunds())

    def test_waits_for_a_when_b_is_first_and_asks_the_customer_for_nothing(
        self, netted: Exchange
    ) -> None:
        come(netted, 2)
        waiting = now(netted)
        assert (waiting.state, read_facts(waiting).awaited) == ("awaiting_goods", D("15.12"))
        assert not Event.objects.filter(kind="exchange.payment_due").exists()
        come(netted, 1)
        deliveries.deliver_due()
        assert now(netted).state == "releasing"
        assert (carried(), refunds()) == (D("54.00"), [D("43.20")])

    def test_takes_both_at_once_as_well(self, netted: Exchange) -> None:
        receive(netted.return_case)
        inspect(netted.return_case)
        deliveries.deliver_due()
        assert now(netted).state == "releasing"
        assert (carried(), refunds()) == (D("54.00"), [D("43.20")])

    def test_asks_the_customer_once_a_is_refused(self, netted: Exchange) -> None:
        come(netted, 2)
        refuse(netted, 1)
        assert now(netted).state == "awaiting_payment"
        assert D(Event.objects.get(kind="exchange.payment_due").data["due"]) == D("15.12")

    def test_asks_for_it_when_a_never_comes(self, netted: Exchange) -> None:
        come(netted, 2)
        give_up(netted.return_case, {netted.return_case.lines.get(position=1).pk: 1})
        assert now(netted).state == "awaiting_payment"

    def test_pays_no_kept_cent_out_by_hand(self, netted: Exchange) -> None:
        come(netted, 1)
        memo = CreditMemo.objects.get(state="issued")
        who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW, "version": None}
        with pytest.raises(Exception, match="0 EUR of"):
            pay_out_memo(return_id=netted.return_case_id, memo_id=memo.pk, **who)
        assert refunds() == [D("43.20")]


class TestGivesBackWhatWasKept:
    """Every way out of C pays the 15.12 once, and the sum is what A and B are worth."""

    def test_when_c_becomes_a_refund(self, netted: Exchange) -> None:
        come(netted, 1)
        services.convert_to_refund(**act_on(now(netted), reason="Money after all."))
        deliveries.deliver_due()
        assert refunds() == [D("43.20"), D("15.12")]
        come(netted, 2)
        assert refunds() == [D("43.20"), D("15.12"), D("38.88")]
        assert sum(kept(netted.case)) == 0

    def test_when_c_is_cancelled(self, netted: Exchange) -> None:
        come(netted, 1)
        said = act_on(now(netted), reason="No C any more.", continue_return=True)
        services.cancel_exchange(**said)
        deliveries.deliver_due()
        deliveries.deliver_due()
        assert refunds() == [D("43.20"), D("15.12")]

    def test_when_b_never_comes(self, netted: Exchange) -> None:
        come(netted, 1)
        give_up(netted.return_case, {netted.return_case.lines.get(position=2).pk: 1})
        assert now(netted).state == "cancelled"
        assert refunds() == [D("43.20"), D("15.12")]

    def test_when_b_is_refused_and_the_agent_ends_it(self, netted: Exchange) -> None:
        come(netted, 1)
        refuse(netted, 2)
        services.convert_to_refund(**act_on(now(netted), reason="B is broken."))
        deliveries.deliver_due()
        assert refunds() == [D("43.20"), D("15.12")]

    def test_when_the_customer_pays_the_difference_all_the_same(self, netted: Exchange) -> None:
        pay(now(netted), "15.12")
        come(netted, 1)
        come(netted, 2)
        assert now(netted).state == "releasing"
        assert (carried(), refunds()) == (D("38.88"), [D("58.32")])

    def test_when_another_price_asks_for_less(self, netted: Exchange) -> None:
        come(netted, 1)
        b = netted.return_case.lines.get(position=2)
        cheaper = make_variant(title="D", price="43.20")
        make_stock(cheaper, Location.objects.get(), 1)
        services.quote_exchange(
            **act_on(
                now(netted),
                replacements=[
                    WantedReplacement(
                        variant_id=cheaper.pk,
                        replaces_order_line_id=b.order_line_id,
                    )
                ],
            )
        )
        assert kept(netted.case) == [D("4.32")]
        assert refunds() == [D("43.20"), D("10.80")]


class TestS25NettingOff:
    def test_refunds_all_of_a_and_lets_c_wait_for_b(self, apart: Exchange) -> None:
        come(apart, 1)
        assert refunds() == [D("58.32")]
        memo, draft = list_memos(apart.case)
        assert (memo.gross, draft.gross) == (D("58.32"), D("38.88"))
        assert now(apart).return_case.state == ReturnState.PARTLY_RECEIVED
        assert now(apart).state == "awaiting_goods"

    def test_lets_15_12_become_due_when_b_is_accepted(self, apart: Exchange) -> None:
        come(apart, 1)
        come(apart, 2)
        assert now(apart).state == "awaiting_payment"
        assert D(Event.objects.get(kind="exchange.payment_due").data["due"]) == D("15.12")
        assert refunds() == [D("58.32")]
        assert kept(apart.case) == [D(0), D("38.88")]  # its own goods' credit waits for C


class TestGivenUp:
    def test_frees_what_was_held_when_b_never_comes_and_goes_on_with_a(
        self, netted: Exchange
    ) -> None:
        case = netted.return_case
        give_up(case, {case.lines.get(position=2).pk: 1})
        assert (now(netted).state, Reservation.objects.get().cause) == ("cancelled", "cancelled")
        told = Event.objects.get(kind="exchange.cancelled").data
        assert told["why"] == ["Nothing comes back that was to be exchanged."]
        assert told["continues_return"] is True
        come(netted, 1)
        assert refunds() == [D("58.32")]

    def test_keeps_it_when_only_a_never_comes(self, netted: Exchange) -> None:
        case = netted.return_case
        give_up(case, {case.lines.get(position=1).pk: 1})
        assert now(netted).state == netted.state
        assert Reservation.objects.get().state == "active"


class TestWhatIsKeptWithTheReplacement:
    """They keep B and buy C; A still comes back for its money."""

    def test_leaves_the_return_of_the_rest_as_it_was(self, apart: Exchange) -> None:
        services.convert_to_sale(**act_on(apart, reason="One for her sister."))
        assert read_facts(now(apart)).missing == D("54.00")
        pay(now(apart), "54.00")
        services.release_replacement(**act_on(now(apart)))
        services.ship_replacement(**act_on(now(apart), carrier="DHL", tracking_number="JD1"))
        services.confirm_delivery(**act_on(now(apart)))
        deliveries.deliver_due()
        assert now(apart).state == "converted_to_sale"
        lines = apart.return_case.lines.order_by("position")
        assert [*lines.values_list("decision", flat=True)] == ["authorised", "cancelled"]
        come(apart, 1)
        assert (refunds(), carried()) == ([D("58.32")], D(0))
        assert now(apart).return_case.state == ReturnState.SETTLING
