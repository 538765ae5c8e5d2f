"""A customer's whole journey on a telephone, without an account; every page of it by axe too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from core import clock, deliveries
from core.roles import Role
from exchanges.models import Exchange
from exchanges.services import confirm_delivery, ship_replacement
from payments import linking
from policies.rules import AdvancedExchange, Scope
from returns.models import Return
from tests.browser.accessibility import barriers
from tests.browser.shop import Shop, open_shop
from tests.browser.visits import enter
from tests.factories.cases import inspect, receive
from tests.factories.money import make_account
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.swaps import act_on
from tests.payments.bank import Bank
from tests.portal import customers

pytestmark = pytest.mark.django_db(transaction=True)

TELEPHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 360, "height": 640}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop(red=2)


@pytest.fixture
def telephone(page: Page) -> Page:
    page.set_viewport_size(TELEPHONE)
    return page


def check(page: Page, title: str) -> None:
    """It is the page; nothing is too wide; nothing keeps anybody out, light or dark."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for size in (SMALLEST, TELEPHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert barriers(page) == [], (page.url, scheme)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


class TestATelephone:
    def test_carries_an_exchange_from_the_order_number_to_the_parcel(
        self, shop: Shop, telephone: Page, live_server: LiveServer, settings: LazySettings
    ) -> None:
        settings.PUBLIC_ADDRESS = customers.OUTSIDE
        page, order = telephone, shop.order
        page.goto(f"{live_server.url}/my/")
        check(page, "Return, exchange or follow your order")
        page.get_by_label("Order number").fill(order.number)
        page.get_by_label("E-mail address or postcode").fill("nobody@customers.example")
        press(page, "Find my order")
        expect(page.get_by_role("alert")).to_contain_text("We found no order")
        page.get_by_label("E-mail address or postcode").fill("04109")
        press(page, "Find my order")
        check(page, "We found your order")
        press(page, "Send me the link")
        check(page, "Please look into your mail")

        page.goto(f"{live_server.url}/my/enter/{customers.newest_token()}/")
        press(page, "Continue")
        check(page, "Your order")
        page.get_by_role("link", name="Send something back or exchange it").click()
        page.get_by_label("Send this back").check()
        page.get_by_label("Why?").select_option(label="The size does not fit")
        check(page, "What would you like to send back?")
        press(page, "Continue")
        page.get_by_role("radio", name="Shirt red").check()
        check(page, "What would you like instead?")
        press(page, "Continue")
        check(page, "Is this right?")
        press(page, "Confirm")
        check(page, "Agreed: please send it back")
        expect(page.get_by_text("Kept for you until")).to_be_visible()
        assert page.get_by_role("link", name="Return label").get_attribute("href")
        press(page, "I have sent it")
        check(page, "On its way to us")

        case, exchange = Return.objects.get(), Exchange.objects.get()
        receive(case, now=clock.now())
        inspect(case, now=clock.now())
        deliveries.deliver_due()
        sent = {"carrier": "DHL", "tracking_number": "JD14600001"}
        ship_replacement(**act_on(exchange, now=clock.now(), **sent))
        confirm_delivery(**act_on(exchange, now=clock.now()))
        deliveries.deliver_due()
        page.reload()
        check(page, "Done")
        expect(page.get_by_text("DHL JD14600001")).to_be_visible()
        assert order.number not in page.url
        page.get_by_role("radio", name="Very well").check()
        press(page, "Send")
        expect(page.get_by_role("status")).to_have_text("Thank you. That helps us.")
        enter(page, live_server, make_user(Role.LEAD), then="/ratings/")
        check(page, "Ratings")
        expect(page.get_by_role("row", name="Exchange, even").first).to_contain_text("5.00")

    def test_carries_one_that_leaves_first_from_the_order_to_the_parcel(
        self,
        shop: Shop,
        telephone: Page,
        live_server: LiveServer,
        settings: LazySettings,
        bank: Bank,
    ) -> None:
        """No agent touches it: the customer chooses, has the value held, and it is packed."""
        settings.PUBLIC_ADDRESS = customers.OUTSIDE
        ahead = AdvancedExchange(is_offered=True, wants_card_hold=True)
        publish((ahead, Scope()), based_on=shop.swap.policy)
        make_account(shop.order.partner_id)
        page = telephone
        page.goto(f"{live_server.url}/my/")
        page.get_by_label("Order number").fill(shop.order.number)
        page.get_by_label("E-mail address or postcode").fill("04109")
        press(page, "Find my order")
        press(page, "Send me the link")
        page.goto(f"{live_server.url}/my/enter/{customers.newest_token()}/")
        press(page, "Continue")
        page.get_by_role("link", name="Send something back or exchange it").click()
        page.get_by_label("Send this back").check()
        page.get_by_label("Why?").select_option(label="The size does not fit")
        press(page, "Continue")
        page.get_by_role("radio", name="Shirt red").check()
        press(page, "Continue")
        page.get_by_role("radio", name="Now, before yours is back").check()
        expect(page.get_by_text("we charge your card €43.20, once")).to_be_visible()
        check(page, "Is this right?")
        press(page, "Confirm")
        expect(page.get_by_role("heading", name="Please let us hold an amount")).to_be_visible()
        press(page, "Go to the page for it")
        linking.follow_requests(now=clock.now())
        page.reload()
        check(page, "Agreed: please send it back")
        page.get_by_role("link", name="Hold it now").click()
        expect(page.get_by_text("Nothing is taken now.")).to_be_visible()
        page.get_by_label("Card number").fill("4242 4242 4242 4242")
        press(page, "Hold 43.20 EUR")
        expect(page.get_by_role("status")).to_contain_text("Nothing was taken.")
        clock.shift_database_clock(dt.timedelta(minutes=3))
        linking.follow_requests(now=clock.now())
        deliveries.deliver_due()
        exchange = Exchange.objects.get()
        assert (exchange.state, bank.taken()) == ("releasing", [])
        sent = {"carrier": "DHL", "tracking_number": "JD14600002"}
        ship_replacement(**act_on(exchange, now=clock.now(), **sent))
        clock.shift_database_clock(dt.timedelta(0))
        page.goto(f"{live_server.url}/my/cases/{Return.objects.get().number}/")
        check(page, "Agreed: please send it back")
        expect(page.get_by_text("DHL JD14600002")).to_be_visible()
        expect(page.get_by_text("If nothing has come by")).to_be_visible()

    def test_needs_no_script(
        self,
        shop: Shop,
        telephone: Page,
        another_desk: Callable[..., Page],
        live_server: LiveServer,
    ) -> None:
        page = another_desk(java_script_enabled=False)
        page.goto(f"{live_server.url}/my/")
        press(page, "Deutsch")
        page.get_by_label("Bestellnummer").fill(shop.order.number)
        page.get_by_label("E-Mail-Adresse oder Postleitzahl").fill("04109")
        press(page, "Bestellung suchen")
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Wir haben Ihre Bestellung gefunden"
        )
