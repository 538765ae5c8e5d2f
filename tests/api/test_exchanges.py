"""Exchanges by the API, and S31: the same call twice at once is one exchange."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from api.exchanges.actions import COMMANDS
from api.models import SavedAnswer
from core import clock
from exchanges.models import Exchange
from exchanges.queries.actions import KINDS
from exchanges.sweeps import follow_wishes
from inventory.models import Reservation
from returns.models import Return
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import allowed, line_of
from tests.concurrency.races import race
from tests.factories.desk import make_swap_today
from tests.factories.keys import make_key, program
from tests.factories.stock import make_stock, make_variant
from tests.factories.swaps import Swap, sell_out
from tests.factories.webhooks import feed, make_endpoint


@pytest.fixture
def swap(db: None) -> Swap:
    return make_swap_today(available=5)


def body_of(swap: Swap, **fields: Any) -> dict[str, Any]:
    replacement = {"sku": swap.red.sku, "quantity": 1, "replaces": 1}
    return {"lines": [line_of(swap)], "replacements": [replacement | fields]}


def open_one(shop: Client, swap: Swap) -> dict[str, Any]:
    told: dict[str, Any] = post(shop, "exchanges", body_of(swap)).json()
    return told


def act(shop: Client, told: dict[str, Any], command: str, body: Any = None) -> Any:
    address = f"exchanges/{told['id']}/{command}"
    return post(shop, address, body, match=f'"{told["version"]}"')


class TestOpening:
    def test_returns_quotes_and_holds_in_one_go(self, shop: Client, swap: Swap) -> None:
        answer = post(shop, "exchanges", body_of(swap))
        told = answer.json()
        assert (answer.status_code, told["state"]) == (201, "awaiting_goods")
        assert (told["evenness"], told["due"]["amount"]) == ("even", "0.00")
        assert told["holds"][0]["state"] == "active"
        assert told["awaits"][0]["reason"] == "awaiting_goods"
        case = get(shop, f"returns/{told['case']['id']}", expand="exchanges.quote").json()
        assert case["exchanges"][0]["quote"]["is_accepted"]
        assert case["exchanges"][0]["quote"]["calculation"]

    def test_is_what_the_preview_said(self, shop: Client, swap: Swap) -> None:
        asked = shop.post("/api/v1/quote-previews", body_of(swap), content_type="application/json")
        told = post(shop, "exchanges", body_of(swap)).json()
        quote = get(shop, f"quotes/{told['quote']}").json()
        for same in ("due", "lines", "evenness", "outbound_value", "returned_value"):
            assert asked.json()[same] == quote[same]
        assert {"adjust", "change-items"} <= allowed(quote)
        del quote["allowed_actions"]
        assert get(shop, "quotes", exchange=told["id"]).json()["data"] == [quote]

    def test_out_of_stock_leaves_nothing_behind(self, shop: Client, swap: Swap) -> None:
        sell_out(swap.stock)
        problem = problem_of(post(shop, "exchanges", body_of(swap)), 409)
        assert (problem["code"], problem["shortages"][0]["available"]) == ("out_of_stock", 0)
        assert not Return.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"sku": "NONE"}, "/replacements/0/sku"),
            ({"second_sku": "NONE"}, "/replacements/0/second_sku"),
            ({"location": "NONE"}, "/replacements/0/location"),
            ({"replaces": 2}, "/replacements/0/replaces"),
            ({"replaces": 0}, "/replacements/0/replaces"),
        ],
    )
    def test_names_what_is_not_there(
        self, shop: Client, swap: Swap, wrong: dict[str, Any], pointer: str
    ) -> None:
        problem = problem_of(post(shop, "exchanges", body_of(swap, **wrong)), 400)
        assert [each["pointer"] for each in problem["errors"]] == [pointer]


class TestASecondWish:
    def test_is_told_with_what_was_agreed_and_goes_out_instead(
        self, shop: Client, swap: Swap
    ) -> None:
        green = make_variant(product=swap.red.product, title="green", price="43.20")
        make_stock(green, swap.place, 1)
        told = post(shop, "exchanges", body_of(swap, second_sku=green.sku)).json()
        assert told["lines"][0]["second_wish"] == {
            "sku": green.sku,
            "agreed": {"amount": "43.20", "currency": "EUR"},
        }
        act(shop, told, "release-hold", {"reason": "Broken glass"})
        sell_out(swap.stock)
        follow_wishes(now=clock.now())
        (line,) = get(shop, f"exchanges/{told['id']}").json()["lines"]
        assert (line["sku"], line["second_wish"]) == (green.sku, None)


class TestCommands:
    def test_are_the_consoles_under_names_of_their_own(self) -> None:
        assert set(COMMANDS.values()) <= {kind.code for kind in KINDS}

    def test_end_it_and_free_its_stock(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap)
        assert {"cancel", "convert-to-refund", "adjust", "extend-hold"} <= allowed(told)
        body = {"continue_return": True, "reason": "Changed their mind"}
        ended = act(shop, told, "cancel", body).json()
        assert (ended["state"], ended["ended_at"] is not None) == ("cancelled", True)
        assert Reservation.objects.get().state == "released"
        refused = problem_of(act(shop, ended, "convert-to-refund", {"reason": "Again"}), 409)
        assert allowed(refused) == set()

    def test_bear_that_the_return_was_called_off_a_moment_ago(
        self, shop: Client, swap: Swap
    ) -> None:
        """The exchange hears of it after commit; until then every command has an answer."""
        told = open_one(shop, swap)
        ended = post(
            shop, f"returns/{told['case']['id']}/cancel", {"reason": "Off"}, match='"1"'
        ).json()
        assert ended["state"] == "cancelled"
        for command, body in (
            ("extend-hold", {"reason": "Late"}),
            ("release-hold", {"reason": "Off"}),
            ("hold-again", {}),
            ("quote", {}),
            ("adjust", {"shipping_fee": "5.00", "reason": "Express"}),
        ):
            address = f"exchanges/{told['id']}/{command}"
            assert post(shop, address, body, match="*").status_code in {200, 409}, command

    def test_change_what_goes_out(self, shop: Client, swap: Swap) -> None:
        told = open_one(shop, swap)
        replacement = {"sku": swap.blue.sku, "quantity": 1, "replaces": 1}
        short = problem_of(act(shop, told, "change-items", {"replacements": [replacement]}), 409)
        assert short["code"] == "out_of_stock"
        extended = act(shop, told, "extend-hold", {"reason": "Parcel is late"}).json()
        assert extended["holds"][0]["expires_at"] >= told["holds"][0]["expires_at"]
        adjusted = act(
            shop, extended, "adjust", {"shipping_fee": "5.00", "reason": "Express"}
        ).json()
        assert adjusted["due"] == {"amount": "5.00", "currency": "EUR"}
        refund = act(shop, adjusted, "convert-to-refund", {"reason": "Wants money"}).json()
        assert refund["state"] == "converted_to_refund"


@pytest.mark.django_db(transaction=True)
class TestS31:
    """Given POST /exchanges with key K sent twice in parallel: one exchange, the same body."""

    def send(self, shop: Client, swap: Swap, keys: list[str]) -> list[Any]:
        body = body_of(swap)
        finishes = race([lambda key=key: post(shop, "exchanges", body, key=key) for key in keys])  # type: ignore[misc]
        assert all(finish.won for finish in finishes)
        return [finish.value for finish in finishes]

    def test_one_key_twice_at_once_is_one_exchange(self) -> None:
        shop, swap = program(make_key()), make_swap_today(available=5)
        make_endpoint("exchange.*", partner=swap.order.partner)
        first, second = self.send(shop, swap, ["K", "K"])
        assert (first.status_code, first.content) == (201, second.content)
        assert {first.get("Idempotent-Replayed"), second.get("Idempotent-Replayed")} == {
            None,
            "true",
        }
        assert first["ETag"] == second["ETag"]
        assert (Exchange.objects.count(), SavedAnswer.objects.count()) == (1, 1)
        other = post(shop, "exchanges", body_of(swap, quantity=2), key="K")
        assert problem_of(other, 422)["code"] == "idempotency_key_reused"
        sequences = [message.sequence for message in feed()]
        assert sequences == list(range(1, len(sequences) + 1))
        assert len(sequences) > 1

    def test_the_control_two_keys_at_once_are_two_intents(self) -> None:
        """Without the shared key both are carried out: the second finds its unit taken."""
        shop, swap = program(make_key()), make_swap_today(available=5)
        answers = self.send(shop, swap, ["K", "L"])
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert SavedAnswer.objects.count() == 2
