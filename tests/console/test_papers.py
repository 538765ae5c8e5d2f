"""Label, slip, drop-off code and memo of a case, for those who may see it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.papers import PDF
from core.roles import Role
from returns.models import Return
from tests.factories.cases import inspect, open_case, receive
from tests.factories.desk import deliver_lately, sign_in
from tests.factories.people import make_partner
from tests.factories.sales import Sold, make_channel, make_order
from tests.factories.stock import make_location, make_product, make_variant

pytestmark = pytest.mark.django_db

PAPERS = ("label", "packing_slip", "drop_off_code")
STAFF = (Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.ADMIN, Role.AUDITOR)


def make_case() -> Return:
    make_location(address="Handelsring 12")
    return open_case(deliver_lately(make_order(Sold("40.00"))))


def address(case: Return, paper: str) -> str:
    return reverse(f"console:{paper}", args=[case.number])


class TestAPaperOfACase:
    @pytest.mark.parametrize("paper", PAPERS)
    @pytest.mark.parametrize("role", STAFF)
    def test_is_a_pdf_that_nobody_in_between_keeps(
        self, client: Client, role: Role, paper: str
    ) -> None:
        case = make_case()
        sign_in(client, role)
        answer = client.get(address(case, paper))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, PDF)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert case.number in answer.headers["Content-Disposition"]
        assert answer.content.startswith(b"%PDF-")

    @pytest.mark.parametrize("paper", [*PAPERS, "credit_memo"])
    def test_of_somebody_else_is_not_found(self, client: Client, paper: str) -> None:
        channel = make_channel("other", partner=make_partner("other"))
        variant = make_variant("FOREIGN-1", product=make_product(channel.partner))
        make_location("ELS", partner=channel.partner)
        order = make_order(Sold("5.00", variant=variant), channel=channel)
        foreign = open_case(deliver_lately(order))
        sign_in(client)
        assert client.get(address(foreign, paper)).status_code == 404

    @pytest.mark.parametrize("paper", PAPERS)
    def test_is_gone_once_the_goods_are_there(self, client: Client, paper: str) -> None:
        case = make_case()
        receive(case)
        sign_in(client)
        assert client.get(address(case, paper)).status_code == 404


class TestACreditMemo:
    def test_says_why_a_draft_cannot_be_printed(self, client: Client) -> None:
        case = make_case()
        sign_in(client)
        answer = client.get(address(case, "credit_memo"))
        assert answer.status_code == 409
        assert "issued when the goods are accepted" in answer.content.decode()

    def test_is_printed_once_issued(self, client: Client) -> None:
        case = make_case()
        receive(case)
        inspect(case)
        sign_in(client)
        answer = client.get(address(case, "credit_memo"))
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF-")
