from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from core import clock
from core.actors import Actor
from inventory import queries
from inventory.models import Lot, PostalCentroid, ShippingRate, TaxRate
from inventory.postcodes import BadPostcodeFile, read_positions
from inventory.queries import CurrentRate
from inventory.queries.sourcing import read_parcel
from inventory.rules import Destination, HoldScope, RankedLocation, Wanted
from inventory.services import OutOfStock, reserve
from tests.factories.limits import make_discrepancy, make_hold_rule, make_stock_rule
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_location, make_price, make_product, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
MUNICH = Destination("DE", "80331")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _postcodes(db: None) -> None:
    """A transactional test before this one has emptied what the migration loads."""
    if not PostalCentroid.objects.exists():
        call_command("load_postcodes", verbosity=0)


def rank(variant_id: int, quantity: int = 1) -> list[RankedLocation]:
    return queries.rank_locations(
        partner_id=make_partner().pk,
        variant_id=variant_id,
        quantity=quantity,
        destination=MUNICH,
        now=NOW,
    )


def hold(*wanted: Wanted) -> list[Any]:
    return reserve(
        partner_id=make_partner().pk,
        case="return:1",
        wanted=wanted,
        destination=MUNICH,
        hold_for=dt.timedelta(minutes=30),
        actor=Actor.system("test"),
        now=NOW,
    )


class TestRankLocations:
    def test_shows_distance_cost_and_arrival(self) -> None:
        variant, location = make_variant(), make_location()
        make_stock(variant, location, available=2)
        (ranked,) = rank(variant.pk)
        assert (ranked.available, ranked.cost, ranked.carrier) == (2, Decimal("5.00"), "DHL")
        assert ranked.distance_km == 361
        assert ranked.arrives_on == dt.date(2026, 11, 10)

    def test_weighs_the_whole_parcel(self) -> None:
        variant, location = make_variant(weight_grams=900), make_location()
        make_stock(variant, location, available=2)
        ShippingRate.objects.create(
            partner=location.partner,
            location=location,
            carrier="GLS",
            country="DE",
            up_to_grams=1000,
            cost=3,
            lead_days=1,
        )
        assert [rank(variant.pk, quantity)[0].carrier for quantity in (1, 2)] == ["GLS", "DHL"]

    def test_knows_zones_by_how_their_postcodes_begin(self) -> None:
        variant, location = make_variant(), make_location()
        make_stock(variant, location, available=1)
        ShippingRate.objects.create(
            partner=location.partner,
            location=location,
            carrier="DHL",
            country="DE",
            postcodes="27498 80-3",
            up_to_grams=30_000,
            cost=12,
            lead_days=4,
        )
        (ranked,) = rank(variant.pk)
        assert (ranked.cost, ranked.arrives_on) == (Decimal(12), dt.date(2026, 11, 12))

    def test_counts_the_lots_of_a_place_together(self) -> None:
        variant, location = make_variant(), make_location()
        for lot in ("", "B1", "B2"):
            make_stock(variant, location, available=2, lot=lot)
        assert [(r.available, r.is_feasible) for r in rank(variant.pk, 5)] == [(6, True)]

    def test_leaves_safety_stock_and_what_is_missing_alone(self) -> None:
        variant = make_variant()
        north, south = make_location("N"), make_location("S")
        make_stock(variant, north, available=3)
        make_discrepancy(make_stock(variant, south, available=3), expected=3, counted=1)
        make_stock_rule(location=north, safety_stock=2)
        assert [(place.code, place.available, place.reason) for place in rank(variant.pk, 2)] == [
            ("N", 1, "3 free, 2 kept as safety stock, 2 wanted"),
            ("S", 1, "3 free, 2 missing when counted, 2 wanted"),
        ]
        assert queries.get_promisable(
            partner_id=variant.partner_id, variant_ids=[variant.pk], scope=HoldScope(), now=NOW
        ) == {variant.pk: 2}

    def test_leaves_a_blocked_lot_out(self) -> None:
        variant, location = make_variant(), make_location()
        make_stock(variant, location, available=5, lot="B1")
        Lot.objects.create(partner=variant.partner, variant=variant, code="B1", is_blocked=True)
        assert [(r.available, r.is_feasible) for r in rank(variant.pk)] == [(0, False)]
        with pytest.raises(Exception, match="Not enough stock"):
            hold(Wanted("exchangeline:1", variant.pk, 1, location.pk))

    def test_counts_due_holds_as_free(self) -> None:
        variant = make_variant()
        make_stock(variant, make_location(), available=1)
        hold(Wanted("exchangeline:1", variant.pk, 1))
        assert (rank(variant.pk)[0].available, queries.get_availability([variant.pk])) == (
            0,
            {variant.pk: 0},
        )
        clock.shift_database_clock(dt.timedelta(hours=1))
        try:
            assert rank(variant.pk)[0].available == 1
            assert queries.get_availability([variant.pk]) == {variant.pk: 1}
        finally:
            clock.shift_database_clock(dt.timedelta(0))


