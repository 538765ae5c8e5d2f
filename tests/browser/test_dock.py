"""S27 through the screens: another unit comes, an agent decides it, the right one settles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from inventory.models import StockLevel
from orders.models import OrderLineUnit
from payments.models import CreditMemo
from returns.models import Mismatch, Return
from tests.browser.shop import Shop, open_shop
from tests.browser.visits import enter
from tests.factories.cases import open_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Return:
    """S-100 is announced."""
    OrderLineUnit.objects.create(
        partner=shop.order.partner, line=shop.line, unit_number=1, serial="S-100"
    )
    return open_case(shop.order, now=clock.now())


class TestDock:
    def test_sets_another_unit_aside_until_the_right_one_comes(
        self,
        page: Page,
        another_desk: Callable[..., Page],
        live_server: LiveServer,
        shop: Shop,
        case: Return,
    ) -> None:
        enter(page, live_server, shop.warehouse, then="/warehouse/")
        scan_in(page, case, shop, serial="S-999")
        page.keyboard.press("3")
        expect(page.get_by_role("radio", name="Accepted")).to_be_disabled()
        expect(page.get_by_role("radio", name="Quality reject")).to_be_checked()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Warehouse", level=1)).to_be_visible()
        assert count(shop) == (0, 1)

        desk = another_desk()
        enter(desk, live_server, shop.agent, then="/mismatches/")
        decide(desk)
        assert count(shop) == (0, 0)

        page.goto(f"{live_server.url}/warehouse/")
        expect(page.get_by_role("region", name="To send back")).to_contain_text("Shirt blue")
        scan_in(page, case, shop, serial="S-100")
        page.keyboard.press("1")
        expect(page.get_by_role("radio", name="Restock")).to_be_checked()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Warehouse", level=1)).to_be_visible()
        assert Return.objects.get().state == "settling"
        assert CreditMemo.objects.exclude(state="draft").count() == 1
        assert count(shop) == (1, 0)


def scan_in(page: Page, case: Return, shop: Shop, *, serial: str) -> None:
    """The label, the goods, the unit: each as a scanner types it."""
    page.keyboard.type(f"{case.number}\n")
    scan = page.get_by_label("Scan a SKU, a serial number or the parcel’s label")
    expect(scan).to_be_focused()
    page.keyboard.type(f"{shop.blue.sku}\n")
    expect(page.get_by_text("now scan its serial number")).to_be_visible()
    page.keyboard.type(f"{serial}\n")
    expect(page.get_by_label("Serial numbers")).to_have_value(serial)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="What follows")).to_be_visible()
    expect(page.get_by_text("as new")).to_be_visible()


def decide(desk: Page) -> None:
    """From the list to the decision by keyboard, with the customer's letter in sight."""
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("article", name="Found")).to_contain_text("S-999")
    desk.get_by_role("radio", name="Refuse and send back").check()
    letter = desk.get_by_role("region", name="The customer would read")
    expect(letter).to_contain_text("we send it back to you")
    desk.get_by_label("Why").fill("It is their own shirt.")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("Wrong serial number: refuse and send back.")).to_be_visible()
    assert Mismatch.objects.get(kind="wrong_serial").state == "decided"


def count(shop: Shop) -> tuple[int, int]:
    level = StockLevel.objects.filter(variant=shop.blue).first()
    return (level.available, level.quarantine) if level else (0, 0)
