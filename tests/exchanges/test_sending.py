from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core import deliveries
from core.errors import ActionBlocked, BadInput, StaleVersion
from exchanges import services
from exchanges.models import Exchange
from exchanges.states import ExchangeState
from fulfilment.queries import list_shipments
from inventory.models import Reservation, StockLevel
from notifications.models import Message
from notifications.queries import read_message
from orders.models import Order, OrderLine, Tender
from payments.models import CreditMemo
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.stock import make_location, make_stock, make_variant
from tests.factories.swaps import Swap, act_on, let_the_hold_end, make_swap, open_exchange

D = Decimal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]


def get(exchange: Exchange) -> Exchange:
    return Exchange.objects.select_related("return_case").get(pk=exchange.pk)


def open_and_bring_back(swap: Swap, **arguments: Any) -> Exchange:
    """The goods are back and have passed, and everyone has heard of it."""
    exchange = open_exchange(swap, **arguments)
    bring_back(exchange.return_case)
    deliveries.deliver_due()
    return get(exchange)


def ship(exchange: Exchange, **arguments: Any) -> Exchange:
    return services.ship_replacement(
        **act_on(exchange, carrier="DHL", tracking_number="JD014600", **arguments)
    )


class TestRelease:
    def test_follows_accepted_goods_without_a_person(self) -> None:
        exchange = open_and_bring_back(make_swap())
        assert exchange.state == ExchangeState.RELEASING
        assert Reservation.objects.get().state == "committed"
        assert exchange.goods_accepted_at is not None

    def test_pays_the_replacement_order_with_the_credit(self) -> None:
        swap = make_swap()
        exchange = open_and_bring_back(swap)
        tender = Tender.objects.get(order=exchange.replacement_order_id)
        assert (tender.kind, tender.captured) == ("exchange_credit", D("43.20"))
        assert tender.source == swap.order.tenders.get()
        memo = CreditMemo.objects.get()
        assert (memo.applied, memo.state) == (D("43.20"), "settled")

    def test_waits_for_a_payment_that_is_due(self) -> None:
        exchange = open_and_bring_back(make_swap(price="64.80", price_policy="current"))
        assert exchange.state == ExchangeState.AWAITING_PAYMENT
        with pytest.raises(ActionBlocked) as error:
            services.release_replacement(**act_on(exchange))
        assert error.value.reasons == ["The customer pays €21.60 first; €0.00 has been captured."]

    def test_follows_the_last_cent_of_a_payment(self) -> None:
        exchange = open_and_bring_back(make_swap(price="64.80", price_policy="current"))
        paid = Tender.objects.create(
            partner=exchange.partner,
            order=Order.objects.get(exchange=exchange),
            position=1,
            kind="card",
            captured=D("21.59"),
        )
        with pytest.raises(ActionBlocked):
            services.release_replacement(**act_on(exchange))
        paid.captured = D("21.60")
        paid.save()
        assert services.release_replacement(**act_on(exchange)).state == ExchangeState.RELEASING

    def test_comes_with_the_hold_that_was_missing(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        assert get(exchange).state == ExchangeState.READY
        services.hold_again(**act_on(exchange))
        assert get(exchange).state == ExchangeState.RELEASING


class TestShip:
    def test_consumes_the_hold_and_counts_the_lines(self) -> None:
        swap = make_swap()
        exchange = ship(open_and_bring_back(swap))
        assert exchange.state == ExchangeState.IN_TRANSIT
        swap.stock.refresh_from_db()
        assert (swap.stock.held, swap.stock.on_hand) == (0, 0)
        assert OrderLine.objects.get(exchange_lines__exchange=exchange).shipped == 1

    def test_is_refused_before_release_with_all_reasons(self) -> None:
        exchange = open_exchange(make_swap())
        with pytest.raises(ActionBlocked) as error:
            ship(exchange)
        assert "passed inspection" in error.value.reasons[1]

    def test_wants_a_carrier(self) -> None:
        exchange = open_and_bring_back(make_swap())
        with pytest.raises(BadInput):
            services.ship_replacement(**act_on(exchange, carrier="", tracking_number=""))

    def test_goes_parcel_by_parcel_from_several_places(self) -> None:
        swap = make_swap(net="80.00", tax="6.40", quantity=2)
        green = make_variant(product=swap.blue.product, title="green")
        make_stock(green, make_location("WAW", country="PL"), 1)
        line = swap.order.lines.get()
        exchange = open_and_bring_back(
            swap,
            quantity=2,
            replacements=[
                services.WantedReplacement(variant_id=variant.pk, replaces_order_line_id=line.pk)
                for variant in (swap.red, green)
            ],
        )
        first, second = list_shipments(f"exchange:{exchange.pk}")
        with pytest.raises(ActionBlocked, match="say which"):
            ship(exchange)
        assert ship(exchange, shipment_id=first.pk).state == ExchangeState.PARTLY_SHIPPED
        assert ship(exchange, shipment_id=second.pk).state == ExchangeState.IN_TRANSIT


class TestConfirmDelivery:
    def test_completes_the_exchange_and_closes_the_case(self) -> None:
        exchange = ship(open_and_bring_back(make_swap()))
        exchange = services.confirm_delivery(**act_on(exchange))
        assert exchange.state == ExchangeState.COMPLETED
        assert Return.objects.get().state == "closed"
        assert Order.objects.get(exchange=exchange).state == "delivered"

    def test_keeps_the_case_settling_while_we_owe_something(self) -> None:
        exchange = ship(open_and_bring_back(make_swap(price="21.60", price_policy="current")))
        services.confirm_delivery(**act_on(exchange))
        assert Return.objects.get().state == "settling"
        memo = CreditMemo.objects.get()
        assert memo.gross - memo.applied == D("21.60")

    def test_is_refused_on_a_stale_screen(self) -> None:
        exchange = ship(open_and_bring_back(make_swap()))
        seen = act_on(exchange)
        services.confirm_delivery(**act_on(exchange))
        with pytest.raises(StaleVersion):
            services.confirm_delivery(**seen)


class TestCustomerMail:
    @pytest.mark.causes(
        "exchange_confirmed", "exchange_shipped", "exchange_completed", "goods_received"
    )
    def test_tells_of_every_step_in_the_customer_s_language(self) -> None:
        swap = make_swap()
        swap.order.customer.locale = "de-AT"
        swap.order.customer.save()
        exchange = ship(open_and_bring_back(swap))
        services.confirm_delivery(**act_on(exchange))
        deliveries.deliver_due()
        letters = Message.objects.filter(template__startswith="exchange_").order_by("pk")
        assert list(letters.values_list("template", "locale")) == [
            ("exchange_confirmed", "de"),
            ("exchange_shipped", "de"),
            ("exchange_completed", "de"),
        ]

    def test_names_the_hold_the_parcel_and_the_day(self) -> None:
        exchange = ship(open_and_bring_back(make_swap()))
        deliveries.deliver_due()
        confirmed = read_message(Message.objects.get(template="exchange_confirmed"))
        assert Reservation.objects.get().number in confirmed.body
        assert confirmed.to == "ana@customers.example"
        assert "nothing, the values are equal" in confirmed.body
        shipped = read_message(Message.objects.get(template="exchange_shipped"))
        assert "JD014600" in shipped.body
        assert exchange.number in shipped.subject


def test_the_returned_shirt_is_on_the_shelf_again() -> None:
    swap = make_swap()
    open_and_bring_back(swap)
    assert StockLevel.objects.get(variant=swap.blue).available == 1
