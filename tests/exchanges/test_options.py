from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import deliveries
from core.errors import ActionBlocked, BadInput
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.rules import Comparison, Option
from exchanges.rules.options import Cause, count_losers
from exchanges.states import ExchangeState as S
from inventory.models import Reservation, Variant
from inventory.queries import get_availability
from inventory.rules import Wanted
from inventory.services import wait
from policies.rules import ApprovalAbove, KeepIt, Scope, Warranty
from returns.models import Return
from returns.states import Outcome
from tests.factories.cases import bring_back, open_case, want
from tests.factories.policies import publish
from tests.factories.stock import make_product, make_stock, make_variant
from tests.factories.swaps import AGENT, NOW, Swap, make_swap, open_exchange

D = Decimal
pytestmark = pytest.mark.django_db


def weigh(case: Return, **asked: Any) -> Comparison:
    return queries.list_options(Return.objects.get(pk=case.pk), now=NOW, **asked)


def option(case: Return, kind: str, **asked: Any) -> Option:
    found = weigh(case, **asked).find(kind)
    assert found is not None
    return found


def take(case: Return, kind: str, **said: Any) -> Return:
    case.refresh_from_db()
    defaults: dict[str, Any] = {
        "return_id": case.pk,
        "version": case.version,
        "kind": kind,
        "reason": "As they wish",
        "actor": AGENT,
        "op_id": uuid4(),
        "now": NOW,
    }
    return services.take_option(**defaults | said)


def make_dearer(swap: Swap, *, price: str = "60.00", available: int = 2) -> Variant:
    dearer = make_variant(product=make_product(title="Jacket"), price=price)
    if available:
        make_stock(dearer, swap.place, available)
    return dearer


def open_refund(swap: Swap, **line: Any) -> Return:
    return open_case(swap.order, want(swap.order.lines.get(), **line))


class TestListOptions:
    def test_sets_all_outcomes_of_an_exchange_side_by_side(self) -> None:
        swap = make_swap()
        make_dearer(swap)
        found = weigh(open_exchange(swap).return_case)
        assert [each.kind for each in found.options] == [
            "refund",
            "even_swap",
            "upgrade",
            "repair",
            "keep_it",
        ]

    def test_says_to_the_cent_what_the_customer_gets_or_pays(self) -> None:
        swap = make_swap()
        make_dearer(swap)
        case = open_exchange(swap).return_case
        cash = {str(each.kind): each.customer for each in weigh(case).options}
        assert cash["refund"] == D("43.20")
        assert cash["even_swap"] == 0
        assert cash["upgrade"] == D("-16.80")
        assert cash["repair"] == 0
        assert cash["keep_it"] == D("21.60")

    @pytest.mark.parametrize("kind", ["even_swap", "refund"])
    def test_marks_what_the_case_does_already(self, kind: str) -> None:
        swap = make_swap()
        case = open_refund(swap) if kind == "refund" else open_exchange(swap).return_case
        assert [each.kind for each in weigh(case).options if each.is_current] == [kind]

    def test_reckons_our_margin_from_costs_credit_and_both_ways(self) -> None:
        swap = make_swap()
        case = open_exchange(swap).return_case
        found = option(case, "refund").margin
        assert found is not None
        rows = {row.cause: row.amount for row in found.rows}
        assert rows == {
            Cause.CREDIT: D("-40.00"),
            Cause.GOODS_BACK: D("10.00"),
            Cause.WAY_BACK: D("-5.00"),
        }
        even = option(case, "even_swap").margin
        assert even is not None
        assert {row.cause: row.amount for row in even.rows} == rows | {
            Cause.SALE: D("40.00"),
            Cause.GOODS_OUT: D("-10.00"),
            Cause.SHIPPING_OUT: D("-5.00"),
        }
        assert even.known == D("-10.00")

    def test_counts_broken_goods_as_lost(self) -> None:
        swap = make_swap()
        case = open_exchange(swap, reason="defective").return_case
        margin = option(case, "refund").margin
        assert margin is not None
        assert Cause.GOODS_BACK not in {row.cause for row in margin.rows}

    def test_counts_the_days_until_the_customer_has_everything(self) -> None:
        """Friday: back on Tuesday, and out again by Thursday; who keeps it waits for nothing."""
        swap = make_swap()
        make_dearer(swap)
        case = open_exchange(swap).return_case
        days = {str(each.kind): each.days for each in weigh(case).options}
        assert (days["refund"], days["even_swap"], days["upgrade"]) == (4, 6, 6)
        assert (days["repair"], days["keep_it"]) == (None, 0)

    def test_names_the_older_cases_that_would_lose_the_unit(self) -> None:
        swap = make_swap(quantity=2)
        dearer = make_dearer(swap, available=1)
        case = open_exchange(swap).return_case
        with transaction.atomic():
            wait(
                partner_id=case.partner_id,
                case="return:1",
                wanted=[Wanted("exchangeline:1", dearer.pk, 1)],
                since=NOW - dt.timedelta(days=3),
                actor=AGENT,
                now=NOW,
            )
        (stock,) = option(case, "upgrade").stock
        assert (stock.centre, stock.at_centre, stock.free) == ("LEJ", 1, 1)
        assert (stock.older, stock.lost_by) == (("return:1",), 1)

    def test_says_what_policy_keeps_from_being_kept_and_from_which_value_not(self) -> None:
        swap = make_swap()
        publish((KeepIt(amount=D("15.00"), currency="EUR"), Scope()), based_on=swap.policy)
        found = option(open_refund(swap), "keep_it")
        assert found.is_allowed
        assert found.asks[0].startswith("These goods have to come back: they are worth €43.20")
        assert found.flip == "Worth €15.00 at most, they could be kept."

    def test_does_not_let_goods_be_kept_twice(self) -> None:
        swap = make_swap()
        rule = KeepIt(amount=D("50.00"), currency="EUR", refund_rate=D("0.4"))
        publish((rule, Scope()), based_on=swap.policy)
        case = open_exchange(swap).return_case  # policy has left them with the customer at once
        assert option(case, "keep_it").reasons[-1].startswith("Some of it has come, or is settled")

    def test_says_which_outcome_a_warranty_wants_reviewed(self) -> None:
        swap = make_swap()
        publish((Warranty(months=36, gives="repair"), Scope()), based_on=swap.policy)
        line = want(swap.order.lines.get(), reason="defective", outcome=Outcome.REPAIR)
        case = open_case(swap.order, line)
        assert option(case, "repair").is_current
        refused = option(case, "refund")
        assert not refused.is_allowed
        assert "repair" in refused.reasons[0]
        with pytest.raises(ActionBlocked):
            take(case, "refund")

    def test_says_when_nothing_else_is_free(self) -> None:
        swap = make_swap()
        dearer = make_dearer(swap, available=0)
        found = option(open_exchange(swap).return_case, "upgrade")
        assert not found.is_allowed
        assert dearer.sku in found.reasons[0]

    def test_takes_a_named_article_for_the_dearer_one(self) -> None:
        swap = make_swap()
        make_dearer(swap)
        other = make_dearer(swap, price="99.00")
        case = open_exchange(swap).return_case
        assert option(case, "upgrade", sku=other.sku).customer == D("-55.80")
        with pytest.raises(BadInput):
            weigh(case, sku="NOBODY-SELLS-THIS")

    def test_tells_that_a_second_person_is_asked_for_a_dear_one(self) -> None:
        swap = make_swap()
        limit = ApprovalAbove(amount=D(10), currency="EUR")
        publish((limit, Scope()), based_on=swap.policy)
        make_dearer(swap)
        (why,) = option(open_exchange(swap).return_case, "upgrade").asks
        assert why == "The customer pays €16.80, above €10.00."

    def test_has_no_options_once_the_replacement_has_left(self) -> None:
        exchange = open_exchange(make_swap())
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        assert weigh(exchange.return_case).obstacle.startswith("The replacement has left")

    def test_asks_no_more_of_the_database_for_many_articles(self) -> None:
        swap = make_swap()
        case = open_exchange(swap).return_case
        make_dearer(swap)
        before = self.count(case)
        for at in range(9):
            make_dearer(swap, price=f"{61 + at}.00")
        assert self.count(case) <= before

    def count(self, case: Return) -> int:
        with CaptureQueriesContext(connection) as asked:
            weigh(case)
        return len(asked)


