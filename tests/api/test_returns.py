"""Returns by the API: the console's services, verdicts and reasons under addresses of their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.returns.actions import COMMANDS
from api.scopes import Scope
from core.numbers import new_number
from orders.models import OrderLine
from returns.models import CaseNote, Return, RiskAssessment, RiskHold
from returns.queries.actions import KINDS
from tests.api.calls import get, post, problem_of
from tests.factories.desk import make_swap_today
from tests.factories.keys import make_key, program
from tests.factories.swaps import Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def swap() -> Swap:
    return make_swap_today(available=5, quantity=3, net="120.00", tax="9.60")


def line_of(swap: Swap, **fields: Any) -> dict[str, Any]:
    usual = {"order": swap.order.public_id, "line": 1, "quantity": 1, "reason": "wrong_size"}
    return usual | fields


def open_one(shop: Client, swap: Swap, **fields: Any) -> Any:
    return post(shop, "returns", {"lines": [line_of(swap, **fields)]})


class TestOpening:
    def test_answers_with_the_case_and_what_may_be_done(self, shop: Client, swap: Swap) -> None:
        answer = open_one(shop, swap)
        told = answer.json()
        assert answer.status_code == 201
        assert answer["ETag"] == f'"{told["version"]}"'
        assert (told["state"], told["value"]) == (
            "authorised",
            {"amount": "43.20", "currency": "EUR"},
        )
        assert told["lines"][0]["order"] == swap.order.public_id
        assert allowed(told) == {
            *("depart", "change-outcome", "exchange-instead", "keep", "cancel"),
            "take-option",
        }
        assert all(each["is_allowed"] or each["reasons"] for each in told["allowed_actions"])

    def test_is_what_the_preview_said(self, shop: Client, swap: Swap) -> None:
        body = {"lines": [line_of(swap)]}
        preview = shop.post("/api/v1/return-previews", body, content_type="application/json").json()
        told = post(shop, "returns", body).json()
        decision = get(shop, f"decisions/{told['decisions'][0]}").json()
        assert Return.objects.count() == 1
        for same in ("verdict", "sentence", "for_customer", "reasons"):
            assert preview["lines"][0][same] == decision[same]
        assert preview["value"] == told["value"]

    def test_of_what_policy_refuses_says_why_and_what_would_turn_it(
        self, shop: Client, swap: Swap
    ) -> None:
        swap.order.delivered_at = swap.order.placed_at.replace(year=2024)
        swap.order.save()
        told = open_one(shop, swap, reason="changed_mind").json()
        decision = get(shop, "decisions", case=told["number"]).json()["data"][0]
        assert (told["state"], decision["verdict"]) == ("rejected", "reject")
        decisive = next(each for each in decision["reasons"] if each["result"] == "fail")
        assert decisive["flip"]
        assert decisive["rule"]["number"]
        assert decision["for_customer"][0] != decision["sentence"]
        assert "rule" not in " ".join(decision["for_customer"]).lower()

    def test_names_each_line_that_cannot_be(self, shop: Client, swap: Swap) -> None:
        many = problem_of(open_one(shop, swap, quantity=9), 409)
        assert many["errors"][0]["pointer"] == "/lines/0"
        assert many["errors"][0]["detail"] == "3 can come back, 9 were wanted."
        for wrong in ({"order": "ord_none"}, {"line": 9}):
            problem = problem_of(open_one(shop, swap, **wrong), 400)
            assert problem["errors"] == [
                {
                    "pointer": "/lines/0",
                    "code": "unknown",
                    "detail": "No such line of no such order of yours.",
                }
            ]

    def test_refuses_an_exchange(self, shop: Client, swap: Swap) -> None:
        problem = problem_of(open_one(shop, swap, outcome="exchange"), 400)
        assert problem["errors"][0]["pointer"] == "/lines/0/outcome"

    def test_takes_nothing_that_is_not_asked_for(self, shop: Client, swap: Swap) -> None:
        """F66: each field of the row is refused by name, and none gets through."""
        names = [field.name for field in (*Return._meta.fields, *OrderLine._meta.fields)]
        extra = {name: 1 for name in names if name not in ("order", "quantity")}
        problem = problem_of(post(shop, "returns", {"lines": [line_of(swap, **extra)]}), 400)
        assert {each["pointer"] for each in problem["errors"]} == {
            f"/lines/0/{name}" for name in extra
        }


def allowed(told: dict[str, Any]) -> set[str]:
    return {each["action"] for each in told["allowed_actions"] if each["is_allowed"]}


class TestACommand:
    def test_is_carried_out_on_the_version_that_was_seen(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        seen = f'"{told["version"]}"'
        answer = post(
            shop, f"returns/{told['id']}/cancel", {"reason": "Kept it"}, match=seen, key="c"
        )
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert answer["ETag"] == f'"{told["version"] + 1}"'
        assert CaseNote.objects.get().text == "Kept it"
        again = post(
            shop, f"returns/{told['id']}/cancel", {"reason": "Kept it"}, match=seen, key="c"
        )
        assert (again.json(), again["ETag"]) == (answer.json(), answer["ETag"])

    def test_needs_to_say_what_was_seen(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        address, body = f"returns/{told['id']}/cancel", {"reason": "Kept it"}
        missing = problem_of(post(shop, address, body), 428)
        assert missing["code"] == "version_needed"
        for wrong in ('W/"1"', "7", '"x"', '"1", "2"'):
            problem = problem_of(post(shop, address, body, match=wrong), 400)
            assert problem["code"] == "bad_version"
        stale = problem_of(post(shop, address, body, match='"99"'), 412)
        assert (stale["code"], stale["current"]) == ("stale_version", told["version"])
        assert Return.objects.get().state == "authorised"

    def test_that_was_stale_may_be_sent_again(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        address, body = f"returns/{told['id']}/cancel", {"reason": "Kept it"}
        problem_of(post(shop, address, body, match='"99"', key="c"), 412)
        fresh = post(shop, address, body, match=f'"{told["version"]}"', key="c")
        assert fresh.status_code == 200

    def test_that_is_not_legal_says_what_is(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        answer = post(
            shop,
            f"returns/{told['id']}/authorise",
            {"reason": "Fine"},
            match=f'"{told["version"]}"',
        )
        problem = problem_of(answer, 409)
        assert problem["code"] == "action_blocked"
        assert problem["reasons"]
        assert allowed(problem) == allowed(told)

    def test_is_told_of_by_the_name_of_its_address(self, shop: Client, swap: Swap) -> None:
        assert set(COMMANDS.values()) <= {kind.code for kind in KINDS}
        told = open_one(shop, swap).json()
        for action in told["allowed_actions"]:
            answer = post(shop, f"returns/{told['id']}/{action['action']}", {"unknown": 1})
            assert answer.status_code == 400

    def test_changes_one_line(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        body = {"line": 1, "outcome": "store_credit", "reason": "Asked"}
        address, match = f"returns/{told['id']}/change-outcome", f'"{told["version"]}"'
        assert (
            problem_of(post(shop, address, body | {"line": 2}, match=match), 400)["errors"][0][
                "pointer"
            ]
            == "/line"
        )
        changed = post(shop, address, body, match=match).json()
        assert changed["lines"][0]["outcome"] == "store_credit"

    def test_waives_units(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap, quantity=2).json()
        body = {"reason": "Not worth it", "units": [{"line": 1, "quantity": 1}]}
        match = f'"{told["version"]}"'
        kept = post(shop, f"returns/{told['id']}/keep", body, match=match).json()
        assert kept["version"] == told["version"] + 1


class TestAnExchangeInstead:
    def body(self, swap: Swap, **more: Any) -> dict[str, Any]:
        replacement = {"sku": swap.red.sku, "quantity": 1, "replaces": 1}
        return {"replacements": [replacement], "reason": "They want a red one."} | more

    def send(self, shop: Client, told: dict[str, Any], body: dict[str, Any]) -> Any:
        address = f"returns/{told['id']}/exchange-instead"
        return post(shop, address, body, match=f'"{told["version"]}"')

    def test_is_quoted_and_held_and_stands_in_the_answer(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        assert "exchange-instead" in allowed(told)
        answer = self.send(shop, told, self.body(swap)).json()
        (number,) = answer["exchanges"]
        exchange = get(shop, f"exchanges/{number}").json()
        assert (exchange["state"], exchange["type"]) == ("quoted", "regular")
        assert answer["lines"][0]["outcome"] == "exchange"
        (action,) = (
            each for each in answer["allowed_actions"] if each["action"] == "exchange-instead"
        )
        assert action["reasons"] == ["No line of it can be exchanged any more."]

    def test_leaves_ahead_of_its_goods_where_policy_offers_it(
        self, shop: Client, swap: Swap
    ) -> None:
        told = open_one(shop, swap).json()
        answer = self.send(shop, told, self.body(swap, type="advanced")).json()
        exchange = get(shop, f"exchanges/{answer['exchanges'][0]}").json()
        assert exchange["type"] == "advanced"

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"type": "sideways"}, "/type"),
            ({"replacements": []}, "/replacements"),
            ({"reason": ""}, "/reason"),
            ({"replacements": [{"sku": "NONE", "quantity": 1}]}, "/replacements/0/sku"),
        ],
    )
    def test_says_what_is_wrong_with_it(
        self, shop: Client, swap: Swap, wrong: dict[str, Any], pointer: str
    ) -> None:
        told = open_one(shop, swap).json()
        problem = problem_of(self.send(shop, told, self.body(swap) | wrong), 400)
        assert problem["errors"][0]["pointer"] == pointer

    def test_asks_for_the_right_to_exchange(self, swap: Swap) -> None:
        shop = program(make_key(Scope.READ_RETURNS, Scope.WRITE_RETURNS))
        told = open_one(shop, swap).json()
        problem_of(self.send(shop, told, self.body(swap)), 403)


class TestARiskHold:
    def hold(self, told: dict[str, Any]) -> None:
        case = Return.objects.get(public_id=told["id"])
        seen = RiskAssessment.objects.create(
            partner=case.partner,
            return_case=case,
            score=70,
            limit=50,
            parts=[],
            because="opened",
            assessed_at=case.opened_at,
        )
        RiskHold.objects.create(
            partner=case.partner, return_case=case, assessment=seen, held_at=case.opened_at
        )

    def clear(self, shop: Client, told: dict[str, Any]) -> Any:
        address = f"returns/{told['id']}/clear-risk"
        return post(shop, address, {"reason": "Looked at it."}, match=f'"{told["version"]}"')

    def test_is_cleared_by_another_program_than_opened_the_case(self, swap: Swap) -> None:
        mine = program(make_key(*Scope))
        told = open_one(mine, swap).json()
        self.hold(told)
        told = get(mine, f"returns/{told['id']}").json()
        assert "clear-risk" not in allowed(told)
        problem_of(self.clear(mine, told), 409)
        other = program(make_key(*Scope))
        assert "clear-risk" in allowed(get(other, f"returns/{told['id']}").json())
        assert self.clear(other, told).status_code == 200
        assert RiskHold.objects.get().cleared_at is not None

    def test_that_is_not_there_is_not_cleared(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        problem = problem_of(self.clear(shop, told), 409)
        (action,) = (each for each in problem["allowed_actions"] if each["action"] == "clear-risk")
        assert action["reasons"] == ["Nothing of this case is held because of its risk."]


class TestReading:
    def test_finds_a_case_by_id_and_by_number_as_it_is_typed(
        self, shop: Client, swap: Swap
    ) -> None:
        told = open_one(shop, swap).json()
        for name in (told["id"], told["number"], told["number"].lower()):
            assert get(shop, f"returns/{name}").json()["id"] == told["id"]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"state": "authorised"}, 2),
            ({"state": "closed"}, 0),
            ({"channel": "shop-de"}, 2),
            ({"channel": "none"}, 0),
            ({"order": "ord_none"}, 0),
            ({"customer": "cus_none"}, 0),
        ],
    )
    def test_lists_what_is_asked_for(
        self, shop: Client, swap: Swap, asked: dict[str, str], found: int
    ) -> None:
        for _ in range(2):
            open_one(shop, swap)
        assert len(get(shop, "returns", **asked).json()["data"]) == found
        mine = get(shop, "returns", order=swap.order.public_id, limit=1).json()
        assert len(mine["data"]) == 1
        assert mine["next"]

    def test_expands_with_as_many_queries_for_many_as_for_one(
        self,
        shop: Client,
        swap: Swap,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(3):
            open_one(shop, swap)
        expand = {"expand": ["decisions", "exchanges.quote"]}
        with django_assert_max_num_queries(20):
            rows = get(shop, "returns", **expand).json()["data"]
        assert [row["decisions"][0]["verdict"] for row in rows] == ["authorise"] * 3
        problem = problem_of(get(shop, "returns", expand="customer"), 400)
        assert problem["errors"][0]["parameter"] == "expand"

    def test_finds_no_case_by_guessing(self, shop: Client, swap: Swap) -> None:
        """F67 with 200 guesses; `make prove` makes 10,000."""
        told = open_one(shop, swap).json()
        answers = {get(shop, f"returns/{new_number('RMA')}").status_code for _ in range(200)}
        assert answers == {404}
        assert get(shop, f"returns/{told['number']}").status_code == 200


class TestACreditMemo:
    def test_is_told_line_by_line(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        (memo,) = get(shop, "credit-memos", case=told["id"]).json()["data"]
        assert (memo["state"], memo["number"]) == ("draft", None)
        assert memo["gross"] == told["value"]
        assert memo["lines"][0]["order"] == swap.order.public_id
