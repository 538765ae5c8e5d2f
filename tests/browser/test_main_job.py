"""S1 through the screens: from a customer's e-mail address to a delivered replacement."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from exchanges.models import Exchange
from inventory.models import Reservation
from inventory.queries import get_availability
from orders.models import Order, Tender
from payments.models import CreditMemo
from returns.models import Return
from tests.browser.couriers import bring_post, pulse_until
from tests.browser.shop import Shop, count_stock, open_shop
from tests.browser.visits import enter, sign_in
from tests.mailbox import Mailbox

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("worker"),  # the couriers are Celery's, by a real broker
]


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop()


class TestMainJob:
    def test_runs_from_an_order_to_a_delivered_replacement(
        self,
        page: Page,
        another_desk: Callable[[], Page],
        live_server: LiveServer,
        shop: Shop,
        mailbox: Mailbox,
    ) -> None:
        page.clock.install()
        sign_in(page, live_server, shop.agent)
        find_order(page, email=shop.order.customer.email, number=shop.order.number)
        choose_what_comes_back(page)
        choose_what_goes_out(page)
        number = confirm(page)
        expect_stock_to_be_held(page, shop)
        expect_the_customer_to_be_told(mailbox, number)

        dock = another_desk()
        enter(dock, live_server, shop.warehouse)
        receive(dock, number, shop)
        grade(dock)
        expect_release_without_a_person(page)
        ship(dock, shop)
        assert "JD0140" in read(bring_post(mailbox, about="is on its way"), "plain")
        deliver(dock, number)

        expect_the_case_to_be_closed(page)
        bring_post(mailbox, about="is complete")
        expect_nothing_to_be_owed(shop)


def find_order(page: Page, *, email: str, number: str) -> None:
    page.get_by_role("link", name="New case").first.click()
    page.get_by_label("Order number, e-mail or SKU").fill(email)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=number).click()


def choose_what_comes_back(page: Page) -> None:
    page.get_by_role("checkbox", name="Shirt blue").check()
    page.get_by_label("Reason").select_option(label="Wrong size")
    verdict = page.get_by_role("article", name="1. What comes back")
    expect(verdict).to_contain_text("Authorised at once")
    expect(verdict).to_contain_text(re.compile(r"rule \d+ v1"))


def choose_what_goes_out(page: Page) -> None:
    page.get_by_role("radio", name="Shirt red").check()
    centres = page.get_by_role("table", name="Where Shirt red can leave from")
    expect(centres.get_by_role("row", name="Leipzig")).to_contain_text("1")
    expect(centres.get_by_role("radio", name="Leipzig")).to_be_checked()
    expect(page.get_by_role("complementary", name="3. What it comes to")).to_contain_text(
        re.compile(r"Nothing to pay\s+€0.00")
    )


def confirm(page: Page) -> str:
    page.get_by_role("button", name="Hold stock and open the exchange").click()
    expect(page.get_by_role("article", name="Exchange")).to_be_visible()
    case = Return.objects.get()
    expect(page.get_by_role("heading", level=1)).to_contain_text(case.number)
    return case.number


def expect_stock_to_be_held(page: Page, shop: Shop) -> None:
    going_out = page.get_by_role("article", name="Exchange")
    expect(going_out).to_contain_text(Reservation.objects.get().number)
    expect(page.get_by_role("timer", name="Hold")).to_contain_text(re.compile(r"\d+ h? ?.*left"))
    assert get_availability([shop.red.pk]) == {shop.red.pk: 0}


def expect_the_customer_to_be_told(mailbox: Mailbox, number: str) -> None:
    letter = bring_post(mailbox, about="is confirmed")
    assert letter["To"] == "ana@customers.example"
    for form in ("plain", "html"):
        assert Reservation.objects.get().number in read(letter, form)
        assert number in read(letter, form)


def read(letter: EmailMessage, form: str) -> str:
    body = letter.get_body((form,))
    assert body is not None
    return str(body.get_content())


def receive(dock: Page, number: str, shop: Shop) -> None:
    """Scan first: the case by its number, then the shirt by its SKU."""
    dock.get_by_role("link", name="Warehouse").first.click()
    dock.get_by_label("Scan a label, a number, a serial or a SKU").fill(number)
    dock.keyboard.press("Enter")
    scan = dock.get_by_label("Scan a SKU, a serial number or the parcel’s label")
    scan.fill(shop.blue.sku)
    scan.press("Enter")
    expect(dock.get_by_role("status")).to_contain_text("1 of 1")
    dock.get_by_label("Received at").select_option(label="Leipzig")
    dock.get_by_role("button", name="Book").click()


def grade(dock: Page) -> None:
    dock.get_by_text("as new").click()
    expect(dock.get_by_role("radio", name="Accepted counts as sent back")).to_be_checked()
    dock.get_by_role("button", name="Book").click()
    expect(dock.get_by_role("heading", name="Warehouse", level=1)).to_be_visible()


def expect_release_without_a_person(page: Page) -> None:
    """The agent's page stayed open all the while: nobody touches it."""
    pulse_until(page, badge(page, "Exchange", "With the warehouse"))


def badge(page: Page, side: str, word: str) -> Locator:
    """The state itself: the stepper below names each one from the beginning."""
    return page.get_by_role("article", name=side).locator("header .badge", has_text=word)


def ship(dock: Page, shop: Shop) -> None:
    dock.get_by_role("link", name="Warehouse").first.click()
    dock.get_by_role("region", name="To pick and ship").get_by_role("link").click()
    dock.get_by_label("Carrier").fill("DHL")
    dock.get_by_label("Tracking number").fill("JD0140")
    dock.get_by_role("button", name="It has left").click()
    expect(dock.get_by_text("The parcel has left.")).to_be_visible()


def deliver(dock: Page, number: str) -> None:
    dock.get_by_role("region", name="On the way").get_by_role("link", name=number).click()
    dock.get_by_role("button", name="Confirm delivery").click()
    expect(dock.get_by_text("The replacement is delivered.")).to_be_visible()


def expect_the_case_to_be_closed(page: Page) -> None:
    pulse_until(page, badge(page, "Return", "Closed"))
    pulse_until(page, badge(page, "Exchange", "Completed"))


def expect_nothing_to_be_owed(shop: Shop) -> None:
    """The memo and the new order cancel out; red has left, blue is back on the shelf."""
    memo, order = CreditMemo.objects.get(), Order.objects.exclude(pk=shop.order.pk).get()
    assert Exchange.objects.get().state == "completed"
    assert Return.objects.get().state == "closed"
    assert (memo.state, memo.gross - order.grand_total) == ("settled", 0)
    assert [tender.kind for tender in Tender.objects.filter(order=order)] == ["exchange_credit"]
    assert shop.order.tenders.get().refunded == 0
    assert Reservation.objects.get().state == "consumed"
    assert count_stock(shop) == {"blue": 1, "red": 0}