class TestTakeOption:
    def test_turns_an_exchange_into_a_refund_and_frees_its_stock(self) -> None:
        swap = make_swap()
        case = open_exchange(swap).return_case
        take(case, "refund")
        exchange = Exchange.objects.get()
        assert exchange.state == S.CONVERTED_TO_REFUND
        assert get_availability([swap.red.pk]) == {swap.red.pk: 1}

    def test_sends_the_dearer_one_instead(self) -> None:
        swap = make_swap()
        dearer = make_dearer(swap)
        case = open_exchange(swap).return_case
        take(case, "upgrade", replacements=option(case, "upgrade").wanted)
        exchange = Exchange.objects.get()
        assert [line.variant_id for line in exchange.lines.all()] == [dearer.pk]
        assert get_availability([swap.red.pk, dearer.pk]) == {swap.red.pk: 1, dearer.pk: 1}

    def test_opens_an_exchange_where_none_was(self) -> None:
        swap = make_swap()
        case = open_refund(swap)
        take(case, "even_swap", replacements=option(case, "even_swap").wanted)
        assert Exchange.objects.get().state == S.QUOTED
        assert Reservation.objects.get().variant_id == swap.red.pk

    def test_has_goods_of_an_exchange_repaired_instead(self) -> None:
        case = open_exchange(make_swap(), reason="defective").return_case
        take(case, "repair")
        assert Exchange.objects.get().state == S.CONVERTED_TO_REFUND
        assert case.lines.get().outcome == Outcome.REPAIR

    def test_asks_a_second_person_before_goods_are_kept_beyond_policy(self) -> None:
        case = open_refund(make_swap())
        take(case, "keep_it", rate=D("0.5"))
        assert case.concessions.get().amount == D("21.60")

    def test_refuses_what_was_shown_as_forbidden_and_changes_nothing(self) -> None:
        case = open_exchange(make_swap()).return_case
        with pytest.raises(ActionBlocked) as refused:
            take(case, "keep_it")
        assert "A second person has to agree first" in refused.value.reasons[-1]
        assert Exchange.objects.get().state == S.AWAITING_GOODS

    def test_does_the_same_once_however_often_it_is_sent(self) -> None:
        case = open_exchange(make_swap()).return_case
        same = {"op_id": uuid4(), "version": None}
        take(case, "refund", **same)
        take(case, "refund", **same)
        assert Exchange.objects.get().state == S.CONVERTED_TO_REFUND

    def test_knows_no_other_outcomes(self) -> None:
        with pytest.raises(BadInput):
            take(open_refund(make_swap()), "a_free_car")


class TestCountLosers:
    @pytest.mark.parametrize(
        ("older", "free", "taken", "losers"),
        [
            ([], 1, 1, 0),
            ([1], 1, 1, 1),
            ([1], 2, 1, 0),
            ([1, 1], 2, 1, 1),
            ([3], 1, 1, 0),
            ([2, 1], 2, 1, 0),
        ],
    )
    def test_counts_who_finds_none_because_of_it(
        self, older: list[int], free: int, taken: int, losers: int
    ) -> None:
        assert count_losers(older, free=free, taken=taken) == losers
