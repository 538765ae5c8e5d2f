"""What a customer wished for second, once the first has run out before it was theirs."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core import deliveries
from core.errors import ActionBlocked
from core.models import Event
from exchanges import queries, services, sweeps
from exchanges.models import Exchange, ExchangeLine
from exchanges.rules import Wished, compute_agreed, take_seconds
from exchanges.services import WantedReplacement
from fulfilment import services as fulfilment
from fulfilment.models import Shipment
from inventory.models import Price, Reservation, StockLevel, Variant, WaitingLine
from inventory.services import OutOfStock
from notifications.models import Message
from returns import services as returns
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.stock import make_stock, make_variant
from tests.factories.swaps import (
    AGENT,
    NOW,
    WAREHOUSE,
    Swap,
    act_on,
    let_the_hold_end,
    make_swap,
    open_exchange,
    sell_out,
)

D = Decimal
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


@dataclasses.dataclass(frozen=True)
class Shop:
    """Red is even and there once; green may cost more."""

    swap: Swap
    green: Variant
    shelf: StockLevel


def open_shop(*, green: str = "43.20", greens: int = 5, **sold: Any) -> Shop:
    swap = make_swap(price="43.20", price_policy="current", **sold)
    variant = make_variant(product=swap.red.product, title="green", price=green)
    return Shop(swap, variant, make_stock(variant, swap.place, greens))


def wish(shop: Shop, **arguments: Any) -> Exchange:
    wanted = WantedReplacement(
        variant_id=shop.swap.red.pk,
        replaces_order_line_id=shop.swap.order.lines.get().pk,
        second_variant_id=shop.green.pk,
    )
    return open_exchange(shop.swap, replacements=[wanted], **arguments)


def run_out(shop: Shop, exchange: Exchange) -> None:
    """The hold has ended, a shop has sold what it held, and the clock has come by."""
    let_the_hold_end(exchange)
    sell_out(shop.swap.stock)
    deliveries.deliver_due()
    sweeps.follow_wishes(now=NOW)
    deliveries.deliver_due()


def going(exchange: Exchange) -> ExchangeLine:
    return ExchangeLine.objects.select_related("variant").get(exchange=exchange)


def held() -> list[str]:
    return list(Reservation.objects.filter(state="active").values_list("variant__title", flat=True))


class TestTheRules:
    FIRST = WantedReplacement(variant_id=1, second_variant_id=2, second_price=D(9))

    def test_take_the_second_of_what_ran_out_alone(self) -> None:
        other = WantedReplacement(variant_id=3)
        taken = take_seconds([self.FIRST, other], {1, 3})
        assert [line.variant_id for line in taken] == [2, 3]
        assert taken[0].second_variant_id is None
        assert take_seconds([self.FIRST], {7}) == [self.FIRST]

    def test_reckon_what_was_agreed_for_all_of_it(self) -> None:
        wished = [Wished(first=D("43.20"), second=D("55.20")), Wished(first=D(10), second=D(8))]
        assert compute_agreed(D("5.00"), wished) == D("15.00")


class TestTheWish:
    def test_is_kept_with_its_price_and_holds_nothing(self) -> None:
        shop = open_shop(green="55.20")
        line = going(wish(shop))
        assert (line.second, line.second_price) == (shop.green, D("55.20"))
        assert held() == ["red"]

    def test_is_kept_when_the_same_goods_are_quoted_anew(self) -> None:
        shop = open_shop()
        exchange = wish(shop)
        services.adjust_quote(**act_on(exchange, shipping_fee=D(5), reason="Express"))
        assert going(exchange).second == shop.green

    def test_goes_out_where_the_first_has_run_out_before_the_case_is_opened(self) -> None:
        shop = open_shop()
        sell_out(shop.swap.stock)
        op_id = uuid4()
        exchange = wish(shop, op_id=op_id)
        assert (going(exchange).variant, exchange.state) == (shop.green, "awaiting_goods")
        assert wish(shop, op_id=op_id) == exchange
        assert Event.objects.get(kind="exchange.substituted").data["wished"] is True

    def test_does_not_help_where_it_has_run_out_too(self) -> None:
        shop = open_shop(greens=0)
        sell_out(shop.swap.stock)
        with pytest.raises(OutOfStock) as error:
            wish(shop)
        assert [short.sku for short in error.value.shortages] == [shop.green.sku]
        assert not Return.objects.exists()


class TestALostHold:
    def test_lets_the_second_go_out_once_the_first_is_gone(self) -> None:
        shop = open_shop()
        exchange = wish(shop)
        run_out(shop, exchange)
        exchange = Exchange.objects.get()
        assert (going(exchange).variant, exchange.state) == (shop.green, "awaiting_goods")
        assert held() == ["green"]
        assert not WaitingLine.objects.filter(state="waiting").exists()

    def test_waits_for_the_first_as_long_as_that_is_there(self) -> None:
        shop = open_shop()
        exchange = wish(shop)
        let_the_hold_end(exchange)
        assert sweeps.follow_wishes(now=NOW) == 0
        assert going(exchange).variant == shop.swap.red

    def test_changes_nothing_where_nothing_else_was_wished(self) -> None:
        shop = open_shop()
        exchange = open_exchange(shop.swap)
        run_out(shop, exchange)
        assert (going(exchange).variant, held()) == (shop.swap.red, [])

    def test_asks_for_the_difference_that_was_agreed_and_takes_nothing_itself(self) -> None:
        shop = open_shop(green="55.20")
        exchange = wish(shop)
        run_out(shop, exchange)
        quote = Exchange.objects.get().accepted_quote
        assert quote
        assert (quote.due, quote.needed) == (D("12.00"), D("12.00"))
        assert queries.read_facts(Exchange.objects.get()).captured == 0

    @pytest.mark.causes("second_wish_taken")
    def test_is_told_to_the_customer_once(self) -> None:
        shop = open_shop()
        exchange = wish(shop)
        run_out(shop, exchange)
        sweeps.follow_wishes(now=NOW)
        deliveries.deliver_due()
        assert Message.objects.filter(template="second_wish_taken").count() == 1
        assert not Message.objects.filter(template="exchange_changed").exists()


class TestADearerWish:
    """Green was agreed at 43.20; since then it costs 50.00."""

    @pytest.fixture
    def shop(self) -> Shop:
        return open_shop()

    @pytest.fixture
    def exchange(self, shop: Shop) -> Exchange:
        exchange = wish(shop)
        Price.objects.filter(variant=shop.green).update(list_price=D("50.00"))
        run_out(shop, exchange)
        return Exchange.objects.get()

    @pytest.mark.causes("second_wish_asked")
    def test_is_asked_about_once_and_holds_nothing(self, shop: Shop, exchange: Exchange) -> None:
        sweeps.follow_wishes(now=NOW)
        assert (going(exchange).variant, held()) == (shop.swap.red, [])
        (asked,) = Event.objects.filter(kind="exchange.second_wish_asked")
        assert (asked.data["due"], asked.data["agreed"]) == ("6.80", "0.00")
        assert Message.objects.filter(template="second_wish_asked").count() == 1

    def test_goes_out_by_the_customer_s_yes(self, shop: Shop, exchange: Exchange) -> None:
        services.take_second_wish(**act_on(exchange, due=D("6.80")))
        assert going(exchange).variant == shop.green
        quote = Exchange.objects.get().accepted_quote
        assert quote
        assert quote.due == D("6.80")

    def test_is_refused_at_more_than_they_have_read(self, exchange: Exchange) -> None:
        with pytest.raises(ActionBlocked):
            services.take_second_wish(**act_on(exchange, due=D("6.79")))


class TestAReview:
    def test_ends_with_the_second_wish_where_the_first_has_gone_meanwhile(self) -> None:
        shop = open_shop(net="600.00", tax="48.00")
        exchange = wish(shop)
        assert exchange.state == "quoted"
        let_the_hold_end(exchange)
        sell_out(shop.swap.stock)
        case = Return.objects.get()
        returns.authorise_return(
            return_id=case.pk,
            version=case.version,
            reason="Looks fine.",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        deliveries.deliver_due()
        exchange = Exchange.objects.get()
        assert (going(exchange).variant, exchange.state) == (shop.green, "awaiting_goods")


class TestAShortPick:
    def find_none(self, exchange: Exchange) -> None:
        """Red was released to the warehouse, which found none of it."""
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        shipment, hold = Shipment.objects.get(), Reservation.objects.get(state="committed")
        with transaction.atomic():
            fulfilment.pick_shipment_short(shipment_id=shipment.pk, actor=WAREHOUSE, now=NOW)
            services.follow_short_pick(
                shipment_id=shipment.pk,
                lines=[{"hold": hold.number, "wanted": 1, "found": 0}],
                actor=WAREHOUSE,
                now=NOW,
                op_id=uuid4(),
            )
        for _ in range(3):
            deliveries.deliver_due()

    def test_sends_the_second_on_its_way_at_once(self) -> None:
        shop = open_shop()
        exchange = wish(shop)
        self.find_none(exchange)
        exchange = Exchange.objects.get()
        assert (going(exchange).variant, exchange.state) == (shop.green, "releasing")
        states = Reservation.objects.order_by("pk").values_list("variant__title", "state")
        assert list(states) == [("red", "released"), ("green", "committed")]

    def test_that_costs_more_as_agreed_waits_for_the_money(self) -> None:
        shop = open_shop(green="55.20")
        exchange = wish(shop)
        self.find_none(exchange)
        exchange = Exchange.objects.get()
        assert (going(exchange).variant, exchange.state) == (shop.green, "awaiting_payment")

    def test_leaves_the_agent_to_it_where_it_costs_less(self) -> None:
        """The credit is in the order already, and more than the second wish would use."""
        shop = open_shop(green="40.00")
        exchange = wish(shop)
        self.find_none(exchange)
        exchange = Exchange.objects.get()
        assert (going(exchange).variant, exchange.state) == (shop.swap.red, "releasing")


class TestTwoWhoFollowIt:
    def test_take_it_once(self) -> None:
        shop = open_shop()
        exchange = wish(shop)
        run_out(shop, exchange)
        assert not services.follow_wish(exchange_id=exchange.pk, actor=AGENT, now=NOW)
        assert Event.objects.filter(kind="exchange.substituted").count() == 1
