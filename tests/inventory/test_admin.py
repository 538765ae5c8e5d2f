from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from core.roles import Role
from inventory.models import Price, Product, Reservation, StockLevel
from inventory.rules import Wanted
from inventory.services import reserve
from tests.factories.people import make_partner, make_user
from tests.factories.stock import (
    make_discrepancy,
    make_location,
    make_price,
    make_product,
    make_stock,
    make_variant,
)

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
PAGES = [
    "product",
    "variant",
    "price",
    "taxrate",
    "location",
    "stocklevel",
    "reservation",
    "stockentry",
    "allocation",
    "quarantinebalance",
    "discrepancy",
    "cyclecount",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN, is_staff=True)


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def held(admin: User) -> Reservation:
    level = make_stock(make_variant("RED-M", price="40"), make_location(), available=3)
    (held,) = reserve(
        partner_id=level.partner_id,
        case="return:1",
        wanted=[Wanted("exchangeline:7", level.variant_id, 1, level.location_id)],
        destination=None,
        hold_for=dt.timedelta(minutes=30),
        actor=Actor.user(admin),
        now=NOW,
    )
    return held


class TestPages:
    @pytest.mark.parametrize("page", PAGES)
    def test_list_and_show(self, desk: Client, held: Reservation, page: str) -> None:
        listing = desk.get(reverse(f"admin:inventory_{page}_changelist"), {"q": "RED"})
        assert listing.status_code == 200
        rows = {"product": held.variant.product, "location": held.location, "reservation": held}
        if page in rows:
            shown = desk.get(reverse(f"admin:inventory_{page}_change", args=[rows[page].pk]))
            assert shown.status_code == 200

    def test_show_nothing_of_another_partner(self, desk: Client) -> None:
        foreign = make_product(make_partner("other"), title="Foreign")
        assert "Foreign" not in desk.get(reverse("admin:inventory_product_changelist")).text
        page = desk.get(reverse("admin:inventory_product_change", args=[foreign.pk]))
        assert page.status_code == 302

    def test_are_closed_to_whoever_has_no_role(self, client: Client) -> None:
        client.force_login(make_user(None, is_staff=True))
        assert client.get(reverse("admin:inventory_product_changelist")).status_code == 403


class TestHolds:
    def test_are_never_changed_by_hand(self, desk: Client, held: Reservation) -> None:
        page = reverse("admin:inventory_reservation_change", args=[held.pk])
        assert desk.post(page, {"state": "released"}).status_code == 403

    def test_show_their_history_with_the_user(
        self, desk: Client, held: Reservation, admin: User
    ) -> None:
        page = desk.get(reverse("admin:inventory_reservation_history", args=[held.pk]))
        assert page.status_code == 200
        assert str(admin) in page.text


class TestStock:
    def test_is_not_counted_by_hand(self, desk: Client, held: Reservation) -> None:
        page = reverse("admin:inventory_stocklevel_change", args=[held.stock_level_id])
        assert desk.post(page, {"available": 99}).status_code == 403
        assert StockLevel.objects.get().available == 2


class TestCatalogue:
    def test_takes_a_new_product_with_its_variants(self, desk: Client) -> None:
        form = {
            "partner": make_partner().pk,
            "code": "OX",
            "title": "Oxford shirt",
            "category": "apparel",
            "warranty_months": 24,
            "variants-TOTAL_FORMS": 1,
            "variants-INITIAL_FORMS": 0,
            "variants-0-sku": "OX-M",
            "variants-0-title": "M",
            "variants-0-options": '{"size": "M"}',
            "variants-0-unit_cost": "9.5",
            "variants-0-weight_grams": "300",
            "variants-0-is_active": "on",
        }
        answer = desk.post(reverse("admin:inventory_product_add"), form)
        assert answer.status_code == 302, answer.text
        variant = Product.objects.get(code="OX").variants.get()
        assert (variant.sku, variant.partner) == ("OX-M", make_partner())

    def test_gives_a_price_to_the_partner_of_its_variant(self, desk: Client) -> None:
        variant = make_variant()
        form = {
            "variant": variant.pk,
            "currency": "EUR",
            "list_price": "40",
            "valid_from_0": "2026-01-01",
            "valid_from_1": "00:00",
        }
        answer = desk.post(reverse("admin:inventory_price_add"), form)
        assert answer.status_code == 302, answer.text
        assert Price.objects.get().partner == variant.partner

    def test_offers_nothing_of_another_partner(self, desk: Client) -> None:
        make_variant("FOREIGN", product=make_product(make_partner("other")))
        assert "FOREIGN" not in desk.get(reverse("admin:inventory_price_add")).text

    def test_is_only_shown_to_the_warehouse(self, client: Client) -> None:
        client.force_login(make_user(Role.WAREHOUSE, is_staff=True))
        price = make_price(make_variant(), list_price="1")
        page = reverse("admin:inventory_price_change", args=[price.pk])
        assert client.get(page).status_code == 200
        assert client.post(page, {"list_price": "2"}).status_code == 403


class TestDiscrepancies:
    def test_are_shown_with_their_history_and_changed_by_nobody(self, desk: Client) -> None:
        level = make_stock(make_variant(), make_location(), available=3)
        found = make_discrepancy(level, expected=3, counted=1)
        make_discrepancy(level, expected=3, counted=2)
        page = reverse("admin:inventory_discrepancy_history", args=[found.pk])
        assert desk.get(page).status_code == 200
        assert found.history.count() == 2
        change = reverse("admin:inventory_discrepancy_change", args=[found.pk])
        assert desk.post(change, {"counted": 3}).status_code == 403
