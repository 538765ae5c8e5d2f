"""Old orders out of a file: tried out, taken as a job, stopped, gone on with."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import clock, jobs
from core.models import Job
from core.roles import Role
from intake.foretelling import foretell
from intake.models import Backfill, ChannelDocument
from intake.services import backfilling
from orders.models import Channel, Order
from tests.console.screens import sign_in, text_of
from tests.factories.people import make_partner
from tests.intake.channel_documents import SHOPIFY_CSV
from tests.intake.desk import make_channel, take_in
from tests.intake.documents import body, shopify

pytestmark = pytest.mark.django_db

URL = reverse("console:intake_old_orders")


def order(number: int, **changes: Any) -> dict[str, Any]:
    return shopify(id=number, admin_graphql_api_id=None, **changes)


def write(*documents: Any) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else body(one) for one in documents)


def send(client: Client, shop: Channel, content: bytes, name: str = "old.jsonl") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(URL, {"channel": shop.pk, "file": file, "key": ""})


def start(client: Client, backfill: Backfill) -> Job:
    url = reverse("console:intake_old_orders_start", args=[backfill.public_id])
    page = client.get(reverse("console:intake_old_orders_trial", args=[backfill.public_id]))
    op_id = page.content.decode().partition('name="op_id" value="')[2].partition('"')[0]
    assert client.post(url, {"op_id": op_id}).status_code == 302
    return Job.objects.get(kind=backfilling.JOB, state=Job.State.QUEUED)


@pytest.fixture
def shop() -> Channel:
    return make_channel("shopify", "shop", name="Shopify DE")


@pytest.fixture
def lead() -> Client:
    return sign_in(Role.LEAD)


class TestTrial:
    def test_says_how_the_records_would_end_and_writes_nothing(
        self, lead: Client, shop: Channel
    ) -> None:
        take_in(shop, order(1))
        sent = send(lead, shop, write(order(1, note="again"), order(2), order(3, currency=None),
                                      {"draft_order": {}}, b"{"))  # fmt: skip
        backfill = Backfill.objects.get()
        told = foretell(backfill)
        assert told.ends == {"known orders": 1, "new orders": 1, "would wait": 1,
                             "hold no order": 1, "cannot be read": 1}  # fmt: skip
        page = text_of(lead.get(sent.url).content)
        assert "2 of the next 5 records would pass." in page
        assert "The document carries no currency." in page
        assert (Order.objects.count(), ChannelDocument.objects.count()) == (1, 1)

    def test_takes_a_table_with_the_rows_of_an_order_together(self, lead: Client) -> None:
        shop = make_channel("shopify-csv", "shop")
        send(lead, shop, SHOPIFY_CSV, "orders.CSV")
        backfill = Backfill.objects.get()
        assert backfill.name == "orders.CSV"
        assert backfill.records < SHOPIFY_CSV.count(b"\n")

    @pytest.mark.parametrize("content", [b"", b"\n\n"])
    def test_says_so_of_an_empty_file(self, lead: Client, shop: Channel, content: bytes) -> None:
        answer = send(lead, shop, content)
        assert answer.status_code == 422
        assert "file" in text_of(answer.content).lower()


class TestTaking:
    def test_stops_and_goes_on_where_it_was(
        self, lead: Client, shop: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backfilling, "STEP", 5)
        sent = send(lead, shop, write(*map(order, range(12))))
        backfill = Backfill.objects.get()
        job, advance = start(lead, backfill), jobs.advance

        def stop(job_id: int, **step: Any) -> None:
            advance(job_id, **step)
            raise jobs.StopWanted

        with monkeypatch.context() as patch:
            patch.setattr(jobs, "advance", stop)
            jobs.run(job.pk, now=clock.now())
        page = text_of(lead.get(sent.url).content)
        assert "5 of 12 records taken" in page
        assert "Go on with 7" in page
        jobs.run(start(lead, backfill).pk, now=clock.now())
        assert Order.objects.count() == ChannelDocument.objects.count() == 12
        assert "Every record was taken." in text_of(lead.get(sent.url).content)
        assert "12 of 12" in text_of(lead.get(URL).content)

    def test_is_begun_once(self, lead: Client, shop: Channel) -> None:
        send(lead, shop, write(order(1)))
        backfill = Backfill.objects.get()
        start(lead, backfill)
        url = reverse("console:intake_old_orders_start", args=[backfill.public_id])
        answer = lead.post(url, {"op_id": "6f6d9a4e-8f5e-4a8e-9d3a-111111111111"})
        assert answer.status_code == 409
        assert Job.objects.filter(kind=backfilling.JOB).count() == 1


class TestRights:
    @pytest.mark.parametrize("role", [Role.AGENT, Role.WAREHOUSE, Role.AUDITOR])
    def test_are_a_leads_and_an_admins(self, role: Role) -> None:
        assert sign_in(role).get(URL).status_code == 403

    def test_end_at_the_partner(self, lead: Client, shop: Channel) -> None:
        send(lead, shop, write(order(1)))
        stranger = sign_in(Role.LEAD, partner=make_partner("other"))
        backfill = Backfill.objects.get()
        url = reverse("console:intake_old_orders_trial", args=[backfill.public_id])
        assert stranger.get(url).status_code == 404
        assert send(stranger, shop, write(order(2))).status_code == 422
        assert backfill.name not in text_of(stranger.get(URL).content)
