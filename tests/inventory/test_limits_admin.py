from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.roles import Role
from inventory.models import HoldRule, StockRule
from tests.factories.limits import make_hold_rule, make_stock_rule
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_location, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN, is_staff=True)


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def address(model: str, page: str = "add", *args: Any) -> str:
    return reverse(f"admin:inventory_{model}_{page}", args=args)


def fields(**more: Any) -> dict[str, Any]:
    return {"partner": make_partner().pk, "priority": 0, "may_split": "unknown"} | more


class TestHoldRule:
    def test_is_written_without_json_and_read_in_words(self, desk: Client) -> None:
        posted = fields(exchange_type="advanced", quote_minutes=15, accepted_hours=72)
        assert desk.post(address("holdrule"), posted).status_code == 302
        rule = HoldRule.objects.get()
        assert (rule.exchange_type, rule.accepted_hours, rule.may_split) == ("advanced", 72, None)
        page = desk.get(address("holdrule", "changelist")).content.decode()
        assert "while the customer decides: 15 minutes; once accepted: 3 days" in page

    @pytest.mark.parametrize(
        ("posted", "message"),
        [
            ({}, "The rule lays nothing down"),
            ({"accepted_hours": 0}, "A hold lasts longer than nothing."),
            ({"accepted_hours": 48, "longest_hours": 24}, "Shorter than the 48 hours"),
            ({"quote_minutes": 5, "exchange_type": "swap"}, "not one of the available choices"),
            (
                {"last_units": 0, "last_units_for": "oldest_case"},
                "Say how many free units count as the last ones.",
            ),
        ],
    )
    def test_is_refused_with_what_is_wrong(
        self, desk: Client, posted: dict[str, Any], message: str
    ) -> None:
        page = desk.post(address("holdrule"), fields(**posted))
        assert message in page.content.decode()
        assert not HoldRule.objects.exists()

    def test_keeps_what_each_change_changed(self, desk: Client) -> None:
        rule = make_hold_rule(accepted_hours=24)
        desk.post(address("holdrule", "change", rule.pk), fields(accepted_hours=48))
        history = desk.get(address("holdrule", "history", rule.pk)).content.decode()
        assert "24" in history
        assert "48" in history

    def test_is_kept_by_whoever_may_edit_policy(self, client: Client) -> None:
        client.force_login(make_user(Role.LEAD, is_staff=True))
        rule = make_hold_rule(accepted_hours=24)
        assert client.get(address("holdrule")).status_code == 403
        assert client.get(address("holdrule", "change", rule.pk)).status_code == 200
        client.post(address("holdrule", "change", rule.pk), fields(accepted_hours=48))
        rule.refresh_from_db()
        assert rule.accepted_hours == 24


class TestStockRule:
    def test_is_written_for_a_sku_and_a_place(self, desk: Client) -> None:
        variant, place = make_variant("HOT"), make_location("LEJ")
        posted = fields(variant=variant.pk, location=place.pk, safety_stock=2)
        assert desk.post(address("stockrule"), posted).status_code == 302
        assert (str(StockRule.objects.get()), StockRule.objects.get().safety_stock) == (
            "HOT, LEJ",
            2,
        )

    def test_caps_no_single_place(self, desk: Client) -> None:
        posted = fields(location=make_location().pk, pool_cap=2)
        page = desk.post(address("stockrule"), posted).content.decode()
        assert "A cap counts over all places" in page


class TestWhatApplies:
    def test_names_the_rule_behind_every_value(self, desk: Client) -> None:
        variant, _ = make_variant("HOT"), make_location("LEJ")
        make_hold_rule(accepted_hours=48)
        make_hold_rule(channel="web", tier="vip", accepted_hours=240)
        make_stock_rule(variant=variant, safety_stock=2)
        make_stock_rule(pool_cap=9)
        asked: dict[str, Any] = {
            "partner": make_partner().pk, "exchange_type": "regular", "channel": "web",
            "tier": "vip", "sku": "HOT",
        }  # fmt: skip
        page = desk.get(address("holdrule", "ask"), asked)
        told = {answer.label: answer for answer in page.context["answers"]}
        accepted = told["Once accepted"]
        assert (accepted.value, accepted.because) == ("10 days", "the rule for web, vip")
        assert accepted.giving_way == ("the rule for every hold",)
        assert told["While the customer decides"].because == "no rule"
        assert told["Safety stock in LEJ"].value == "2"
        assert told["Most units held by one channel"].value == "9"

    def test_knows_no_sku_that_is_not_there(self, desk: Client) -> None:
        asked: dict[str, Any] = {
            "partner": make_partner().pk,
            "exchange_type": "regular",
            "sku": "NONE",
        }
        assert (
            "There is no SKU “NONE”."
            in desk.get(address("stockrule", "ask"), asked).content.decode()
        )
