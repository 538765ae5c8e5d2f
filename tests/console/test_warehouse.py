"""The warehouse at work: scanning, counting, grading and shipping, with htmx and without."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import deliveries
from core.roles import Role
from exchanges.models import Exchange
from fulfilment.models import InboundParcel, Shipment
from inventory.models import StockLevel
from orders.models import OrderLineUnit
from payments.models import CreditMemo
from returns.models import Inspection, ReceiptLine, Return
from tests.factories.cases import give_terms, open_case, receive, want
from tests.factories.cases import inspect as inspect_all
from tests.factories.desk import HTMX, make_swap_today, open_today, sign_in
from tests.factories.people import make_partner
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db

HOME = reverse("console:warehouse")
AS_PART = HTMX | {"HX-Target": "inspection"}
MAY = (Role.WAREHOUSE, Role.ADMIN)
MAY_NOT = (Role.AGENT, Role.LEAD, Role.AUDITOR, Role.PARTNER)


def make_case(**sold: Any) -> Return:
    """Blue is to come back, red waits to go out."""
    return open_today(make_swap_today(**sold)).return_case


def inspect_url(case: Return) -> str:
    return reverse("console:inspect", args=[case.number])


def fields_of(html: str) -> dict[str, str]:
    """What a browser would send of the page's hidden fields."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}


def drawn(client: Client, url: str) -> dict[str, str]:
    return fields_of(client.get(url).content.decode())


def drawn_as_text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def count(case: Return, quantity: int = 1, **others: Any) -> dict[str, Any]:
    line = case.lines.get()
    place = InboundParcel.objects.get(case=f"return:{case.pk}").location_id
    return {
        f"line-{line.pk}-quantity": quantity,
        f"line-{line.pk}-damaged": 0,
        "location": place,
        "tracking_number": "DHL-1",
    } | others


def grade(case: Return, letter: str = "A", **others: Any) -> dict[str, Any]:
    row = ReceiptLine.objects.get(receipt__return_case=case)
    return {f"row-{row.pk}-grade": letter, f"row-{row.pk}-quantity": row.quantity} | {
        f"row-{row.pk}-{name}": value for name, value in others.items()
    }


class TestRoles:
    def test_let_the_warehouse_in(self, client: Client) -> None:
        case = make_case()
        for role in MAY:
            sign_in(client, role)
            for url in (HOME, inspect_url(case), reverse("console:ship", args=[case.number])):
                assert client.get(url).status_code == 200, (role, url)

    def test_keep_the_others_out(self, client: Client) -> None:
        case = make_case()
        for role in MAY_NOT:
            sign_in(client, role)
            for headers in ({}, AS_PART):
                answer = client.post(inspect_url(case), count(case), headers=headers)
                assert answer.status_code == 403, (role, headers)
                assert not ReceiptLine.objects.exists()

    def test_hide_the_cases_of_other_partners(self, client: Client) -> None:
        case = make_case()
        sign_in(client, Role.WAREHOUSE, partner=make_partner("other"))
        assert client.get(inspect_url(case)).status_code == 404
        assert case.number not in client.get(HOME).content.decode()


