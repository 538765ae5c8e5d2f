"""A place is counted by keyboard, and what differs is posted and stands in the ledger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inventory.models import Bin, Discrepancy, StockLevel
from tests.browser.shop import Shop, open_shop
from tests.browser.visits import enter
from tests.factories.counts import begin_count
from tests.factories.stock import make_bin, make_product, make_stock, make_variant

pytestmark = pytest.mark.django_db(transaction=True)

BARCODE = "4006381333931"


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """Leipzig has five red shirts in bin A-12 and three mugs, with a barcode, in bin B-03."""
    shop = open_shop(red=5)
    bins = [make_bin(shop.leipzig, code, Bin.Kind.PICK) for code in ("A-12", "B-03")]
    StockLevel.objects.filter(variant=shop.red).update(bin=bins[0])
    mug = make_variant("MUG-OAT", product=make_product(title="Mug"), title="oat", barcode=BARCODE)
    make_stock(mug, shop.leipzig, 3, bin=bins[1])
    return shop


class TestCounting:
    def test_goes_by_keyboard_from_the_first_scan_into_the_ledger(
        self, page: Page, live_server: LiveServer, shop: Shop
    ) -> None:
        enter(page, live_server, shop.warehouse, then="/counts/")
        page.keyboard.press("a")
        expect(page.get_by_label("Bin")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Scan a barcode or a SKU")).to_be_focused()

        page.keyboard.type(f"{BARCODE}\n")
        expect(page.get_by_label("Units found")).to_be_focused()
        expect(page.locator(".in-hand")).to_contain_text("Mug oat")
        page.keyboard.type("3\n")
        expect(page.get_by_text("Mug oat: 3 counted, as in the ledger.")).to_be_visible()
        expect(page.locator(".in-hand")).to_contain_text("Shirt red")
        page.keyboard.type("3\n")
        expect(page.get_by_text("Shirt red: 3 counted, 5 in the ledger: −2.")).to_be_visible()
        expect(page.get_by_label("Scan a barcode or a SKU")).to_be_focused()

        page.get_by_role("button", name="Close the count").press("Enter")
        expect(page.get_by_role("heading", name="Discrepancies it opened")).to_be_visible()
        assert StockLevel.objects.get(variant=shop.red).available == 5
        page.get_by_role("link", name="Shirt red").press("Enter")
        expect(page.get_by_text("Take 2 units out of available at Leipzig: 5 → 3.")).to_be_visible()
        page.wait_for_load_state("load")  # keys work from here on
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("The correction is posted.")).to_be_visible()
        assert StockLevel.objects.get(variant=shop.red).available == 3
        page.goto(f"{live_server.url}/stock/{shop.red.sku}/ledger/")
        expect(page.get_by_role("main")).to_contain_text("Adjusted")

    def test_takes_a_barcode_for_a_scan_wherever_it_lands(
        self, page: Page, live_server: LiveServer, shop: Shop
    ) -> None:
        level = StockLevel.objects.get(variant=shop.red)
        count = begin_count(level, shop.warehouse)
        enter(page, live_server, shop.warehouse, then=f"/counts/{count.number}/?line={level.pk}")
        expect(page.get_by_label("Units found")).to_be_focused()
        page.keyboard.type(f"{BARCODE}\n")
        expect(page.locator(".in-hand")).to_contain_text("Mug oat")
        assert not count.lines.filter(counted__isnull=False).exists()

    # `page` is asked for so that this thread may use both Playwright and the database.
    @pytest.mark.usefixtures("page")
    def test_needs_no_script_and_fits_a_telephone(
        self, another_desk: Callable[..., Page], live_server: LiveServer, shop: Shop
    ) -> None:
        page = another_desk(java_script_enabled=False)
        page.set_viewport_size({"width": 390, "height": 844})
        enter(page, live_server, shop.warehouse, then="/counts/new/")
        page.get_by_label("Bin").fill("a-12")
        page.get_by_role("button", name="Begin").click()
        page.get_by_label("Scan a barcode or a SKU").fill(shop.red.sku)
        page.get_by_role("button", name="Find").click()
        page.get_by_label("Units found").fill("4")
        page.get_by_role("button", name="Enter and go on").click()
        expect(page.get_by_text("Everything is counted", exact=True)).to_be_visible()
        page.get_by_role("button", name="Close the count").click()
        expect(page.get_by_text(Discrepancy.objects.get().number)).to_be_visible()
