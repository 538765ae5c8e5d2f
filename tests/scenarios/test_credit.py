"""What comes back is worth what was paid for it, to the cent: S1, S5, S6, S7, S9, S10, S11."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest

from core.laws import check_laws
from inventory.models import StockLevel
from orders.models import Order, OrderLine
from payments.models import CreditMemo
from returns.states import Reason
from tests.factories.cases import NOW, bring_back, open_case, want
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_price, make_product, make_variant

pytestmark = pytest.mark.django_db

LAWS = (
    "an_issued_memo_follows_accepted_goods",
    "ended_lines_claim_nothing",
    "memo_numbers_have_no_gap",
    "memos_are_the_sum_of_their_lines",
    "no_line_is_credited_beyond_its_price",
    "open_units_are_those_of_open_lines",
)


@pytest.fixture(autouse=True)
def _laws_hold() -> Iterator[None]:
    yield
    assert [law for law in check_laws(LAWS) if not law.ok] == []


def credit(line: OrderLine, quantity: int = 1, reason: str = Reason.CHANGED_MIND) -> CreditMemo:
    """One case of its own, from opening to the issued memo."""
    return bring_back(open_case(line.order, want(line, quantity, reason=reason)))


def amounts(memos: Sequence[CreditMemo], name: str) -> list[str]:
    return [str(getattr(memo, name).quantize(Decimal("0.01"))) for memo in memos]


def line_of(order: Order, position: int = 1) -> OrderLine:
    return order.lines.get(position=position)


class TestS1ReturnHalf:
    def test_restocks_the_blue_shirt_and_credits_what_it_cost(self) -> None:
        blue = make_variant("SHIRT-BLUE-M")
        line = line_of(make_order(Sold("40.00", "3.20", variant=blue)))
        memo = credit(line)
        assert (memo.state, memo.gross) == ("issued", Decimal("43.20"))
        assert StockLevel.objects.get(variant=blue).available == 1


class TestS5DiscountProration:
    def test_keeps_the_value_of_one_line_when_the_other_comes_back(self) -> None:
        order = make_order(Sold("54.00", "4.32"), Sold("36.00", "2.88"))
        memos = [credit(line_of(order, 2)), credit(line_of(order, 1))]
        assert amounts(memos, "gross") == ["38.88", "58.32"]
        assert sum(memo.gross for memo in memos) == order.grand_total == Decimal("97.20")


class TestS6RoundingPennies:
    @pytest.fixture
    def line(self) -> OrderLine:
        return line_of(make_order(Sold("89.99", "7.42", quantity=3)))

    def test_adds_up_over_three_cases(self, line: OrderLine) -> None:
        memos = [credit(line) for _ in range(3)]
        assert amounts(memos, "net") == ["30.00", "29.99", "30.00"]
        assert amounts(memos, "tax") == ["2.47", "2.48", "2.47"]
        assert amounts(memos, "gross") == ["32.47", "32.47", "32.47"]
        assert sum(memo.gross for memo in memos) == Decimal("97.41")

    def test_adds_up_over_two_and_then_one(self, line: OrderLine) -> None:
        assert amounts([credit(line, 2), credit(line)], "gross") == ["64.94", "32.47"]


class TestS7KnownRoundingTrap:
    def test_pays_back_no_cent_too_much(self) -> None:
        line = line_of(make_order(Sold("701.25", quantity=10)))
        memos = [credit(line, 4), credit(line, 6)]
        assert amounts(memos, "gross") == ["280.50", "420.75"]


class TestS9TaxInclusive:
    def test_slices_gross_and_tax_and_leaves_the_rest_to_net(self) -> None:
        sold = Sold("83.33", "16.67", quantity=3)
        line = line_of(make_order(sold, prices_include_tax=True))
        memos = [credit(line) for _ in range(3)]
        assert amounts(memos, "gross") == ["33.33", "33.34", "33.33"]
        assert amounts(memos, "tax") == ["5.56", "5.55", "5.56"]
        assert all(memo.net == memo.gross - memo.tax for memo in memos)


class TestS10PriceChangedSincePurchase:
    def test_credits_what_was_paid_and_not_what_it_costs_today(self) -> None:
        shirt = make_variant()
        month = dt.timedelta(days=30)
        make_price(shirt, list_price="95.00", sale_price="50.00", valid_from=NOW - month)
        sold = Sold("68.00", "5.44", variant=shirt)
        assert amounts([credit(line_of(make_order(sold)))], "gross") == ["73.44"]


class TestS11RestockingFee:
    @pytest.fixture
    def line(self) -> OrderLine:
        camera = make_variant(product=make_product(category="electronics"))
        return line_of(make_order(Sold("68.00", "5.44", variant=camera)))

    def test_is_a_line_of_its_own_with_no_tax_in_it(self, line: OrderLine) -> None:
        memo = credit(line)
        goods, fee = memo.lines.order_by("position")
        assert (goods.net, goods.tax) == (Decimal("68.00"), Decimal("5.44"))
        assert (fee.kind, fee.net, fee.tax) == ("restocking_fee", Decimal("-10.20"), 0)
        assert (memo.net, memo.gross) == (Decimal("57.80"), Decimal("57.80") + Decimal("5.44"))

    def test_is_waived_when_we_are_at_fault(self, line: OrderLine) -> None:
        memo = credit(line, reason=Reason.DEFECTIVE)
        assert (memo.lines.count(), memo.gross) == (1, Decimal("73.44"))
