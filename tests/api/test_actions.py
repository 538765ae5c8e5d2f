"""Every resource says what may be done with it, and of what may not be done, why."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from api.schema.building import build_document
from exchanges.services import quote_exchange
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState
from inventory.models import StockLevel
from notifications.models import WebhookEndpoint
from orders.models import OrderLine
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import allowed, open_one
from tests.api.world import World, make_world
from tests.factories.cases import bring_back
from tests.factories.desk import make_swap_today
from tests.factories.keys import make_key, program
from tests.factories.swaps import Swap, act_on, open_exchange, sell_out
from tests.factories.webhooks import make_endpoint

# Answers that are no thing to come back to: nothing is kept of them.
NO_RESOURCE = {"quote_preview", "return_preview", "webhook_replay"}
# Commands that have another address than that of the resource: what is sent there.
ELSEWHERE: dict[str, str | dict[str, str]] = {
    "order": {"return": "returns", "exchange": "exchanges"},
    "quote": "exchanges",
    "decision": "returns",
    "parcel": "returns",
    "shipment": "exchanges",
}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def desk(world: World) -> Client:
    return program(make_key(partner=world.partner))


def told_of(desk: Client, world: World, kind: str) -> dict[str, Any]:
    plural = {"bulk": "bulk"}.get(kind, f"{kind}s")
    told: dict[str, Any] = get(desk, f"{plural}/{world.references[kind]}").json()
    return told


def why_not(told: dict[str, Any], name: str) -> list[str]:
    (found,) = [each for each in told["allowed_actions"] if each["action"] == name]
    assert not found["is_allowed"]
    reasons: list[str] = found["reasons"]
    return reasons


class TestEveryResource:
    def test_has_a_place_for_them_in_its_shape(self) -> None:
        schemas = build_document()["components"]["schemas"]
        has_them: dict[str, bool] = {}
        for shape in schemas.values():
            fields = shape.get("properties", {})
            if name := fields.get("object", {}).get("const"):
                has_them[name] = has_them.get(name, False) or "allowed_actions" in fields
        assert len(has_them) > 20
        assert {name for name, has in has_them.items() if not has} == NO_RESOURCE

    def test_tells_them_where_one_of_it_is_asked_for(self) -> None:
        document = build_document()
        for address, calls in document["paths"].items():
            if not address.endswith("}") or "get" not in calls:
                continue
            answer = calls["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            shape = document["components"]["schemas"][answer["$ref"].rpartition("/")[2]]
            assert "allowed_actions" in shape["required"], address

    def test_without_any_says_so(self) -> None:
        schemas = build_document()["components"]["schemas"]
        never = ("CreditMemo", "Event", "Bulk", "Location", "StockEntry", "StockChange", "Request")
        for name in never:
            assert "`allowed_actions` is always empty" in schemas[name]["description"], name

    def test_names_commands_that_there_are(self, desk: Client, world: World) -> None:
        paths = build_document()["paths"]
        for kind in ("order", "quote", "decision", "parcel", "shipment", "webhook-message"):
            told = told_of(desk, world, kind)
            assert told["allowed_actions"], kind
            for each in told["allowed_actions"]:
                assert each["is_allowed"] != bool(each["reasons"]), (kind, each)
                where = ELSEWHERE.get(kind, "webhook-messages")
                if isinstance(where, dict):
                    address = f"/api/v1/{where[each['action']]}"
                else:
                    address = f"/api/v1/{where}/{{reference}}/{each['action']}"
                assert address in paths or not each["is_allowed"], address


class TestAnOrder:
    def test_may_come_back_while_anything_of_it_can(self, shop: Client, db: None) -> None:
        swap = make_swap_today(available=5)
        address = f"orders/{swap.order.public_id}"
        assert allowed(get(shop, address).json()) == {"return", "exchange"}
        units = swap.order.lines.get().returnable
        assert open_one(shop, swap, quantity=units).status_code == 201
        assert why_not(get(shop, address).json(), "return") == [
            "All of it came back, is on its way or is kept."
        ]
        problem_of(open_one(shop, swap), 409)

    def test_cannot_come_back_before_it_was_sent(self, shop: Client, db: None) -> None:
        swap = make_swap_today(available=5)
        OrderLine.objects.filter(order=swap.order).update(shipped=0)
        told = get(shop, f"orders/{swap.order.public_id}").json()
        assert why_not(told, "exchange") == ["Nothing of it was sent."]


class TestAQuote:
    def test_tells_of_its_exchange_while_it_counts(self, shop: Client, db: None) -> None:
        exchange = open_exchange(make_swap_today(available=5))
        first = get(shop, f"exchanges/{exchange.public_id}").json()["quote"]
        told, whole = (
            get(shop, address).json()
            for address in (f"quotes/{first}", f"exchanges/{exchange.public_id}")
        )
        names = {each["action"] for each in told["allowed_actions"]}
        assert allowed(told) == allowed(whole) & names
        quote_exchange(**act_on(exchange))
        assert why_not(get(shop, f"quotes/{first}").json(), "adjust") == [
            "Another quote of its exchange counts."
        ]


class TestADecision:
    def test_may_be_appealed_where_its_return_may(self, shop: Client, db: None) -> None:
        swap: Swap = make_swap_today(available=5)
        swap.order.delivered_at = swap.order.placed_at.replace(year=2024)
        swap.order.save()
        case = open_one(shop, swap, reason="changed_mind").json()
        told = get(shop, f"decisions/{case['decisions'][0]}").json()
        assert "appeal" in allowed(told)
        post(shop, f"returns/{case['id']}/appeal", {"reason": "It came late"}, match="*")
        assert why_not(get(shop, f"decisions/{case['decisions'][0]}").json(), "appeal")


class TestAShipment:
    def test_is_reported_by_who_carries_it(self, desk: Client, world: World) -> None:
        told = told_of(desk, world, "shipment")
        assert told["exchange"] == world.exchange.public_id
        assert why_not(told, "ship") == ["Its warehouse reports it, or a person at the desk."]
        assert why_not(told, "deliver") == ["It has not left."]
        whole = get(desk, f"exchanges/{world.exchange.public_id}").json()
        assert ("substitute" in allowed(told)) == ("substitute" in allowed(whole))

    def test_that_is_over_says_what_became_of_it(self, desk: Client, world: World) -> None:
        shipment = Shipment.objects.get(public_id=world.references["shipment"])
        Shipment.objects.filter(pk=shipment.pk).update(state=ShipmentState.LOST)
        told = told_of(desk, world, "shipment")
        for name in ("ship", "deliver", "substitute"):
            assert why_not(told, name) == ["It is lost."]


class TestAParcel:
    def test_leaves_by_the_command_of_its_return(self, desk: Client, world: World) -> None:
        told = told_of(desk, world, "parcel")
        assert "depart" in allowed(told)
        assert why_not(told, "receive") == ["Its warehouse reports it, or a person at the desk."]
        post(desk, f"returns/{world.case.public_id}/depart", match="*")
        assert why_not(told_of(desk, world, "parcel"), "depart")

    def test_that_was_counted_is_not_received_again(self, desk: Client, world: World) -> None:
        bring_back(world.case)
        (reason,) = why_not(told_of(desk, world, "parcel"), "receive")
        assert reason.startswith("It is ")


class TestADocument:
    def test_that_waits_is_a_person_s(self, desk: Client, world: World) -> None:
        told = told_of(desk, world, "document")
        for name in ("replay", "edit", "discard"):
            assert why_not(told, name) == [
                "Only a person decides about it: on the desk, under Intake."
            ]


class TestMessages:
    def test_are_acknowledged_once_and_sent_again_at_any_time(
        self, desk: Client, world: World
    ) -> None:
        address = f"webhook-messages/{world.references['webhook-message']}"
        assert allowed(get(desk, address).json()) == {"acknowledge", "resend"}
        heard = post(desk, f"{address}/acknowledge").json()
        assert why_not(heard, "acknowledge") == ["It is acknowledged already."]
        assert allowed(heard) == {"resend"}

    def test_are_replayed_where_there_are_any(self, desk: Client, world: World) -> None:
        make_endpoint("order.*", partner=world.partner, name="New")
        told = {each["id"]: each for each in get(desk, "webhook-endpoints").json()["data"]}
        assert allowed(told.pop(world.references["webhook"])) == {"replay"}
        (new,) = told.values()
        assert why_not(new, "replay") == ["Nothing was told there yet."]
        assert WebhookEndpoint.objects.count() == 2


class TestStock:
    def test_is_sold_while_any_is_free(self, shop: Client, level: StockLevel) -> None:
        def both() -> list[dict[str, Any]]:
            found = get(shop, "availability", sku="RED-M").json()["data"]
            return [*found, *get(shop, "stock-levels", sku="RED-M").json()["data"]]

        assert [allowed(each) for each in both()] == [{"allocate"}, {"allocate"}]
        sell_out(level)
        for told in both():
            assert why_not(told, "allocate") == ["Nothing of it is free to be sold."]


class TestTheClock:
    def test_is_set_in_a_sandbox_alone(self, shop: Client) -> None:
        assert why_not(get(shop, "clock").json(), "set") == ["Only a sandbox's can be."]
