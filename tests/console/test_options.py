"""What if: the panel on the case, and the yes to one outcome."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from exchanges.models import Exchange
from exchanges.states import ExchangeState as S
from returns.models import Return
from returns.states import Outcome
from tests.console.screens import HTMX, case_url, fields_of, sign_in, text_of
from tests.factories.cases import bring_back
from tests.factories.stock import make_product, make_stock, make_variant
from tests.factories.swaps import Swap, make_swap, open_exchange

pytestmark = pytest.mark.django_db


def make_case(**swap: Any) -> tuple[Swap, Exchange]:
    made = make_swap(**swap)
    jacket = make_variant(product=make_product(title="Jacket"), price="60.00")
    make_stock(jacket, made.place, 2)
    return made, open_exchange(made)


def options_url(exchange: Exchange) -> str:
    return reverse("console:options", args=[exchange.return_case.number])


def take_url(exchange: Exchange, kind: str) -> str:
    return reverse("console:take_option", args=[exchange.return_case.number, kind])


def open_form(client: Client, exchange: Exchange, kind: str) -> dict[str, str]:
    """The hidden fields of the form behind a card's button."""
    panel = client.get(options_url(exchange)).content.decode()
    (address,) = re.findall(rf'href="({re.escape(take_url(exchange, kind))}[^"]*)"', panel)
    page = client.get(address.replace("&amp;", "&")).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


class TestThePanel:
    def test_is_asked_for_by_the_case_and_not_drawn_with_it(self) -> None:
        _, exchange = make_case()
        page = sign_in().get(case_url(exchange)).content.decode()
        assert f'hx-get="{options_url(exchange)}"' in page
        assert 'data-key="w"' in page
        assert "option-refund" not in page

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
    def test_says_what_each_outcome_comes_to(self, headers: dict[str, str]) -> None:
        _, exchange = make_case()
        answer = sign_in().get(options_url(exchange), headers=headers)
        said = text_of(answer.content)
        assert "Refund Customer gets €43.20" in said
        assert "Even swap As it is now 1 × Shirt red Nothing to pay" in said
        assert "Upgrade 1 × Jacket" in said
        assert "Customer pays €16.80" in said
        assert ("<html" in answer.content.decode()) is not bool(headers)

    def test_says_why_not_and_what_would_change_it(self) -> None:
        _, exchange = make_case()
        said = text_of(sign_in().get(options_url(exchange)).content)
        assert "Not possible" in said
        assert "A second person has to agree first" in said

    def test_says_that_there_is_nothing_to_choose_any_more(self) -> None:
        _, exchange = make_case()
        bring_back(exchange.return_case)
        Exchange.objects.get(pk=exchange.pk)
        exchange.return_case.refresh_from_db()
        said = text_of(sign_in().get(options_url(exchange)).content)
        assert "What if" in said

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ("sku=NOBODY-SELLS-THIS", "No article with the SKU “NOBODY-SELLS-THIS” is sold."),
            ("percent=120", "less than or equal to 100"),
            ("percent=half", "Enter a number"),
        ],
    )
    def test_says_what_it_cannot_read(self, asked: str, words: str) -> None:
        _, exchange = make_case()
        answer = sign_in().get(f"{options_url(exchange)}?{asked}")
        assert answer.status_code == 422
        assert words in text_of(answer.content)

    def test_offers_nothing_to_who_may_not_open_cases(self) -> None:
        _, exchange = make_case()
        page = sign_in(Role.AUDITOR).get(options_url(exchange)).content.decode()
        assert "Take:" not in page
        assert sign_in(Role.AUDITOR).get(take_url(exchange, "refund")).status_code == 403

    def test_shows_no_case_of_another_partner(self) -> None:
        assert sign_in().get(
            reverse("console:options", args=["RMA-AAAAA-AAAAA-A"])
        ).status_code in (404,)


class TestTakingOne:
    def test_says_once_more_what_it_comes_to(self) -> None:
        _, exchange = make_case()
        said = text_of(sign_in().get(take_url(exchange, "refund")).content)
        assert "Customer gets €43.20. 1 unit held for this case go free at once." in said

    def test_carries_it_out_and_leads_back_to_the_case(self) -> None:
        _, exchange = make_case()
        client = sign_in()
        fields = open_form(client, exchange, "refund")
        answer = client.post(
            take_url(exchange, "refund"), fields | {"reason": "Wants money"}, follow=True
        )
        assert answer.redirect_chain == [(case_url(exchange), 302)]
        assert Exchange.objects.get().state == S.CONVERTED_TO_REFUND

    def test_sends_the_dearer_one_that_was_on_the_card(self) -> None:
        _, exchange = make_case()
        client = sign_in()
        fields = open_form(client, exchange, "upgrade")
        client.post(take_url(exchange, "upgrade"), fields | {"reason": "Likes it"})
        assert Exchange.objects.get().lines.get().variant.product.title == "Jacket"

    def test_wants_to_know_why(self) -> None:
        _, exchange = make_case()
        client = sign_in()
        fields = open_form(client, exchange, "repair")
        answer = client.post(take_url(exchange, "repair"), fields | {"reason": ""})
        assert answer.status_code == 422
        assert "This field is required." in text_of(answer.content)
        assert Return.objects.get().lines.get().outcome == Outcome.EXCHANGE

    def test_does_nothing_where_it_comes_to_another_amount_by_now(self) -> None:
        _, exchange = make_case()
        client = sign_in()
        fields = open_form(client, exchange, "refund") | {"customer": "99.00", "reason": "Money"}
        answer = client.post(take_url(exchange, "refund"), fields)
        assert answer.status_code == 409
        assert "It comes to something else by now" in text_of(answer.content)
        assert Exchange.objects.get().state == S.AWAITING_GOODS

    def test_does_nothing_on_a_case_that_somebody_changed(self) -> None:
        _, exchange = make_case()
        client = sign_in()
        fields = open_form(client, exchange, "refund")
        client.post(case_url(exchange, "assignment"), fields_of(exchange))
        answer = client.post(take_url(exchange, "refund"), fields | {"reason": "Money"})
        assert answer.status_code == 409
        assert Exchange.objects.get().state == S.AWAITING_GOODS

    @pytest.mark.parametrize("goods", ["x", "1:2", "1:2:3:4", "0:999999:1"])
    def test_takes_no_form_that_is_not_its_own(self, goods: str) -> None:
        _, exchange = make_case()
        fields = fields_of(exchange, goods=goods, reason="Money", customer="0")
        answer = sign_in().post(take_url(exchange, "upgrade"), fields)
        assert answer.status_code in (400, 409, 422)

    def test_knows_no_other_outcomes(self) -> None:
        _, exchange = make_case()
        assert sign_in().get(take_url(exchange, "a-free-car")).status_code == 404
