from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from core.deliveries import deliver_due
from inventory import queries, services
from inventory.models import HoldRule, Lot
from inventory.rules import HoldScope, HoldTerms, Limit, StockLimits, StockScope
from inventory.rules.limits import explain_hold_terms, find_safety_stock, resolve_hold_terms
from inventory.states import AtExpiry, LastUnits
from policies import services as policies
from tests.factories.limits import make_discrepancy, make_hold_rule, make_stock_rule
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant

DAY = dt.timedelta(days=1)
DESK = Actor.system("test")
NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
WEB_VIP = HoldScope(channel="web", exchange_type="regular", tier="vip")


def limit(rule_id: int, *, priority: int = 0, names: Any = None, **sets: Any) -> Limit:
    return Limit(rule_id, names or {}, sets, priority)


class TestHoldTerms:
    def test_are_the_defaults_where_no_rule_speaks(self) -> None:
        assert resolve_hold_terms([], WEB_VIP) == HoldTerms()
        elsewhere = limit(1, names={"channel": "app"}, accepted=DAY)
        assert resolve_hold_terms([elsewhere], WEB_VIP) == HoldTerms()

    @pytest.mark.parametrize(
        ("weaker", "stronger"),
        [
            (limit(2, priority=9, accepted=DAY), limit(1, names={"tier": "vip"}, accepted=2 * DAY)),
            (limit(2, accepted=DAY), limit(1, priority=1, accepted=2 * DAY)),
            (limit(1, accepted=DAY), limit(2, accepted=2 * DAY)),
        ],
        ids=["names more", "higher priority", "newer"],
    )
    def test_come_from_the_rule_that_counts_most(self, weaker: Limit, stronger: Limit) -> None:
        for rules in ([weaker, stronger], [stronger, weaker]):
            source = explain_hold_terms(rules, WEB_VIP)["accepted"]
            assert (source.value, source.rule_id) == (2 * DAY, stronger.rule_id)
            assert source.giving_way == (weaker.rule_id,)

    def test_find_each_value_in_a_rule_of_its_own(self) -> None:
        rules = [
            limit(1, accepted=DAY, may_split=True),
            limit(2, names={"channel": "web", "tier": "vip"}, accepted=3 * DAY),
        ]
        terms = resolve_hold_terms(rules, WEB_VIP)
        assert (terms.accepted, terms.may_split, terms.quote) == (
            3 * DAY,
            True,
            HoldTerms().quote,
        )


class TestSafetyStock:
    def test_may_be_set_to_nothing_for_one_place(self) -> None:
        rules = [limit(1, safety_stock=2), limit(2, names={"location_id": 7}, safety_stock=0)]
        found = [
            find_safety_stock(rules, StockScope(1, "apparel", location)).value
            for location in (7, 8)
        ]
        assert found == [0, 2]


@pytest.mark.django_db
class TestGetHoldTerms:
    def test_reads_what_the_admin_wrote(self) -> None:
        make_hold_rule(accepted_hours=48, at_expiry=AtExpiry.RENEW)
        make_hold_rule(
            exchange_type="regular", quote_minutes=5, grace_minutes=0, longest_hours=100,
            last_units=2, last_units_for=LastUnits.OLDEST_CASE, may_split=True,
        )  # fmt: skip
        make_hold_rule(exchange_type="advanced", quote_minutes=7)
        terms = queries.get_hold_terms(partner_id=make_partner().pk, scope=WEB_VIP)
        assert terms == HoldTerms(
            quote=dt.timedelta(minutes=5),
            accepted=2 * DAY,
            longest=dt.timedelta(hours=100),
            grace=dt.timedelta(0),
            at_expiry=AtExpiry.RENEW,
            may_split=True,
            last_units=2,
            last_units_for=LastUnits.OLDEST_CASE,
        )

    def test_knows_nothing_of_another_partners_rules(self) -> None:
        make_hold_rule(partner=make_partner("other"), accepted_hours=48)
        terms = queries.get_hold_terms(partner_id=make_partner().pk, scope=WEB_VIP)
        assert terms == HoldTerms()


