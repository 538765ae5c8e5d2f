"""Every address against every kind of caller. An address that is not in the list fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from api.models import ApiKey
from api.scopes import Scope
from api.urls import urlpatterns
from tests.api.calls import ROOT, post, problem_of
from tests.factories.keys import make_expired_key, make_key, make_revoked_key, program
from tests.factories.people import make_partner

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Call:
    """One way to call an address: what it asks for, and what a caller with its scope gets."""

    name: str
    scope: Scope
    address: str
    method: str = "GET"
    status: int = 200

    def by(self, client: Client) -> Any:
        if self.method == "GET":
            return client.get(ROOT + self.address)
        return post(client, self.address)


CALLS = [
    Call("api-allocations", Scope.READ_ALLOCATIONS, "allocations"),
    Call("api-allocations", Scope.WRITE_ALLOCATIONS, "allocations", "POST", 400),
    Call("api-allocation", Scope.READ_ALLOCATIONS, "allocations/none", status=404),
    Call("api-allocation-cancel", Scope.WRITE_ALLOCATIONS, "allocations/none/cancel", "POST", 404),
    Call("api-allocation-ship", Scope.WRITE_ALLOCATIONS, "allocations/none/ship", "POST", 404),
    Call("api-availability", Scope.READ_STOCK, "availability?sku=NONE", status=404),
    Call("api-locations", Scope.READ_STOCK, "locations"),
    Call("api-reservations", Scope.READ_RESERVATIONS, "reservations"),
    Call("api-reservation", Scope.READ_RESERVATIONS, "reservations/HLD-0", status=404),
    Call("api-stock-changes", Scope.READ_STOCK, "stock-changes"),
    Call("api-stock-entries", Scope.READ_STOCK, "stock-entries"),
    Call("api-stock-levels", Scope.READ_STOCK, "stock-levels"),
    Call("api-webhook-endpoints", Scope.READ_WEBHOOKS, "webhook-endpoints"),
    Call(
        "api-webhook-replay",
        Scope.WRITE_WEBHOOKS,
        "webhook-endpoints/none/replay",
        "POST",
        404,
    ),
    Call("api-webhook-messages", Scope.READ_WEBHOOKS, "webhook-messages"),
    Call("api-webhook-message", Scope.READ_WEBHOOKS, "webhook-messages/none", status=404),
    Call(
        "api-webhook-acknowledge",
        Scope.WRITE_WEBHOOKS,
        "webhook-messages/none/acknowledge",
        "POST",
        404,
    ),
    Call("api-webhook-resend", Scope.WRITE_WEBHOOKS, "webhook-messages/none/resend", "POST", 404),
]
each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.address}")


def routes() -> Iterator[tuple[str, str]]:
    for route in urlpatterns:
        assert isinstance(route, URLPattern)
        for method in getattr(route.callback, "cls").scopes:  # noqa: B009
            yield str(route.name), method


class TestTheMatrix:
    def test_has_every_address_and_method(self) -> None:
        assert set(routes()) == {(call.name, call.method) for call in CALLS}

    @each_call
    def test_lets_a_key_with_the_scope_in(self, call: Call) -> None:
        assert call.by(program(make_key(call.scope))).status_code == call.status

    @each_call
    def test_refuses_whoever_has_no_key(self, call: Call) -> None:
        answer = call.by(program(None))
        assert problem_of(answer, 401)["code"] == "not_authenticated"
        assert answer["WWW-Authenticate"].startswith("Bearer")

    @each_call
    @pytest.mark.parametrize("make", [make_expired_key, make_revoked_key])
    def test_refuses_a_key_that_no_longer_lives(self, call: Call, make: Any) -> None:
        problem = problem_of(call.by(program(make(call.scope))), 401)
        assert problem["code"] == "authentication_failed"

    @each_call
    def test_refuses_a_key_with_every_other_scope(self, call: Call) -> None:
        others = [scope for scope in Scope if scope != call.scope]
        problem = problem_of(call.by(program(make_key(*others))), 403)
        assert call.scope in problem["detail"]

    @each_call
    def test_refuses_every_other_method(self, call: Call) -> None:
        mine = {method for name, method in routes() if name == call.name}
        client = program(make_key())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - mine:
            assert client.generic(method, ROOT + call.address).status_code == 405

    @each_call
    def test_knows_no_people(self, call: Call, admin_client: Client) -> None:
        assert call.by(admin_client).status_code == 401


class TestAKey:
    @pytest.mark.parametrize(
        "given",
        [
            "",
            "Bearer",
            "Bearer ",
            "Bearer nonsense",
            "Bearer sk_live_00000000_" + "0" * 32,
            "Bearer " + "x" * 5_000,
            "Bearer \xff\xfe",
            "Basic c2s6",
        ],
    )
    def test_opens_nothing_unless_it_is_whole(self, given: str) -> None:
        client = Client(headers={"authorization": given})
        problem_of(client.get(ROOT + "locations"), 401)

    def test_opens_nothing_with_another_secret(self) -> None:
        first, second = make_key(), make_key()
        mixed = first.key.prefix + "_" + second.secret.rpartition("_")[2]
        client = Client(headers={"authorization": f"Bearer {mixed}"})
        problem_of(client.get(ROOT + "locations"), 401)

    def test_is_kept_as_a_hash_only(self) -> None:
        issued = make_key()
        assert issued.secret.startswith(issued.key.prefix)
        assert issued.secret.rpartition("_")[2] not in str(ApiKey.objects.values().get())
        assert issued.secret not in repr(issued)

    def test_remembers_when_it_was_used(self) -> None:
        issued = make_key()
        program(issued).get(ROOT + "locations")
        assert ApiKey.objects.get().last_used_at is not None

    def test_of_a_sandbox_says_that_nothing_is_real(self) -> None:
        sandbox = make_partner("sandbox", is_sandbox=True)
        issued = make_key(partner=sandbox)
        answer = program(issued).get(ROOT + "stock-changes").json()
        assert issued.secret.startswith("sk_test_")
        assert answer["livemode"] is False


class TestTheAllowance:
    def test_is_a_minutes_worth_of_calls(self) -> None:
        client = program(make_key(calls_per_minute=3))
        answers = [client.get(ROOT + "locations") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert problem_of(answers[-1], 429)["code"] == "throttled"
        assert 1 <= int(answers[-1]["Retry-After"]) <= 20

    def test_is_of_one_key(self) -> None:
        spent, fresh = program(make_key(calls_per_minute=1)), program(make_key())
        spent.get(ROOT + "locations")
        assert fresh.get(ROOT + "locations").status_code == 200

    def test_fills_again(self) -> None:
        issued = make_key(calls_per_minute=60)
        client = program(issued)
        client.get(ROOT + "locations")
        ApiKey.objects.update(calls_left=0)
        assert client.get(ROOT + "locations").status_code == 429
        a_while_ago = issued.key.made_at.replace(year=issued.key.made_at.year - 1)
        ApiKey.objects.update(last_used_at=a_while_ago)
        assert client.get(ROOT + "locations").status_code == 200
        assert ApiKey.objects.get().calls_left == pytest.approx(59)


class TestElsewhere:
    @pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v2/x", "/api/v1/locations/"])
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_is_a_problem_and_not_a_page(self, client: Client, address: str, method: str) -> None:
        assert problem_of(client.generic(method, address), 404)["code"] == "not_found"

    def test_answers_carry_an_id_of_the_call(self) -> None:
        client = program(make_key())
        ids = {client.get(ROOT + "locations")["X-Request-Id"] for _ in range(2)}
        assert len(ids) == 2
