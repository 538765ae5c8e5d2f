"""What an agent changes about an exchange before it leaves: rate, replacement, store credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import clock, deliveries
from exchanges.models import Exchange, ExchangeLine, Quote
from exchanges.services import WantedReplacement
from exchanges.sweeps import follow_wishes
from inventory.models import Variant
from inventory.queries import get_availability
from notifications.models import Message
from orders.models import Order
from payments.models import StoreCreditEntry
from returns.models import Return
from tests.console.screens import text_of
from tests.factories.cases import bring_back
from tests.factories.desk import make_swap_today, sign_in
from tests.factories.stock import make_price, make_stock, make_variant
from tests.factories.swaps import Swap, open_exchange, sell_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def swap(client: Client) -> Swap:
    sign_in(client)
    swap = make_swap_today()
    open_exchange(swap)
    return swap


def url(code: str) -> str:
    return f"/cases/{Return.objects.get().number}/{code}/"


def send(client: Client, code: str, **fields: Any) -> str:
    stamp = {"version": Return.objects.get().version, "op_id": uuid4(), "reason": "They asked."}
    answer = client.post(url(code), stamp | fields, follow=True)
    deliveries.deliver_due()
    return answer.content.decode()


def sell_in_dollars(swap: Swap) -> Variant:
    other = make_variant(title="Only in dollars")
    make_price(other, list_price="100.00", currency="USD", is_tax_inclusive=True)
    make_stock(other, swap.place, 2)
    return other


class TestRate:
    def test_prices_what_the_catalogue_has_in_another_currency_only(
        self, client: Client, swap: Swap
    ) -> None:
        other = sell_in_dollars(swap)
        refused = send(client, "replacement", sku=other.sku, quantity=1)
        assert "no price in EUR" in refused
        send(client, "adjustment", currency="usd", rate="0.92", source="ECB")
        send(client, "replacement", sku=other.sku, quantity=1)
        quote = Quote.objects.latest("pk")
        assert (quote.outbound_value, quote.approval_kind) == (Decimal("92.00"), "other_currency")
        stored = Exchange.objects.get().conversion
        assert stored is not None
        assert (stored["currency"], stored["source"]) == ("USD", "ECB")
        assert Exchange.objects.get().state == "pending_approval"

    def test_comes_from_somewhere(self, client: Client, swap: Swap) -> None:
        page = send(client, "adjustment", currency="USD", rate="0.92")
        assert "comes from somewhere" in page
        assert Quote.objects.count() == 1


class TestReplacement:
    def test_is_another_and_held_in_its_stead(self, client: Client, swap: Swap) -> None:
        green = make_variant(product=swap.red.product, title="green", price="43.20")
        make_stock(green, swap.place, 3)
        assert f'value="{swap.red.sku}"' in client.get(url("replacement")).content.decode()
        send(client, "replacement", sku=green.sku, quantity=2)
        line = ExchangeLine.objects.get()
        assert (line.variant, line.quantity) == (green, 2)
        assert get_availability([swap.red.pk, green.pk]) == {swap.red.pk: 1, green.pk: 1}
        assert Order.objects.filter(purpose="exchange").exclude(state="cancelled").count() == 1

    def test_is_something_we_sell(self, client: Client, swap: Swap) -> None:
        assert "We sell nothing of that SKU." in send(client, "replacement", sku="NO", quantity=1)


class TestStoreCredit:
    @pytest.mark.causes("converted_to_credit")
    def test_is_said_first_and_given_once_the_goods_have_passed(
        self, client: Client, swap: Swap
    ) -> None:
        asked = client.get(url("store-credit")).content.decode()
        assert "1 unit is released at once" in asked
        assert "€43.20 is given as store credit once they are accepted" in asked
        send(client, "store-credit")
        assert get_availability([swap.red.pk]) == {swap.red.pk: 1}
        assert Exchange.objects.get().state == "converted_to_refund"
        assert Message.objects.filter(template="converted_to_credit").count() == 1
        assert not Message.objects.filter(template="converted_to_refund").exists()
        bring_back(Return.objects.get())
        deliveries.deliver_due()
        assert [entry.amount for entry in StoreCreditEntry.objects.all()] == [Decimal("43.20")]
        assert Return.objects.get().state == "closed"


class TestASecondWish:
    def test_stands_on_the_case_and_on_its_timeline_once_it_is_taken(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        green = make_variant(product=swap.red.product, title="green", price="43.20")
        make_stock(green, swap.place, 1)
        wanted = WantedReplacement(
            variant_id=swap.red.pk,
            replaces_order_line_id=swap.order.lines.get().pk,
            second_variant_id=green.pk,
        )
        exchange = open_exchange(swap, replacements=[wanted], now=clock.now())
        page = client.get(f"/cases/{exchange.return_case.number}/").content.decode()
        assert f"{green.full_title} ({green.sku}), agreed at €43.20" in page
        send(client, "hold-release")
        sell_out(swap.stock)
        follow_wishes(now=clock.now())
        page = client.get(f"/cases/{exchange.return_case.number}/").content.decode()
        assert "The customer’s second wish goes out" in page
        assert f"instead of 1 × {swap.red.sku}" in page
        assert "agreed at" not in page


class TestKeepingBoth:
    def test_shows_what_is_to_be_paid_first_and_what_stays_with_the_customer(
        self, client: Client, swap: Swap
    ) -> None:
        said = text_of(send(client, "sale").encode())
        assert "It becomes a sale once it is paid" in said
        assert "Customer pays €43.20 before anything leaves · they keep both" in said
        going, coming = swap.red.full_title, swap.blue.full_title
        assert f"{going} leaves once all of it is paid; {coming} stays with the customer." in said
        assert "Kept they keep both; a sale once it has arrived" in said


class TestSecondWish:
    """An agent on the phone notes what goes out if the first choice runs out."""

    def other(self, swap: Swap, price: str = "50.00") -> Variant:
        green = make_variant(product=swap.red.product, title="green")
        make_price(green, list_price=price)
        make_stock(green, swap.place, 3)
        return green

    def test_stands_on_the_line_at_what_it_costs_now(self, client: Client, swap: Swap) -> None:
        green = self.other(swap)
        page = client.get(f"/cases/{Return.objects.get().number}/").content.decode()
        assert "Second wish…" in page
        page = send(client, "second-wish", position=1, sku=green.sku)
        line = ExchangeLine.objects.get()
        assert (line.second, line.second_price) == (green, Decimal("43.20"))
        assert Quote.objects.count() == 1  # the agreed quote is as it was
        assert "agreed at €43.20" in page

    def test_goes_out_once_the_first_has_run_out(self, client: Client, swap: Swap) -> None:
        green = self.other(swap)
        send(client, "second-wish", position=1, sku=green.sku)
        send(client, "hold-release")
        sell_out(swap.stock)
        follow_wishes(now=clock.now())
        assert ExchangeLine.objects.get().variant == green

    def test_may_be_anything_by_its_sku_and_is_taken_back(self, client: Client, swap: Swap) -> None:
        boots = make_variant(title="Boots")
        make_price(boots, list_price="90.00", is_tax_inclusive=True)
        send(client, "second-wish", position=1, sku=boots.sku)
        assert ExchangeLine.objects.get().second_price == Decimal("90.00")
        page = send(client, "second-wish", position=1)
        line = ExchangeLine.objects.get()
        assert (line.second, line.second_price) == (None, None)
        assert "Second wish taken back" in page

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"position": "1", "sku": "NOTHING-OF-OURS"}, "We sell nothing of that SKU"),
            ({"position": "7", "sku": ""}, "Select a valid choice"),
        ],
    )
    def test_is_refused_with_its_reason(
        self, client: Client, swap: Swap, said: dict[str, str], why: str
    ) -> None:
        self.other(swap)
        assert why in send(client, "second-wish", **said)
        assert ExchangeLine.objects.get().second is None

    def test_is_something_else_than_the_first(self, client: Client, swap: Swap) -> None:
        assert "something else than what goes out first" in send(
            client, "second-wish", sku=swap.red.sku, position=1
        )
        assert ExchangeLine.objects.get().second is None