class TestWorkLists:
    def test_show_a_case_where_its_work_is(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        assert "1 to receive" in client.get(HOME).content.decode()
        receive(case)
        assert ">1 to inspect<" in client.get(HOME).content.decode()
        inspect_all(case)
        deliveries.deliver_due()
        assert ">1 to pick and ship<" in client.get(HOME).content.decode()

    def test_narrow_to_a_centre(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        assert case.number in client.get(HOME, {"at": "LEJ"}).content.decode()
        assert case.number not in client.get(HOME, {"at": "WRO"}).content.decode()

    def test_cost_the_same_for_many_as_for_one(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        swap = make_swap_today(available=6, quantity=6)
        for _ in range(5):
            open_today(swap)
        client.get(HOME)
        with django_assert_max_num_queries(28):
            client.get(HOME)


class TestScan:
    @pytest.mark.parametrize("typed", [str, str.lower])
    def test_of_a_case_number_opens_it(self, client: Client, typed: Any) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        answer = client.get(HOME, {"scan": typed(case.number)})
        assert answer.headers["Location"] == inspect_url(case)

    def test_of_goods_opens_the_only_case_that_awaits_them(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        sku = case.lines.get().order_line.sku
        to = client.get(HOME, {"scan": sku.lower()}).headers["Location"]
        assert to.startswith(inspect_url(case))
        assert f'name="line-{case.lines.get().pk}-quantity" value="1"' in drawn_as_text(client, to)

    @pytest.mark.parametrize("is_label_first", [True, False])
    def test_in_any_order_comes_to_one_count(self, client: Client, is_label_first: bool) -> None:
        sign_in(client, Role.WAREHOUSE)
        swap = make_swap_today(available=2, quantity=2)
        case, _ = (open_today(swap).return_case for _ in range(2))
        scans = [case.number, swap.blue.sku][:: 1 if is_label_first else -1]
        if is_label_first:
            assert client.get(HOME, {"scan": scans[0]}).headers["Location"] == inspect_url(case)
            return
        assert "awaited in several" in drawn_as_text(client, f"{HOME}?scan={scans[0]}")
        to = client.get(HOME, {"heard": scans[0], "scan": scans[1]}).headers["Location"]
        assert f'name="line-{case.lines.get().pk}-quantity" value="1"' in drawn_as_text(client, to)

    def test_of_goods_asks_which_case_when_several_await_them(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        swap = make_swap_today(available=2, quantity=2)
        cases = [open_today(swap).return_case for _ in range(2)]
        html = client.get(HOME, {"scan": swap.blue.sku}).content.decode()
        assert "Which case?" in html
        assert all(case.number in html for case in cases)

    def test_of_a_misread_number_says_so(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        number = make_case().number
        wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
        assert "has a typing error" in client.get(HOME, {"scan": wrong}).content.decode()


class TestCount:
    @pytest.mark.parametrize("headers", [{}, AS_PART])
    def test_takes_a_scan_without_booking(self, client: Client, headers: dict[str, str]) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        line = case.lines.get()
        sent = drawn(client, inspect_url(case)) | count(case, 0, scan=line.order_line.sku)
        html = client.post(inspect_url(case), sent, headers=headers).content.decode()
        assert f'name="line-{line.pk}-quantity" value="1"' in html
        assert not ReceiptLine.objects.exists()

    def test_takes_what_is_no_goods_for_the_label(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        sent = count(case, 0, scan="00340434", tracking_number="", step="count")
        html = client.post(inspect_url(case), sent).content.decode()
        assert 'name="tracking_number" value="00340434"' in html

    def test_asks_for_a_serial_number_where_goods_have_one(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        line = case.lines.get()
        OrderLineUnit.objects.create(
            partner=case.partner, line=line.order_line, unit_number=1, serial="B4-88"
        )
        sent = drawn(client, inspect_url(case)) | {"scan": line.order_line.sku}
        html = client.post(inspect_url(case), sent).content.decode()
        assert "now scan its serial number" in html
        sent = fields_of(html) | {"scan": "b4-88", "location": count(case)["location"]}
        assert "B4-88" in client.post(inspect_url(case), sent).content.decode()

    def test_books_what_was_counted(self, client: Client) -> None:
        user = sign_in(client, Role.WAREHOUSE)
        case = make_case()
        sent = drawn(client, inspect_url(case)) | count(case)
        assert client.post(inspect_url(case), sent).status_code == 302
        row = ReceiptLine.objects.get()
        assert (row.quantity, row.receipt.tracking_number) == (1, "DHL-1")
        assert row.receipt.received_by == f"user:{user.pk}"

    def test_books_once_however_often_it_is_sent(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        sent = drawn(client, inspect_url(case)) | count(case)
        assert [client.post(inspect_url(case), sent).status_code for _ in range(2)] == [302, 302]
        assert ReceiptLine.objects.count() == 1

    def test_books_a_part_and_awaits_the_rest(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        swap = make_swap_today(available=2, quantity=2)
        case = open_today(swap, quantity=2).return_case
        client.post(inspect_url(case), drawn(client, inspect_url(case)) | count(case))
        assert Return.objects.get().state == "partly_received"
        html = client.get(inspect_url(case) + "?step=count").content.decode()
        assert "1 of 2 here" in html

    def test_keeps_what_nobody_announced_apart(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        extra: dict[str, Any] = {
            "found_count": 1,
            "found-0-sku": "STRAY-1",
            "found-0-quantity": 2,
            "found-0-instead_of": "",
        }
        client.post(inspect_url(case), drawn(client, inspect_url(case)) | count(case, **extra))
        assert ReceiptLine.objects.get(sku_found="STRAY-1").kind == "extra"

    def test_says_what_cannot_be_and_keeps_what_was_typed(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        sent = drawn(client, inspect_url(case)) | count(case, 0)
        answer = client.post(inspect_url(case), sent)
        assert answer.status_code == 422
        assert "Count at least one unit." in answer.content.decode()
        assert 'value="DHL-1"' in answer.content.decode()

    def test_refuses_what_was_drawn_before_somebody_else_acted(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        sent = drawn(client, inspect_url(case)) | count(case)
        Return.objects.filter(pk=case.pk).update(version=case.version + 5)
        answer = client.post(inspect_url(case), sent)
        assert answer.status_code == 409
        assert fields_of(answer.content.decode())["version"] == str(case.version + 5)


class TestGrade:
    @pytest.mark.parametrize("headers", [{}, AS_PART])
    @pytest.mark.parametrize(("letter", "goes_to"), [("A", "restock"), ("C", "refurbish")])
    def test_suggests_where_goods_go(
        self, client: Client, headers: dict[str, str], letter: str, goes_to: str
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        receive(case)
        sent = drawn(client, inspect_url(case)) | grade(case, letter) | {"redraw": "yes"}
        html = client.post(inspect_url(case), sent, headers=headers).content.decode()
        assert re.search(rf'value="{goes_to}"[^>]* checked', html)
        assert not Inspection.objects.exists()

    def test_follows_a_new_grade_until_the_worker_decides(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        receive(case)
        as_suggested = {"passes": "yes", "goes-to": "restock", "suggested": "yes|restock"}
        own = {"passes": "yes", "goes-to": "scrap", "suggested": "yes|restock"}
        for chosen, goes_to in ((as_suggested, "refurbish"), (own, "scrap")):
            sent = grade(case, "C", **chosen) | {"redraw": "yes"}
            html = client.post(inspect_url(case), sent).content.decode()
            assert re.search(rf'value="{goes_to}"[^>]* checked', html)

    def test_blocks_what_cannot_be_with_the_reason(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        receive(case)
        sent = grade(case, "D") | {"redraw": "yes"}
        html = client.post(inspect_url(case), sent).content.decode()
        assert re.search(r'value="restock"[^>]* disabled', html)
        assert "Refused goods are set apart or sent back" in html

    def test_books_as_suggested_and_sends_the_replacement_on(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        receive(case)
        client.post(inspect_url(case), drawn(client, inspect_url(case)) | grade(case))
        deliveries.deliver_due()
        blue = case.lines.get().order_line.variant
        assert StockLevel.objects.get(variant=blue).available == 1
        assert Exchange.objects.get().state == "releasing"

    def test_books_once_however_often_it_is_sent(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        receive(case)
        sent = drawn(client, inspect_url(case)) | grade(case)
        assert [client.post(inspect_url(case), sent).status_code for _ in range(2)] == [302, 302]
        assert Inspection.objects.count() == 1

    def test_leaves_for_later_what_has_no_grade(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        receive(case)
        answer = client.post(inspect_url(case), drawn(client, inspect_url(case)))
        assert answer.status_code == 422
        assert "Grade at least one unit." in answer.content.decode()

    def test_says_what_follows_before_it_is_booked(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = make_case()
        receive(case)
        sent = grade(case) | {"redraw": "yes"}
        html = client.post(inspect_url(case), sent).content.decode()
        assert "The replacement goes to pick and ship by itself." in html

    def test_says_to_the_cent_what_a_grade_takes_off_and_credits_just_that(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """S6's units, where the penny lies on the second of them."""
        sign_in(client, Role.WAREHOUSE)
        give_terms(monkeypatch, reductions={"A": Decimal(0), "C": Decimal("0.25")})
        line = make_order(Sold("89.99", "7.42", quantity=3)).lines.get()
        case = open_case(line.order, want(line))
        receive(case)
        taken, refused = {"passes": "yes"}, {"passes": "no", "suggested": "yes|refurbish"}
        off = "Condition: grade C, 25 % off: €8.12 is taken off."
        for letter, chosen, says in (
            ("A", taken, ["€32.47 is credited in all."]),
            ("C", refused, []),
            ("C", taken, [off, "€24.35 is credited in all."]),
        ):
            sent = grade(case, letter, **chosen) | {"redraw": "yes"}
            html = client.post(inspect_url(case), sent).content.decode()
            said = [words for words in (off, "€32.47 is", "€24.35 is") if words in html]
            assert [words[:9] for words in said] == [words[:9] for words in says]
        sent.pop("redraw")
        client.post(inspect_url(case), drawn(client, inspect_url(case)) | sent)
        assert CreditMemo.objects.get(state="issued").gross == Decimal("24.35")


class TestShip:
    def ready(self) -> Return:
        case = make_case()
        receive(case)
        inspect_all(case)
        deliveries.deliver_due()
        return case

    def test_names_goods_and_hold_to_fetch(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        case = self.ready()
        html = client.get(reverse("console:ship", args=[case.number])).content.decode()
        assert Exchange.objects.get().lines.get().variant.sku in html
        assert "HLD-" in html

    def test_sends_the_parcel_off(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        url = reverse("console:ship", args=[self.ready().number])
        sent = drawn(client, url) | {"carrier": "DHL", "tracking_number": "00340434"}
        assert client.post(url, sent).headers["Location"] == HOME
        shipment = Shipment.objects.get()
        assert (shipment.state, shipment.tracking_number) == ("shipped", "00340434")

    def test_asks_for_the_carrier(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        url = reverse("console:ship", args=[self.ready().number])
        answer = client.post(url, drawn(client, url) | {"carrier": ""})
        assert answer.status_code == 422
        assert Shipment.objects.get().state == "released"

    def test_says_why_nothing_may_leave_yet(self, client: Client) -> None:
        sign_in(client, Role.WAREHOUSE)
        url = reverse("console:ship", args=[make_case().number])
        assert "It is not released to the warehouse yet." in client.get(url).content.decode()
