"""Every screen, light and dark, at a desk and on a telephone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from approvals.models import Approval
from core import clock, deliveries
from core.models import Job, User
from core.roles import Role
from exchanges.models import Exchange
from exchanges.services import adjust_quote, arrange_visit, cancel_exchange
from fulfilment.models import Crew, Shipment, Visit
from intake.grouping import list_groups
from intake.models import Backfill, ChannelDocument
from intake.services.backfilling import keep_file
from inventory.models import Product, Reservation, StockLevel
from returns.models import (
    Claim,
    Disposition,
    Mismatch,
    ReceiptLine,
    Refurbishment,
    Repair,
    Return,
    UnknownParcel,
)
from tests.browser.accessibility import barriers
from tests.browser.messages_shown import of_messages
from tests.browser.shop import Shop, open_shop, sell, swap_now
from tests.browser.test_intake import hold_one
from tests.browser.visits import enter
from tests.factories.cases import grade, inspect, open_case, receive, want
from tests.factories.counts import begin_count, count_differently, put_aside
from tests.factories.dock import go_wrong_with
from tests.factories.keys import make_key, make_revoked_key, program
from tests.factories.money import dispute_of
from tests.factories.people import make_user
from tests.factories.swaps import act_on
from tests.factories.warehouses import list_told, make_warehouse
from tests.factories.webhooks import feed, make_endpoint
from tests.intake.documents import shopify

pytestmark = pytest.mark.django_db(transaction=True)

Scheme = Literal["light", "dark"]
DESK: ViewportSize = {"width": 1440, "height": 900}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
LEAD = "lead@desk.example"
LOOKS: tuple[tuple[ViewportSize, Scheme], ...] = ((DESK, "light"), (TELEPHONE, "dark"))


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """One exchange awaits its goods, one is counted, one is graded and waits to be shipped."""
    shop = open_shop(red=4)
    swap_now(shop)
    counted, graded = (_swap_for(shop, name).return_case for name in ("Søren Ørsted", "山田 花子"))
    receive(counted, now=clock.now())
    receive(graded, now=clock.now())
    inspect(graded, now=clock.now())
    deliveries.deliver_due()
    return shop


def _swap_for(shop: Shop, name: str) -> Exchange:
    return swap_now(shop, sell(shop.blue, name=name, email=f"{len(name)}@customers.example"))


def of_agent(shop: Shop) -> Iterator[str]:
    order, line = shop.order, sell(shop.blue, email="dora@customers.example").lines.get()
    chosen = {
        "order": line.order.public_id,
        "line": line.pk,
        f"line-{line.pk}-reason": "wrong_size",
        f"out-{line.pk}": shop.red.pk,
    }
    yield from ("/", "/cases/", "/cases/in/all_open/", "/reservations/", "/me/", "/dev/messages/")
    yield from (f"/cases/{case.number}/" for case in Return.objects.all())
    number = Return.objects.latest("pk").number  # graded, so it is credited
    yield from (f"/cases/{number}/refund-sums/", "/repairs/", f"/cases/{number}/notes/")
    yield f"/repairs/{_mend(shop).number}/"
    views = ("running", "places", "warehouse", "waiting", "ended")
    yield from (f"/reservations/{view}/" for view in views)
    hold = Reservation.objects.filter(state="active").earliest("pk")
    yield from (f"/reservations/{hold.number}/", f"/reservations/{hold.number}/extension/")
    yield from ("/stock/", f"/stock/{shop.red.sku}/", f"/stock/{shop.red.sku}/ledger/")
    yield f"/cases/{Return.objects.earliest('pk').number}/exchange-cancellation/"
    yield from ("/cases/new/", "/cases/new/?q=nobody", f"/cases/new/?{urlencode(chosen)}")
    yield from ("/search/", "/search/?q=ana", "/search/?q=RMA-AAAAA-AAAAA-A")
    yield f"/orders/{order.public_id}/"
    yield f"/customers/{order.customer.public_id}/"
    yield from ("/payments/unknown/", "/receivables/", "/payments/differences/")
    yield from ("/payments/out/", "/payments/disputes/")
    disputed = dispute_of(order, Return.objects.earliest("pk"))
    yield from ("/payments/disputes/", f"/payments/disputes/{disputed.public_id}/")
    yield from (f"/cases/{case.number}/pay/" for case in Return.objects.all())
    yield from ("/accounts/2fa/", "/dev/components/")


def _mend(shop: Shop) -> Repair:
    """Goods that wait for the workshop."""
    line = sell(shop.blue, email="mend@customers.example").lines.get()
    case = open_case(line.order, want(line, outcome="repair"), now=clock.now())
    receive(case, now=clock.now())
    row = ReceiptLine.objects.get(receipt__return_case=case).pk
    inspect(case, grade(row, disposition="repair"), now=clock.now())
    return Repair.objects.get()


def of_warehouse(shop: Shop) -> Iterator[str]:
    awaited, counted, graded = Return.objects.order_by("pk")
    yield from ("/", "/warehouse/", "/warehouse/?scan=nothing", "/mismatches/")
    yield from ("/warehouse/unknown/", "/warehouse/unknown/new/?heard=JD01&heard=nothing")
    yield from ("/refurbishing/", "/claims/")
    yield from (f"/cases/{awaited.number}/inspect/", f"/cases/{counted.number}/inspect/")
    yield from (f"/cases/{graded.number}/ship/", f"/cases/{graded.number}/")
    yield "/visits/"
    visit = _send_a_crew(shop, graded)
    yield from (f"/visits/?day={visit.day}", f"/visits/{visit.public_id}/")


def _send_a_crew(shop: Shop, case: Return) -> Visit:
    """An appointment for what is ready to go out."""
    Product.objects.filter(variants=shop.red).update(needs_installation=True)
    crew = Crew.objects.create(partner=shop.red.partner, name="Van 1", location=shop.leipzig)
    day = clock.now().date() + dt.timedelta(days=1)
    while day.isoweekday() not in crew.location.working_days:
        day += dt.timedelta(days=1)
    exchange = Exchange.objects.get(return_case=case)
    arrange_visit(**act_on(exchange, crew_id=crew.pk, day=day, slot="08-12", now=clock.now()))
    return Visit.objects.get()


def of_dock(shop: Shop) -> Iterator[str]:
    """What came otherwise than announced, and where goods go after inspection."""
    case = go_wrong_with(shop.blue, at=shop.leipzig)
    yield from ("/mismatches/", "/mismatches/in/waiting/", "/mismatches/in/decided/")
    yield from (f"/mismatches/{found.number}/" for found in Mismatch.objects.all())
    yield from (f"/cases/{case.number}/", f"/cases/{case.number}/goods/", "/warehouse/")
    placed = Disposition.objects.filter(inspection__receipt_line__receipt__return_case=case)
    yield from (f"/cases/{case.number}/goods/{one.pk}/" for one in placed[:2])
    yield f"/refurbishing/{Refurbishment.objects.get().pk}/"
    yield f"/claims/{Claim.objects.get().number}/"
    yield f"/send-backs/{Shipment.objects.get(reference__startswith='disposition:').public_id}/"
    yield f"/warehouse/unknown/{UnknownParcel.objects.get().number}/"


def of_stockroom(shop: Shop) -> Iterator[str]:
    """Counts, differences, quarantine, files, jobs and links, each empty and with something."""
    level, user = StockLevel.objects.get(variant=shop.red), shop.warehouse
    sku = f"/stock/{shop.red.sku}"
    yield from ("/discrepancies/", "/counts/", "/quarantine/", "/jobs/", "/warehouses/")
    yield "/approvals/"
    exchange = Exchange.objects.filter(state="awaiting_goods").earliest("pk")
    adjust_quote(
        **act_on(exchange, agreed={1: Decimal("30.00")}, reason="A scratch", now=clock.now())
    )
    yield from ("/approvals/", f"/approvals/{Approval.objects.get().public_id}/")
    counted = begin_count(level, user)
    found = count_differently(level, 0, expected=level.on_shelf, bucket="")
    balance = put_aside(level, user)
    job = Job.objects.create(
        partner=level.partner, kind="inventory.stock_import", asked_at=clock.now(), total=4, done=1
    )
    warehouse = make_warehouse(shop.leipzig)
    message = list_told(warehouse)[0]
    yield from ("/discrepancies/", f"/discrepancies/{found.number}/", "/counts/", "/counts/new/")
    yield from (f"/counts/{counted.number}/?line={level.pk}", f"/counts/{counted.number}/cancel/")
    yield from ("/quarantine/", f"{sku}/adjust/", f"{sku}/quarantine/", f"{sku}/quarantine/put/")
    yield from (f"{sku}/quarantine/{balance.pk}/", "/stock/import/", "/jobs/")
    yield from (f"/jobs/{job.public_id}/", "/warehouses/")
    yield f"/warehouses/{warehouse.public_id}/messages/"
    yield f"/warehouses/{warehouse.public_id}/messages/{message.public_id}/"
    yield f"/warehouses/{warehouse.public_id}/reported/"
    yield from ("/endpoints/", "/endpoints/new/", "/endpoints/unconfirmed/")
    endpoint = make_endpoint("exchange.*", keeps_books=True)
    exchange = Exchange.objects.filter(state="awaiting_goods").earliest("pk")
    cancel_exchange(continue_return=True, reason="Kept it", **act_on(exchange))
    told = feed()[0]
    yield from ("/endpoints/", f"/endpoints/{endpoint.public_id}/", "/endpoints/unconfirmed/")
    yield f"/endpoints/{endpoint.public_id}/messages/{told.public_id}/"


def of_partners(shop: Shop) -> Iterator[str]:
    """The pages of the API, and the keys that programs call with."""
    yield from ("/api-keys/", "/api-keys/new/", "/api-keys/requests/")
    issued = make_key(name="Shop sync")
    make_revoked_key()
    for asked in ("returns", "locations?nonsense=1", f"returns/{'no-such-return-' * 7}"):
        program(issued).get(f"/api/v1/{asked}")
    yield from ("/api-keys/requests/", "/api-keys/requests/?limit=2")
    yield "/api-keys/requests/?request_id=none"
    yield from ("/api-keys/", "/api/docs/", "/api/docs/exchanges/", "/api/docs/events/")
    yield from ("/api/docs/errors/", "/api/docs/changes/")


def of_intake(shop: Shop) -> Iterator[str]:
    """The intake desk, empty and with something of each kind."""
    yield from ("/intake/", "/intake/dead-letters/", "/intake/old-orders/")
    held = hold_one()
    yield from ("/intake/old-orders/", f"/intake/old-orders/{keep_old_orders(held).public_id}/")
    code = list_groups(User.objects.get(email=LEAD))[0].code
    yield from ("/intake/", "/intake/dead-letters/?state=held", f"/intake/groups/{code}/")
    yield from (f"/intake/groups/{code}/trial/?fix=edit-repeated_lines",)
    yield from (f"/intake/groups/{code}/discard/", f"/intake/documents/{held.public_id}/")
    yield from (f"/intake/documents/{held.public_id}/{page}/" for page in ("edit", "discard"))


def keep_old_orders(held: ChannelDocument) -> Backfill:
    """A file of which some would pass and some would not."""
    lines = [json.dumps(shopify(id=number, admin_graphql_api_id=None)) for number in range(3)]
    return keep_file(
        channel=held.channel, name="orders-2025.jsonl", lines=iter([*lines, "{", "{}"]),
        is_table=False, now=clock.now(),
    )  # fmt: skip


def _person_for(addresses: Callable[[Shop], Iterator[str]], shop: Shop) -> User:
    if addresses is of_intake:
        return make_user(Role.LEAD, email=LEAD)
    if addresses in (of_stockroom, of_dock, of_partners, of_messages):
        return make_user(Role.ADMIN)
    return shop.agent if addresses is of_agent else shop.warehouse


def troubles(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open, in all its looks.

    First in the one that it came in: turned round once, not twice, each page saves a layout.
    """
    came_wide = page.viewport_size is None or page.viewport_size["width"] == DESK["width"]
    for size, scheme in LOOKS if came_wide else LOOKS[::-1]:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        look = f"{page.url} {scheme} {size['width']}"
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"{look}: {width} px wide"
        found = barriers(page)
        if any(barrier.startswith("target-size") for barrier in found):
            # What a bar at the screen's edge half hides is scrolled from under it by anybody.
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": size["width"], "height": height})
            found = barriers(page)
        yield from (f"{look}: {barrier}" for barrier in found)


class TestScreens:
    @pytest.mark.parametrize(
        "addresses",
        [of_agent, of_warehouse, of_dock, of_stockroom, of_intake, of_partners, of_messages],
    )
    def test_keep_nobody_out(
        self,
        page: Page,
        live_server: LiveServer,
        shop: Shop,
        addresses: Callable[[Shop], Iterator[str]],
    ) -> None:
        enter(page, live_server, _person_for(addresses, shop))
        found = []
        for address in addresses(shop):
            answer = page.goto(live_server.url + address)
            if answer is None or not answer.ok:
                found.append(f"{address} did not open")
            found += troubles(page)
        assert not found, "\n".join(found)

    def test_keep_nobody_from_signing_in(self, page: Page, live_server: LiveServer) -> None:
        page.goto(f"{live_server.url}/accounts/login/")
        assert list(troubles(page)) == []
