from __future__ import annotations

import datetime as dt

import pytest

from exchanges.queries import list_substitutes
from exchanges.rules import Substitute, rank_substitutes
from tests.factories.stock import make_location, make_product, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)


def substitute(variant_id: int, colour: str, size: str, available: int = 5) -> Substitute:
    return Substitute(
        variant_id=variant_id,
        sku=f"{colour}-{size}",
        title="Shirt",
        options={"colour": colour, "size": size},
        available=available,
    )


class TestRankSubstitutes:
    WANTED = {"colour": "red", "size": "L"}

    def test_puts_the_same_size_before_the_same_colour(self) -> None:
        others = [
            substitute(1, "red", "S"),
            substitute(2, "green", "S"),
            substitute(3, "blue", "L"),
        ]
        ranked = rank_substitutes(self.WANTED, others, quantity=1)
        assert [each.sku for each in ranked] == ["blue-L", "red-S", "green-S"]

    def test_prefers_more_stock_among_equals_then_the_lowest_id(self) -> None:
        others = [
            substitute(3, "blue", "L", 2),
            substitute(2, "green", "L", 9),
            substitute(1, "grey", "L", 2),
        ]
        ranked = rank_substitutes(self.WANTED, others, quantity=1)
        assert [each.variant_id for each in ranked] == [2, 1, 3]

    def test_leaves_out_what_is_short(self) -> None:
        assert rank_substitutes(self.WANTED, [substitute(1, "red", "S", 1)], quantity=2) == []


@pytest.mark.django_db
def test_substitutes_are_siblings_with_free_stock() -> None:
    shirt, place = make_product(), make_location()
    red = make_variant(product=shirt, options={"size": "L"})
    blue = make_variant(product=shirt, options={"size": "L"})
    make_stock(blue, place, 3)
    make_variant(product=shirt, options={"size": "L"})
    make_stock(make_variant(), place, 3)
    assert [each.variant_id for each in list_substitutes(red, now=NOW)] == [blue.pk]
