"""Defects and their evidence, light and dark, at a desk and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from console.defects.deciding import DECISIONS
from core import clock
from core.roles import Role
from returns.queries import WantedReturn
from tests.browser.shop import Shop, open_shop, sell
from tests.browser.test_screens import troubles
from tests.browser.visits import enter
from tests.factories.cases import open_case
from tests.factories.defects import make_pattern, make_type, photograph, sell_units
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def of_quality(shop: Shop) -> Iterator[str]:
    """First without any defect, then with one that is known and was shown."""
    yield from ("/defects/", "/defects/patterns/new/")
    line = sell(shop.blue, email="eva@customers.example").lines.get()
    make_type(symptom_words="seam, torn")
    sell_units(line, "S-100", lot="8813")
    pattern = make_pattern(shop.blue, shop.agent, lot="8813", defect_type_id=make_type().pk)
    wanted = WantedReturn(
        order_line_id=line.pk,
        quantity=1,
        reason="defective",
        defect_type="leak",
        symptom="The seam leaks.",
        serial="S-100",
    )
    case = open_case(line.order, wanted, now=clock.now())
    photos = [photograph(case.lines.get(), seed, now=clock.now()) for seed in (1, 2)]
    other = open_case(sell(shop.red, email="f@customers.example"), now=clock.now())
    photograph(other.lines.get(), 2, now=clock.now())
    chosen = {"order": line.order.public_id, "line": line.pk}
    yield from ("/defects/", "/defects/?q=8813", "/defects/?q=nothing")
    yield f"/defects/patterns/{pattern.public_id}/"
    yield from (f"/defects/patterns/{pattern.public_id}/{what}/" for what in DECISIONS)
    yield from (f"/cases/{case.number}/", f"/cases/{case.number}/defects/1/")
    yield from (f"/evidence/{photos[0].public_id}/", f"/cases/new/?{urlencode(chosen)}")
    yield "/photos/anything/"


class TestScreensOfDefects:
    def test_keep_nobody_out(
        self, page: Page, live_server: LiveServer, transactional_db: None
    ) -> None:
        shop = open_shop(red=4)
        enter(page, live_server, make_user(Role.ADMIN))
        found = []
        for address in of_quality(shop):
            answer = page.goto(live_server.url + address)
            if answer is None or not answer.ok:
                found.append(f"{address} did not open")
            found += troubles(page)
        assert not found, "\n".join(found)
