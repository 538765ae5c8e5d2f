"""Discrepancies on the desk: both figures, and what correcting them would do."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actors import Actor
from core.roles import Role
from exchanges.models import Exchange
from inventory.models import Discrepancy, Reservation, StockLevel
from inventory.services import adjust_stock
from inventory.states import AdjustReason
from tests.console.screens import DESK_ROLES, text_of
from tests.factories.counts import make_discrepancy
from tests.factories.desk import make_swap_today, open_today, sign_in
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant
from tests.factories.swaps import Swap

pytestmark = pytest.mark.django_db

LIST = reverse("console:discrepancies")
SWAPPED_ROWS = {"HX-Request": "true", "HX-Target": "discrepancies"}


@pytest.fixture
def level(db: None) -> StockLevel:
    """Five free red shirts in Leipzig, each worth 10.00."""
    variant = make_variant("SHIRT-RED", product=make_product(title="Shirt"))
    return make_stock(variant, make_location("LEJ", name="Leipzig"), 5)


def held(swap: Swap) -> tuple[Exchange, StockLevel]:
    """One red shirt of `swap` is kept back for an exchange; its level as it is then."""
    exchange = open_today(swap)
    return exchange, StockLevel.objects.get(pk=swap.stock.pk)


def url_of(discrepancy: Discrepancy) -> str:
    return reverse("console:discrepancy", args=[discrepancy.number])


def read(client: Client, url: str, **query: str) -> str:
    return text_of(client.get(url, query).content)


class TestList:
    @pytest.mark.parametrize("role", DESK_ROLES)
    def test_is_open_to_the_desk(self, client: Client, level: StockLevel, role: Role) -> None:
        sign_in(client, role)
        found = make_discrepancy(level, 3)
        words = read(client, LIST)
        assert found.number in words
        assert "Leipzig 5 3 −2 −€20.00 nothing 14 min" in words

    def test_is_closed_to_partners(self, client: Client) -> None:
        sign_in(client, Role.PARTNER)
        assert client.get(LIST).status_code == 403

    def test_hides_those_of_other_partners(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE, partner=make_partner("other"))
        found = make_discrepancy(level, 3)
        assert found.number not in read(client, LIST)
        assert client.get(url_of(found)).status_code == 404

    @pytest.mark.parametrize("headers", [{}, SWAPPED_ROWS])
    def test_is_narrowed_by_place_source_and_sku(
        self, client: Client, level: StockLevel, headers: dict[str, str]
    ) -> None:
        sign_in(client)
        here = make_discrepancy(level, 3)
        elsewhere = make_location("WRO", name="Wrocław")
        there = make_discrepancy(make_stock(level.variant, elsewhere, 1), 2, source="cycle_count")
        for query in ({"place": elsewhere.public_id}, {"source": "cycle_count"}):
            words = text_of(client.get(LIST, query, headers=headers).content)
            assert there.number in words
            assert here.number not in words
        assert "The filters leave nothing over." in read(client, LIST, words="OTHER-SKU")

    def test_says_how_many_holds_are_in_danger(self, client: Client) -> None:
        sign_in(client)
        _, level = held(make_swap_today(available=2))
        make_discrepancy(level, 0)
        assert "nothing" in read(client, LIST)
        make_discrepancy(level, 0, expected=2, bucket="")
        assert "1 hold" in read(client, LIST)


class TestPage:
    @pytest.mark.parametrize("role", DESK_ROLES)
    def test_shows_both_figures_and_when_they_were_true(
        self, client: Client, level: StockLevel, role: Role
    ) -> None:
        sign_in(client, role)
        words = read(client, url_of(make_discrepancy(level, 3)))
        assert "Ours 5 ledger, available," in words
        assert "Theirs 3 counted by the warehouse," in words
        assert "Difference −2 −€20.00 at cost" in words

    def test_proposes_against_the_stock_of_now(self, client: Client, level: StockLevel) -> None:
        user = sign_in(client)
        found = make_discrepancy(level, 3)
        adjust_stock(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            change=4,
            reason=AdjustReason.FOUND,
            actor=Actor.user(user),
            op_id=uuid4(),
            now=clock.now(),
        )
        words = read(client, url_of(found))
        assert "Take 2 units out of available at Leipzig: 9 → 7." in words
        assert "Adjusted: found 4 × count difference → available you +4 9" in words

    def test_names_the_case_whose_hold_would_end(self, client: Client) -> None:
        sign_in(client)
        exchange, level = held(make_swap_today(available=1))
        words = read(client, url_of(make_discrepancy(level, 0, expected=1, bucket="")))
        assert f"1 hold would be ended: {exchange.return_case.number} (1 unit)." in words
        assert Reservation.objects.get().state == "active"

    def test_says_what_is_beyond_reach(self, client: Client) -> None:
        sign_in(client)
        _, level = held(make_swap_today(available=1))
        words = read(client, url_of(make_discrepancy(level, 0, expected=3, bucket="")))
        assert "2 units more would have to come out of what is sold" in words

    def test_keeps_who_decided_it_and_when(self, client: Client, level: StockLevel) -> None:
        user = sign_in(client)
        found = make_discrepancy(level, 3, state="posted", reason="counted")
        decided = {"resolved_at": clock.now() - dt.timedelta(days=400)}
        Discrepancy.objects.filter(pk=found.pk).update(resolved_by=f"user:{user.pk}", **decided)
        words = read(client, url_of(found))
        assert "by you Why Counted differently" in words
        assert "Proposed correction" not in words
        assert found.number in read(
            client, reverse("console:discrepancies_tab", args=["corrected"])
        )
