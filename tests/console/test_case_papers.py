"""Papers where they are needed: on the case, by key, and behind the links of the letter."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from core.deliveries import deliver_due
from core.roles import Role
from notifications.models import Message
from notifications.queries import read_message
from returns.links import make_links
from returns.models import Return
from returns.services import CountedLine, cancel_return
from tests.console.screens import sign_in, text_of
from tests.factories.cases import AGENT, NOW, bring_back, open_case, receive, want
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db

OUTSIDE = "https://desk.shop.example"


@pytest.fixture
def case(db: None) -> Return:
    make_location("LEJ", name="Leipzig")
    order = make_order(Sold("40.00", "3.20", quantity=2))
    return open_case(order, want(order.lines.get(), 2))


def page_of(case: Return, role: Role = Role.AGENT) -> str:
    return sign_in(role).get(reverse("console:case", args=[case.number])).content.decode()


class TestOnTheCase:
    def test_lead_to_label_slip_and_code_by_key(self, case: Return) -> None:
        html = page_of(case)
        for name, key in (("label", "p l"), ("packing_slip", "p s"), ("drop_off_code", "p c")):
            url = reverse(f"console:{name}", args=[case.number])
            assert f'href="{url}" data-key="{key}"' in html

    def test_lead_to_the_memo_once_it_is_issued(self, case: Return) -> None:
        assert "print/memo" not in page_of(case)
        memo = bring_back(case)
        html = page_of(case)
        assert reverse("console:one_credit_memo", args=[case.number, memo.number]) in html
        assert reverse("console:label", args=[case.number]) not in html

    def test_say_what_was_not_as_announced(self, case: Return) -> None:
        receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=1))
        assert "Missing: decide" in text_of(page_of(case).encode())


class TestInTheLetter:
    def test_are_links_where_the_desk_has_an_address(
        self, case: Return, settings: LazySettings
    ) -> None:
        settings.PUBLIC_ADDRESS = OUTSIDE
        deliver_due()
        body = read_message(Message.objects.get(template="return_authorised")).body
        assert f"Label to print: {OUTSIDE}/papers/" in body

    def test_are_left_out_where_it_has_none(self, case: Return, settings: LazySettings) -> None:
        settings.PUBLIC_ADDRESS = ""
        deliver_due()
        body = read_message(Message.objects.get(template="return_authorised")).body
        assert "Label" not in body

    @pytest.mark.parametrize("paper", ["label", "slip", "code"])
    def test_open_without_signing_in(
        self, client: Client, case: Return, settings: LazySettings, paper: str
    ) -> None:
        settings.PUBLIC_ADDRESS = OUTSIDE
        answer = client.get(make_links(case)[paper].removeprefix(OUTSIDE))
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    def test_end_with_the_case(self, client: Client, case: Return, settings: LazySettings) -> None:
        settings.PUBLIC_ADDRESS = OUTSIDE
        url = make_links(case)["label"].removeprefix(OUTSIDE)
        cancel_return(
            return_id=case.pk,
            version=None,
            reason="Kept.",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        assert client.get(url).status_code == 404

    @pytest.mark.parametrize("token", ["x", "ret_1:1tXyz:forged", "InJldF94Ig:1tXyz:abc"])
    def test_cannot_be_made_up(self, client: Client, case: Return, token: str) -> None:
        assert client.get(f"/papers/{token}/label.pdf").status_code == 404

    def test_open_nothing_else(self, client: Client, case: Return, settings: LazySettings) -> None:
        settings.PUBLIC_ADDRESS = OUTSIDE
        url = make_links(case)["label"].removeprefix(OUTSIDE)
        assert client.get(url.replace("label.pdf", "memo.pdf")).status_code == 404
