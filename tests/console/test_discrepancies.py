"""Discrepancies on the desk: both figures, and what correcting them would do."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actors import Actor
from core.roles import Role
from exchanges.models import Exchange
from inventory.models import Discrepancy, Reservation, StockEntry, StockLevel
from inventory.services import receive_stock
from tests.console.screens import DESK_ROLES, text_of
from tests.factories.counts import count_differently
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


def url_of(discrepancy: Discrepancy, deed: str = "") -> str:
    name = f"console:discrepancy_{deed}" if deed else "console:discrepancy"
    return reverse(name, args=[discrepancy.number])


def decide(found: Discrepancy, reason: str) -> dict[str, str]:
    """What the form sends, from a page that has just been loaded."""
    seen = f"{found.expected}:{found.counted}"
    return {"op_id": str(uuid4()), "seen": seen, "reason": reason}


def read(client: Client, url: str, **query: str) -> str:
    return text_of(client.get(url, query).content)


class TestList:
    def test_is_open_to_the_desk(self, client: Client, level: StockLevel) -> None:
        found = count_differently(level, 3)
        for role in DESK_ROLES:
            sign_in(client, role)
            words = read(client, LIST)
            assert found.number in words, role
            assert "Leipzig 5 3 −2 −€20.00 nothing 15 min" in words, role

    def test_is_closed_to_partners(self, client: Client) -> None:
        sign_in(client, Role.PARTNER)
        assert client.get(LIST).status_code == 403

    def test_hides_those_of_other_partners(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE, partner=make_partner("other"))
        found = count_differently(level, 3)
        assert found.number not in read(client, LIST)
        assert client.get(url_of(found)).status_code == 404

    @pytest.mark.parametrize("headers", [{}, SWAPPED_ROWS])
    def test_is_narrowed_by_place_source_and_sku(
        self, client: Client, level: StockLevel, headers: dict[str, str]
    ) -> None:
        sign_in(client)
        here = count_differently(level, 3)
        elsewhere = make_location("WRO", name="Wrocław")
        there = count_differently(make_stock(level.variant, elsewhere, 1), 2, source="cycle_count")
        for query in ({"place": elsewhere.public_id}, {"source": "cycle_count"}):
            words = text_of(client.get(LIST, query, headers=headers).content)
            assert there.number in words
            assert here.number not in words
        nothing = read(client, LIST, words="OTHER-SKU", source="cycle_count")
        assert "Shown is only: Cycle count, “OTHER-SKU”. Clear filters" in nothing

    def test_says_how_many_holds_are_in_danger(self, client: Client) -> None:
        sign_in(client)
        _, level = held(make_swap_today(available=2))
        count_differently(level, 0)
        assert "nothing" in read(client, LIST)
        count_differently(level, 0, expected=2, bucket="")
        assert "1 hold" in read(client, LIST)


class TestPage:
    def test_shows_both_figures_and_when_they_were_true(
        self, client: Client, level: StockLevel
    ) -> None:
        found = count_differently(level, 3)
        for role in DESK_ROLES:
            sign_in(client, role)
            words = read(client, url_of(found))
            assert "Ours 5 ledger, available," in words, role
            assert "Theirs 3 counted by the warehouse," in words, role
            assert "Difference −2 −€20.00 at cost" in words, role

    def test_proposes_against_the_stock_of_now(self, client: Client, level: StockLevel) -> None:
        user = sign_in(client)
        found = count_differently(level, 3)
        receive_stock(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            quantity=4,
            actor=Actor.user(user),
            op_id=uuid4(),
            now=clock.now(),
        )
        words = read(client, url_of(found))
        assert "Take 2 units out of available at Leipzig: 9 → 7." in words
        assert "Bought from a supplier 4 × in from the supplier → available you +4 9" in words

    def test_names_the_case_whose_hold_would_end(self, client: Client) -> None:
        sign_in(client)
        exchange, level = held(make_swap_today(available=1))
        words = read(client, url_of(count_differently(level, 0, expected=1, bucket="")))
        assert f"1 hold would be ended: {exchange.return_case.number} (1 unit)." in words
        assert Reservation.objects.get().state == "active"

    def test_says_what_is_beyond_reach(self, client: Client) -> None:
        sign_in(client)
        _, level = held(make_swap_today(available=1))
        words = read(client, url_of(count_differently(level, 0, expected=3, bucket="")))
        assert "2 units more would have to come out of what is sold" in words

    def test_keeps_who_decided_it_and_when(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        found = count_differently(level, 3)
        client.post(url_of(found, "correction"), decide(found, "lost"))
        words = read(client, url_of(found))
        assert "by you Why Lost" in words
        assert "· ours 5, theirs 3 · you" in words
        assert "Proposed correction" not in words
        corrected = reverse("console:discrepancies_tab", args=["corrected"])
        assert found.number in read(client, corrected)


class TestCorrection:
    def test_moves_the_difference_and_keeps_what_came_since(
        self, client: Client, level: StockLevel
    ) -> None:
        user = sign_in(client, Role.WAREHOUSE)
        found = count_differently(level, 3)
        answer = client.post(url_of(found, "correction"), decide(found, "lost"), follow=True)
        assert "The correction is posted." in text_of(answer.content)
        level.refresh_from_db()
        assert level.available == 3
        entry = StockEntry.objects.get(cause="adjustment")
        assert (entry.quantity, entry.reason, entry.actor) == (2, "lost", f"user:{user.pk}")

    def test_happens_once_however_often_it_is_sent(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        found = count_differently(level, 3)
        sent = decide(found, "lost")
        answers = [client.post(url_of(found, "correction"), sent) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        level.refresh_from_db()
        assert level.available == 3

    def test_ends_the_hold_that_it_named(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        _, level = held(make_swap_today(available=1))
        found = count_differently(level, 0, expected=1, bucket="")
        client.post(url_of(found, "correction"), decide(found, "lost"))
        assert Reservation.objects.get().cause == "short"

    @pytest.mark.parametrize("deed", ["correction", "dismissal"])
    @pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.AUDITOR, Role.PARTNER])
    def test_is_not_for_others(
        self, client: Client, level: StockLevel, role: Role, deed: str
    ) -> None:
        sign_in(client, role)
        found = count_differently(level, 3)
        assert client.post(url_of(found, deed), decide(found, "lost")).status_code == 403
        assert Discrepancy.objects.get().state == "open"

    def test_is_not_offered_to_whoever_only_looks(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.AGENT)
        words = read(client, url_of(count_differently(level, 3)))
        assert "Post the correction" not in words
        assert "The warehouse posts it or puts it aside." in words

    def test_refuses_figures_that_were_counted_anew(
        self, client: Client, level: StockLevel
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        seen = decide(count_differently(level, 3), "lost")
        found = count_differently(level, 4)
        answer = client.post(url_of(found, "correction"), seen)
        assert answer.status_code == 409
        assert "counted once more while you had it open" in text_of(answer.content)
        level.refresh_from_db()
        assert level.available == 5

    def test_says_why_it_cannot_be(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        _, level = held(make_swap_today(available=1))
        found = count_differently(level, 0, expected=3, bucket="")
        assert "2 of the missing units are promised for good." in read(client, url_of(found))
        answer = client.post(url_of(found, "correction"), decide(found, "lost"))
        assert answer.status_code == 409
        assert "3 units would go and 1 are free" in text_of(answer.content)
        assert Reservation.objects.get().state == "active"


class TestDismissal:
    def test_changes_nothing_in_the_books(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        found = count_differently(level, 3)
        answer = client.post(url_of(found, "dismissal"), decide(found, "miscounted"), follow=True)
        assert "Dismissed" in text_of(answer.content)
        assert "Counted wrongly" in text_of(answer.content)
        level.refresh_from_db()
        assert level.available == 5

    def test_wants_a_reason(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        found = count_differently(level, 3)
        answer = client.post(url_of(found, "dismissal"), decide(found, ""))
        assert answer.status_code == 422
        assert "Why the ledger is right : This field is required." in text_of(answer.content)