@pytest.mark.django_db
class TestGetStockLimits:
    def read(self, *variants: Any, channel: str = "web") -> StockLimits:
        with CaptureQueriesContext(connection) as seen:
            limits = queries.get_stock_limits(
                partner_id=variants[0].partner_id,
                scope=HoldScope(channel=channel),
                variant_ids=[variant.pk for variant in variants],
            )
        assert len(seen) == 1
        return limits

    def test_are_nothing_without_rules(self) -> None:
        variant = make_variant()
        make_stock(variant, make_location(), available=3)
        assert self.read(variant) == StockLimits()

    def test_keep_safety_stock_by_place_and_category(self) -> None:
        shirt, hat = make_variant(), make_variant(product=make_product(category="hats"))
        north, south = make_location("N"), make_location("S")
        for variant in (shirt, hat):
            for place in (north, south):
                make_stock(variant, place, available=3)
        make_stock_rule(safety_stock=1)
        make_stock_rule(category="hats", location=south, safety_stock=4)
        make_stock_rule(variant=shirt, location=north, safety_stock=0)
        assert self.read(shirt, hat).safety == {
            (shirt.pk, south.pk): 1,
            (hat.pk, north.pk): 1,
            (hat.pk, south.pk): 4,
        }

    def test_cap_what_one_channel_may_hold(self) -> None:
        hot, cold = make_variant(), make_variant()
        make_stock_rule(variant=hot, pool_cap=9)
        make_stock_rule(variant=hot, channel="web", pool_cap=5)
        assert self.read(hot, cold).caps == {hot.pk: 5}
        assert self.read(hot, cold, channel="app").caps == {hot.pk: 9}

    def test_add_what_open_discrepancies_say_is_missing(self) -> None:
        variant, place = make_variant(), make_location()
        level = make_stock(variant, place, available=9)
        lot = make_stock(variant, place, available=9, lot="B1")
        make_stock_rule(safety_stock=1)
        make_discrepancy(level, expected=9, counted=7)
        make_discrepancy(level, expected=9, counted=6, source="cycle_count")
        make_discrepancy(level, expected=2, counted=0, bucket="quarantine")
        make_discrepancy(lot, expected=9, counted=8)
        limits = self.read(variant)
        assert limits.missing == {(variant.pk, place.pk): 4}
        assert limits.safety == {(variant.pk, place.pk): 5}

    def test_leave_found_units_resolved_ones_and_blocked_lots_out(self) -> None:
        variant, place = make_variant(), make_location()
        level = make_stock(variant, place, available=9)
        blocked = make_stock(variant, place, available=9, lot="B1")
        Lot.objects.create(partner=variant.partner, variant=variant, code="B1", is_blocked=True)
        make_discrepancy(level, expected=9, counted=11)
        make_discrepancy(level, expected=9, counted=0, state="dismissed", source="sale")
        make_discrepancy(blocked, expected=9, counted=0)
        assert self.read(variant) == StockLimits()


@pytest.mark.django_db
class TestInstallHoldRules:
    def test_gives_a_new_shop_a_rule_for_each_type(self) -> None:
        partner = make_partner()
        policies.install_default_policy(partner_id=partner.pk, actor=DESK, op_id=uuid4(), now=NOW)
        deliver_due(now=NOW)
        terms = {
            name: queries.get_hold_terms(
                partner_id=partner.pk, scope=HoldScope(exchange_type=name)
            ).accepted
            for name in ("regular", "advanced", "advanced_prepaid")
        }
        three_days = dt.timedelta(days=3)
        assert terms == {
            "regular": HoldTerms().accepted,
            "advanced": three_days,
            "advanced_prepaid": three_days,
        }

    def test_never_brings_back_what_somebody_took_away(self) -> None:
        partner = make_partner()
        who: dict[str, Any] = {"partner_id": partner.pk, "actor": DESK, "now": NOW}
        services.install_hold_rules(**who)
        HoldRule.objects.all().delete()
        assert services.install_hold_rules(**who) == []
