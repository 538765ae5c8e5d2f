"""A replacement that leaves before its goods are back, chosen by the customer alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from core import clock, deliveries
from exchanges.models import Exchange
from exchanges.services import ship_replacement
from payments import linking
from payments.models import MoneyOperation, Obligation, PaymentRequest
from policies.rules import AdvancedExchange, PricePolicy, Scope
from returns.models import Return
from tests.browser.shop import Shop, open_shop
from tests.factories.money import make_account, make_card
from tests.factories.policies import publish
from tests.factories.stock import make_stock, make_variant
from tests.factories.swaps import act_on
from tests.payments.bank import Bank
from tests.portal.customers import OUTSIDE, choose, come_in, say
from tests.portal.test_journey import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client: Client, settings: LazySettings) -> Iterator[Client]:
    cache.clear()
    settings.PUBLIC_ADDRESS = OUTSIDE
    yield client
    clock.shift_database_clock(dt.timedelta(0))


def offer(client: Client, **terms: Any) -> Shop:
    """Red is even, green costs 12.00 more; policy sends ahead, with the value held on a card."""
    shop = open_shop()
    green = make_variant("SHIRT-GREEN-M", product=shop.red.product, title="green", price="55.20")
    make_stock(green, shop.leipzig, 5)
    kinds = AdvancedExchange(**{"is_offered": True, "wants_card_hold": True} | terms)
    publish((kinds, Scope()), (PricePolicy(policy="current"), Scope()), based_on=shop.swap.policy)
    make_account(shop.order.partner_id)
    come_in(client, shop.order)
    return shop


def swap_for(ana: Client, sku: str = "SHIRT-RED-M") -> Any:
    return say(ana, choose(ana), "for", **{"outcome-1": f"swap-{sku}"})


def confirm(ana: Client, kind: str, sku: str = "SHIRT-RED-M", **more: Any) -> str:
    """The address of the case."""
    answer = say(ana, swap_for(ana, sku), "confirm", leaves=kind, **more)
    assert answer.status_code == 302
    return f"/my/cases/{Return.objects.get().number}/"


def pay_on_the_page(ana: Client, address: str, bank: Bank, said: str) -> None:
    """Ask for the provider's page, open it from the case, and pay there."""
    assert ana.post(f"{address}pay/").status_code == 302
    linking.follow_requests(now=clock.now())
    request = PaymentRequest.objects.get(state="open")
    assert request.url in text(ana.get(address))
    assert said in bank.pay(request.url)
    clock.shift_database_clock(PaymentRequest.objects.count() * dt.timedelta(minutes=3))
    linking.follow_requests(now=clock.now())
    deliveries.deliver_due()


def day(in_days: int) -> str:
    found = clock.now().date() + dt.timedelta(days=in_days)
    return f"{found:%B} {found.day}, {found.year}"


class TestTheChoice:
    def test_says_before_the_yes_what_is_due_when_and_what_is_charged(self, ana: Client) -> None:
        offer(ana)
        page = text(swap_for(ana))
        assert "Now, before yours is back" in page
        assert "Before it leaves, €43.20 is held on your card. Nothing is taken by that" in page
        assert f"yours would have to be here by {day(21)}." in page
        assert f"If nothing has come by {day(28)}, we charge your card €43.20, once." in page
        assert f"What still comes by {day(38)} is taken back" in page
        assert "You pay €43.20 before it leaves." in page
        assert f"Once yours is here by {day(38)} and has been checked, you get €43.20 back." in page

    def test_speaks_of_a_bill_where_there_is_no_card(self, ana: Client) -> None:
        shop = offer(ana, wants_card_hold=False)
        assert f"If nothing has come by {day(28)}, you owe us €43.20" in text(swap_for(ana))
        make_card(shop.order.customer)
        assert "we charge your card €43.20, once." in text(swap_for(ana))

    def test_is_not_there_where_policy_takes_no_risk(self, ana: Client) -> None:
        offer(ana, is_offered=False)
        page = swap_for(ana)
        assert "When should it leave?" not in text(page)
        assert say(ana, page, "confirm", leaves="advanced").status_code == 302
        assert Exchange.objects.get().type == "regular"

    def test_stays_with_the_goods_where_nothing_was_chosen(self, ana: Client) -> None:
        offer(ana)
        assert say(ana, swap_for(ana), "confirm").status_code == 302
        assert Exchange.objects.get().type == "regular"

    def test_is_asked_again_when_its_terms_were_others(self, ana: Client) -> None:
        offer(ana)
        old = {"leaves": "advanced", "leaves-advanced": "0.00/0.00/0.00/2026-01-01"}
        answer = say(ana, swap_for(ana), "confirm", **old)
        assert (answer.status_code, Return.objects.count()) == (422, 0)
        assert "A price has changed meanwhile" in text(answer)

    @pytest.mark.parametrize("language", ["de", "fr", "es", "ja"])
    def test_is_said_in_every_language(self, ana: Client, language: str) -> None:
        offer(ana)
        ana.post("/my/language/", {"language": language})
        page = text(swap_for(ana))
        assert page.count("43,20") + page.count("43.20") >= 6
        assert "before yours is back" not in page


class TestAheadWithACardHold:
    def test_leaves_by_the_customer_s_own_steps_alone(self, ana: Client, bank: Bank) -> None:
        offer(ana)
        address = confirm(ana, "advanced")
        page = text(ana.get(address))
        assert "To be held on your card before it leaves: €43.20" in page
        assert "It leaves once an amount is held on your card." in page
        pay_on_the_page(ana, address, bank, "Held on your card")
        exchange = Exchange.objects.get()
        assert (exchange.type, exchange.state) == ("advanced", "releasing")
        assert bank.taken() == []
        ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1", now=clock.now()))
        page = text(ana.get(address))
        assert "Yours has been checked" not in page
        assert f"It has to be here by {day(21)}." in page
        assert f"If nothing has come by {day(28)}, we charge €43.20, once." in page
        owed = Obligation.objects.get()
        assert owed.payment_method == MoneyOperation.objects.get().payment_method

    def test_takes_the_difference_first_and_holds_the_rest(self, ana: Client, bank: Bank) -> None:
        offer(ana)
        address = confirm(ana, "advanced", "SHIRT-GREEN-M")
        page = text(ana.get(address))
        assert "To pay before it leaves: €12.00" in page
        pay_on_the_page(ana, address, bank, "Paid. Thank you.")
        assert Exchange.objects.get().state == "awaiting_payment"
        assert "Please let us hold an amount on your card" in text(ana.get(address))
        pay_on_the_page(ana, address, bank, "Held on your card")
        assert (Exchange.objects.get().state, bank.taken()) == ("releasing", ["12.00"])


class TestAheadPaidInFull:
    def test_leaves_once_all_of_it_is_paid(self, ana: Client, bank: Bank) -> None:
        offer(ana)
        address = confirm(ana, "advanced_prepaid")
        page = text(ana.get(address))
        assert "To pay before it leaves: €43.20" in page
        assert "No extra cost" not in page
        pay_on_the_page(ana, address, bank, "Paid. Thank you.")
        assert "Paid, thank you." in text(ana.get(address))
        assert (Exchange.objects.get().state, bank.taken()) == ("releasing", ["43.20"])
