"""Stock by SKU: found, seen over all places with what keeps it back, followed in the ledger."""

from __future__ import annotations

import csv
import datetime as dt
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.roles import Role
from exchanges import queries
from inventory.models import Discrepancy, StockLevel, StockRule, WaitingLine
from inventory.services import AllocationLine, adjust_stock, allocate_stock
from inventory.states import AdjustReason
from tests.console.screens import DESK_ROLES, browser_of, sign_in, text_of
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_location, make_product, make_stock, make_variant
from tests.factories.swaps import AGENT, NOW, Swap, make_swap, open_exchange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

STOCK = reverse("console:stock")


def sku_page(sku: str, role: Role = Role.AGENT) -> str:
    return text_of(sign_in(role).get(reverse("console:sku", args=[sku])).content)


def ledger_url(sku: str) -> str:
    return reverse("console:ledger", args=[sku])


def adjust(level: StockLevel, change: int, reason: AdjustReason = AdjustReason.FOUND) -> None:
    adjust_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        change=change,
        reason=reason,
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )


def sell(swap: Swap, *, reference: str, units: int = 1) -> None:
    """On a channel, and not sent yet."""
    allocate_stock(
        partner_id=swap.red.partner_id,
        lines=[AllocationLine(reference=reference, variant_id=swap.red.pk, quantity=units)],
        channel="shopify",
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )


class TestStock:
    @pytest.mark.parametrize("words", ["SHOE-7", "shoe-7", "4006381", "Trail blue"])
    def test_finds_goods_by_sku_barcode_and_title(self, words: str) -> None:
        make_variant("SHOE-7", product=make_product(title="Trail"), title="blue", barcode="4006381")
        make_variant("OTHER", title="something else")
        page = text_of(sign_in().get(STOCK, {"words": words}).content)

        assert "SHOE-7" in page
        assert "OTHER" not in page

    def test_puts_first_what_changed_last(self) -> None:
        place = make_location()
        levels = [make_stock(make_variant(sku), place, 3) for sku in ("FIRST", "SECOND")]
        adjust(levels[0], 1)
        page = text_of(sign_in().get(STOCK).content)

        assert page.index("FIRST") < page.index("SECOND")

    def test_says_what_found_nothing(self) -> None:
        page = text_of(sign_in().get(STOCK, {"words": "nothing"}).content)

        assert "No SKU or barcode begins with “nothing”" in page

    def test_tells_two_partners_goods_of_one_sku_apart(self) -> None:
        ours = make_variant("TWIN", product=make_product(title="Ours"))
        theirs = make_variant("TWIN", product=make_product(make_partner("norrhem"), title="Theirs"))
        person = make_user(Role.AGENT)
        person.memberships.create(partner=theirs.partner, role=Role.AGENT)
        page = browser_of(person).get(STOCK, {"words": "TWIN"}).content.decode()

        assert reverse("console:sku", args=[ours.public_id]) in page
        assert reverse("console:sku", args=[theirs.public_id]) in page

    @pytest.mark.parametrize("role", DESK_ROLES)
    def test_opens_for_everyone_at_the_desk(self, role: Role) -> None:
        assert sign_in(role).get(STOCK).status_code == 200

    def test_shows_nothing_of_another_partner(self) -> None:
        swap = make_swap()
        stranger = browser_of(make_user(Role.ADMIN, make_partner("norrhem")))

        assert swap.red.sku not in text_of(stranger.get(STOCK).content)
        for name in ("sku", "ledger", "ledger_csv"):
            address = reverse(f"console:{name}", args=[swap.red.sku])
            assert stranger.get(address).status_code == 404


