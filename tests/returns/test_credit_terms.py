"""What a policy takes off and gives on top, over any number of steps and cases."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest

from orders.models import OrderLine, Promotion
from payments.models import CreditMemo
from payments.queries import list_memos
from policies.rules import Promotion as PromotionRule
from policies.rules import RestockingFee, Scope
from returns.models import ReceiptLine, Return
from returns.services import CountedLine, choose_promotion
from returns.states import Grade, PromotionChoice, Reason
from tests.factories.cases import (
    AGENT,
    NOW,
    bring_back,
    give_terms,
    grade,
    inspect,
    open_case,
    receive,
    want,
)
from tests.factories.policies import publish
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db

Give = Callable[..., None]

D = Decimal


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    return partial(give_terms, monkeypatch)


def told(memo: CreditMemo) -> list[tuple[str, Decimal, Decimal]]:
    rows = memo.lines.order_by("position").values_list("kind", "net", "tax")
    return [(kind, net, tax) for kind, net, tax in rows]


def come_graded(case: Return, letter: str) -> CreditMemo:
    receive(case)
    row = ReceiptLine.objects.filter(receipt__return_case=case).latest("pk")
    inspect(case, grade(row.pk, row.quantity, grade=letter, disposition="refurbish"))
    return list_memos(f"return:{case.pk}")[-1]


def with_shipping(*sold: Sold) -> OrderLine:
    lines = sold or (Sold("60.00", "12.00", quantity=2), Sold("40.00", "8.00"))
    total = sum((D(one.net) + D(one.tax) for one in lines), D(0))
    order = make_order(*lines, shipping_total=D("5.00"), grand_total=total + D("5.00"))
    return order.lines.get(position=1)


class TestCondition:
    def test_takes_its_part_off_net_and_tax_on_a_line_of_its_own(self, give: Give) -> None:
        give(reductions={"C": D("0.25")})
        memo = come_graded(open_case(make_order(Sold("100.00", "8.00"))), Grade.C)
        assert told(memo) == [("goods", D(100), D(8)), ("condition", D(-25), D(-2))]
        assert memo.gross == D("81.00")

    def test_leaves_better_grades_alone(self, give: Give) -> None:
        give(reductions={"C": D("0.25")})
        assert come_graded(open_case(make_order()), Grade.B).gross == D("43.20")


class TestShipping:
    def test_is_not_given_back_without_a_rule(self) -> None:
        assert told(bring_back(open_case(with_shipping().order)))[-1][0] == "goods"

    def test_is_given_back_by_share_and_in_all_as_it_was_paid(self, give: Give) -> None:
        give(shipping_mode="share")
        line = with_shipping()
        other = line.order.lines.get(position=2)
        cases = [want(line), want(other), want(line)]
        memos = [bring_back(open_case(line.order, wanted)) for wanted in cases]
        assert [told(memo)[-1][1] for memo in memos] == [D("1.50"), D("2.00"), D("1.50")]
        assert sum(memo.gross for memo in memos) == line.order.grand_total

    def test_is_given_back_in_full_with_the_last_of_the_goods(self, give: Give) -> None:
        give(shipping_mode="full")
        line = with_shipping(Sold("60.00", quantity=2))
        first, last = (bring_back(open_case(line.order)) for _ in range(2))
        assert [row[0] for row in told(first)] == ["goods"]
        assert told(last)[-1] == ("shipping", D(5), D(0))

    def test_is_given_back_at_once_and_once_where_we_are_at_fault(self, give: Give) -> None:
        give(shipping_mode="full")
        line = with_shipping(Sold("60.00", quantity=2))
        faulty = want(line, reason=Reason.WRONG_ITEM)
        first, last = (bring_back(open_case(line.order, faulty)) for _ in range(2))
        assert told(first)[-1] == ("shipping", D(5), D(0))
        assert [row[0] for row in told(last)] == ["goods"]


class TestFees:
    @pytest.fixture
    def line(self, give: Give) -> OrderLine:
        give(
            fee=RestockingFee(rate=D("0.10"), minimum=D("4.00")),
            return_fee=D("4.90"),
            return_fee_currency="EUR",
        )
        return make_order(Sold("90.00", quantity=3)).lines.get()

    def test_are_taken_once_over_all_parts_of_a_case(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        for _ in range(3):
            receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=1))
            inspect(case)
        memos = list_memos(f"return:{case.pk}")
        fees = [sum((row[1] for row in told(memo)[1:]), D(0)) for memo in memos]
        assert fees == [D("-8.90"), D("-2.00"), D("-3.00")]
        assert sum(memo.gross for memo in memos) == D("76.10")

    def test_leave_the_way_back_free_where_we_are_at_fault(self, give: Give) -> None:
        give(return_fee=D("4.90"), return_fee_currency="EUR")
        line = make_order(Sold("30.00")).lines.get()
        memo = bring_back(open_case(line.order, want(line, reason=Reason.DAMAGED)))
        assert memo.gross == D("30.00")

    def test_never_take_more_than_the_goods_are_worth(self, give: Give) -> None:
        give(return_fee=D("4.90"), return_fee_currency="EUR")
        memo = bring_back(open_case(make_order(Sold("3.00", "0.60"))))
        assert (memo.gross, told(memo)[-1]) == (0, ("return_shipping_fee", D("-3.60"), D(0)))


class TestWarranty:
    def test_credits_the_part_that_the_rule_gives(self, give: Give) -> None:
        give(warranty="partial_credit", warranty_rate=D("0.6"))
        line = make_order(Sold("100.00", "20.00")).lines.get()
        memo = bring_back(open_case(line.order, want(line, reason=Reason.NOT_AS_DESCRIBED)))
        assert told(memo)[-1] == ("warranty", D(-40), D(-8))


class TestS26BrokenPromotion:
    def sold(self) -> OrderLine:
        order = make_order(
            Sold("270.00", quantity=6, discount="30.00"), discount_name="10 % from 300"
        )
        Promotion.objects.create(
            partner=order.partner, channel=order.channel, name="10 % from 300", minimum=D(300)
        )
        return order.lines.get()

    def test_mode_keep_credits_225(self) -> None:
        line = self.sold()
        assert bring_back(open_case(line.order, want(line, 5))).gross == D("225.00")

    def test_mode_claw_back_credits_220_and_names_the_promotion(self) -> None:
        publish((PromotionRule(mode="claw_back"), Scope()))
        line = self.sold()
        memo = bring_back(open_case(line.order, want(line, 5)))
        assert memo.gross == D("220.00")
        clawed = memo.lines.get(kind="promotion")
        assert (clawed.gross, clawed.title.split(": ")[1]) == (D("-5.00"), "10 % from 300")

    def test_the_last_unit_brings_back_what_was_taken_for_it(self, give: Give) -> None:
        give(promotion_mode="claw_back")
        line = self.sold()
        memos = [bring_back(open_case(line.order, want(line, units))) for units in (2, 3, 1)]
        assert [memo.gross for memo in memos] == [D("70.00"), D("150.00"), D("50.00")]
        assert sum(memo.gross for memo in memos) == D("270.00")

    def test_our_fault_breaks_no_promotion(self, give: Give) -> None:
        give(promotion_mode="claw_back")
        line = self.sold()
        faulty = want(line, 5, reason=Reason.WRONG_ITEM)
        assert bring_back(open_case(line.order, faulty)).gross == D("225.00")

    @pytest.mark.parametrize(
        ("choice", "credit"), [("", "225.00"), (PromotionChoice.CLAW_BACK, "220.00")]
    )
    def test_mode_ask_follows_whoever_chose(self, give: Give, choice: str, credit: str) -> None:
        give(promotion_mode="ask")
        line = self.sold()
        case = open_case(line.order, want(line, 5))
        if choice:
            choose_promotion(
                return_id=case.pk,
                version=None,
                choice=choice,
                reason="The customer was told.",
                actor=AGENT,
                op_id=uuid4(),
                now=NOW,
            )
        assert bring_back(case).gross == D(credit)
