"""Cycle counts on the desk: scan, figure, on; blind until a figure stands; nothing overwritten."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.roles import Role
from inventory.models import Bin, CycleCount, CycleCountLine, Discrepancy, StockLevel
from tests.console.screens import DESK_ROLES, text_of
from tests.factories.counts import begin_count
from tests.factories.desk import sign_in
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_bin, make_location, make_product, make_stock, make_variant

pytestmark = pytest.mark.django_db

LIST = reverse("console:counts")
NEW = reverse("console:new_count")
AS_PART = {"HX-Request": "true", "HX-Target": "count"}
MAY_NOT = (Role.AGENT, Role.LEAD, Role.AUDITOR, Role.PARTNER)


@pytest.fixture
def red(db: None) -> StockLevel:
    """Five red shirts in bin A-12 in Leipzig, and beside them three mugs in bin B-03."""
    leipzig = make_location("LEJ", name="Leipzig")
    bins = [make_bin(leipzig, code, Bin.Kind.PICK) for code in ("A-12", "B-03")]
    shirt = make_variant("SHIRT-RED", product=make_product(title="Shirt"), barcode="4006381333931")
    make_stock(make_variant("MUG-OAT", barcode="4006381333948"), leipzig, 3, bin=bins[1])
    return make_stock(shirt, leipzig, 5, bin=bins[0])


@pytest.fixture
def worker(client: Client, red: StockLevel) -> User:
    return sign_in(client, Role.WAREHOUSE)


@pytest.fixture
def count(red: StockLevel, worker: User) -> CycleCount:
    return begin_count(red, worker)


def url_of(count: CycleCount, deed: str = "count") -> str:
    return reverse(f"console:{deed}", args=[count.number])


def figure(level: StockLevel, counted: Any) -> dict[str, Any]:
    return {"op_id": str(uuid4()), "line": level.pk, "counted": counted}


def read(client: Client, url: str, **query: Any) -> str:
    return text_of(client.get(url, query).content)


class TestRoles:
    def test_let_the_desk_look(self, client: Client, count: CycleCount) -> None:
        for role in DESK_ROLES:
            sign_in(client, role)
            assert count.number in read(client, LIST), role
            assert "0 of 2 counted" in read(client, url_of(count)), role

    def test_let_the_warehouse_alone_count(
        self, client: Client, red: StockLevel, count: CycleCount
    ) -> None:
        for role in MAY_NOT:
            sign_in(client, role)
            for headers in ({}, AS_PART):
                answer = client.post(url_of(count), figure(red, 5), headers=headers)
                assert answer.status_code == 403, (role, headers)
            assert client.get(NEW).status_code == 403, role
            assert client.post(url_of(count, "count_close")).status_code == 403, role
            assert not CycleCountLine.objects.filter(counted__isnull=False).exists()

    def test_hide_the_counts_of_other_partners(self, client: Client, count: CycleCount) -> None:
        sign_in(client, Role.WAREHOUSE, partner=make_partner("other"))
        assert count.number not in read(client, LIST)
        assert client.get(url_of(count)).status_code == 404


class TestBeginning:
    def begin(self, client: Client, red: StockLevel, code: str = "") -> Any:
        sent = {"op_id": str(uuid4()), "location": red.location_id, "bin": code}
        return client.post(NEW, sent, follow=True)

    def test_lists_a_whole_place(self, client: Client, worker: User, red: StockLevel) -> None:
        words = text_of(self.begin(client, red).content)
        assert "Leipzig, all" in words
        assert "0 of 2 counted" in words

    def test_takes_the_scanned_label_of_a_bin(
        self, client: Client, worker: User, red: StockLevel
    ) -> None:
        words = text_of(self.begin(client, red, "a-12").content)
        assert "Leipzig, bin A-12" in words
        assert "0 of 1 counted" in words

    def test_refuses_a_bin_that_is_not_there(
        self, client: Client, worker: User, red: StockLevel
    ) -> None:
        answer = self.begin(client, red, "Z-99")
        assert answer.status_code == 422
        assert "There is no bin Z-99 at Leipzig." in text_of(answer.content)

    def test_refuses_a_place_where_nothing_lies(
        self, client: Client, worker: User, red: StockLevel
    ) -> None:
        empty = make_bin(red.location, "C-01", Bin.Kind.PICK)
        answer = self.begin(client, red, empty.code)
        assert answer.status_code == 422
        assert "Nothing is kept there" in text_of(answer.content)


class TestScan:
    @pytest.mark.parametrize("headers", [{}, AS_PART])
    @pytest.mark.parametrize("scan", ["4006381333931", "shirt-red"])
    def test_brings_its_line_into_hand(
        self,
        client: Client,
        red: StockLevel,
        count: CycleCount,
        scan: str,
        headers: dict[str, str],
    ) -> None:
        html = client.get(url_of(count), {"scan": scan}, headers=headers).content.decode()
        assert "In hand bin A-12 Shirt SHIRT-RED" in text_of(html.encode())
        assert f'name="line" value="{red.pk}"' in html

    def test_of_something_else_says_so(self, client: Client, count: CycleCount) -> None:
        assert "“LAMP” is not part of this count." in read(client, url_of(count), scan="LAMP")

    def test_asks_which_lot_where_there_are_several(
        self, client: Client, worker: User, red: StockLevel
    ) -> None:
        make_stock(red.variant, red.location, 2, lot="B-7", bin=red.bin)
        count = begin_count(red, worker)
        assert "Which lot?" in read(client, url_of(count), scan="SHIRT-RED")

    def test_in_place_of_a_figure_enters_none(
        self, client: Client, red: StockLevel, count: CycleCount
    ) -> None:
        answer = client.post(url_of(count), figure(red, "4006381333948"), follow=True)
        assert "In hand bin B-03" in text_of(answer.content)
        assert not CycleCountLine.objects.filter(counted__isnull=False).exists()


class TestFigure:
    @pytest.mark.parametrize("headers", [{}, AS_PART])
    def test_goes_on_to_the_next_line(
        self, client: Client, red: StockLevel, count: CycleCount, headers: dict[str, str]
    ) -> None:
        answer = client.post(url_of(count), figure(red, 5), headers=headers, follow=True)
        words = text_of(answer.content)
        assert "Shirt SHIRT-RED: 5 counted, as in the ledger." in words
        assert "In hand bin B-03" in words
        assert "1 of 2 counted" in words

    def test_shows_the_ledger_only_once_it_is_entered(
        self, client: Client, red: StockLevel, count: CycleCount
    ) -> None:
        StockLevel.objects.filter(pk=red.pk).update(available=4321)
        assert "4321" not in client.get(url_of(count), {"line": red.pk}).content.decode()
        answer = client.post(url_of(count), figure(red, 3), follow=True)
        assert "3 counted, 4321 in the ledger: −4318." in text_of(answer.content)
        assert "1 discrepancy is opened, for a person to post." in text_of(answer.content)

    @pytest.mark.parametrize("typed", ["", "-2", "2.5", "many"])
    def test_must_be_a_number_of_units(
        self, client: Client, red: StockLevel, count: CycleCount, typed: str
    ) -> None:
        answer = client.post(url_of(count), figure(red, typed), follow=True)
        assert not CycleCountLine.objects.filter(counted__isnull=False).exists()
        assert "2 of 2" not in text_of(answer.content)

    def test_of_the_last_line_leads_to_the_end(
        self, client: Client, red: StockLevel, count: CycleCount
    ) -> None:
        for level in StockLevel.objects.order_by("pk"):
            answer = client.post(url_of(count), figure(level, level.available), follow=True)
        words = text_of(answer.content)
        assert "Everything is counted" in words
        assert "Every figure agrees with the ledger." in words

    def test_is_refused_once_somebody_closed_the_count(
        self, client: Client, red: StockLevel, count: CycleCount
    ) -> None:
        client.post(url_of(count), figure(red, 5))
        client.post(url_of(count, "count_close"), {"op_id": str(uuid4())})
        answer = client.post(url_of(count), figure(red, 4))
        assert answer.status_code == 409
        assert "is closed already" in text_of(answer.content)


class TestClosing:
    def test_shows_which_discrepancies_it_opened(
        self, client: Client, red: StockLevel, count: CycleCount
    ) -> None:
        client.post(url_of(count), figure(red, 3))
        sent = {"op_id": str(uuid4())}
        answer = client.post(url_of(count, "count_close"), sent, follow=True)
        found = Discrepancy.objects.get()
        assert f"Shirt SHIRT-RED {found.number} −2 Open" in text_of(answer.content)
        red.refresh_from_db()
        assert red.available == 5

    def test_waits_for_a_first_figure(self, client: Client, count: CycleCount) -> None:
        assert "Nothing is counted yet." in read(client, url_of(count))
        answer = client.post(url_of(count, "count_close"), {"op_id": str(uuid4())})
        assert answer.status_code == 409
        assert "Nothing is counted yet." in text_of(answer.content)

    def test_may_be_given_up_after_a_question(
        self, client: Client, red: StockLevel, count: CycleCount
    ) -> None:
        client.post(url_of(count), figure(red, 3))
        assert "1 figures are entered." in read(client, url_of(count, "count_cancel"))
        client.post(url_of(count, "count_cancel"), {"op_id": str(uuid4())})
        assert not Discrepancy.objects.exists()
        assert "Cancelled" in read(client, reverse("console:counts_tab", args=["closed"]))

    def test_is_offered_to_nobody_who_only_looks(self, client: Client, count: CycleCount) -> None:
        client.force_login(make_user(Role.AGENT))
        html = client.get(url_of(count)).content.decode()
        assert url_of(count, "count_close") not in html
        assert 'name="scan"' not in html
