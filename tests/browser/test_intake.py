"""A document is held, mended in the browser and sent through: it becomes the order it was."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from core.roles import Role
from intake import services
from intake.models import ChannelDocument
from intake.states import DocumentState
from orders.models import Order
from tests.browser.visits import enter
from tests.factories.people import make_user
from tests.intake.desk import DESK, make_channel
from tests.intake.documents import body, shopify

pytestmark = pytest.mark.django_db(transaction=True)


def hold_one() -> ChannelDocument:
    """An order in which one line is there twice while the total counts it once."""
    document = shopify()
    document["line_items"].append(document["line_items"][0])
    received = services.receive_document(
        channel=make_channel("shopify", "shop", name="Shopify DE"), content=body(document),
        topic="orders/paid", source="w-1", actor=DESK, op_id=uuid4(), now=clock.now(),
    )  # fmt: skip
    (held,) = services.settle_document(
        document_id=received.pk, actor=DESK, op_id=uuid4(), now=clock.now()
    )
    return held


class TestHeldDocument:
    def test_is_edited_and_replayed_by_keyboard(self, page: Page, live_server: LiveServer) -> None:
        held = hold_one()
        enter(page, live_server, make_user(Role.LEAD), then="/intake/")
        expect(page.get_by_text("the same line twice")).to_be_visible()
        expect(page.get_by_text("1 of 1 would pass.")).to_be_visible()
        page.wait_for_load_state("load")  # keys work from here on
        page.keyboard.press("e")
        content = page.get_by_label("Document")
        document = json.loads(content.input_value())
        document["line_items"].pop()
        content.fill(json.dumps(document))
        page.get_by_role("button", name="Save and send through").press("Enter")
        expect(page.get_by_text("Order 7001 is accepted.")).to_be_visible()
        expect(page.get_by_text("Edited by")).to_be_visible()
        held.refresh_from_db()
        assert held.state == DocumentState.DISCARDED
        assert Order.objects.get().number == "#SHP-1001"