class TestSourcedHold:
    def test_goes_to_the_best_location_and_keeps_the_weighing(self) -> None:
        variant = make_variant()
        dear, cheap = make_location("DEAR", cost="9.00"), make_location("CHEAP", cost="4.00")
        for location in (dear, cheap):
            make_stock(variant, location, available=1)
        (held,) = hold(Wanted("exchangeline:1", variant.pk, 1))
        assert held.location == cheap
        assert [(place["code"], place["reason"]) for place in held.ranking] == [
            ("CHEAP", "Enough stock at the lowest cost"),
            ("DEAR", "Costs €5.00 more"),
        ]

    def test_spreads_lines_over_locations_when_one_runs_out(self) -> None:
        variant = make_variant()
        for code in ("A", "B"):
            make_stock(variant, make_location(code), available=1)
        held = hold(
            Wanted("exchangeline:1", variant.pk, 1), Wanted("exchangeline:2", variant.pk, 1)
        )
        assert {hold.location.code for hold in held} == {"A", "B"}

    def test_is_split_over_locations_where_a_rule_allows_it(self) -> None:
        variant = make_variant()
        for code in ("A", "B"):
            make_stock(variant, make_location(code), available=2)
        with pytest.raises(OutOfStock):
            hold(Wanted("exchangeline:1", variant.pk, 3))
        make_hold_rule(may_split=True)
        held = hold(Wanted("exchangeline:1", variant.pk, 3))
        assert {(each.location.code, each.quantity) for each in held} == {("A", 2), ("B", 1)}
        assert [place["sends"] for place in held[0].ranking] == [2, 1]

    def test_leaves_the_safety_stock_of_each_place(self) -> None:
        variant = make_variant()
        near, far = make_location("NEAR"), make_location("FAR", cost="9.00")
        for location in (near, far):
            make_stock(variant, location, available=2)
        make_stock_rule(location=near, safety_stock=1)
        (held,) = hold(Wanted("exchangeline:1", variant.pk, 2))
        assert held.location == far

    def test_never_goes_to_a_closed_location(self) -> None:
        variant, location = make_variant(), make_location(is_active=False)
        make_stock(variant, location, available=1)
        for location_id in (None, location.pk):
            with pytest.raises(Exception, match="Not enough stock"):
                hold(Wanted("exchangeline:1", variant.pk, 1, location_id))


class TestFindPosition:
    @pytest.mark.parametrize(
        ("destination", "expected"),
        [
            (Destination("GB", "EH1 1AA"), (55.92, -3.25)),
            (Destination("GB", "E1 6AN"), (51.53, -0.03)),
            (Destination("US", "94110"), (37.77, -122.42)),
            (Destination("IT", "00184"), (43.5, 12.0)),
            (Destination("XX", "1"), None),
        ],
    )
    def test_takes_the_longest_known_beginning(
        self, destination: Destination, expected: tuple[float, float] | None
    ) -> None:
        assert read_parcel(0, [], destination)[1] == expected


class TestPostcodes:
    def test_are_replaced_and_added_to_by_a_file(self, tmp_path: Any) -> None:
        file = tmp_path / "mine.csv"
        file.write_text("country,prefix,latitude,longitude\nIT,00-1,41.9,12.5\nIT,,1,2\n")
        call_command("load_postcodes", file, verbosity=0)
        assert read_parcel(0, [], Destination("IT", "00184"))[1] == (41.9, 12.5)
        assert PostalCentroid.objects.get(country="IT", prefix="").latitude == 1

    def test_come_from_geonames_with_the_middle_of_towns_that_share_one(self) -> None:
        town = "DE\t27498\t{}\tSchleswig-Holstein\tSH\t\t00\tPinneberg\t01056\t{}\t{}\t4\n"
        lines = [town.format("Helgoland", "54.2", "7.8"), town.format("Düne", "54.4", "8.0")]
        (position,) = read_positions(lines)
        assert (position.country, position.prefix) == ("DE", "27498")
        assert (position.latitude, position.longitude) == pytest.approx((54.3, 7.9))
        with pytest.raises(BadPostcodeFile, match="line 2: 3 columns"):
            list(read_positions([lines[0], "DE\t27498\tHelgoland\n"]))

    @pytest.mark.parametrize("line", ["IT,00,north,12", "IT,00,91,12", "ITA,00,1,1"])
    def test_name_the_line_that_is_wrong(self, line: str) -> None:
        with pytest.raises(BadPostcodeFile, match="line 2"):
            list(read_positions(["country,prefix,latitude,longitude\n", line]))


