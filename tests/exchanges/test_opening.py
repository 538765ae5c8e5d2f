from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from core import clock
from core.errors import ActionBlocked, BadInput
from core.models import Event
from exchanges import queries
from exchanges.models import Exchange, Quote
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeState
from fulfilment.models import Shipment
from inventory.models import Reservation
from inventory.services import OutOfStock
from orders.models import Order
from orders.states import Purpose
from returns.models import Return
from tests.factories.cases import want
from tests.factories.swaps import NOW, make_swap, open_exchange

D = Decimal

pytestmark = pytest.mark.django_db


class TestOpenExchangeCase:
    def test_confirms_at_once_what_policy_authorises(self) -> None:
        exchange = open_exchange(make_swap())
        assert exchange.state == ExchangeState.AWAITING_GOODS
        assert exchange.return_case.state == "authorised"
        assert Quote.objects.get(accepted_for=exchange).due == 0

    def test_makes_the_replacement_order_with_its_lineage(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        order = Order.objects.get(exchange=exchange)
        assert (order.purpose, order.based_on) == (Purpose.EXCHANGE, exchange.case)
        assert order.lines.get().replaces == swap.order.lines.get()
        assert (order.grand_total, order.tax_total) == (D("43.20"), D("3.20"))

    def test_holds_the_stock_for_as_long_as_policy_says(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        swap.stock.refresh_from_db()
        assert (swap.stock.available, swap.stock.held) == (0, 1)
        hold = Reservation.objects.get(reference=f"exchangeline:{exchange.lines.get().pk}")
        accepted = queries.get_hold_terms(exchange).accepted
        assert hold.expires_at
        assert hold.expires_at - clock.database_now() > accepted - dt.timedelta(minutes=1)
        assert hold.case == exchange.case

    def test_plans_the_parcel_from_where_the_stock_is_held(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        shipment = Shipment.objects.get(reference=f"exchange:{exchange.pk}")
        assert (shipment.location, shipment.carrier) == (swap.place, "DHL")
        assert shipment.promised_on
        assert exchange.return_case.send_back_by
        assert shipment.promised_on > exchange.return_case.send_back_by

    def test_leaves_nothing_behind_when_stock_is_short(self) -> None:
        swap = make_swap(available=0)
        with pytest.raises(OutOfStock) as error:
            open_exchange(swap)
        assert [short.sku for short in error.value.shortages] == [swap.red.sku]
        assert not Return.objects.exists()
        assert not Exchange.objects.exists()
        assert not Order.objects.filter(purpose=Purpose.EXCHANGE).exists()
        assert swap.order.lines.get().return_open == 0

    def test_opens_one_case_however_often_it_is_sent(self) -> None:
        swap, op_id = make_swap(available=5), uuid4()
        assert open_exchange(swap, op_id=op_id) == open_exchange(swap, op_id=op_id)
        assert Return.objects.count() == 1

    def test_is_refused_with_policy_s_own_words(self) -> None:
        swap = make_swap()
        swap.blue.product.is_returnable = False
        swap.blue.product.save()
        with pytest.raises(ActionBlocked) as error:
            open_exchange(swap)
        assert error.value.reasons
        assert not Return.objects.exists()

    @pytest.mark.parametrize("replacements", [[], [WantedReplacement(variant_id=0)]])
    def test_refuses_a_replacement_that_is_none(
        self, replacements: list[WantedReplacement]
    ) -> None:
        with pytest.raises(BadInput):
            open_exchange(make_swap(), replacements=replacements)

    def test_waits_for_a_lead_where_policy_wants_one(self) -> None:
        exchange = open_exchange(make_swap(net="600.00", tax="48.00"))
        assert exchange.return_case.state == "in_review"
        assert exchange.state == ExchangeState.QUOTED
        assert Reservation.objects.get().state == "active"
        assert not Order.objects.filter(purpose=Purpose.EXCHANGE).exists()

    def test_tells_its_story_on_the_case(self) -> None:
        exchange = open_exchange(make_swap())
        kinds = Event.objects.filter(subject=f"exchange:{exchange.pk}").order_by("sequence")
        assert list(kinds.values_list("kind", flat=True)) == [
            "exchange.opened",
            "exchange.quoted",
            "exchange.accepted",
        ]


class TestUnevenExchange:
    def test_waits_for_goods_and_then_for_payment_with_the_reasons_in_view(self) -> None:
        exchange = open_exchange(make_swap(price="64.80", price_policy="current"))
        assert exchange.state == ExchangeState.AWAITING_GOODS
        awaits = queries.describe_exchange(exchange, permissions=[]).awaits
        assert [hold.reason.value for hold in awaits] == ["AWAITING_PAYMENT", "AWAITING_GOODS"]
        assert awaits[0].sentence == "The customer pays €21.60 first; €0.00 has been captured."

    def test_goes_on_when_we_owe_the_difference(self) -> None:
        exchange = open_exchange(make_swap(price="21.60", price_policy="current"))
        assert exchange.state == ExchangeState.AWAITING_GOODS
        assert Quote.objects.get(accepted_for=exchange).due == D("-21.60")


class TestQuote:
    def test_binds_to_its_content(self) -> None:
        exchange = open_exchange(make_swap())
        quote = Quote.objects.get()
        plan = queries.plan_exchange(exchange, now=NOW)
        assert quote.content_hash == plan.content_hash

    def test_can_be_seen_before_it_is_made(self) -> None:
        swap = make_swap()
        line = swap.order.lines.get()
        preview = queries.preview_quote(
            lines=[want(line, outcome="exchange")],
            replacements=[
                WantedReplacement(variant_id=swap.red.pk, replaces_order_line_id=line.pk)
            ],
            now=NOW,
        )
        open_exchange(swap)
        assert preview.plan.content_hash == Quote.objects.get().content_hash
