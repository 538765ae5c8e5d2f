"""Which part of a replacement may leave, as a table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exchanges.rules import Came, LineOut, compute_let_off, plan_part

D = Decimal


def out(
    quantity: int, *, position: int = 1, replaces: int | None = 7, gross: str = "90.00", **gone: int
) -> LineOut:
    return LineOut(
        position=position,
        quantity=quantity,
        released=gone.get("released", 0),
        dropped=gone.get("dropped", 0),
        replaces=replaces,
        gross=D(gross),
    )


class TestPlanPart:
    @pytest.mark.parametrize(
        ("lines", "credited", "of", "units", "stays"),
        [
            ([out(3)], 2, 3, {1: 2}, 1),  # one for one
            ([out(3, released=2)], 3, 3, {1: 1}, 0),  # the rest of it
            ([out(3, released=2)], 2, 3, {}, 1),  # nothing new has come
            ([out(1)], 2, 3, {}, 1),  # one for three: when all have come
            ([out(3)], 1, 1, {1: 3}, 0),  # three for one
            ([out(2)], 2, 3, {1: 1}, 1),  # two for three
            ([out(1), out(2, position=2)], 2, 3, {1: 1, 2: 1}, 1),  # the first line first
            ([out(3), out(1, position=2, replaces=None)], 2, 3, {1: 2}, 2),  # gifts go last
        ],
    )
    def test_sends_what_the_goods_that_came_pay_for(
        self, lines: list[LineOut], credited: int, of: int, units: dict[int, int], stays: int
    ) -> None:
        part = plan_part(
            lines,
            came={7: Came(credited=credited, quantity=of)},
            is_end=False,
            shipping=D(0),
            credit=D(0),
            currency="EUR",
        )
        assert (part.units, part.stays) == (units, stays)

    def test_slices_telescope_and_sending_is_paid_with_the_first(self) -> None:
        def value(released: int, credited: int) -> Decimal:
            part = plan_part(
                [out(3, gross="100.00", released=released)],
                came={7: Came(credited=credited, quantity=3)},
                is_end=False,
                shipping=D("4.90"),
                credit=D(0),
                currency="EUR",
            )
            return part.value

        assert [value(0, 1), value(1, 2), value(2, 3)] == [D("38.23"), D("71.57"), D("104.90")]

    def test_lets_off_what_the_units_given_up_were_to_cost(self) -> None:
        part = plan_part(
            [out(3, released=2)],
            came={7: Came(credited=2, quantity=3)},
            is_end=True,
            shipping=D(0),
            credit=D("50.00"),
            currency="EUR",
        )
        assert (part.due, part.stays) == (D("10.00"), 1)
        assert compute_let_off(needed=D("15.00"), due=part.due) == D("5.00")