class TestGetPrices:
    def test_is_the_sale_price_while_the_sale_runs(self) -> None:
        variant = make_variant()
        hour = dt.timedelta(hours=1)
        make_price(variant, list_price="95", sale_price="50", sale_from=NOW, sale_until=NOW + hour)
        amounts = [self.amount(variant.pk, NOW + shift) for shift in (-hour, 0 * hour, hour)]
        assert amounts == [95, 50, 95]

    def test_is_the_channels_own_before_that_of_all(self) -> None:
        variant = make_variant(price="10")
        make_price(variant, list_price="12", channel="shop-de")
        assert self.amount(variant.pk, NOW) == 12
        assert self.amount(variant.pk, NOW, channel="shop-fr") == 10

    def test_is_the_one_valid_at_the_moment(self) -> None:
        variant = make_variant(price="10")
        make_price(variant, list_price="11", valid_from=NOW)
        assert self.amount(variant.pk, NOW - dt.timedelta(seconds=1)) == 10
        assert self.amount(variant.pk, NOW) == 11

    def test_is_none_in_another_currency(self) -> None:
        assert self.amount(make_variant(price="10").pk, NOW, currency="USD") is None

    def amount(
        self, variant_id: int, at: dt.datetime, channel: str = "shop-de", currency: str = "EUR"
    ) -> Decimal | None:
        prices = queries.get_prices(
            variant_ids=[variant_id], channel_code=channel, currency=currency, at=at
        )
        return prices[variant_id].amount if prices else None


class TestGetTaxRates:
    @pytest.mark.parametrize(
        ("region", "category", "on", "expected"),
        [
            ("", "apparel", "2026-01-01", "0.19"),
            ("", "books", "2026-01-01", "0.07"),
            ("HE", "books", "2026-01-01", "0.16"),
            ("", "apparel", "2024-12-31", "0.16"),
            ("", "apparel", "2019-12-31", None),
        ],
    )
    def test_is_the_most_particular_of_the_day(
        self, region: str, category: str, on: str, expected: str | None
    ) -> None:
        partner = make_partner()
        rates: tuple[dict[str, Any], ...] = (
            {"rate": "0.16", "valid_from": "2020-01-01", "valid_until": "2024-12-31"},
            {"rate": "0.19", "valid_from": "2025-01-01"},
            {"rate": "0.07", "valid_from": "2025-01-01", "category": "books"},
            {"rate": "0.16", "valid_from": "2025-01-01", "region": "HE"},
        )
        for fields in rates:
            TaxRate.objects.create(partner=partner, country="DE", name="USt", **fields)
        found = queries.get_tax_rates(
            partner_id=partner.pk,
            country="DE",
            region=region,
            categories=[category],
            on=dt.date.fromisoformat(on),
        )
        assert found == ({category: CurrentRate("USt", Decimal(expected))} if expected else {})


class TestFindVariants:
    def test_needs_every_word_somewhere(self) -> None:
        product = make_product(title="Oxford shirt")
        red = make_variant("OX-RED-M", product=product, title="red, M")
        make_variant("OX-BLUE-M", product=product, title="blue, M")
        assert queries.find_variants(text="shirt red", partner_id=red.partner_id) == [red]
        assert queries.find_variants(text="ox-red", partner_id=red.partner_id) == [red]
        assert queries.find_variants(text="green", partner_id=red.partner_id) == []

    def test_leaves_siblings_that_are_not_sold_out(self) -> None:
        product = make_product()
        red, blue = (make_variant(sku, product=product) for sku in ("RED", "BLUE"))
        make_variant("OLD", product=product, is_active=False)
        assert queries.list_variants_like(red) == [blue]


class TestListHolds:
    def test_shows_only_what_the_person_may_see(self) -> None:
        variant = make_variant()
        make_stock(variant, make_location(), available=1)
        held = hold(Wanted("exchangeline:1", variant.pk, 1))
        stranger = make_user(partner=make_partner("other"))
        assert queries.list_holds(user=make_user()) == held
        assert queries.list_holds(user=stranger) == []
        assert queries.list_live_holds(["exchangeline:1"]) == held
