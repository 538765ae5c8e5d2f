"""The queue, the day and the board of holds: the right cases for the right eyes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from console.rights import Rights
from console.shell import count_for_rail
from core import clock, deliveries
from core.roles import Role
from exchanges import queries
from exchanges.models import Exchange
from returns.models import Return
from tests.console.screens import DESK_ROLES, browser_of, sign_in, text_of
from tests.factories.cases import bring_back, open_case, receive
from tests.factories.people import make_partner, make_user
from tests.factories.sales import make_order
from tests.factories.swaps import let_the_hold_end, make_swap, open_exchange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

QUEUE = reverse("console:queue")
A_LITTLE = dt.timedelta(minutes=20)
PAGES = [reverse("console:today"), QUEUE, reverse("console:holds"), reverse("console:palette")]


def tab(code: str) -> str:
    return reverse("console:queue_tab", args=[code])


def shows(code: str, case: Return, role: Role = Role.AGENT) -> bool:
    """Whether a view lists a case for a person of this role."""
    return case.number in text_of(sign_in(role).get(tab(code)).content)


def let_the_hold_nearly_end(exchange: Exchange, *, left: dt.timedelta = A_LITTLE) -> None:
    length = queries.get_hold_terms(exchange).accepted
    clock.shift_database_clock(length - left)
    cache.clear()


class TestViews:
    def test_wait_for_the_parcel(self) -> None:
        case = open_case(make_order())

        assert shows("awaiting_parcel", case)
        assert not shows("to_inspect", case)

    def test_wait_for_inspection(self) -> None:
        case = open_case(make_order())
        receive(case)

        assert shows("to_inspect", case)
        assert not shows("awaiting_parcel", case)

    def test_wait_for_the_warehouse(self) -> None:
        exchange = open_exchange(make_swap())
        bring_back(exchange.return_case)
        deliveries.deliver_due()

        assert shows("ready_to_ship", exchange.return_case)
        assert shows("needs_me", exchange.return_case, Role.WAREHOUSE)

    def test_warn_of_a_hold_that_ends(self) -> None:
        exchange = open_exchange(make_swap())

        assert not shows("holds_ending", exchange.return_case)
        let_the_hold_nearly_end(exchange)
        assert shows("holds_ending", exchange.return_case)

    def test_count_a_hold_as_ending_when_its_hour_has_come(self) -> None:
        """The board of holds counts a whole day as soon, and both are counted together."""
        exchange = open_exchange(make_swap())
        let_the_hold_nearly_end(exchange, left=dt.timedelta(hours=6))
        agent = sign_in()

        assert "1 open · 0 holds end within the hour" in text_of(agent.get(QUEUE).content)
        board = text_of(agent.get(reverse("console:holds")).content)
        assert "Ending soon 1" in board
        assert "1 held · 0 end within the hour · 0 wait for stock" in board

        let_the_hold_nearly_end(exchange)
        assert "1 open · 1 hold ends within the hour" in text_of(agent.get(QUEUE).content)
        board = text_of(agent.get(reverse("console:holds")).content)
        assert "1 held · 1 ends within the hour" in board

    def test_ask_an_agent_about_a_hold_that_ended(self) -> None:
        exchange = open_exchange(make_swap())

        assert not shows("needs_me", exchange.return_case)
        let_the_hold_end(exchange)
        assert shows("needs_me", exchange.return_case)
        assert shows("blocked", exchange.return_case)

    def test_ask_nobody_else_once_it_is_taken(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        Return.objects.update(assigned_to=make_user())

        assert not shows("needs_me", exchange.return_case)

    def test_know_no_other_name(self) -> None:
        assert sign_in().get(tab("nothing")).status_code == 404


class TestQueue:
    def test_says_what_is_swapped_for_what(self) -> None:
        open_exchange(make_swap())
        page = text_of(sign_in().get(tab("all_open")).content)

        assert "Ana Kovačević" in page
        assert "Awaiting parcel" in page
        assert "Awaiting goods" in page
        assert "€0.00" in page

    def test_is_narrowed_by_its_address(self) -> None:
        case = open_case(make_order())
        browser = sign_in()

        assert case.number in text_of(browser.get(tab("all_open"), {"words": "Ana"}).content)
        narrowed = text_of(browser.get(tab("all_open"), {"wants": "exchange"}).content)
        assert case.number not in narrowed
        assert "Clear filters" in narrowed

    def test_walks_on_by_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("console.queue.paging.PAGE", 1)
        first, second = open_case(make_order()), open_case(make_order())
        browser = sign_in()
        page = browser.get(tab("all_open"))
        following = browser.get(tab("all_open") + page.context["queue"].pager.next_url)
        back = browser.get(tab("all_open") + following.context["queue"].pager.previous_url)

        assert [row.number for row in page.context["queue"].rows] == [first.number]
        assert [row.number for row in following.context["queue"].rows] == [second.number]
        assert [row.number for row in back.context["queue"].rows] == [first.number]

    def test_gives_htmx_the_rows_alone(self) -> None:
        answer = sign_in().get(QUEUE, headers={"HX-Request": "true", "HX-Target": "queue-rows"})

        assert answer.content.lstrip().startswith(b'<div class="stack" id="queue-rows">')

    def test_counts_once_and_reads_a_page_in_few_queries(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        open_exchange(make_swap())
        for _ in range(2):
            open_case(make_order())
        browser = sign_in()
        browser.get(tab("all_open"))

        with django_assert_max_num_queries(8):
            browser.get(tab("all_open"))

    def test_leads_to_the_next_case(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        answer = sign_in().get(reverse("console:next_case"))

        assert answer.headers["Location"].endswith(f"/{exchange.return_case.number}/")


class TestTaking:
    def test_takes_what_was_selected(self) -> None:
        cases = [open_case(make_order()) for _ in range(2)]
        agent = make_user()
        fields = {
            "case": [case.number for case in cases],
            "op_id": "5f3c9d1e-0000-4000-8000-000000000001",
            "back": tab("all_open"),
        }
        answer = browser_of(agent).post(reverse("console:take_cases"), fields)

        assert answer.headers["Location"] == tab("all_open")
        assert Return.objects.filter(assigned_to=agent).count() == 2

    def test_asks_for_a_selection(self) -> None:
        answer = sign_in().post(reverse("console:take_cases"), {}, follow=True)

        assert "Select a case first." in text_of(answer.content)

    def test_leads_nowhere_outside(self) -> None:
        fields = {
            "case": [open_case(make_order()).number],
            "op_id": "5f3c9d1e-0000-4000-8000-000000000002",
            "back": "https://elsewhere.example/",
        }
        answer = sign_in().post(reverse("console:take_cases"), fields)

        assert answer.headers["Location"] == QUEUE

    def test_is_not_for_the_warehouse(self) -> None:
        assert sign_in(Role.WAREHOUSE).post(reverse("console:take_cases"), {}).status_code == 403


class TestPagesForRoles:
    def test_open_for_everyone_at_the_desk(self) -> None:
        open_exchange(make_swap())
        for role in DESK_ROLES:
            browser = sign_in(role)
            for url in PAGES:
                assert browser.get(url).status_code == 200, (role, url)

    def test_show_nothing_of_another_partner(self) -> None:
        exchange = open_exchange(make_swap())
        stranger = browser_of(make_user(Role.ADMIN, make_partner("norrhem")))
        for url in PAGES:
            page = text_of(stranger.get(url, {"q": exchange.return_case.number}).content)
            assert f"{exchange.return_case.number} Ana" not in page, url
            assert "HLD-" not in page, url

    @pytest.mark.parametrize("url", PAGES)
    def test_send_everybody_else_to_the_sign_in(self, client: Client, url: str) -> None:
        assert reverse("account_login") in client.get(url).headers["Location"]

    @pytest.mark.parametrize("url", PAGES)
    def test_refuse_people_without_a_role(self, url: str) -> None:
        assert browser_of(make_user(None)).get(url).status_code == 403


class TestPalette:
    def test_finds_a_case_by_any_of_its_numbers(self) -> None:
        exchange = open_exchange(make_swap())
        (hold,) = queries.list_holds(exchange)
        browser = sign_in()
        for number in (exchange.return_case.number, exchange.number, hold.number.lower()):
            found = text_of(browser.get(reverse("console:palette"), {"q": number}).content)
            assert exchange.return_case.number in found

    def test_offers_only_pages_one_may_open(self) -> None:
        found = {
            role: text_of(sign_in(role).get(reverse("console:palette")).content)
            for role in (Role.AGENT, Role.AUDITOR)
        }

        assert "Queue" in found[Role.AUDITOR]
        assert "New case" not in found[Role.AUDITOR]


class TestCounts:
    def test_are_the_same_on_the_rail_as_over_the_queue(self) -> None:
        for _ in range(2):
            open_case(make_order())
        client = sign_in(Role.LEAD)
        assert "Queue 2" in text_of(client.get(reverse("console:holds")).content)
        open_case(make_order())
        assert "3 open" in text_of(client.get(QUEUE).content)
        assert "Queue 3" in text_of(client.get(reverse("console:holds")).content)

    def test_of_views_are_asked_for_where_they_are_shown(self) -> None:
        rights = Rights(make_user(Role.LEAD))
        assert "blocked" not in count_for_rail(rights)
        assert count_for_rail(rights, with_views=True).keys() >= {"all_open", "blocked"}
        assert "blocked" in count_for_rail(rights)
