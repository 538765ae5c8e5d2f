"""Adjusting by hand: what it will do is said first, and held units are never touched."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from inventory.models import Lot, StockEntry, StockLevel
from tests.console.screens import text_of
from tests.factories.desk import sign_in
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant

pytestmark = pytest.mark.django_db

AS_PART = {"HX-Request": "true", "HX-Target": "adjustment"}
MAY = (Role.WAREHOUSE, Role.ADMIN)
MAY_NOT = (Role.AGENT, Role.LEAD, Role.AUDITOR, Role.PARTNER)


@pytest.fixture
def level(db: None) -> StockLevel:
    """Five free red shirts in Leipzig, each worth 10.00."""
    variant = make_variant("SHIRT-RED", product=make_product(title="Shirt"))
    return make_stock(variant, make_location("LEJ", name="Leipzig"), 5)


def url_of(level: StockLevel) -> str:
    return reverse("console:stock_adjust", args=[level.variant.sku])


def typed(level: StockLevel, **others: Any) -> dict[str, Any]:
    return {
        "op_id": str(uuid4()),
        "location": level.location_id,
        "direction": "out",
        "units": 2,
        "reason": "lost",
    } | others


class TestRoles:
    @pytest.mark.parametrize("role", MAY)
    def test_let_the_warehouse_in(self, client: Client, level: StockLevel, role: Role) -> None:
        sign_in(client, role)
        assert client.get(url_of(level)).status_code == 200

    @pytest.mark.parametrize("headers", [{}, AS_PART])
    @pytest.mark.parametrize("role", MAY_NOT)
    def test_keep_the_others_out(
        self, client: Client, level: StockLevel, role: Role, headers: dict[str, str]
    ) -> None:
        sign_in(client, role)
        assert client.post(url_of(level), typed(level), headers=headers).status_code == 403
        level.refresh_from_db()
        assert level.available == 5

    def test_hide_the_goods_of_other_partners(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE, partner=make_partner("other"))
        assert client.get(url_of(level)).status_code == 404


class TestPreview:
    @pytest.mark.parametrize("headers", [{}, AS_PART])
    def test_says_what_follows_without_doing_it(
        self, client: Client, level: StockLevel, headers: dict[str, str]
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        sent = typed(level, redraw="yes")
        words = text_of(client.post(url_of(level), sent, headers=headers).content)
        assert "Available at Leipzig: 5 → 3." in words
        assert "€20.00 at cost is written off." in words
        assert "Take 2 units out" in words
        assert StockEntry.objects.filter(cause="adjustment").count() == 0

    def test_finds_no_fault_with_what_is_still_empty(
        self, client: Client, level: StockLevel
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        sent = typed(level, units="", reason="")
        words = text_of(client.post(url_of(level), sent, headers=AS_PART).content)
        assert "This field is required" not in words
        assert "Nothing is chosen yet." in words

    def test_blocks_what_would_touch_promised_units(
        self, client: Client, level: StockLevel
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        StockLevel.objects.filter(pk=level.pk).update(held=3)
        sent = typed(level, units=6, redraw="yes")
        words = text_of(client.post(url_of(level), sent).content)
        assert "5 units can be taken out at Leipzig. 3 units there are promised" in words
        assert "Only 5 can be taken out by hand." in words


class TestBooking:
    @pytest.mark.parametrize(("direction", "left"), [("out", 3), ("in", 7)])
    def test_moves_the_units_and_writes_the_ledger(
        self, client: Client, level: StockLevel, direction: str, left: int
    ) -> None:
        user = sign_in(client, Role.WAREHOUSE)
        answer = client.post(url_of(level), typed(level, direction=direction), follow=True)
        level.refresh_from_db()
        assert level.available == left
        entry = StockEntry.objects.get(cause="adjustment")
        assert (entry.reason, entry.actor) == ("lost", f"user:{user.pk}")
        assert f"at Leipzig: {left} available now." in text_of(answer.content)

    def test_happens_once_however_often_it_is_sent(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        sent = typed(level)
        assert [client.post(url_of(level), sent).status_code for _ in range(2)] == [302, 302]
        level.refresh_from_db()
        assert level.available == 3

    def test_refuses_what_is_no_longer_there_and_keeps_what_was_typed(
        self, client: Client, level: StockLevel
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        answer = client.post(url_of(level), typed(level, units=9))
        assert answer.status_code == 409
        html = answer.content.decode()
        assert 'role="alert"' in html
        assert 'name="units" value="9"' in html

    def test_names_the_field_that_cannot_be_read(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        answer = client.post(url_of(level), typed(level, reason=""))
        assert answer.status_code == 422
        assert "Why : This field is required." in text_of(answer.content)

    def test_reaches_a_lot_of_its_own(self, client: Client, level: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        Lot.objects.create(partner=level.partner, variant=level.variant, code="B-7")
        client.post(url_of(level), typed(level, lot="B-7", direction="in", reason="found"))
        assert StockLevel.objects.get(lot="B-7").available == 2
