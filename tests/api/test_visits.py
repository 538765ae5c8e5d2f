"""A crew's appointments by program: booked, moved, left for, reported; S33 without a screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import clock, deliveries
from exchanges.models import Exchange
from fulfilment.models import Crew, Visit
from policies.rules import AdvancedExchange, Scope
from returns.models import CaseNote, Receipt
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import allowed
from tests.factories.desk import make_swap_today
from tests.factories.policies import publish
from tests.factories.stock import make_location, make_stock
from tests.factories.swaps import open_exchange
from tests.payments.bank import Bank
from tests.scenarios.test_upgrades import card_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(bank: Bank) -> Exchange:
    swap = make_swap_today(net="100.00", tax="8.00", rate="0.08")
    swap.red.product.needs_installation = True
    swap.red.product.save()
    make_stock(swap.red, make_location("HAM"), 1)
    Crew.objects.create(partner=swap.order.partner, name="Van 1", location=swap.place)
    publish(
        (AdvancedExchange(is_offered=True, wants_card_hold=False), Scope()), based_on=swap.policy
    )
    card_of(swap)
    return open_exchange(swap, exchange_type="advanced", now=clock.now())


def book(shop: Client, exchange: Exchange, at: int = 0, **more: Any) -> Any:
    """The `at`-th free slot from tomorrow on."""
    tomorrow = clock.now().date() + dt.timedelta(days=1)
    free = get(shop, "visit-slots", first=tomorrow.isoformat()).json()["data"]
    body = {
        "crew": free[at]["crew"]["id"],
        "day": free[at]["day"],
        "slot": free[at]["slot"],
    } | more
    told = get(shop, f"exchanges/{exchange.public_id}").json()
    match = f'"{told["version"]}"'
    return post(shop, f"exchanges/{exchange.public_id}/arrange-visit", body, match=match)


def the_visit(shop: Client) -> dict[str, Any]:
    visit = Visit.objects.latest("pk")
    told: dict[str, Any] = get(shop, f"visits/{visit.public_id}").json()
    return told


def say(shop: Client, told: dict[str, Any], name: str, body: Any = None) -> Any:
    match = f'"{told["version"]}"' if name == "depart" else ""
    answer = post(shop, f"visits/{told['id']}/{name}", body, match=match)
    assert name != "depart" or answer.status_code == 200, answer.content
    deliveries.deliver_due()
    return answer


class TestAVisit:
    def test_is_booked_moved_left_for_and_reported(self, shop: Client, exchange: Exchange) -> None:
        assert "arrange-visit" in allowed(get(shop, f"exchanges/{exchange.public_id}").json())
        assert book(shop, exchange).status_code == 200
        first = the_visit(shop)
        assert book(shop, exchange, at=1).status_code == 200
        told = the_visit(shop)
        assert (told["id"], told["state"]) == (first["id"], "scheduled")
        assert (told["day"], told["slot"]) != (first["day"], first["slot"])
        assert told["exchange"] == exchange.public_id
        assert [task["kind"] for task in told["tasks"]] == [
            *("uninstall", "pick_up", "deliver", "install")
        ]
        assert allowed(told) == {"depart"}
        left = say(shop, told, "depart").json()
        assert (left["state"], allowed(left)) == ("dispatched", {"arrive", "report"})
        there = say(shop, left, "arrive").json()
        assert (bool(there["begun_at"]), allowed(there)) == (True, {"report"})
        damaged = [{"task": number, "because": "damaged"} for number in (3, 4)]
        body = {"not_done": damaged, "remark": "A dent in the door."}
        done = say(shop, there, "report", body).json()
        assert (done["state"], allowed(done)) == ("failed", set())
        assert [task["because"] for task in done["tasks"]] == [None, None, "damaged", "damaged"]
        assert Receipt.objects.count() == 1
        assert CaseNote.objects.get(about="exchange.report_visit").text == "A dent in the door."
        again = get(shop, f"exchanges/{exchange.public_id}").json()
        assert again["state"] == "ready"
        assert "arrange-visit" in allowed(again)

    def test_is_listed_by_day_crew_and_state(self, shop: Client, exchange: Exchange) -> None:
        book(shop, exchange)
        told = the_visit(shop)
        found = get(shop, "visits", day=told["day"], crew=told["crew"]["id"], state="scheduled")
        assert [each["id"] for each in found.json()["data"]] == [told["id"]]
        assert get(shop, "visits", state="done").json()["data"] == []
        problem = problem_of(get(shop, "visits", day="someday"), 400)
        assert problem["errors"][0]["parameter"] == "day"

    def test_takes_its_slot(self, shop: Client, exchange: Exchange) -> None:
        book(shop, exchange)
        told = the_visit(shop)
        free = get(shop, "visit-slots", first=told["day"], days=1).json()["data"]
        assert told["slot"] not in [each["slot"] for each in free]


class TestWhatMayNotBeSaid:
    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"crew": "crw_none"}, "/crew"),
            ({"day": "yesterday"}, "/day"),
            ({"slot": "03-04"}, "/slot"),
            ({"colour": "red"}, "/colour"),
        ],
    )
    def test_of_an_appointment_names_the_field(
        self, shop: Client, exchange: Exchange, wrong: dict[str, Any], pointer: str
    ) -> None:
        problem = problem_of(book(shop, exchange, **wrong), 400)
        assert problem["errors"][0]["pointer"] == pointer
        assert not Visit.objects.exists()

    @pytest.mark.parametrize(
        ("not_done", "pointer"),
        [
            ([{"task": 9, "because": "damaged"}], "/not_done/0/task"),
            ([{"task": 1, "because": "rain"}], "/not_done/0/because"),
            (
                [{"task": 1, "because": "no_time"}, {"task": 1, "because": "no_time"}],
                "/not_done/1/task",
            ),
        ],
    )
    def test_of_a_report_names_the_task(
        self,
        shop: Client,
        exchange: Exchange,
        not_done: list[dict[str, Any]],
        pointer: str,
    ) -> None:
        book(shop, exchange)
        say(shop, the_visit(shop), "depart")
        problem = problem_of(say(shop, the_visit(shop), "report", {"not_done": not_done}), 400)
        assert problem["errors"][0]["pointer"] == pointer
        assert the_visit(shop)["state"] == "dispatched"

    def test_of_what_cannot_be_true_changes_nothing(self, shop: Client, exchange: Exchange) -> None:
        book(shop, exchange)
        say(shop, the_visit(shop), "depart")
        body = {"not_done": [{"task": 1, "because": "no_access"}]}  # and yet picked up
        assert (
            "still installed"
            in problem_of(say(shop, the_visit(shop), "report", body), 422)["detail"]
        )
        assert not Receipt.objects.exists()

    def test_comes_too_early_or_twice(self, shop: Client, exchange: Exchange) -> None:
        book(shop, exchange)
        told = the_visit(shop)
        bodies: dict[str, Any] = {"arrive": {}, "report": {"not_done": []}}
        for name, body in bodies.items():
            problem = problem_of(say(shop, told, name, body), 409)
            assert allowed(problem) == {"depart"}
            assert problem["reasons"]
        say(shop, the_visit(shop), "depart")  # the release meanwhile counts
        assert say(shop, told, "report", {"not_done": []}).status_code == 200
        problem = problem_of(say(shop, told, "report", {"not_done": []}), 409)
        assert allowed(problem) == set()

    def test_is_anything_of_what_needs_no_crew(self, shop: Client) -> None:
        plain = open_exchange(make_swap_today(), now=clock.now())
        told = get(shop, f"exchanges/{plain.public_id}").json()
        action = next(each for each in told["allowed_actions"] if each["action"] == "arrange-visit")
        assert action["reasons"] == ["Nothing of it has to be installed."]