class TestSku:
    def test_says_what_lies_where_and_for_whom(self) -> None:
        swap = make_swap(available=5)
        exchange = open_exchange(swap)
        sell(swap, reference="orderline:1", units=2)
        page = sku_page(swap.red.sku)
        (hold,) = queries.list_holds(exchange)

        assert "On hand 5 Available 2 Held for exchanges 1 Sold, not sent 2" in page
        assert f"{exchange.return_case.number} 1 at LEJ · {hold.number}" in page

    def test_keeps_safety_stock_from_exchanges_alone(self) -> None:
        swap = make_swap(available=5)
        StockRule.objects.create(partner=swap.red.partner, variant=swap.red, safety_stock=2)

        assert "A sale can have 5 An exchange can have 3" in sku_page(swap.red.sku)

    def test_promises_nobody_what_a_count_missed(self) -> None:
        swap = make_swap(available=5)
        found = Discrepancy.objects.create(
            partner=swap.red.partner,
            variant=swap.red,
            location=swap.place,
            bucket="available",
            source="cycle_count",
            expected=5,
            counted=4,
            counted_at=NOW,
            opened_at=NOW,
        )
        page = sku_page(swap.red.sku)

        assert "A sale can have 4 An exchange can have 4" in page
        assert f"{found.number} LEJ · Cycle count 4 counted, 5 expected (−1)" in page

    def test_lists_who_waits_in_their_order(self) -> None:
        swap = make_swap(available=2)
        exchange = open_exchange(swap)
        for days, number in ((1, 2), (3, 1)):
            WaitingLine.objects.create(
                partner=swap.red.partner,
                reference=f"exchangeline:{number}",
                case=exchange.case,
                variant=swap.red,
                quantity=number,
                since=NOW - dt.timedelta(days=days),
            )

        page = sku_page(swap.red.sku)
        assert page.index("1 wanted · 1 of 2 in line") < page.index("2 wanted · 2 of 2 in line")

    def test_names_the_order_that_units_were_sold_to(self) -> None:
        swap = make_swap(available=3)
        sell(swap, reference=f"orderline:{swap.order.lines.get().pk}")

        assert swap.order.number in sku_page(swap.red.sku)

    def test_leads_on_to_who_may_adjust(self) -> None:
        swap = make_swap()

        assert "Adjust…" in sku_page(swap.red.sku, Role.WAREHOUSE)
        assert "Adjust…" not in sku_page(swap.red.sku, Role.AGENT)

    def test_has_a_page_for_a_sku_with_a_slash(self) -> None:
        make_stock(make_variant("SHOE/7?"), make_location(), 4)

        assert "On hand 4" in sku_page("SHOE/7?")

    def test_costs_the_same_queries_however_much_is_held(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        swap = make_swap(available=3)
        open_exchange(swap)
        browser = sign_in()
        browser.get(reverse("console:sku", args=[swap.red.sku]))

        with django_assert_max_num_queries(22):
            browser.get(reverse("console:sku", args=[swap.red.sku]))


class TestLedger:
    def test_says_what_moved_why_and_what_lay_there_then(self) -> None:
        swap = make_swap(available=5)
        adjust(swap.stock, -2, AdjustReason.BROKEN)
        page = text_of(sign_in().get(ledger_url(swap.red.sku)).content)

        assert "−2 Available → to Count difference Adjusted Broken LEJ – Swapdesk 3 0 0 0" in page
        assert "+5 In from the supplier → to Available Opening stock LEJ" in page

    def test_leads_to_the_case_that_holds(self) -> None:
        swap = make_swap(available=5)
        exchange = open_exchange(swap)
        page = text_of(sign_in().get(ledger_url(swap.red.sku)).content)

        assert "Available → to Held for exchanges" in page
        assert f"{exchange.return_case.number} Swapdesk 4 1 0 0" in page

    def test_is_narrowed_to_a_cause_with_the_same_balances(self) -> None:
        swap = make_swap(available=5)
        adjust(swap.stock, 3)
        open_exchange(swap)
        adjust(swap.stock, 1)
        address = ledger_url(swap.red.sku)
        page = text_of(sign_in().get(address, {"cause": "adjustment"}).content)

        assert "Found LEJ – Swapdesk 8 1 0 0" in page
        assert "Found LEJ – Swapdesk 8 0 0 0" in page
        assert "Opening stock LEJ" not in page

    def test_is_narrowed_to_a_place(self) -> None:
        swap = make_swap(available=5)
        elsewhere = make_location("WRO")
        make_stock(swap.red, elsewhere, 9)
        address = ledger_url(swap.red.sku)
        page = text_of(sign_in().get(address, {"place": elsewhere.public_id}).content)

        assert "+9" in page
        assert "+5" not in page

    def test_walks_on_by_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("console.stock.ledger.PAGE", 2)
        swap = make_swap(available=5)
        for change in (1, 2, 3):
            adjust(swap.stock, change)
        browser, address = sign_in(), ledger_url(swap.red.sku)
        first = browser.get(address).context["page"]
        second = browser.get(address + first.pager.next_url).context["page"]

        assert [row.units for row in first.rows] == ["+3", "+2"]
        assert [(row.units, row.after.available) for row in second.rows] == [("+1", 6), ("+5", 5)]

    def test_says_that_nothing_fits_the_filters(self) -> None:
        swap = make_swap()
        address = ledger_url(swap.red.sku)

        nothing = text_of(sign_in().get(address, {"cause": "scrap"}).content)
        assert "No movement Shown is only: Scrapped. Clear filters" in nothing


class TestLedgerFile:
    def test_has_every_line_with_its_balances(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("console.stock.ledger.FILE_PAGE", 1)
        swap = make_swap(available=5)
        adjust(swap.stock, 2)
        answer = sign_in().get(reverse("console:ledger_csv", args=[swap.red.sku]))
        rows = list(csv.DictReader(StringIO(answer.getvalue().decode())))

        assert [(row["units"], row["available_after"]) for row in rows] == [("2", "7"), ("5", "5")]
        assert rows[0]["at_utc"].startswith("2026-11-06T10:00")

    def test_runs_nothing_in_a_spreadsheet(self) -> None:
        level = make_stock(make_variant("=2+2"), make_location(), 1)
        answer = sign_in().get(reverse("console:ledger_csv", args=[level.variant.sku]))

        assert "'=2+2" in answer.getvalue().decode()
