"""The lines of a memo as tables, and that parts always make the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import quantum
from orders.rules import FrozenLine, LineCredit, SoldLine, compute_line_credit, freeze_order
from payments.rules import MemoLine
from policies.rules import RestockingFee
from returns.rules import (
    NOTHING,
    LineToCredit,
    OwedMemo,
    Part,
    PromotedLine,
    Reduction,
    SoldAs,
    Target,
    add,
    compose_memo,
    compute_claw_back,
    plan_pay_out,
    slice_shipping,
    subtract,
    take_apart,
)

D = Decimal


def worth(net: str, tax: str = "0") -> LineCredit:
    return LineCredit(net=D(net), tax=D(tax), gross=D(net) + D(tax))


def line(*parts: Part, **fields: object) -> LineToCredit:
    defaults = {"reference": "returnline:1", "order_line_id": 1, "title": "Camera"}
    return LineToCredit(**defaults | {"parts": parts} | fields)  # type: ignore[arg-type]


def told(lines: Sequence[MemoLine]) -> list[tuple[str, D, D]]:
    return [(each.kind, each.net, each.tax) for each in lines]


def off(rate: str, kind: str = "condition") -> tuple[Reduction, ...]:
    return (Reduction(kind=kind, title=kind, rate=D(rate)),)


class TestComposeMemo:
    def test_reduces_net_by_grade_and_the_tax_slice_in_proportion(self) -> None:
        part = Part(units=1, value=worth("100.00", "8.00"), reductions=off("0.25"))
        memo = compose_memo([line(part)], [], currency="EUR")
        assert told(memo) == [("goods", D(100), D(8)), ("condition", D(-25), D(-2))]

    def test_takes_the_fee_of_the_goods_as_they_were_sold(self) -> None:
        part = Part(units=1, value=worth("68.00", "5.44"), reductions=off("0.5"))
        fee = RestockingFee(rate=D("0.15"))
        memo = compose_memo([line(part, fee=fee)], [], currency="EUR")
        assert told(memo)[-1] == ("restocking_fee", D("-10.20"), D(0))

    def test_takes_a_least_fee_once_over_several_steps(self) -> None:
        fee = RestockingFee(rate=D("0.10"), minimum=D("5.00"))
        part = Part(units=1, value=worth("20.00"))
        first = compose_memo([line(part, fee=fee)], [], currency="EUR")
        then = compose_memo(
            [line(part, fee=fee, net_before=D(20), fee_before=D(5))], [], currency="EUR"
        )
        last = compose_memo(
            [line(part, fee=fee, net_before=D(40), fee_before=D(5))], [], currency="EUR"
        )
        fees = [sum((row.net for row in memo[1:]), D(0)) for memo in (first, then, last)]
        assert fees == [D(-5), 0, D(-1)]

    def test_asks_no_fee_of_what_is_kept(self) -> None:
        kept = Part(units=1, value=worth("10.00"), reductions=off("0.5", "kept"), bears_fee=False)
        memo = compose_memo([line(kept, fee=RestockingFee(rate=D(1)))], [], currency="EUR")
        assert told(memo) == [("goods", D(10), D(0)), ("kept", D(-5), D(0))]

    def test_takes_the_step_from_what_memos_hold_to_the_target(self) -> None:
        target = Target(
            kind="shipping", title="", reference="", total=worth("5.00"), before=worth("3.34")
        )
        memo = compose_memo([line(Part(units=1, value=worth("9.00")))], [target], currency="EUR")
        assert told(memo)[-1] == ("shipping", D("1.66"), D(0))

    def test_never_goes_below_zero_in_all(self) -> None:
        fee = Target(kind="return_shipping_fee", title="", reference="", total=worth("-5.90"))
        promotion = Target(kind="promotion", title="", reference="", total=worth("-3.00", "-0.60"))
        part = Part(units=1, value=worth("6.00", "1.20"))
        memo = compose_memo([line(part)], [promotion, fee], currency="EUR")
        assert told(memo)[1:] == [
            ("promotion", D(-3), D("-0.60")),
            ("return_shipping_fee", D("-3.60"), D(0)),
        ]
        assert sum(row.gross for row in memo) == 0


def promoted(gone: int, *, faulty: int = 0, **fields: object) -> PromotedLine:
    """S26: six of 50.00, 30.00 off in all."""
    defaults = PromotedLine(quantity=6, priced=D(270), tax=D(0), discount=D(30), includes_tax=False)
    return replace(
        defaults,
        gone=frozenset(range(1, gone + 1)),
        faulty=frozenset(range(1, faulty + 1)),
        **fields,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("one", "claw"),
    [
        (promoted(0), D(0)),
        (promoted(1), D(-25)),
        (promoted(5), D(-5)),
        (promoted(6), D(0)),  # nothing stays, so nothing is taken for it
        (promoted(5, faulty=5), D(0)),  # our fault breaks no promotion
        (promoted(5, tax=D(54)), D(-6)),  # 20 %: the tax that the discount saved
        (promoted(5, priced=D(270), tax=D(45), includes_tax=True), D(-5)),
    ],
)
def test_a_broken_promotion_takes_off_what_the_rest_did_not_earn(
    one: PromotedLine, claw: Decimal
) -> None:
    assert compute_claw_back([one], minimum=D(300), currency="EUR").gross == claw


def test_a_promotion_stands_while_the_rest_earns_it() -> None:
    assert compute_claw_back([promoted(2)], minimum=D(200), currency="EUR") == NOTHING


CURRENCIES = {"JPY": 0, "EUR": 2, "KWD": 3}


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[FrozenLine], LineCredit, str]:
    """An order as sold, with what was paid for its shipping."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    step, inclusive = quantum(currency), draw(st.booleans())
    coins = st.integers(1, 20_000)
    sold = [
        SoldLine(
            number=number,
            quantity=draw(st.integers(1, 7)),
            unit_price=draw(coins) * step,
            tax_rate=draw(st.sampled_from([D(0), D("0.0825"), D("0.19"), D("0.20")])),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    least = sum(one.unit_price * one.quantity for one in sold)
    discount = draw(st.integers(0, int(least / step) // 2)) * step
    lines = freeze_order(
        sold, order_discount=discount, currency=currency, prices_include_tax=inclusive
    )
    gross = draw(st.integers(0, 2_000)) * step
    tax = draw(st.integers(0, int(gross / step))) * step
    return lines, LineCredit(net=gross - tax, tax=tax, gross=gross), currency


@settings(max_examples=150, deadline=None)
@given(sold=orders(), data=st.data())
def test_partial_returns_of_any_line_over_any_number_of_cases_make_what_was_paid(
    sold: tuple[list[FrozenLine], LineCredit, str], data: st.DataObject
) -> None:
    """Goods by slices, shipping by share, a promotion clawed back: in the end exactly the price."""
    lines, shipping, currency = sold
    units = [(at, unit) for at, one in enumerate(lines) for unit in range(1, one.quantity + 1)]
    order = data.draw(st.permutations(units))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(units)), max_size=4)) | {len(units)})
    minimum = sum((one.gross for one in lines), D(0))
    gone: list[set[int]] = [set() for _ in lines]
    paid, clawed, start = [], NOTHING, 0
    for cut in cuts:
        case = order[start:cut]
        start = cut
        for at, one in enumerate(lines):
            back = sorted(unit for line_at, unit in case if line_at == at)
            gone[at].update(back)
            paid += [
                compute_line_credit(
                    net=one.net,
                    tax=one.tax,
                    gross=one.gross,
                    quantity=one.quantity,
                    prices_include_tax=one.prices_include_tax,
                    units=back,
                    currency=currency,
                ),
                slice_shipping(
                    shipping,
                    weights=[each.gross for each in lines],
                    at=at,
                    quantity=one.quantity,
                    units=back,
                    currency=currency,
                ),
            ]
        target = compute_claw_back(
            [
                PromotedLine(
                    quantity=one.quantity,
                    priced=one.gross if one.prices_include_tax else one.net,
                    tax=one.tax,
                    discount=one.order_discount_share,
                    includes_tax=one.prices_include_tax,
                    gone=frozenset(gone[at]),
                )
                for at, one in enumerate(lines)
            ],
            minimum=minimum,
            currency=currency,
        )
        paid.append(subtract(target, clawed))
        clawed = target
    assert add(paid) == add(
        [shipping, *(LineCredit(net=one.net, tax=one.tax, gross=one.gross) for one in lines)]
    )


