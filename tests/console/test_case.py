"""The case page: both sides, the money between them, and only what may be done now."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from console.case.actions import CODE_OF_ACTION, ON_INSPECTION_PAGE
from core import deliveries
from core.actors import Actor
from core.roles import Role
from exchanges.models import Exchange
from exchanges.queries.actions import KINDS as OF_EXCHANGE
from fulfilment.models import InboundParcel
from fulfilment.services import note_tracking
from returns.queries.actions import KINDS as OF_RETURN
from tests.console.screens import (
    DESK_ROLES,
    HTMX,
    browser_of,
    buttons_of,
    case_url,
    sign_in,
    text_of,
)
from tests.factories.cases import bring_back, open_case
from tests.factories.people import make_partner, make_user
from tests.factories.sales import make_order
from tests.factories.swaps import let_the_hold_end, make_swap, open_exchange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

# A session, a person, two reads of their rights, and what the case itself takes.
MOST_QUERIES = 22


def read(exchange: Exchange, role: Role = Role.AGENT) -> str:
    return text_of(sign_in(role).get(case_url(exchange)).content)


class TestCase:
    def test_shows_both_sides_and_who_it_is_for(self) -> None:
        exchange = open_exchange(make_swap())
        page = read(exchange)

        assert f"{exchange.return_case.number} for Ana Kovačević" in page
        assert f"Exchange {exchange.number}" in page
        assert "Shirt" in page

    def test_shows_the_money_and_its_result_in_words(self) -> None:
        page = read(open_exchange(make_swap()))

        assert "Returned value €43.20" in page
        assert "New value €43.20" in page
        assert "Nothing to pay €0.00" in page

    def test_shows_what_the_rules_said_and_which(self) -> None:
        page = read(open_exchange(make_swap()))

        assert re.search(r"end on 1 December 2026\. .*rule \d+ v1", page)

    def test_shows_the_hold_its_number_and_its_clock(self) -> None:
        exchange = open_exchange(make_swap())
        content = sign_in().get(case_url(exchange)).content.decode()

        assert re.search(r"hold HLD-\w{5}-\w{5}-\w", content)
        assert "<hold-countdown" in content
        assert "held here" in content

    def test_says_what_each_side_waits_for(self) -> None:
        page = read(open_exchange(make_swap()))

        assert "Waits for Ana Kovačević to hand over the parcel" in page
        assert re.search(r"Waits for .+ to be received and inspected", page)

    def test_shows_a_return_without_an_exchange(self) -> None:
        case = open_case(make_order())
        page = text_of(sign_in().get(reverse("console:case", args=[case.number])).content)

        assert "No exchange" in page
        assert "We refund €43.20" in page

    def test_says_that_a_lead_decides(self) -> None:
        exchange = open_exchange(make_swap(net="600.00", tax="48.00"))

        assert "A lead decides" in read(exchange)

    def test_says_when_the_hold_has_ended(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        content = sign_in().get(case_url(exchange)).content

        assert "The hold ended at" in text_of(content)
        assert "Hold again" in buttons_of(content)
        assert b"<hold-countdown" not in content

    def test_moves_on_with_the_goods(self) -> None:
        exchange = open_exchange(make_swap())
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        page = read(exchange)

        assert "Goods accepted, grade A" in page
        assert "With the warehouse" in page
        assert "credit memo" in page.casefold()

    def test_narrows_its_timeline(self) -> None:
        exchange = open_exchange(make_swap())
        content = sign_in().get(case_url(exchange), {"shows": "stock"}).content.decode()
        timeline = content.split('id="case-timeline"')[1]

        assert "Held 1 ×" in timeline
        assert "Case opened" not in timeline

    def test_tells_under_which_number_the_parcel_travels(self) -> None:
        exchange = open_exchange(make_swap())
        parcel = InboundParcel.objects.get(case=f"return:{exchange.return_case_id}")
        with transaction.atomic():
            note_tracking(
                parcel_id=parcel.pk, carrier="PostNL", tracking_number="3SABC",
                actor=Actor.system("test"), now=dt.datetime(2026, 11, 6, tzinfo=dt.UTC),
            )  # fmt: skip

        assert re.search(r"Parcel travels with .+ 3SABC", read(exchange))

    def test_takes_few_queries(self, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        exchange = open_exchange(make_swap())
        browser = sign_in(Role.ADMIN)
        browser.get(case_url(exchange))

        with django_assert_max_num_queries(MOST_QUERIES):
            browser.get(case_url(exchange))

    def test_takes_no_more_queries_when_it_is_over(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        exchange = open_exchange(make_swap())
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        browser = sign_in(Role.ADMIN)
        browser.get(case_url(exchange))

        with django_assert_max_num_queries(MOST_QUERIES):
            browser.get(case_url(exchange))

    def test_writes_no_id_twice(self) -> None:
        content = sign_in(Role.ADMIN).get(case_url(open_exchange(make_swap()))).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', content)

        assert sorted({name for name in ids if ids.count(name) > 1}) == []


class TestCaseForRoles:
    def test_opens_for_everyone_at_the_desk(self) -> None:
        exchange = open_exchange(make_swap())
        answers = {role: sign_in(role).get(case_url(exchange)).status_code for role in DESK_ROLES}
        assert answers == dict.fromkeys(DESK_ROLES, 200)

    def test_gives_htmx_the_parts_that_change(self) -> None:
        exchange = open_exchange(make_swap())
        for role in DESK_ROLES:
            content = sign_in(role).get(case_url(exchange), headers=HTMX).content.decode()
            assert content.lstrip().startswith('<div class="stack" id="case-body">'), role
            assert 'id="case-actions" hx-swap-oob="true"' in content, role

    def test_does_not_exist_for_another_partner(self) -> None:
        exchange = open_exchange(make_swap())
        stranger = make_user(Role.ADMIN, make_partner("norrhem"))

        assert browser_of(stranger).get(case_url(exchange)).status_code == 404

    def test_sends_everybody_else_to_the_sign_in(self, client: Client) -> None:
        answer = client.get(case_url(open_exchange(make_swap())))

        assert reverse("account_login") in answer.headers["Location"]

    def test_refuses_people_without_a_role(self) -> None:
        exchange = open_exchange(make_swap())

        assert browser_of(make_user(None)).get(case_url(exchange)).status_code == 403


class TestActionBar:
    def test_offers_an_agent_what_agents_do(self) -> None:
        content = sign_in().get(case_url(open_exchange(make_swap()))).content

        assert buttons_of(content) == [
            "Parcel is on its way",
            "Let them keep it…",
            "Fee or price…",
            "Extend hold…",
            "Give the stock back…",
            "Refund instead…",
            "They keep both…",
            "Store credit instead…",
            "Change replacement…",
            "Second wish…",
            "Add note…",
            "Take case",
            "Cancel exchange…",
        ]

    def test_has_a_place_for_whatever_the_domain_offers(self) -> None:
        kinds = {kind.code for kind in (*OF_RETURN, *OF_EXCHANGE)}

        assert kinds - CODE_OF_ACTION.keys() - ON_INSPECTION_PAGE.keys() == set()

    def test_offers_the_warehouse_the_goods(self) -> None:
        content = sign_in(Role.WAREHOUSE).get(case_url(open_exchange(make_swap()))).content

        assert buttons_of(content)[0] == "Receive goods"
        assert "Refund instead…" not in buttons_of(content)

    def test_keeps_what_is_blocked_in_view_with_its_reason(self) -> None:
        content = sign_in(Role.WAREHOUSE).get(case_url(open_exchange(make_swap()))).content

        assert "Release to warehouse" in buttons_of(content)
        assert "ships when the returned goods have passed inspection" in text_of(content)

    def test_offers_an_auditor_nothing(self) -> None:
        content = sign_in(Role.AUDITOR).get(case_url(open_exchange(make_swap()))).content

        assert b'<form class="action"' not in content
        assert b"ask-" not in content

    def test_leaves_deciding_to_leads(self) -> None:
        exchange = open_exchange(make_swap(net="600.00", tax="48.00"))
        agents, leads = (
            buttons_of(sign_in(role).get(case_url(exchange)).content)
            for role in (Role.AGENT, Role.LEAD)
        )

        assert "Authorise…" not in agents
        assert leads[0] == "Authorise…"


class TestPulse:
    def test_is_silent_while_nothing_changed(self) -> None:
        exchange = open_exchange(make_swap())
        browser = sign_in()
        content = browser.get(case_url(exchange)).content.decode()
        (address,) = re.findall(r'id="case-pulse" hidden hx-get="([^"]+)"', content)

        assert browser.get(address.replace("&amp;", "&"), headers=HTMX).status_code == 204

    def test_brings_the_case_when_it_did(self) -> None:
        exchange = open_exchange(make_swap())
        browser = sign_in()
        content = browser.get(case_url(exchange)).content.decode()
        (address,) = re.findall(r'id="case-pulse" hidden hx-get="([^"]+)"', content)
        bring_back(exchange.return_case)

        answer = browser.get(address.replace("&amp;", "&"), headers=HTMX)

        assert "Goods accepted" in text_of(answer.content)

    def test_does_not_exist_for_another_partner(self) -> None:
        exchange = open_exchange(make_swap())
        stranger = make_user(Role.ADMIN, make_partner("norrhem"))

        assert browser_of(stranger).get(case_url(exchange, "pulse")).status_code == 404
