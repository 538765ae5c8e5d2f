"""The board of holds without a mouse, and a SKU's stock."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from core.actors import Actor
from core.roles import Role
from exchanges import queries
from exchanges.models import Exchange
from inventory.models import Reservation
from returns.models import CaseNote
from returns.services import take_case
from tests.browser.shop import Shop, open_shop, sell, swap_now
from tests.browser.visits import enter
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)

# A key that is pressed while a dialog opens is heard right after it has.
SEND_AS_IT_OPENS = """() => {
  document.querySelector("#hold-dialog").addEventListener("dialog-opened", (event) => {
    setTimeout(() => event.target.querySelector("form").requestSubmit());
  });
}"""


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop(red=4)


@pytest.fixture
def exchanges(shop: Shop) -> list[Exchange]:
    """Three red shirts are held, one for each of three customers."""
    return [
        swap_now(shop, sell(shop.blue, name=name, email=f"{name.lower()}@customers.example"))
        for name in ("Ana", "Bo", "Cem")
    ]


@pytest.fixture
def board(page: Page, live_server: LiveServer, shop: Shop, exchanges: list[Exchange]) -> Page:
    enter(page, live_server, shop.agent, then="/reservations/running/")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    return page


def hold_of(exchange: Exchange) -> Reservation:
    return queries.list_holds(exchange)[0]


class TestBoard:
    def test_shows_in_a_narrow_window_which_view_it_is(self, board: Page) -> None:
        board.set_viewport_size({"width": 390, "height": 844})
        views = board.get_by_role("navigation", name="Views")
        expect(views.get_by_role("link", name="Ended")).not_to_be_in_viewport()
        board.goto(board.url.replace("running", "ended"))
        expect(views.get_by_role("link", name="Ended")).to_be_in_viewport()

    def test_is_walked_by_key_with_each_hold_beside_it(
        self, board: Page, exchanges: list[Exchange]
    ) -> None:
        beside = board.get_by_role("complementary")
        expect(beside).to_contain_text(hold_of(exchanges[0]).number)
        board.keyboard.press("j")
        expect(board.locator("tr.is-current")).to_contain_text(hold_of(exchanges[1]).number)
        expect(beside).to_contain_text(hold_of(exchanges[1]).number)
        expect(beside).to_contain_text("Why from here")
        board.keyboard.press("Enter")
        expect(board.get_by_role("heading", level=1)).to_contain_text(
            exchanges[1].return_case.number
        )

    def test_says_by_key_why_a_hold_lies_where_it_lies(
        self, board: Page, exchanges: list[Exchange]
    ) -> None:
        board.keyboard.press("j")
        board.keyboard.press("w")
        number = board.get_by_role("heading", name=hold_of(exchanges[1]).number)
        expect(number).to_be_focused()
        expect(board.get_by_role("table", name="Why Leipzig")).to_contain_text("held here")

    def test_extends_a_hold_by_key_for_a_reason(
        self, board: Page, live_server: LiveServer, exchanges: list[Exchange]
    ) -> None:
        before = hold_of(exchanges[1]).expires_at
        for key in ("j", "e"):
            board.keyboard.press(key)
        dialog = board.get_by_role("dialog", name="Extend hold")
        expect(dialog).to_contain_text(hold_of(exchanges[1]).number)
        dialog.get_by_label("Why").fill("The parcel is late")
        board.keyboard.press("Control+Enter")
        expect(board.get_by_text("The hold runs longer.")).to_be_visible()
        expect(dialog).to_be_hidden()

        after = hold_of(exchanges[1]).expires_at
        assert before
        assert after
        assert after > before
        assert CaseNote.objects.get(return_case=exchanges[1].return_case_id).text == (
            "The parcel is late"
        )
        board.goto(f"{live_server.url}/cases/{exchanges[1].return_case.number}/")
        told = board.get_by_role("complementary", name="Timeline")
        expect(told).to_contain_text("Hold extended")
        expect(told).to_contain_text("The parcel is late")

    def test_gives_stock_back_by_key_for_a_reason_and_goes_on_with_the_next(
        self, board: Page, live_server: LiveServer, exchanges: list[Exchange]
    ) -> None:
        for key in ("j", "r"):
            board.keyboard.press(key)
        board.get_by_role("dialog").get_by_label("Why").fill("The customer waits")
        board.keyboard.press("Control+Enter")
        expect(board.locator("tr[data-row]")).to_have_count(2)
        expect(board.locator("tr.is-current")).to_contain_text(hold_of(exchanges[2]).number)

        hold = hold_of(exchanges[1])
        assert (hold.state, hold.cause) == ("released", "by_hand")
        board.goto(f"{live_server.url}/cases/{exchanges[1].return_case.number}/")
        told = board.get_by_role("complementary", name="Timeline")
        expect(told).to_contain_text("Stock given back by hand")

    def test_asks_again_for_a_reason_that_is_missing(self, board: Page) -> None:
        board.keyboard.press("e")
        dialog = board.get_by_role("dialog", name="Extend hold")
        dialog.get_by_label("Why").press("Control+Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("Why")

    def test_stays_a_dialog_for_who_types_as_it_opens(self, board: Page) -> None:
        board.evaluate(SEND_AS_IT_OPENS)
        board.keyboard.press("e")
        dialog = board.get_by_role("dialog", name="Extend hold")
        expect(dialog.get_by_role("alert")).to_contain_text("Why")

    def test_tells_who_was_quicker(self, board: Page, exchanges: list[Exchange]) -> None:
        board.keyboard.press("e")
        dialog = board.get_by_role("dialog", name="Extend hold")
        dialog.get_by_label("Why").fill("The parcel is late")
        take_case(
            return_id=exchanges[0].return_case_id,
            version=None,
            actor=Actor.user(make_user(Role.AGENT, name="Mara Lindqvist")),
            op_id=uuid4(),
            now=clock.now(),
        )
        board.keyboard.press("Control+Enter")
        expect(board.get_by_role("alert")).to_contain_text("Mara Lindqvist changed this case")
        expect(board.get_by_role("alert")).to_contain_text("The parcel is late")
        board.get_by_role("button", name="Extend hold on the case as it is now").click()
        expect(board.get_by_text("The hold runs longer.")).to_be_visible()

    def test_keeps_its_filters_from_view_to_view(self, board: Page) -> None:
        board.get_by_label("SKU, title or hold").fill("nothing")
        board.get_by_label("SKU, title or hold").press("Enter")
        expect(board.get_by_text("Shown is only: “nothing”.")).to_be_visible()
        board.get_by_role("link", name="With the warehouse").click()
        expect(board.get_by_label("SKU, title or hold")).to_have_value("nothing")

    def test_counts_down_before_the_reader_s_eyes(
        self, page: Page, live_server: LiveServer, shop: Shop, exchanges: list[Exchange]
    ) -> None:
        nearly = queries.get_hold_terms(exchanges[0]).accepted - dt.timedelta(minutes=5)
        page.clock.install()
        enter(page, live_server, shop.agent, then="/reservations/running/")
        page.clock.fast_forward(int(nearly.total_seconds()) * 1000)
        timer = page.get_by_role("row").get_by_role("timer").first
        expect(timer).to_contain_text("4:")
        page.clock.fast_forward("00:58")
        expect(timer).to_contain_text("3:")
        page.clock.fast_forward("10:00")
        expect(timer).to_have_text("ended")


class TestStock:
    def test_is_found_and_followed_to_the_case_that_holds_it(
        self, page: Page, live_server: LiveServer, shop: Shop, exchanges: list[Exchange]
    ) -> None:
        enter(page, live_server, shop.agent, then="/stock/")
        page.get_by_label("SKU, title or barcode").fill(shop.red.sku)
        page.keyboard.press("Enter")
        expect(page.locator("tr[data-row]")).to_have_count(1)
        page.get_by_role("link", name="Shirt red").click()
        expect(page.get_by_role("heading", name="Shirt red", level=1)).to_be_visible()
        row = page.get_by_role("row", name="Leipzig")
        expect(row).to_contain_text("4")
        page.get_by_role("link", name=exchanges[0].return_case.number).click()
        expect(page.get_by_role("article", name="Exchange")).to_contain_text(shop.red.sku)

    def test_is_followed_in_its_ledger_by_key(
        self, page: Page, live_server: LiveServer, shop: Shop, exchanges: list[Exchange]
    ) -> None:
        enter(page, live_server, shop.agent, then=f"/stock/{shop.red.sku}/")
        page.keyboard.press("l")
        expect(page.get_by_role("heading", name="Ledger of", level=1)).to_be_visible()
        page.get_by_label("Cause").select_option("hold")
        expect(page.locator("tr[data-row]")).to_have_count(3)
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(
            exchanges[2].return_case.number
        )