@pytest.mark.parametrize(
    ("owed", "kept", "refunds", "store_credits", "stays"),
    [
        ([("58.32", "0", "0")], "15.12", ["43.20"], ["0"], ["15.12"]),  # S25, netting on
        ([("58.32", "0", "0")], "0", ["58.32"], ["0"], ["0"]),  # S25, netting off
        ([("97.20", "0", "0")], "54.00", ["43.20"], ["0"], ["54.00"]),  # S25, all of it here
        # S25, B before A: what is kept of B stays.
        (
            [("38.88", "0", "38.88"), ("58.32", "0", "0")],
            "54.00",
            ["0.00", "43.20"],
            ["0", "0"],
            ["38.88", "15.12"],
        ),
        ([("10", "0", "0"), ("20", "0", "0")], "25", ["5", "0"], ["0", "0"], ["5", "20"]),
        ([("10", "0", "9"), ("20", "0", "0")], "0", ["10", "20"], ["0", "0"], ["0", "0"]),
        ([("10", "0", "0"), ("20", "0", "0")], "99", ["0", "0"], ["0", "0"], ["10", "20"]),
        ([("30", "12", "0")], "0", ["18"], ["12"], ["0"]),
        ([("30", "12", "0")], "25", ["0"], ["5"], ["25"]),
    ],
)
def test_pays_out_what_is_owed_less_what_an_exchange_needs(
    owed: list[tuple[str, str, str]],
    kept: str,
    refunds: list[str],
    store_credits: list[str],
    stays: list[str],
) -> None:
    memos = [
        OwedMemo(memo_id=at, owed=D(each), as_store_credit=D(store), kept_before=D(before))
        for at, (each, store, before) in enumerate(owed)
    ]
    planned = plan_pay_out(memos, kept=D(kept))
    assert [str(part.refund) for part in planned] == refunds
    assert [str(part.store_credit) for part in planned] == store_credits
    assert [str(part.kept) for part in planned] == stays


