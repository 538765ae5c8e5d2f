"""The links to warehouses: seen and switched by whoever runs the machinery, and by nobody else."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core import clock, documents
from core.models import Event
from core.roles import Role
from fulfilment.models import Warehouse, WarehouseMessage, WarehouseReport
from tests.console.screens import text_of
from tests.factories.desk import make_swap_today, open_today, sign_in
from tests.factories.people import make_partner
from tests.factories.stock import make_location
from tests.factories.warehouses import list_told, make_warehouse

pytestmark = pytest.mark.django_db

LINKS = reverse("console:warehouse_links")
MAY_NOT = (Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.AUDITOR, Role.PARTNER)


@pytest.fixture
def warehouse(db: None) -> Warehouse:
    return make_warehouse(make_location("LEJ", name="Leipzig"))


def told(**fields: Any) -> WarehouseMessage:
    """The message that an exchange's hold makes, in another state when named."""
    swap = make_swap_today()
    warehouse = make_warehouse(swap.place)
    open_today(swap)
    message = next(each for each in list_told(warehouse) if each.kind == "hold")
    WarehouseMessage.objects.filter(pk=message.pk).update(**fields)
    return WarehouseMessage.objects.get(pk=message.pk)


def reported(warehouse: Warehouse, **fields: Any) -> WarehouseReport:
    now = clock.now()
    kept = documents.store(
        partner_id=warehouse.partner_id,
        kind="warehouse_report",
        person="",
        content=json.dumps({"sku": "SHIRT-RED", "found": 3}).encode(),
        content_type="application/json",
        now=now,
    )
    defaults = {"message_id": "w-1", "sequence": 7, "kind": "counted", "state": "dead"}
    return WarehouseReport.objects.create(
        partner=warehouse.partner,
        warehouse=warehouse,
        content=kept,
        received_at=now,
        due_at=now,
        **defaults | fields,
    )


def url_of(name: str, row: Any) -> str:
    ids = (
        [row.public_id] if isinstance(row, Warehouse) else [row.warehouse.public_id, row.public_id]
    )
    return reverse(f"console:warehouse_{name}", args=ids)


def read(client: Client, url: str) -> str:
    return text_of(client.get(url).content)


class TestRoles:
    @pytest.mark.parametrize("role", MAY_NOT)
    def test_keep_the_others_out(self, client: Client, warehouse: Warehouse, role: Role) -> None:
        sign_in(client, role)
        assert client.get(LINKS).status_code == 403
        assert client.get(url_of("messages", warehouse)).status_code == 403
        assert client.post(url_of("pause", warehouse)).status_code == 403
        warehouse.refresh_from_db()
        assert warehouse.paused_at is None

    def test_hide_the_links_of_other_partners(self, client: Client, warehouse: Warehouse) -> None:
        sign_in(client, Role.ADMIN, partner=make_partner("other"))
        assert "No warehouse is connected" in read(client, LINKS)
        assert client.get(url_of("reports", warehouse)).status_code == 404
        assert client.post(url_of("pause", warehouse)).status_code == 404


class TestLinks:
    def test_say_how_each_fares(self, client: Client, warehouse: Warehouse) -> None:
        sign_in(client, Role.ADMIN)
        reported(warehouse)
        words = read(client, LINKS)
        assert "Leipzig generic · https://wms.example/messages Needs a person" in words
        assert "0 messages given up" in words
        assert "1 reports given up" in words
        assert "Last heard never" in words

    def test_are_paused_and_resumed(self, client: Client, warehouse: Warehouse) -> None:
        sign_in(client, Role.ADMIN)
        sent = {"op_id": str(uuid4())}
        answer = client.post(url_of("pause", warehouse), sent, follow=True)
        assert "Nothing is sent to Leipzig from here on." in text_of(answer.content)
        assert "Paused" in text_of(answer.content)
        client.post(url_of("resume", warehouse), {"op_id": str(uuid4())})
        warehouse.refresh_from_db()
        assert warehouse.paused_at is None

    def test_say_what_went_wrong_while_one_is_down(
        self, client: Client, warehouse: Warehouse
    ) -> None:
        sign_in(client, Role.ADMIN)
        Warehouse.objects.filter(pk=warehouse.pk).update(failures=3, last_error="HTTP 503")
        words = read(client, LINKS)
        assert "Does not answer HTTP 503" in words
        assert "Send again" in words


class TestMessages:
    def test_are_listed_and_narrowed_by_state(self, client: Client) -> None:
        sign_in(client, Role.ADMIN)
        message = told()
        url = url_of("messages", message.warehouse)
        assert f"Hold no. {message.sequence} · reservation:" in read(client, url)
        assert "None is in that state." in read(client, f"{url}?state=dead")

    def test_show_their_body_and_their_error(self, client: Client) -> None:
        sign_in(client, Role.ADMIN)
        words = read(client, url_of("message", told(state="dead", last_error="HTTP 500")))
        assert "Given up HTTP 500" in words
        assert '"hold": "HLD-' in words

    def test_are_sent_again_once(self, client: Client) -> None:
        sign_in(client, Role.ADMIN)
        message = told(state="dead", last_error="HTTP 500", attempts=9)
        sent = {"op_id": str(uuid4())}
        answers = [client.post(url_of("resend", message), sent) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        message = WarehouseMessage.objects.get(pk=message.pk)
        assert (message.state, message.attempts) == ("queued", 0)
        assert Event.objects.filter(kind="warehouse.message_resent").count() == 1

    def test_are_not_sent_again_while_they_wait_already(self, client: Client) -> None:
        sign_in(client, Role.ADMIN)
        message = told()
        again = url_of("resend", message)
        assert again not in client.get(url_of("message", message)).content.decode()
        answer = client.post(again, {"op_id": str(uuid4())})
        assert answer.status_code == 409
        assert "is queued already" in text_of(answer.content)


class TestReports:
    def test_are_listed_with_why_they_were_given_up(
        self, client: Client, warehouse: Warehouse
    ) -> None:
        sign_in(client, Role.ADMIN)
        reported(warehouse, reason="No such SKU")
        words = read(client, url_of("reports", warehouse) + "?state=dead")
        assert "Counted no. 7" in words
        assert "No such SKU" in words

    def test_show_what_was_sent(self, client: Client, warehouse: Warehouse) -> None:
        sign_in(client, Role.ADMIN)
        words = read(client, url_of("report", reported(warehouse)))
        assert '"sku": "SHIRT-RED"' in words
        assert "Their id w-1" in words

    def test_are_walked_page_by_page(self, client: Client, warehouse: Warehouse) -> None:
        sign_in(client, Role.ADMIN)
        for number in range(27):
            reported(warehouse, message_id=f"w-{number}", sequence=number)
        html = client.get(url_of("reports", warehouse)).content.decode()
        assert "no. 26" in html
        older = html.split('rel="next" href="')[1].split('"')[0]
        html = client.get(url_of("reports", warehouse) + older).content.decode()
        assert "no. 1 " in text_of(html.encode())
        newer = html.split('rel="prev" href="')[1].split('"')[0]
        assert "no. 26" in read(client, url_of("reports", warehouse) + newer)
