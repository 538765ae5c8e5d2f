from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from inventory.models import Supply
from inventory.queries import get_availability, get_coming
from inventory.rules import Coming, Expected, HoldScope, find_coming
from inventory.services import cancel_supply, expect_supply, move_supply, take_in_supply
from inventory.states import SupplyState
from tests.factories.stock import make_location, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
BUYER = Actor.system("buyer")
DAY = dt.date(2026, 12, 3)


def expect(quantity: int = 2, *, day: dt.date = DAY) -> Supply:
    variant, place = make_variant(), make_location()
    return expect_supply(
        partner_id=variant.partner_id,
        variant_id=variant.pk,
        location_id=place.pk,
        quantity=quantity,
        expected_on=day,
        actor=BUYER,
        op_id=uuid4(),
        now=NOW,
    )


class TestFindComing:
    @pytest.mark.parametrize(
        ("before", "quantity", "day"),
        [
            ([], 1, 3),
            ([1], 1, 3),
            ([2], 1, 9),
            ([1, 1], 2, 9),
            ([], 5, 9),
            ([], 6, None),
            ([5], 1, None),
        ],
    )
    def test_gives_the_earliest_to_the_oldest(
        self, before: list[int], quantity: int, day: int | None
    ) -> None:
        third, ninth = dt.date(2026, 12, 3), dt.date(2026, 12, 9)
        supplies = [Expected(2, ninth, 3), Expected(1, third, 2)]
        found = find_coming(supplies, before, quantity=quantity)
        assert found == (
            None if day is None else Coming(1 if day == 3 else 2, dt.date(2026, 12, day))
        )


@pytest.mark.django_db
class TestSupplies:
    def test_are_on_sale_once_they_are_there(self) -> None:
        supply = expect(3)
        take_in_supply(supply_id=supply.pk, quantity=2, actor=BUYER, op_id=uuid4(), now=NOW)
        supply = Supply.objects.get(pk=supply.pk)
        assert (supply.left, supply.state) == (1, SupplyState.EXPECTED)
        take_in_supply(supply_id=supply.pk, quantity=1, actor=BUYER, op_id=uuid4(), now=NOW)
        assert Supply.objects.get(pk=supply.pk).state == SupplyState.ARRIVED
        assert get_availability([supply.variant_id]) == {supply.variant_id: 3}

    def test_are_counted_once_however_often_it_is_sent(self) -> None:
        supply, op_id = expect(3), uuid4()
        for _ in range(2):
            take_in_supply(supply_id=supply.pk, quantity=2, actor=BUYER, op_id=op_id, now=NOW)
        assert get_availability([supply.variant_id]) == {supply.variant_id: 2}

    def test_tell_of_another_day(self) -> None:
        supply = expect()
        move_supply(
            supply_id=supply.pk,
            expected_on=dt.date(2026, 12, 9),
            actor=BUYER,
            op_id=uuid4(),
            now=NOW,
        )
        told = Event.objects.get(kind="supply.moved")
        assert (told.data["before"], told.data["expected_on"]) == ("2026-12-03", "2026-12-09")

    def test_refuse_what_is_called_off(self) -> None:
        supply = expect()
        cancel_supply(supply_id=supply.pk, actor=BUYER, op_id=uuid4(), now=NOW)
        with pytest.raises(ActionBlocked):
            take_in_supply(supply_id=supply.pk, quantity=1, actor=BUYER, op_id=uuid4(), now=NOW)

    @pytest.mark.parametrize("wrong", [{"quantity": 0}, {"day": dt.date(2026, 10, 1)}])
    def test_refuse_what_makes_no_sense(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            expect(**wrong)

    def test_promise_nothing_of_what_is_late_or_free_now(self) -> None:
        def coming(supply: Supply) -> dict[int, Coming]:
            return get_coming(
                partner_id=supply.partner_id,
                quantities={supply.variant_id: 1},
                since=NOW,
                scope=HoldScope(),
                now=NOW,
            )

        supply = expect()
        assert coming(supply) == {supply.variant_id: Coming(supply.location_id, DAY)}
        Supply.objects.update(expected_on=dt.date(2026, 11, 1))
        assert coming(supply) == {}
        Supply.objects.update(expected_on=DAY)
        make_stock(supply.variant, supply.location, 1)
        assert coming(supply) == {}
