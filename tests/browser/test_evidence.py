"""Photos as people hand them in: dropped, pasted, chosen, and from the customer's own telephone."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from returns.models import Evidence, Return
from tests.browser.shop import Shop, open_shop, sell
from tests.browser.test_screens import troubles
from tests.browser.visits import enter
from tests.factories.cases import open_case, receive, want
from tests.factories.defects import draw, make_type
from tests.portal.test_photos import ask

pytestmark = pytest.mark.django_db(transaction=True)

# What a browser hands to a page when a file is dropped on it, or pasted into it.
HAND_OVER = """(place, [kind, name, encoded]) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const carrier = new DataTransfer();
    carrier.items.add(new File([bytes], name, { type: "image/jpeg" }));
    const how = { bubbles: true, cancelable: true };
    place.dispatchEvent(kind === "paste"
        ? new ClipboardEvent("paste", { ...how, clipboardData: carrier })
        : new DragEvent(kind, { ...how, dataTransfer: carrier }));
}"""


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Return:
    make_type()
    line = sell(shop.blue, email="eva@customers.example").lines.get()
    return open_case(line.order, want(line, reason="defective"), now=clock.now())


def picture(seed: int) -> FilePayload:
    return {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": draw(seed)}


def hand_over(place: Locator, kind: str, seed: int) -> None:
    encoded = base64.b64encode(draw(seed)).decode()
    place.evaluate(HAND_OVER, [kind, f"{seed}.jpg", encoded])


class TestPhotosOfACase:
    def test_are_chosen_dropped_and_pasted_and_then_looked_at_by_keys(
        self, page: Page, live_server: LiveServer, shop: Shop, case: Return
    ) -> None:
        enter(page, live_server, shop.agent, then=f"/cases/{case.number}/")
        tiles, place = page.locator("#evidence .photos li"), page.locator("[data-photo-drop]")
        page.get_by_label("Photos of", exact=False).set_input_files([picture(1)])
        expect(tiles).to_have_count(1)
        hand_over(place, "dragenter", 2)
        expect(place).to_have_attribute("data-over", "")
        hand_over(place, "drop", 2)
        expect(tiles).to_have_count(2)
        hand_over(page.locator("body"), "paste", 3)
        expect(tiles).to_have_count(3)
        assert Evidence.objects.filter(return_line__return_case=case).count() == 3

        links = tiles.locator("a[data-photo]")
        addresses = [link.get_attribute("data-photo") for link in links.all()]
        links.first.focus()
        page.keyboard.press("Enter")
        viewer = page.get_by_role("dialog", name="Photo")
        expect(viewer).to_be_visible()
        for key, shown in (
            ("ArrowRight", 1),
            ("ArrowRight", 2),
            ("ArrowRight", 0),
            ("ArrowLeft", 2),
        ):
            page.keyboard.press(key)
            expect(viewer.locator("img")).to_have_attribute("src", addresses[shown] or "")
        page.keyboard.press("Escape")
        expect(viewer).to_be_hidden()
        expect(links.nth(2)).to_be_focused()

    def test_are_added_while_goods_are_graded(
        self, page: Page, live_server: LiveServer, shop: Shop, case: Return
    ) -> None:
        receive(case, now=clock.now())
        enter(page, live_server, shop.warehouse, then=f"/cases/{case.number}/inspect/")
        hand_over(page.locator("[data-photo-drop]"), "drop", 4)
        expect(page.locator("#photos .photos li")).to_have_count(1)


class TestTheCustomersPage:
    def test_takes_a_photo_on_a_small_telephone(
        self, page: Page, live_server: LiveServer, case: Return
    ) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(f"{live_server.url}/photos/{ask(case)}/")
        page.locator("button[type=submit]").click()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
        page.locator("input[type=file]").set_input_files([picture(5)])
        page.locator("button[type=submit]").click()
        expect(page.get_by_role("status")).to_be_visible()
        assert Evidence.objects.filter(return_line__return_case=case).count() == 1
        assert list(troubles(page)) == []