class TestTakeApart:
    def sold(self, **fields: object) -> SoldAs:
        """S6: 3 × 33.33 less 10.00, 8.25 % on top."""
        defaults = {
            "quantity": 3,
            "list_price": D("33.33"),
            "line_discount": D(0),
            "discount_share": D("10.00"),
            "net": D("89.99"),
            "tax": D("7.42"),
            "gross": D("97.41"),
            "includes_tax": False,
            "currency": "EUR",
        }
        return SoldAs(**defaults | fields)  # type: ignore[arg-type]

    def test_shows_the_penny_on_the_unit_that_got_it(self) -> None:
        part = take_apart(self.sold(), [2])
        assert (part.listed, part.discount_share, part.priced) == (
            D("33.33"),
            D("-3.34"),
            D("29.99"),
        )
        assert (part.tax, part.gross) == (D("2.48"), D("32.47"))
        assert (part.usual, part.pennies) == (D("30.00"), ((2, D("29.99")),))

    @pytest.mark.parametrize("units", [[1], [2], [1, 3], [1, 2, 3]])
    def test_adds_up_to_the_slice(self, units: list[int]) -> None:
        part = take_apart(self.sold(line_discount=D("1.01"), net=D("88.98")), units)
        steps = part.listed + part.line_discount + part.discount_share + part.rounding
        assert steps == part.priced
        assert part.gross == part.priced + part.tax

    def test_knows_no_penny_where_units_are_worth_the_same(self) -> None:
        assert take_apart(self.sold(net=D("90.00")), [1, 2]).pennies == ()
