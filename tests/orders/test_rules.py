"""The money rules as tables, with the numbers of scenarios S5 to S9 and S23."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules import (
    DiscountExceedsValue,
    FrozenLine,
    LineCredit,
    SoldLine,
    UnitsOutOfRange,
    compare_facts,
    compute_line_credit,
    freeze_order,
    frozen_facts,
    share_by_largest_remainder,
    slice_amount,
)

D = Decimal


def sold(
    quantity: int,
    unit_price: str,
    *,
    rate: str | None = None,
    tax: str | None = None,
    number: int = 1,
) -> SoldLine:
    return SoldLine(
        number=number,
        quantity=quantity,
        unit_price=D(unit_price),
        tax=None if tax is None else D(tax),
        tax_rate=None if rate is None else D(rate),
    )


def frozen_one(
    line: SoldLine, *, discount: str = "0", prices_include_tax: bool = False, currency: str = "USD"
) -> FrozenLine:
    (line_frozen,) = freeze_order(
        [line], order_discount=D(discount), currency=currency, prices_include_tax=prices_include_tax
    )
    return line_frozen


def credits_of(line: FrozenLine, *cases: list[int]) -> list[LineCredit]:
    return [
        compute_line_credit(
            net=line.net,
            tax=line.tax,
            gross=line.gross,
            quantity=line.quantity,
            prices_include_tax=line.prices_include_tax,
            units=units,
            currency=line.currency,
        )
        for units in cases
    ]


class TestShareByLargestRemainder:
    @pytest.mark.parametrize(
        ("total", "weights", "currency", "shares"),
        [
            ("7.77", ["19.99", "19.99", "5.00"], "EUR", ["3.45", "3.45", "0.87"]),
            ("10.00", ["60.00", "40.00"], "EUR", ["6.00", "4.00"]),
            ("0.01", ["1", "1", "1"], "EUR", ["0.01", "0.00", "0.00"]),
            ("10.00", ["199", "199", "199"], "USD", ["3.34", "3.33", "3.33"]),
            ("100", ["1", "1", "1"], "JPY", ["34", "33", "33"]),
            ("1.000", ["1", "2"], "KWD", ["0.333", "0.667"]),
            ("-0.02", ["1", "1", "1"], "EUR", ["-0.01", "-0.01", "0.00"]),
            ("0.03", ["0", "0"], "EUR", ["0.02", "0.01"]),
        ],
    )
    def test_sums_exactly_and_gives_ties_to_the_lowest_line(
        self, total: str, weights: list[str], currency: str, shares: list[str]
    ) -> None:
        found = share_by_largest_remainder(D(total), [D(w) for w in weights], currency)
        assert found == [D(s) for s in shares]

    @given(
        minor=st.integers(-10_000_000, 10_000_000),
        weights=st.lists(st.decimals(0, 10_000, places=2), min_size=1, max_size=12),
        currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    )
    def test_shares_always_sum_to_the_whole(
        self, minor: int, weights: list[Decimal], currency: str
    ) -> None:
        total = minor * {"EUR": D("0.01"), "JPY": D(1), "KWD": D("0.001")}[currency]
        assert sum(share_by_largest_remainder(total, weights, currency)) == total


class TestFreezeOrder:
    def test_shares_the_order_discount_before_tax_s5(self) -> None:
        a, b = freeze_order(
            [sold(1, "60.00", rate="0.08"), sold(1, "40.00", rate="0.08", number=2)],
            order_discount=D("10.00"),
            currency="EUR",
            prices_include_tax=False,
        )
        assert (a.order_discount_share, a.net, a.tax, a.gross) == (
            D(6),
            D(54),
            D("4.32"),
            D("58.32"),
        )
        assert (b.order_discount_share, b.net, b.tax, b.gross) == (
            D(4),
            D(36),
            D("2.88"),
            D("38.88"),
        )
        assert a.gross + b.gross == D("97.20")

    def test_takes_both_discounts_off_before_tax_s6_s7(self) -> None:
        line = frozen_one(sold(3, "33.33", rate="0.0825"), discount="10.00")
        assert (line.net, line.tax, line.gross) == (D("89.99"), D("7.42"), D("97.41"))
        ten = SoldLine(
            number=1, quantity=10, unit_price=D("82.50"), line_discount=D("123.75"), tax=D(0)
        )
        assert frozen_one(ten).net == D("701.25")

    def test_keeps_the_tax_the_channel_states(self) -> None:
        line = frozen_one(sold(3, "33.33", tax="7.43"), discount="10.00")
        assert (line.net, line.tax, line.gross) == (D("89.99"), D("7.43"), D("97.42"))

    def test_takes_tax_out_of_an_inclusive_price_s9(self) -> None:
        line = frozen_one(sold(1, "100.00", rate="0.20"), prices_include_tax=True)
        assert (line.net, line.tax, line.gross) == (D("83.33"), D("16.67"), D("100.00"))

    def test_shares_tax_that_only_the_order_states(self) -> None:
        lines = freeze_order(
            [sold(1, "199.00", number=n) for n in (1, 2, 3)],
            order_tax=D("11.95"),
            currency="USD",
            prices_include_tax=False,
        )
        assert [line.tax for line in lines] == [D("3.99"), D("3.98"), D("3.98")]
        assert sum(line.gross for line in lines) == D("608.95")

    def test_keeps_gross_when_an_inclusive_order_states_the_tax(self) -> None:
        (line,) = freeze_order(
            [sold(1, "120.00")], order_tax=D("20.00"), currency="EUR", prices_include_tax=True
        )
        assert (line.net, line.tax, line.gross) == (D("100.00"), D("20.00"), D("120.00"))

    def test_rounds_a_line_of_six_decimals_once(self) -> None:
        line = frozen_one(sold(3, "6.666667"))
        assert line.net == D("20.00")

    def test_refuses_a_discount_above_the_value_of_the_lines(self) -> None:
        with pytest.raises(DiscountExceedsValue):
            frozen_one(sold(1, "5.00"), discount="5.01")


class TestSliceAmount:
    @pytest.mark.parametrize(
        ("amount", "quantity", "currency", "singles"),
        [
            ("89.99", 3, "USD", ["30.00", "29.99", "30.00"]),
            ("7.42", 3, "USD", ["2.47", "2.48", "2.47"]),
            ("100.00", 3, "EUR", ["33.33", "33.34", "33.33"]),
            ("16.67", 3, "EUR", ["5.56", "5.55", "5.56"]),
            ("10000", 3, "JPY", ["3333", "3334", "3333"]),
            ("1.000", 3, "KWD", ["0.333", "0.334", "0.333"]),
            ("0.01", 4, "EUR", ["0.00", "0.01", "0.00", "0.00"]),
        ],
    )
    def test_gives_each_unit_its_own_amount(
        self, amount: str, quantity: int, currency: str, singles: list[str]
    ) -> None:
        found = [
            slice_amount(D(amount), quantity=quantity, units=[unit], currency=currency)
            for unit in range(1, quantity + 1)
        ]
        assert found == [D(single) for single in singles]

    @pytest.mark.parametrize("units", [[0], [4], [1, 1], [-1]])
    def test_refuses_units_the_line_does_not_have(self, units: list[int]) -> None:
        with pytest.raises(UnitsOutOfRange):
            slice_amount(D(10), quantity=3, units=units, currency="EUR")

    @given(
        minor=st.integers(0, 100_000_000),
        order=st.integers(1, 40).flatmap(lambda q: st.permutations(range(1, q + 1))),
        cut=st.integers(0, 40),
    )
    def test_sums_to_the_whole_in_any_order_of_cases(
        self, minor: int, order: list[int], cut: int
    ) -> None:
        amount = minor * D("0.01")
        cases = [order[:cut], order[cut:]]
        parts = [
            slice_amount(amount, quantity=len(order), units=units, currency="EUR")
            for units in cases
        ]
        assert sum(parts) == amount


class TestComputeLineCredit:
    def test_leaves_no_penny_when_units_come_back_singly_s6(self) -> None:
        line = frozen_one(sold(3, "33.33", rate="0.0825"), discount="10.00")
        singles = credits_of(line, [1], [2], [3])
        assert [c.net for c in singles] == [D("30.00"), D("29.99"), D("30.00")]
        assert [c.tax for c in singles] == [D("2.47"), D("2.48"), D("2.47")]
        assert [c.gross for c in singles] == [D("32.47")] * 3

    def test_gives_the_same_whole_for_two_and_then_one_s6(self) -> None:
        line = frozen_one(sold(3, "33.33", rate="0.0825"), discount="10.00")
        assert [c.gross for c in credits_of(line, [1, 2], [3])] == [D("64.94"), D("32.47")]

    def test_does_not_round_the_unit_first_s7(self) -> None:
        line = frozen_one(
            SoldLine(
                number=1, quantity=10, unit_price=D("82.50"), line_discount=D("123.75"), tax=D(0)
            )
        )
        whole = credits_of(line, [1, 2, 3, 4], [5, 6, 7, 8, 9, 10])
        assert [c.net for c in whole] == [D("280.50"), D("420.75")]

    def test_slices_gross_where_prices_include_tax_s9(self) -> None:
        line = frozen_one(
            SoldLine(number=1, quantity=3, unit_price=D("33.333333"), tax_rate=D("0.20")),
            prices_include_tax=True,
        )
        singles = credits_of(line, [1], [2], [3])
        assert [c.gross for c in singles] == [D("33.33"), D("33.34"), D("33.33")]
        assert [c.tax for c in singles] == [D("5.56"), D("5.55"), D("5.56")]
        assert all(c.net == c.gross - c.tax for c in singles)

    def test_is_untouched_by_what_other_lines_return_s5(self) -> None:
        a, b = freeze_order(
            [sold(1, "60.00", rate="0.08"), sold(1, "40.00", rate="0.08", number=2)],
            order_discount=D("10.00"),
            currency="EUR",
            prices_include_tax=False,
        )
        back = credits_of(b, [1]) + credits_of(a, [1])
        assert [c.gross for c in back] == [D("38.88"), D("58.32")]

    def test_has_no_minor_unit_in_yen_s23(self) -> None:
        line = frozen_one(
            SoldLine(number=1, quantity=3, unit_price=D("3333.333333"), tax=D(0)),
            currency="JPY",
            prices_include_tax=True,
        )
        assert [c.gross for c in credits_of(line, [1], [2], [3])] == [D(3333), D(3334), D(3333)]

    @given(
        quantity=st.integers(1, 30),
        price=st.decimals(0, 5_000, places=2),
        rate=st.sampled_from(["0", "0.0825", "0.19", "0.20"]),
        prices_include_tax=st.booleans(),
        data=st.data(),
    )
    def test_adds_up_to_the_frozen_line(
        self,
        quantity: int,
        price: Decimal,
        rate: str,
        prices_include_tax: bool,
        data: st.DataObject,
    ) -> None:
        line = frozen_one(
            sold(quantity, str(price), rate=rate), prices_include_tax=prices_include_tax
        )
        order = data.draw(st.permutations(range(1, quantity + 1)))
        parts = credits_of(line, *([unit] for unit in order))
        assert sum(c.net for c in parts) == line.net
        assert sum(c.tax for c in parts) == line.tax
        assert sum(c.gross for c in parts) == line.gross


def facts_of(*lines: FrozenLine, grand_total: str = "12.00") -> dict[str, str]:
    return frozen_facts(
        currency="EUR",
        prices_include_tax=False,
        shipping_total=D(0),
        shipping_tax=D(0),
        grand_total=D(grand_total),
        lines=lines,
    )


class TestCompareFacts:
    def test_finds_nothing_between_equal_amounts_however_they_are_written(self) -> None:
        first, again = frozen_one(sold(1, "10", tax="2")), frozen_one(sold(1, "10.000", tax="2.00"))
        assert compare_facts(facts_of(first), facts_of(again, grand_total="12")) == {}

    def test_names_each_amount_that_differs(self) -> None:
        before, after = (
            frozen_one(sold(1, "10.00", tax="2.00")),
            frozen_one(sold(1, "10", tax="1.9")),
        )
        assert compare_facts(facts_of(before), facts_of(after)) == {
            "lines[0].tax": ["2.0000", "1.9000"],
            "lines[0].gross": ["12.0000", "11.9000"],
        }

    def test_names_a_line_that_was_added(self) -> None:
        line = frozen_one(sold(1, "10.00"))
        difference = compare_facts(facts_of(line), facts_of(line, line))
        assert difference["lines[1].net"] == ["", "10.0000"]
