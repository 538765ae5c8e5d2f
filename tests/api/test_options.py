"""What may become of a case, by program: each outcome taken, and each that may not be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from inventory.models import Reservation, StockLevel
from policies.rules import Scope as Within
from policies.rules import Warranty
from returns.models import Return
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import line_of, open_one
from tests.exchanges.test_options import make_dearer
from tests.exchanges.test_other_outcomes import agree
from tests.factories.desk import make_swap_today
from tests.factories.policies import publish
from tests.factories.swaps import Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def swap() -> Swap:
    return make_swap_today(available=5)


def exchange_one(shop: Client, swap: Swap, **replacement: Any) -> dict[str, Any]:
    """The case of an exchange that was opened by program."""
    wanted = {"sku": swap.red.sku, "quantity": 1, "replaces": 1} | replacement
    body = {"lines": [line_of(swap)], "replacements": [wanted]}
    opened = post(shop, "exchanges", body).json()
    told: dict[str, Any] = get(shop, f"returns/{opened['case']['id']}").json()
    return told


def take(shop: Client, told: dict[str, Any], kind: str, **more: Any) -> Any:
    body = {"kind": kind, "reason": "As they wish"} | more
    match = f'"{told["version"]}"'
    return post(shop, f"returns/{told['id']}/take-option", body, match=match)


def option(shop: Client, told: dict[str, Any], kind: str, **asked: Any) -> dict[str, Any]:
    found = get(shop, f"returns/{told['id']}/options", **asked).json()["options"]
    return next(each for each in found if each["kind"] == kind)


def action(told: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in told["allowed_actions"] if each["action"] == name)


class TestTaking:
    @pytest.mark.parametrize("kind", ["refund", "repair"])
    def test_frees_the_stock_where_nothing_goes_out_any_more(
        self, shop: Client, swap: Swap, kind: str
    ) -> None:
        told = exchange_one(shop, swap)
        assert action(told, "take-option") == {
            "action": "take-option",
            "is_allowed": True,
            "reasons": [],
        }
        answer = take(shop, told, kind).json()
        assert answer["lines"][0]["outcome"] == kind
        swap.stock.refresh_from_db()
        assert (swap.stock.available, swap.stock.held) == (5, 0)

    def test_keeps_it_for_the_part_that_was_said(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        assert option(shop, told, "keep_it", rate="0.25")["rate"] == "0.25"
        answer = take(shop, told, "keep_it", rate="0.25")
        assert answer.status_code == 200
        (concession,) = Return.objects.get().concessions.all()  # beyond policy: a person is asked
        assert concession.amount == Decimal("10.80")

    @pytest.mark.parametrize("kind", ["even_swap", "upgrade"])
    def test_sends_what_the_option_names(self, shop: Client, swap: Swap, kind: str) -> None:
        make_dearer(swap)
        told = open_one(shop, swap).json()
        offered = option(shop, told, kind)
        answer = take(shop, told, kind, replacements=offered["replacements"]).json()
        exchange = get(shop, f"exchanges/{answer['exchanges'][0]}").json()
        assert exchange["state"] == "quoted"
        assert [line["sku"] for line in exchange["lines"]] == [offered["replacements"][0]["sku"]]
        assert Reservation.objects.get(state="active").variant.sku == exchange["lines"][0]["sku"]

    def test_of_a_cheaper_one_that_goes_out_changes_nothing(self, shop: Client, swap: Swap) -> None:
        make_dearer(swap, price="20.00")
        cheap = StockLevel.objects.latest("pk").variant
        told = exchange_one(shop, swap, sku=cheap.sku)
        offered = option(shop, told, "downgrade")
        assert offered["is_current"]
        answer = take(shop, told, "downgrade", replacements=offered["replacements"])
        assert answer.status_code == 200
        assert Reservation.objects.get(state="active").variant == cheap


class TestWhatMayNotBeTaken:
    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"kind": "gold"}, "/kind"),
            ({"reason": ""}, "/reason"),
            ({"rate": "half"}, "/rate"),
            ({"kind": "upgrade", "replacements": []}, "/replacements"),
            (
                {"kind": "upgrade", "replacements": [{"sku": "NONE", "quantity": 1}]},
                "/replacements/0/sku",
            ),
            ({"colour": "red"}, "/colour"),
        ],
    )
    def test_says_what_is_wrong_with_the_body(
        self, shop: Client, swap: Swap, wrong: dict[str, Any], pointer: str
    ) -> None:
        told = open_one(shop, swap).json()
        body = {"kind": "keep_it", "reason": "As they wish"} | wrong
        match = f'"{told["version"]}"'
        problem = problem_of(
            post(shop, f"returns/{told['id']}/take-option", body, match=match), 400
        )
        assert problem["errors"][0]["pointer"] == pointer
        assert Return.objects.get().lines.get().outcome == "refund"

    def test_is_what_the_case_does_already(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        problem = problem_of(take(shop, told, "refund"), 409)
        assert problem["reasons"] == ["The case does that already."]
        assert action(problem, "take-option")["is_allowed"]

    def test_is_anything_of_a_case_that_is_over(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        match = f'"{told["version"]}"'
        over = post(shop, f"returns/{told['id']}/cancel", {"reason": "Kept."}, match=match).json()
        refused = action(over, "take-option")
        assert not refused["is_allowed"]
        assert "there is nothing to choose" in refused["reasons"][0]
        assert problem_of(take(shop, over, "repair"), 409)["reasons"] == refused["reasons"]

    def test_is_what_is_out_of_stock(self, shop: Client, swap: Swap) -> None:
        dearer = make_dearer(swap, available=0)
        told = open_one(shop, swap).json()
        goods = [{"sku": dearer.sku, "quantity": 1, "replaces": 1}]
        problem = problem_of(take(shop, told, "upgrade", replacements=goods), 409)
        assert problem["code"] == "out_of_stock"

    def test_wants_the_version_that_was_seen(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        address, body = f"returns/{told['id']}/take-option", {"kind": "repair", "reason": "x"}
        problem_of(post(shop, address, body), 428)
        problem_of(post(shop, address, body, match='"77"'), 412)


class TestWhatPolicyIsAgainst:
    """Repairs only: whoever wants money asks for an exception, and a person agrees."""

    def open(self, shop: Client) -> dict[str, Any]:
        swap = make_swap_today(available=2)
        publish((Warranty(months=36, gives="repair"), Within()), based_on=swap.policy)
        told: dict[str, Any] = open_one(shop, swap, reason="defective", outcome="repair").json()
        return told

    def send(self, shop: Client, told: dict[str, Any], name: str, **body: Any) -> Any:
        match = f'"{told["version"]}"'
        said = {"reason": "A good customer."} | body
        return post(shop, f"returns/{told['id']}/{name}", said, match=match)

    def test_is_refused_with_reasons_until_a_person_agrees(self, shop: Client) -> None:
        told = self.open(shop)
        assert not action(told, "change-outcome")["is_allowed"]
        assert not action(told, "exchange-instead")["is_allowed"]
        assert action(told, "ask-exception")["is_allowed"]
        for refused in (
            self.send(shop, told, "change-outcome", line=1, outcome="refund"),
            take(shop, told, "refund"),
        ):
            assert "repair" in " ".join(problem_of(refused, 409)["reasons"])
        asked = self.send(shop, told, "ask-exception", outcome="refund").json()
        assert not action(asked, "ask-exception")["is_allowed"]
        agree()
        done = self.send(shop, asked, "change-outcome", line=1, outcome="refund").json()
        assert done["lines"][0]["outcome"] == "refund"

    def test_is_asked_for_nothing_that_is_free(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap).json()
        assert not action(told, "ask-exception")["is_allowed"]
        problem = problem_of(self.send(shop, told, "ask-exception", outcome="repair"), 409)
        assert "no exception is needed" in problem["detail"]
        problem = problem_of(self.send(shop, told, "ask-exception", outcome="gold"), 400)
        assert problem["errors"][0]["pointer"] == "/outcome"
