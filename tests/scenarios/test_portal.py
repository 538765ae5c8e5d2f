"""A routine exchange that nobody at the desk touches: from the customer's telephone to the parcel.

The workers' rounds are made by hand; whoever acts is the customer, the warehouse or the desk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from core import clock, deliveries
from core.laws import check_laws
from core.models import Event
from exchanges.models import Exchange
from fulfilment import settling, tasks
from fulfilment.models import Shipment
from payments import courier, linking
from returns.models import Return
from tests.browser.shop import Shop, open_shop
from tests.factories.cases import inspect, receive
from tests.factories.money import make_account
from tests.factories.stock import make_product, make_stock, make_variant
from tests.factories.warehouses import Reporter, make_warehouse
from tests.payments.bank import Bank
from tests.portal.customers import OUTSIDE, choose, come_in, say

pytestmark = pytest.mark.django_db
MINUTES = dt.timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _laws_hold(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    settings.PUBLIC_ADDRESS = OUTSIDE
    monkeypatch.setattr(tasks.settle_reports, "delay", lambda: None)
    yield
    clock.shift_database_clock(dt.timedelta(0))
    broken = [law.invariant for law in check_laws() if not law.ok]
    assert set(broken) <= {"events_are_sealed"}


@pytest.fixture
def shop(bank: Bank) -> Shop:
    """A shirt was bought for 43.20; a jacket of 55.20 lies in Leipzig, whose system is linked."""
    shop = open_shop()
    make_account(shop.order.partner_id)
    jacket = make_product(title="Jacket", category=shop.red.product.category)
    variant = make_variant("JACKET-M", product=jacket, title="navy", price="55.20")
    make_stock(variant, shop.leipzig, 1)
    return shop


def work(*, ahead: dt.timedelta = dt.timedelta(0)) -> None:
    """Everybody hears, the provider is asked, everybody hears of that."""
    deliveries.deliver_due()
    clock.shift_database_clock(ahead)
    courier.carry_out_due(now=clock.now() + ahead)
    linking.follow_requests(now=clock.now() + ahead)
    deliveries.deliver_due()


def read(client: Client) -> str:
    page = client.get(f"/my/cases/{Return.objects.get().number}/")
    return str(page.content.decode()).replace("\xa0", " ")


def report(reporter: Reporter, kind: str, **data: Any) -> None:
    reporter.send(reporter.write(kind, at=clock.now().isoformat(), **data))
    settling.settle_due(now=clock.now())
    deliveries.deliver_due()


class TestFromThePortalToTheParcel:
    def test_is_an_upgrade_paid_by_a_link_and_shipped(
        self, shop: Shop, client: Client, bank: Bank
    ) -> None:
        reporter = Reporter(make_warehouse(shop.leipzig))
        come_in(client, shop.order)
        page = say(client, choose(client), "for", **{"outcome-1": "swap-JACKET-M"})
        assert "You pay €12.00" in page.content.decode().replace("\xa0", " ")
        assert say(client, page, "confirm").status_code == 302
        case = Return.objects.get()

        client.post(f"/my/cases/{case.number}/pay/")
        work()
        shown = read(client)
        url = shown[: shown.index('" rel="external noreferrer"')].rpartition('"')[2]
        assert "Paid" in bank.pay(url)
        work(ahead=MINUTES)
        assert bank.taken() == ["12.00"]
        assert "Paid, thank you." in read(client)

        client.post(f"/my/cases/{case.number}/sent/")
        receive(case, now=clock.now(), location=shop.leipzig)
        inspect(case, now=clock.now())
        work(ahead=MINUTES)
        assert "Being packed" in read(client)
        shipment = Shipment.objects.get()
        assert shipment.state == "released"

        parcel = {"shipment": shipment.public_id}
        report(reporter, "shipped", **parcel, carrier="GLS", tracking_number="GL-77")
        assert "GLS GL-77" in read(client)
        report(reporter, "delivered", **parcel)
        work(ahead=2 * MINUTES)
        assert (Exchange.objects.get().state, Return.objects.get().state) == (
            "completed",
            "closed",
        )
        assert "Done" in read(client)
        acted = set(Event.objects.values_list("actor", flat=True))
        assert not any(actor.startswith("user:") for actor in acted)
        assert f"customer:{shop.order.customer_id}" in acted
