"""A new case on one page, with htmx and without, and what stands in its way."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.roles import Role
from exchanges.models import Exchange
from inventory.models import HoldRule, Reservation, WaitingLine
from inventory.states import LastUnits
from orders.models import Order
from policies.rules import AdvancedExchange, Scope
from returns.models import Return
from tests.factories.desk import HTMX, deliver_lately, make_swap_today, sign_in
from tests.factories.people import make_partner
from tests.factories.policies import make_policy, publish
from tests.factories.sales import Sold, make_channel, make_order
from tests.factories.stock import make_location, make_product, make_stock, make_variant
from tests.factories.swaps import Swap, sell_out

pytestmark = pytest.mark.django_db

URL = reverse("console:new_case")
AS_WORKBENCH = HTMX | {"HX-Target": "workbench"}
MAY = (Role.AGENT, Role.LEAD, Role.ADMIN)
MAY_NOT = (Role.WAREHOUSE, Role.AUDITOR, Role.PARTNER)


def address(order: Order, **chosen: Any) -> str:
    return f"{URL}?order={order.public_id}" + "".join(f"&{k}={v}" for k, v in chosen.items())


def choices(swap: Swap, **others: Any) -> dict[str, Any]:
    """Blue comes back for its size, red goes out."""
    pk = swap.order.lines.get().pk
    return {
        "line": pk,
        f"line-{pk}-reason": "wrong_size",
        f"line-{pk}-outcome": "exchange",
        f"line-{pk}-quantity": "1",
        f"out-{pk}": swap.red.pk,
        f"place-{pk}": swap.place.pk,
        "type": "regular",
        "op_id": str(uuid4()),
    } | others


class TestFindOrder:
    def test_goes_straight_to_the_order_of_a_number(self, client: Client) -> None:
        sign_in(client)
        order = make_order()
        assert client.get(URL, {"q": order.number.lower()}).headers["Location"] == address(order)

    @pytest.mark.parametrize("words", ["ana@customers.example", "SHIRT-BLUE"])
    def test_lists_the_orders_of_an_e_mail_or_a_sku(self, client: Client, words: str) -> None:
        sign_in(client)
        order = make_order(Sold("40.00", variant=make_variant("SHIRT-BLUE")))
        html = client.get(URL, {"q": words}).content.decode()
        assert order.number in html
        assert address(order).replace("&", "&amp;") in html

    def test_says_how_orders_are_found_when_there_is_none(self, client: Client) -> None:
        sign_in(client)
        assert "No order for “nobody@”" in client.get(URL, {"q": "nobody@"}).content.decode()

    def test_never_shows_an_order_of_another_partner(self, client: Client) -> None:
        sign_in(client)
        other = make_channel("other", partner=make_partner("other"))
        order = make_order(
            Sold("1", variant=make_variant(product=make_product(other.partner))), channel=other
        )
        assert "order-hit" not in client.get(URL, {"q": order.number}).content.decode()
        assert client.get(address(order)).status_code == 404


class TestRoles:
    def test_let_those_in_who_open_cases(self, client: Client) -> None:
        order = make_swap_today().order
        for role in MAY:
            sign_in(client, role)
            assert client.get(address(order)).status_code == 200, role

    def test_keep_the_others_out(self, client: Client) -> None:
        swap = make_swap_today()
        for role in MAY_NOT:
            sign_in(client, role)
            for headers in ({}, AS_WORKBENCH):
                answer = client.post(address(swap.order), choices(swap), headers=headers)
                assert answer.status_code == 403, (role, headers)
                assert not Return.objects.exists()


class TestWhatComesBack:
    def test_shows_the_verdict_with_rule_and_last_day(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        html = client.get(address(swap.order, **choices(swap))).content.decode()
        assert "Authorised at once" in html
        assert "rule 1 v1" in html

    def test_dims_what_is_too_late_and_says_what_would_turn_it(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(days_ago=800)
        html = client.get(address(swap.order)).content.decode()
        assert "disabled" in html
        assert "eligible if asked by" in html

    def test_tells_what_may_come_back_only_where_we_were_at_fault(self, client: Client) -> None:
        """Ninety days on, the window of 30 is over and that for defects is not."""
        sign_in(client)
        swap = make_swap_today(days_ago=90)
        html = client.get(address(swap.order)).content.decode()
        assert "eligible if asked by" in html
        assert "disabled" not in html

    def test_refuses_to_confirm_what_policy_rejects(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(days_ago=90)
        answer = client.post(address(swap.order), choices(swap))
        assert answer.status_code == 422
        assert not Return.objects.exists()

    def test_asks_for_the_reason_on_confirming_and_not_before(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        pk = swap.order.lines.get().pk
        missing = choices(swap, **{f"line-{pk}-reason": ""})
        assert (
            'aria-invalid="true"' not in client.get(address(swap.order, line=pk)).content.decode()
        )
        answer = client.post(address(swap.order), missing)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()


class TestWhatGoesOut:
    def test_offers_the_product_first_and_finds_others(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        lamp = make_variant("LAMP-1", product=make_product(title="Lamp"), price="60.00")
        make_stock(lamp, swap.place, 3)
        pk = swap.order.lines.get().pk
        html = client.get(address(swap.order, **choices(swap), **{f"search-{pk}": "lamp"}))
        text = html.content.decode()
        assert text.index(swap.red.sku) < text.index("LAMP-1")
        assert "+€16.80 to what comes back" in text

    def test_shows_what_is_gone_and_lets_nobody_choose_it(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(available=0)
        pk = swap.order.lines.get().pk
        html = client.get(address(swap.order, **choices(swap))).content.decode()
        assert "none free in any centre" in html
        assert f'name="out-{pk}" value="{swap.red.pk}" disabled' in html

    def test_ranks_the_centres_of_the_chosen_one(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        far = make_location("WRO", name="Wrocław", cost="9.00", postcode="50-101")
        make_stock(swap.red, far, 5)
        html = client.get(address(swap.order, **choices(swap))).content.decode()
        assert html.index(f'value="{swap.place.pk}" checked') < html.index(f'value="{far.pk}"')

    def test_holds_where_the_agent_chose(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        far = make_location("WRO", cost="9.00")
        make_stock(swap.red, far, 5)
        pk = swap.order.lines.get().pk
        client.post(address(swap.order), choices(swap, **{f"place-{pk}": far.pk}))
        assert Reservation.objects.get().location == far

    @pytest.mark.parametrize("is_offered", [False, True])
    def test_says_why_an_advanced_exchange_is_not_to_be_had(
        self, client: Client, is_offered: bool
    ) -> None:
        sign_in(client)
        swap = make_swap_today()
        publish((AdvancedExchange(is_offered=is_offered), Scope()), based_on=swap.policy)
        html = client.get(address(swap.order, **choices(swap))).content.decode()
        assert ("Policy offers no advanced exchange for these goods." in html) != is_offered


class TestWhatItComesTo:
    def test_is_nothing_to_pay_for_an_even_exchange(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        html = client.get(address(swap.order, **choices(swap))).content.decode()
        assert "Nothing to pay" in html
        assert "held for 21 days from now" in html

    def test_is_what_we_refund_without_a_replacement(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        pk = swap.order.lines.get().pk
        html = client.get(
            address(swap.order, **choices(swap, **{f"line-{pk}-outcome": "refund"}))
        ).content.decode()
        assert "We refund" in html
        assert "€43.20" in html


class TestWithoutScript:
    def test_checks_by_way_of_the_address(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        sent = choices(swap, check="yes")
        answer = client.post(address(swap.order), sent)
        assert answer.status_code == 302
        assert sent["op_id"] not in answer.headers["Location"]
        html = client.get(answer.headers["Location"]).content.decode()
        assert "Nothing to pay" in html
        assert not Return.objects.exists()


class TestWithHtmx:
    def test_gets_the_columns_and_keeps_the_address(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        sent = choices(swap)
        answer = client.post(address(swap.order), sent, headers=AS_WORKBENCH)
        html = answer.content.decode()
        assert "<html" not in html
        assert sent["op_id"] in html
        assert "line=" in answer.headers["HX-Replace-Url"]
        assert not Return.objects.exists()

    def test_costs_few_queries(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        sign_in(client)
        swap = make_swap_today()
        for number in range(6):
            make_stock(make_variant(product=swap.red.product, title=f"{number}"), swap.place, 2)
        client.post(address(swap.order), choices(swap), headers=AS_WORKBENCH)
        with django_assert_max_num_queries(85):
            client.post(address(swap.order), choices(swap), headers=AS_WORKBENCH)


class TestConfirm:
    def test_opens_the_exchange_and_goes_to_its_case(self, client: Client) -> None:
        user = sign_in(client)
        swap = make_swap_today()
        answer = client.post(address(swap.order), choices(swap))
        case = Return.objects.get()
        assert answer.headers["Location"] == reverse("console:case", args=[case.number])
        assert case.opened_by == f"user:{user.pk}"
        assert Exchange.objects.get().state == "awaiting_goods"

    def test_opens_one_case_however_often_it_is_sent(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(available=2, quantity=2)
        sent = choices(swap)
        first, second = (client.post(address(swap.order), sent) for _ in range(2))
        assert first.headers["Location"] == second.headers["Location"]
        assert Return.objects.count() == 1

    def test_opens_a_pure_return_for_a_refund(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        pk = swap.order.lines.get().pk
        client.post(address(swap.order), choices(swap, **{f"line-{pk}-outcome": "refund"}))
        assert Return.objects.get().state == "authorised"
        assert not Exchange.objects.exists()

    def test_exchanges_one_line_and_refunds_another(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today()
        make_policy_and_second = make_order(
            Sold("40.00", "3.20", rate="0.08", variant=swap.blue),
            Sold("20.00", "1.60", rate="0.08"),
        )
        order = deliver_lately(make_policy_and_second)
        first, second = order.lines.order_by("position")
        sent = {
            "line": [first.pk, second.pk],
            f"line-{first.pk}-reason": "wrong_size",
            f"out-{first.pk}": swap.red.pk,
            f"line-{second.pk}-reason": "changed_mind",
            f"line-{second.pk}-outcome": "refund",
            "op_id": str(uuid4()),
        }
        client.post(address(order), sent)
        assert [line.outcome for line in Return.objects.get().lines.order_by("position")] == [
            "exchange",
            "refund",
        ]

    def test_names_what_was_just_taken_and_ranks_what_there_is(self, client: Client) -> None:
        """Drawn while it was free, confirmed when somebody else had it."""
        sign_in(client)
        swap = make_swap_today()
        green = make_variant("GREEN", product=swap.red.product)
        make_stock(green, swap.place, 4)
        sell_out(swap.stock)
        answer = client.post(address(swap.order), choices(swap))
        html = answer.content.decode()
        assert answer.status_code == 409
        assert f"{swap.red.sku}: 1 wanted, 0 available." in html
        assert html.index("GREEN") < html.index(f'value="{swap.red.pk}" disabled')
        assert not Return.objects.exists()

    def test_names_the_older_cases_that_the_last_units_go_to(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(available=3, quantity=2)
        client.post(address(swap.order), choices(swap))
        older = Return.objects.get()
        whose: dict[str, Any] = {"partner": older.partner}
        HoldRule.objects.create(**whose, last_units=5, last_units_for=LastUnits.OLDEST_CASE)
        WaitingLine.objects.create(
            **whose,
            reference="exchangeline:0",
            case=f"return:{older.pk}",
            variant=swap.red,
            quantity=2,
            since=older.opened_at,
        )
        answer = client.post(address(swap.order), choices(swap))
        assert answer.status_code == 409
        assert f"Older cases wait for it: {older.number}." in answer.content.decode()
        assert Return.objects.count() == 1

    def test_says_that_the_page_was_sent_before(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(available=2, quantity=2)
        sent = choices(swap)
        client.post(address(swap.order), sent)
        pk = swap.order.lines.get().pk
        answer = client.post(address(swap.order), sent | {f"line-{pk}-reason": "defective"})
        assert answer.status_code == 422
        assert sent["op_id"] not in answer.content.decode()
        assert Return.objects.count() == 1


class TestLargeValues:
    def test_are_held_briefly_until_a_lead_has_decided(self, client: Client) -> None:
        sign_in(client)
        swap = make_swap_today(net="600.00", tax="114.00", rate="0.19")
        html = client.get(address(swap.order, **choices(swap))).content.decode()
        assert "A person decides" in html
        assert "held for 30 minutes from now" in html
        client.post(address(swap.order), choices(swap))
        assert Return.objects.get().state == "in_review"


class TestPolicy:
    def test_has_to_be_there(self, client: Client) -> None:
        sign_in(client)
        order = deliver_lately(make_order())
        assert "No return policy is published yet" in client.get(address(order)).content.decode()
        make_policy()
        assert "No return policy" not in client.get(address(order)).content.decode()
