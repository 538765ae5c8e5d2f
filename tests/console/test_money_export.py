"""What finance takes along: sums that add up, cells that run nowhere, one number for a case."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client

from core import clock
from core.roles import Role
from payments import courier
from payments.models import MoneyOperation
from tests.console.screens import browser_of, fields_of, sign_in
from tests.factories.money import make_account, make_card
from tests.factories.people import make_partner, make_user
from tests.factories.swaps import make_swap, open_exchange
from tests.payments.bank import Bank

pytestmark = pytest.mark.django_db


def read(client: Client) -> list[dict[str, str]]:
    text = client.get("/payments/export.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def charged(bank: Bank) -> tuple[str, str]:
    """86.50 for 43.20, and 43.30 charged: the numbers of the case and its exchange."""
    swap = make_swap(price="86.50", price_policy="current")
    make_account(swap.order.partner_id)
    card = make_card(swap.order.customer)
    exchange = open_exchange(swap)
    number = exchange.return_case.number
    typed = fields_of(exchange, card=str(card.pk), consent="on")
    sign_in(Role.AGENT).post(f"/cases/{number}/pay/charge/", typed)
    courier.carry_out_due(now=clock.now())
    return number, exchange.number


class TestExport:
    def test_adds_up_as_numbers(self, charged: tuple[str, str]) -> None:
        rows = read(sign_in(Role.AUDITOR))
        amounts = {row["account"]: Decimal(row["amount"]) for row in rows}
        assert amounts == {"provider": Decimal("43.30"), "customer": Decimal("-43.30")}
        assert {row["posting"] for row in rows} == {rows[0]["posting"]}

    def test_names_the_case_its_exchange_the_time_and_who(self, charged: tuple[str, str]) -> None:
        for row in read(sign_in(Role.AUDITOR)):
            assert (row["rma"], row["exchange"]) == charged
            assert row["at"]
            assert row["by"] == "system:money-courier"

    def test_has_no_cell_that_runs_as_a_formula(self, charged: tuple[str, str]) -> None:
        MoneyOperation.objects.update(provider_reference='=HYPERLINK("https://evil.example")')
        for row in read(sign_in(Role.AUDITOR)):
            assert row["provider_reference"].startswith("'=")

    def test_is_found_by_those_who_may_have_it(self, charged: tuple[str, str]) -> None:
        for role, sees in ((Role.LEAD, True), (Role.AUDITOR, True), (Role.AGENT, False)):
            page = sign_in(role).get("/payments/differences/").content.decode()
            assert ('href="/payments/export.csv"' in page) is sees

    def test_is_of_ones_own_partners(self, charged: tuple[str, str]) -> None:
        stranger = make_user(Role.AUDITOR, make_partner("norrhem"))
        assert read(browser_of(stranger)) == []
