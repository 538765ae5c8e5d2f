from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exchanges.queries import Offer, list_offers, rank_substitutes
from inventory.models import Variant
from inventory.queries import rank_each, rank_locations
from inventory.rules import Destination
from returns.queries import preview_return
from tests.factories.cases import want
from tests.factories.stock import (
    make_location,
    make_price,
    make_product,
    make_stock,
    make_variant,
)
from tests.factories.swaps import NOW, Swap, make_swap

pytestmark = pytest.mark.django_db


def offers_of(swap: Swap, *variants: Variant) -> list[Offer]:
    line = want(swap.order.lines.get(), reason="wrong_size", outcome="exchange")
    returned = preview_return(lines=[line], now=NOW).lines[0]
    return list_offers(returned=returned, variants=variants, now=NOW)


class TestListOffers:
    def test_prices_a_variant_of_the_same_product_as_bought(self) -> None:
        swap = make_swap(price="99.00")
        (red,) = offers_of(swap, swap.red)
        assert (red.difference, red.can_go_out) == (Decimal(0), True)

    def test_prices_another_product_at_todays_price(self) -> None:
        swap = make_swap()
        lamp = make_variant(product=make_product(), price="60.00")
        make_stock(lamp, swap.place, 1)
        (offer,) = offers_of(swap, lamp)
        assert offer.difference == Decimal("16.80")

    def test_shows_the_way_on_where_the_price_is_in_another_currency(self) -> None:
        swap = make_swap()
        lamp = make_variant(product=make_product())
        make_price(lamp, list_price="60.00", currency="USD")
        (offer,) = offers_of(swap, lamp)
        assert not offer.can_go_out
        assert "It is priced in USD: open the case with another article" in offer.obstacle

    def test_says_why_what_has_no_price_cannot_go_out(self) -> None:
        swap = make_swap()
        (offer,) = offers_of(swap, make_variant(product=make_product()))
        assert "has no price in EUR today" in offer.obstacle
        assert not offer.can_go_out

    def test_counts_what_is_free_everywhere_and_names_the_best_place(self) -> None:
        swap = make_swap(available=2)
        make_stock(swap.red, make_location("WRO", cost="9.00"), 5)
        (red,) = offers_of(swap, swap.red)
        assert (red.available, red.best and red.best.code) == (7, "LEJ")


class TestRankSubstitutes:
    def test_puts_first_what_can_go_out_and_costs_nobody_anything(self) -> None:
        swap = make_swap(available=0)
        green = make_variant(product=swap.red.product)
        lamp = make_variant(product=make_product(), price="60.00")
        for variant in (green, lamp):
            make_stock(variant, swap.place, 1)
        ranked = rank_substitutes(offers_of(swap, swap.red, lamp, green))
        assert [offer.variant for offer in ranked] == [green, lamp, swap.red]


class TestRankEach:
    def test_ranks_every_variant_as_if_it_were_asked_for_alone(self) -> None:
        swap = make_swap(available=3)
        make_stock(swap.blue, make_location("WRO", cost="9.00"), 5)
        asked: dict[str, Any] = {
            "partner_id": swap.order.partner_id,
            "destination": Destination("DE"),
            "now": NOW,
        }
        each = rank_each(quantities={swap.red.pk: 2, swap.blue.pk: 1}, **asked)
        assert each == {
            swap.red.pk: rank_locations(variant_id=swap.red.pk, quantity=2, **asked),
            swap.blue.pk: rank_locations(variant_id=swap.blue.pk, quantity=1, **asked),
        }
