"""Exchanges end to end through the services: S1, S10, S21."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from core import deliveries
from core.laws import check_laws
from exchanges import queries, services
from exchanges.models import Exchange, Quote
from exchanges.rules import OutboundReason
from exchanges.states import ExchangeState
from inventory.models import Reservation, StockLevel
from inventory.queries import get_availability
from orders.models import Order, Tender
from payments.models import CreditMemo
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.stock import make_price
from tests.factories.swaps import NOW, Swap, act_on, make_swap, open_exchange

D = Decimal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _laws_hold() -> Iterator[None]:
    yield
    broken = [law.invariant for law in check_laws() if not law.ok]
    assert set(broken) <= {"events_are_sealed"}


def stock_of(swap: Swap) -> dict[str, int]:
    levels = StockLevel.objects.all()
    return {
        "red on hand": levels.get(variant=swap.red).on_hand,
        "blue available": levels.get(variant=swap.blue).available,
    }


class TestS1EvenSwap:
    def test_holds_the_last_red_shirt_out_of_every_channel_s_reach(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        assert get_availability([swap.red.pk]) == {swap.red.pk: 0}
        assert Reservation.objects.get().number.startswith("HLD-")
        (awaits,) = queries.describe_exchange(exchange, permissions=[]).awaits
        assert awaits.reason is OutboundReason.AWAITING_GOODS
        assert Quote.objects.get().due == 0

    def test_ends_with_nothing_charged_and_nothing_refunded(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
        services.confirm_delivery(**act_on(exchange))

        assert Exchange.objects.get().state == ExchangeState.COMPLETED
        assert Return.objects.get().state == "closed"
        assert stock_of(swap) == {"red on hand": 0, "blue available": 1}
        assert Reservation.objects.get().state == "consumed"
        memo, order = CreditMemo.objects.get(), Order.objects.get(exchange=exchange)
        assert (memo.state, memo.gross - order.grand_total) == ("settled", 0)
        (credit,) = Tender.objects.filter(order=order)
        assert (credit.kind, credit.captured) == ("exchange_credit", memo.applied)
        assert swap.order.tenders.get().refunded == 0


class TestS10PriceChanged:
    """Bought at 80.00 less 12.00; 95.00 today, 50.00 while the sale runs. Tax 8 %."""

    SALE_ENDS = NOW + dt.timedelta(days=1)

    def swap(self, price_policy: str) -> Swap:
        swap = make_swap(net="68.00", tax="5.44", available=2, price_policy=price_policy)
        make_price(
            swap.red,
            list_price="95.00",
            sale_price=D("50.00"),
            sale_until=self.SALE_ENDS,
            is_tax_inclusive=False,
        )
        return swap

    def quote(self, price_policy: str, now: dt.datetime) -> Quote:
        exchange = open_exchange(self.swap(price_policy), now=now)
        return Quote.objects.get(exchange=exchange)

    def test_makes_no_difference_under_original_value(self) -> None:
        assert self.quote("original_value", NOW).due == 0

    def test_owes_18_00_and_its_tax_while_the_sale_runs(self) -> None:
        assert self.quote("current", NOW).due == -(D("18.00") + D("1.44"))

    def test_counts_95_00_after_it(self) -> None:
        quote = self.quote("current", self.SALE_ENDS)
        assert quote.due == D("27.00") + D("2.16")

    def test_keeps_what_it_owes_on_the_memo(self) -> None:
        exchange = open_exchange(self.swap("current"))
        memo = bring_back(exchange.return_case)
        deliveries.deliver_due()
        memo.refresh_from_db()
        assert memo.gross - memo.applied == D("19.44")


class TestS21ConvertToRefund:
    def test_frees_the_hold_and_refunds_only_after_inspection(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        services.convert_to_refund(**act_on(exchange, reason="The customer wants money."))
        assert get_availability([swap.red.pk]) == {swap.red.pk: 1}
        assert not CreditMemo.objects.exclude(state="draft").exists()

        memo = bring_back(Return.objects.get())
        deliveries.deliver_due()
        assert (memo.gross, memo.applied) == (D("43.20"), 0)
        assert Exchange.objects.get().state == ExchangeState.CONVERTED_TO_REFUND
        assert Return.objects.get().state == "settling"
