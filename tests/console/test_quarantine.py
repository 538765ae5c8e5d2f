"""Quarantine on the desk: what lies where and why, and nothing let out by who put it there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.roles import Role
from inventory.models import Bin, QuarantineBalance, StockLevel
from tests.console.screens import DESK_ROLES, text_of
from tests.factories.counts import put_aside
from tests.factories.desk import sign_in
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_bin, make_location, make_product, make_stock, make_variant

pytestmark = pytest.mark.django_db

ALL = reverse("console:quarantine")
AS_PART = {"HX-Request": "true", "HX-Target": "adjustment"}
MAY_NOT = (Role.AGENT, Role.LEAD, Role.AUDITOR, Role.PARTNER)


@pytest.fixture
def red(db: None) -> StockLevel:
    """Five free red shirts in Leipzig, where one quarantine bin stands."""
    leipzig = make_location("LEJ", name="Leipzig")
    make_bin(leipzig, "Q-04")
    return make_stock(make_variant("SHIRT-RED", product=make_product(title="Shirt")), leipzig, 5)


def aside(red: StockLevel, user: User) -> QuarantineBalance:
    """`user` puts two of them aside."""
    return put_aside(red, user, 2)


def url_of(red: StockLevel, balance: QuarantineBalance | None = None) -> str:
    if balance is None:
        return reverse("console:stock_put_aside", args=[red.variant.sku])
    return reverse("console:stock_let_out", args=[red.variant.sku, balance.pk])


def put(red: StockLevel, units: Any = 2, **others: Any) -> dict[str, Any]:
    return {"op_id": str(uuid4()), "level": red.pk, "units": units, "bin_id": ""} | others


def out(way: str, units: int = 2, **others: Any) -> dict[str, Any]:
    return {"op_id": str(uuid4()), "way_out": way, "units": units} | others


def read(client: Client, url: str) -> str:
    return text_of(client.get(url).content)


class TestRoles:
    def test_let_the_desk_look(self, client: Client, red: StockLevel) -> None:
        aside(red, make_user(Role.WAREHOUSE, name="Jan Nowak"))
        for role in DESK_ROLES:
            sign_in(client, role)
            words = read(client, ALL)
            assert "SHIRT-RED Q-04 Leipzig 2 €20.00 Put into quarantine Jan Nowak" in words, role
            of_one = read(client, reverse("console:stock_quarantine", args=["SHIRT-RED"]))
            assert "Q-04" in of_one, role

    def test_let_the_warehouse_alone_change(self, client: Client, red: StockLevel) -> None:
        balance = aside(red, make_user(Role.WAREHOUSE))
        for role in MAY_NOT:
            sign_in(client, role)
            for headers in ({}, AS_PART):
                answer = client.post(url_of(red), put(red), headers=headers)
                assert answer.status_code == 403, (role, headers)
                answer = client.post(url_of(red, balance), out("scrap"), headers=headers)
                assert answer.status_code == 403, (role, headers)
            red.refresh_from_db()
            assert (red.available, red.quarantine) == (3, 2)

    def test_hide_what_is_of_other_partners(self, client: Client, red: StockLevel) -> None:
        balance = aside(red, make_user(Role.WAREHOUSE))
        sign_in(client, Role.WAREHOUSE, partner=make_partner("other"))
        assert "SHIRT-RED" not in read(client, ALL)
        assert client.get(url_of(red)).status_code == 404
        assert client.get(url_of(red, balance)).status_code == 404

    def test_know_no_bin_of_another_sku(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        balance = aside(red, make_user(Role.WAREHOUSE))
        make_variant("MUG-OAT")
        url = reverse("console:stock_let_out", args=["MUG-OAT", balance.pk])
        assert client.get(url).status_code == 404


class TestTheList:
    def test_begins_with_what_came_last_into_a_bin_that_was_used_before_too(
        self, client: Client, red: StockLevel
    ) -> None:
        keeper = sign_in(client, Role.WAREHOUSE)
        blue = make_stock(make_variant("SHIRT-BLUE"), red.location, 5)
        for level in (red, blue, red):
            put_aside(level, keeper, 1)
        said = read(client, ALL)
        assert said.index("SHIRT-RED") < said.index("SHIRT-BLUE")


class TestPuttingAside:
    @pytest.mark.parametrize("headers", [{}, AS_PART])
    def test_is_said_before_it_is_done(
        self, client: Client, red: StockLevel, headers: dict[str, str]
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        sent = put(red, redraw="yes")
        words = text_of(client.post(url_of(red), sent, headers=headers).content)
        assert "Available at Leipzig: 5 → 3." in words
        assert "2 units go into the first quarantine bin there" in words
        assert not QuarantineBalance.objects.exists()

    def test_moves_free_units_into_the_bin(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        sent = put(red, bin_id=Bin.objects.get().pk)
        answers = [client.post(url_of(red), sent) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        red.refresh_from_db()
        assert (red.available, red.quarantine) == (3, 2)
        assert QuarantineBalance.objects.get().bin.code == "Q-04"

    def test_takes_no_more_than_is_free(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        words = text_of(client.post(url_of(red), put(red, 9, redraw="yes")).content)
        assert "Only 5 are free there." in words
        assert client.post(url_of(red), put(red, 9)).status_code == 409

    def test_refuses_a_bin_of_another_place(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        elsewhere = make_bin(make_location("WRO"), "Q-09")
        answer = client.post(url_of(red), put(red, bin_id=elsewhere.pk))
        assert answer.status_code == 422
        assert "Choose a quarantine bin of this location." in text_of(answer.content)


class TestLettingOut:
    def test_for_sale_needs_another_person(self, client: Client, red: StockLevel) -> None:
        user = sign_in(client, Role.WAREHOUSE)
        balance = aside(red, user)
        url = url_of(red, balance)
        words = text_of(client.post(url, out("clear", redraw="yes")).content)
        assert "You put these units into quarantine: somebody else must clear them." in words
        assert client.post(url, out("clear")).status_code == 409
        sign_in(client, Role.WAREHOUSE)
        answer = client.post(url, out("clear"), follow=True)
        assert "2 units cleared for sale." in text_of(answer.content)
        red.refresh_from_db()
        assert (red.available, red.quarantine) == (5, 0)

    @pytest.mark.parametrize(
        ("way", "says"),
        [
            ("scrap", "Gone for good: 1 unit, €10.00 at cost."),
            ("vendor", "Back to the supplier: 1 unit, €10.00 at cost."),
        ],
    )
    def test_takes_them_away(self, client: Client, red: StockLevel, way: str, says: str) -> None:
        sign_in(client, Role.WAREHOUSE)
        balance = aside(red, make_user(Role.WAREHOUSE))
        url = url_of(red, balance)
        assert says in text_of(client.post(url, out(way, 1, redraw="yes")).content)
        client.post(url, out(way, 1))
        red.refresh_from_db()
        assert (red.available, red.quarantine) == (3, 1)

    def test_makes_them_into_another_sku(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        balance = aside(red, make_user(Role.WAREHOUSE))
        again = make_variant(
            "SHIRT-RED-R", product=red.variant.product, refurbished_from=red.variant
        )
        url = url_of(red, balance)
        sent = out("refurbish", into=again.pk)
        words = text_of(client.post(url, sent | {"redraw": "yes"}).content)
        assert "On sale as SHIRT-RED-R at Leipzig: 2 units more." in words
        client.post(url, sent)
        assert StockLevel.objects.get(variant=again).available == 2

    def test_asks_as_what_refurbished_goods_are_sold(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        balance = aside(red, make_user(Role.WAREHOUSE))
        make_variant("SHIRT-RED-R", product=red.variant.product, refurbished_from=red.variant)
        answer = client.post(url_of(red, balance), out("refurbish"))
        assert answer.status_code == 422
        assert "Choose as what they are sold." in text_of(answer.content)

    def test_takes_no_more_than_lies_there(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        balance = aside(red, make_user(Role.WAREHOUSE))
        url = url_of(red, balance)
        assert "Only 2 are there." in text_of(client.post(url, out("scrap", 3, redraw="1")).content)
        assert client.post(url, out("scrap", 3)).status_code == 409
