"""The board of holds: which are shown where, why each lies there, and what is done about one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import clock, deliveries
from core.models import Event
from core.roles import Role
from exchanges import queries
from exchanges.models import Exchange
from inventory.models import Reservation, WaitingLine
from tests.console.screens import DESK_ROLES, browser_of, fields_of, sign_in, text_of
from tests.console.test_case_commands import take_behind_the_back
from tests.factories.cases import bring_back
from tests.factories.people import make_partner, make_user
from tests.factories.sales import Sold, make_order
from tests.factories.swaps import NOW, let_the_hold_end, make_swap, open_exchange, sell_out

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

ON_BOARD = {"HX-Request": "true", "HX-Target": "holds"}
IN_DIALOG = {"HX-Request": "true", "HX-Target": "hold-dialog"}


def view(code: str, **filters: str) -> str:
    url = reverse("console:holds_tab", args=[code])
    return f"{url}?{urlencode(filters)}" if filters else url


def hold_of(exchange: Exchange) -> Reservation:
    return queries.list_holds(exchange)[0]


def command_url(exchange: Exchange, name: str) -> str:
    return reverse(f"console:{name}", args=[hold_of(exchange).number])


def let_it_nearly_end(exchange: Exchange, *, left: dt.timedelta) -> None:
    clock.shift_database_clock(queries.get_hold_terms(exchange).accepted - left)


def shows(code: str, exchange: Exchange, **filters: str) -> bool:
    page = text_of(sign_in().get(view(code, **filters)).content)
    return exchange.return_case.number in page


def open_exchanges(count: int) -> list[Exchange]:
    """So many customers want a red shirt each."""
    swap = make_swap(available=count)
    sold = Sold(net="40.00", tax="3.20", rate="0.08", variant=swap.blue)
    return [open_exchange(replace(swap, order=make_order(sold))) for _ in range(count)]


def page_of(exchange: Exchange) -> str:
    url = reverse("console:hold", args=[hold_of(exchange).number])
    return text_of(sign_in().get(url).content)


def make_wait(exchange: Exchange, *, since: dt.datetime = NOW) -> WaitingLine:
    line = exchange.lines.get()
    return WaitingLine.objects.create(
        partner=exchange.partner,
        reference=f"exchangeline:{line.pk}",
        case=exchange.case,
        variant=line.variant,
        quantity=line.quantity,
        channel="shopify",
        since=since,
    )


class TestViews:
    def test_list_what_ends_within_a_day_apart_from_the_rest(self) -> None:
        exchange = open_exchange(make_swap())

        assert shows("running", exchange)
        assert not shows("ending", exchange)
        let_it_nearly_end(exchange, left=dt.timedelta(hours=23))
        assert shows("ending", exchange)

    def test_group_by_place_with_what_is_held_there(self) -> None:
        exchange = open_exchange(make_swap())
        page = text_of(sign_in().get(view("places")).content)

        assert "LEJ 1 hold · 1 unit · first ends: 21 d" in page
        assert exchange.return_case.number in page

    def test_hand_over_what_the_warehouse_has(self) -> None:
        exchange = open_exchange(make_swap())

        assert not shows("warehouse", exchange)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        assert shows("warehouse", exchange)

    def test_tell_how_a_hold_ended(self) -> None:
        let_the_hold_end(open_exchange(make_swap()))
        page = text_of(sign_in().get(view("ended")).content)

        assert "How it ended Ended" in page
        assert "Ends in" not in page
        assert "Expired" in page

    def test_put_who_waits_in_the_order_of_their_age(self) -> None:
        younger, older = open_exchanges(2)
        make_wait(younger)
        make_wait(older, since=NOW - dt.timedelta(days=2))
        page = text_of(sign_in().get(view("waiting")).content)

        assert page.index(older.return_case.number) < page.index(younger.return_case.number)
        assert "1 of 2" in page

    @pytest.mark.parametrize("code", ["ending", "running", "places", "warehouse", "waiting"])
    def test_say_why_nothing_is_shown(self, code: str) -> None:
        page = text_of(sign_in().get(view(code, words="nothing")).content)

        assert "Shown is only: “nothing”." in page
        assert "Clear filters" in page

    def test_know_no_other_name(self) -> None:
        assert sign_in().get(view("nothing")).status_code == 404

    def test_open_for_everyone_at_the_desk(self) -> None:
        open_exchange(make_swap())
        for role in DESK_ROLES:
            assert sign_in(role).get(view("running")).status_code == 200, role

    def test_cost_the_same_queries_however_many_rows(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        open_exchanges(3)
        browser = sign_in()
        browser.get(view("running"))

        with django_assert_max_num_queries(22):
            browser.get(view("running"))


class TestFilters:
    @pytest.mark.parametrize("name", ["words", "place", "channel"])
    def test_narrow_the_holds(self, name: str) -> None:
        exchange = open_exchange(make_swap())
        hold = hold_of(exchange)
        value = {"words": hold.variant.sku, "place": hold.location.public_id, "channel": ""}[name]

        assert shows("running", exchange, **{name: value})

    def test_stay_in_the_address_of_every_view(self) -> None:
        page = sign_in().get(view("running", words="SHIRT", place="loc_x")).content.decode()

        for code in ("ending", "places", "warehouse", "waiting", "ended"):
            assert f"{view(code)}?words=SHIRT&amp;place=loc_x" in page

    def test_find_a_hold_by_its_number(self) -> None:
        exchange = open_exchange(make_swap())

        assert shows("running", exchange, words=hold_of(exchange).number)
        assert not shows("running", exchange, words="HLD-00000")


class TestHold:
    def test_says_why_it_lies_there(self) -> None:
        exchange = open_exchange(make_swap())
        page = page_of(exchange)

        assert "Why from here" in page
        assert "The only location" in page

    def test_says_who_is_next(self) -> None:
        exchange, waiting = open_exchanges(2)
        make_wait(waiting)
        page = page_of(exchange)

        assert f"{waiting.return_case.number} has waited longest" in page

    def test_is_nothing_to_a_stranger(self) -> None:
        number = hold_of(open_exchange(make_swap())).number
        stranger = browser_of(make_user(Role.ADMIN, make_partner("norrhem")))

        for name in ("hold", "hold_extension", "hold_release", "hold_again"):
            assert stranger.get(reverse(f"console:{name}", args=[number])).status_code == 404

    def test_offers_nothing_to_who_may_only_look(self) -> None:
        exchange = open_exchange(make_swap())
        page = sign_in(Role.AUDITOR).get(view("running")).content.decode()

        assert "extension" not in page
        assert sign_in(Role.AUDITOR).get(command_url(exchange, "hold_extension")).status_code == 403


class TestExtension:
    def test_is_carried_out_with_its_reason(self) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, reason="Parcel is late", back=view("running"))
        answer = sign_in().post(command_url(exchange, "hold_extension"), fields)

        note = Event.objects.get(kind="exchange.hold_extended").data["note"]
        assert exchange.return_case.notes.get(pk=note).text == "Parcel is late"
        assert answer.headers["Location"] == view("running")

    def test_gives_htmx_the_board_it_was_sent_from(self) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, reason="Late", back=view("running", words="nothing"))
        answer = sign_in().post(command_url(exchange, "hold_extension"), fields, headers=ON_BOARD)
        page = text_of(answer.content)

        assert "The hold runs longer." in page
        assert "Shown is only: “nothing”." in page

    def test_asks_for_a_reason(self) -> None:
        exchange = open_exchange(make_swap())
        answer = sign_in().post(
            command_url(exchange, "hold_extension"), fields_of(exchange), headers=ON_BOARD
        )

        assert answer.status_code == 422
        assert answer.headers["HX-Retarget"] == "#hold-dialog"

    def test_says_why_not(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        answer = sign_in().get(command_url(exchange, "hold_extension"), headers=IN_DIALOG)

        assert "The hold has ended: hold the stock again." in text_of(answer.content)

    def test_tells_who_was_quicker_and_keeps_what_was_typed(self) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, reason="Parcel is late")
        take_behind_the_back(exchange)
        answer = sign_in().post(command_url(exchange, "hold_extension"), fields, headers=ON_BOARD)
        page = text_of(answer.content)

        assert answer.status_code == 409
        assert "Mara Lindqvist changed this case" in page
        assert "Parcel is late" in page

    def test_leads_nowhere_outside(self) -> None:
        exchange = open_exchange(make_swap())
        fields = fields_of(exchange, reason="Late", back="https://elsewhere.example/")
        answer = sign_in().post(command_url(exchange, "hold_extension"), fields)

        assert answer.headers["Location"] == reverse(
            "console:hold", args=[hold_of(exchange).number]
        )


class TestRelease:
    def test_gives_the_stock_back_for_a_reason(self) -> None:
        exchange = open_exchange(make_swap())
        sign_in().post(
            command_url(exchange, "hold_release"), fields_of(exchange, reason="Customer waits")
        )
        hold = hold_of(exchange)

        assert (hold.state, hold.cause) == ("released", "by_hand")


class TestHoldingAgain:
    def test_is_one_click(self) -> None:
        exchange = open_exchange(make_swap())
        let_the_hold_end(exchange)
        sign_in().post(command_url(exchange, "hold_again"), fields_of(exchange))

        assert hold_of(exchange).state == "active"

    def test_says_what_is_short(self) -> None:
        swap = make_swap()
        exchange = open_exchange(swap)
        let_the_hold_end(exchange)
        sell_out(swap.stock)
        answer = sign_in().post(command_url(exchange, "hold_again"), fields_of(exchange))

        assert answer.status_code == 409
        assert Reservation.objects.filter(state="active").count() == 0
