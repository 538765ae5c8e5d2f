"""Every address against every kind of caller. An address that is not in the table fails."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from api.models import ApiKey
from api.schema.building import Operation, list_operations
from api.scopes import Scope
from api.urls import urlpatterns
from tests.api.calls import ROOT, post, problem_of
from tests.api.world import make_world
from tests.factories.keys import make_expired_key, make_key, make_revoked_key, program
from tests.factories.people import make_partner

pytestmark = pytest.mark.django_db
S = Scope

# Which scope opens what, said once more and apart from the views.
COMMANDS_ON_EXCHANGES = (
    *("accept", "quote", "change-items", "substitute", "adjust", "ask-approval"),
    *("send-payment-link", "hold-again", "extend-hold", "release-hold", "convert-to-refund"),
    "convert-to-sale",
    *("drop-rest", "arrange-visit", "decide-refused", "cancel"),
)
SCOPES: dict[tuple[str, str], Scope] = {
    ("allocations", "GET"): S.READ_ALLOCATIONS,
    ("allocations", "POST"): S.WRITE_ALLOCATIONS,
    ("allocation", "GET"): S.READ_ALLOCATIONS,
    ("allocation-cancel", "POST"): S.WRITE_ALLOCATIONS,
    ("allocation-ship", "POST"): S.WRITE_ALLOCATIONS,
    ("availability", "GET"): S.READ_STOCK,
    ("bulk-returns", "POST"): S.WRITE_RETURNS,
    ("bulk", "GET"): S.READ_RETURNS,
    ("clock", "GET"): S.SET_CLOCK,
    ("clock", "POST"): S.SET_CLOCK,
    ("credit-memos", "GET"): S.READ_RETURNS,
    ("credit-memo", "GET"): S.READ_RETURNS,
    ("decisions", "GET"): S.READ_RETURNS,
    ("decision", "GET"): S.READ_RETURNS,
    ("documents", "GET"): S.READ_ORDERS,
    ("documents", "POST"): S.WRITE_ORDERS,
    ("document", "GET"): S.READ_ORDERS,
    ("events", "GET"): S.READ_EVENTS,
    ("exchanges", "GET"): S.READ_EXCHANGES,
    ("exchanges", "POST"): S.WRITE_EXCHANGES,
    ("exchange", "GET"): S.READ_EXCHANGES,
    **{(f"exchange-{name}", "POST"): S.WRITE_EXCHANGES for name in COMMANDS_ON_EXCHANGES},
    ("locations", "GET"): S.READ_STOCK,
    ("orders", "GET"): S.READ_ORDERS,
    ("orders", "POST"): S.WRITE_ORDERS,
    ("order", "GET"): S.READ_ORDERS,
    ("parcels", "GET"): S.READ_RETURNS,
    ("parcel", "GET"): S.READ_RETURNS,
    ("payments", "GET"): S.READ_PAYMENTS,
    ("payment", "GET"): S.READ_PAYMENTS,
    ("quote-previews", "POST"): S.READ_EXCHANGES,
    ("quotes", "GET"): S.READ_EXCHANGES,
    ("quote", "GET"): S.READ_EXCHANGES,
    ("requests", "GET"): S.READ_REQUESTS,
    ("reservations", "GET"): S.READ_RESERVATIONS,
    ("reservation", "GET"): S.READ_RESERVATIONS,
    ("return-previews", "POST"): S.READ_RETURNS,
    ("returns", "GET"): S.READ_RETURNS,
    ("returns", "POST"): S.WRITE_RETURNS,
    ("return", "GET"): S.READ_RETURNS,
    ("return-authorise", "POST"): S.DECIDE_RETURNS,
    ("return-reject", "POST"): S.DECIDE_RETURNS,
    ("return-short-close", "POST"): S.DECIDE_RETURNS,
    ("return-depart", "POST"): S.WRITE_RETURNS,
    ("return-clear-risk", "POST"): S.DECIDE_RETURNS,
    ("return-change-outcome", "POST"): S.WRITE_RETURNS,
    ("return-ask-exception", "POST"): S.WRITE_RETURNS,
    ("return-exchange-instead", "POST"): S.WRITE_EXCHANGES,
    ("return-keep", "POST"): S.WRITE_RETURNS,
    ("return-appeal", "POST"): S.WRITE_RETURNS,
    ("return-cancel", "POST"): S.WRITE_RETURNS,
    ("return-options", "GET"): S.READ_RETURNS,
    ("return-take-option", "POST"): S.WRITE_RETURNS,
    ("shipments", "GET"): S.READ_EXCHANGES,
    ("shipment", "GET"): S.READ_EXCHANGES,
    ("stock-changes", "GET"): S.READ_STOCK,
    ("stock-entries", "GET"): S.READ_STOCK,
    ("stock-levels", "GET"): S.READ_STOCK,
    ("visits", "GET"): S.READ_EXCHANGES,
    ("visit", "GET"): S.READ_EXCHANGES,
    ("visit-depart", "POST"): S.WRITE_EXCHANGES,
    ("visit-arrive", "POST"): S.WRITE_EXCHANGES,
    ("visit-report", "POST"): S.WRITE_EXCHANGES,
    ("visit-slots", "GET"): S.READ_EXCHANGES,
    ("webhook-endpoints", "GET"): S.READ_WEBHOOKS,
    ("webhook-replay", "POST"): S.WRITE_WEBHOOKS,
    ("webhook-messages", "GET"): S.READ_WEBHOOKS,
    ("webhook-message", "GET"): S.READ_WEBHOOKS,
    ("webhook-acknowledge", "POST"): S.WRITE_WEBHOOKS,
    ("webhook-resend", "POST"): S.WRITE_WEBHOOKS,
}
# Rows whose command's name does not begin with theirs.
NAMED_OTHERWISE = {"webhook-acknowledge": "webhook-message", "webhook-resend": "webhook-message"}
ABSENT = "none-such-0123456789"
CALLS = list(list_operations(urlpatterns))


def name_of(call: Operation) -> str:
    return call.name.removeprefix("api-")


def scope_of(call: Operation) -> Scope:
    return SCOPES[name_of(call), call.method]


def send(client: Client, call: Operation, reference: str = ABSENT) -> Any:
    address = call.address.removeprefix(ROOT).replace("{reference}", reference)
    if name_of(call) == "availability":
        address += "?sku=NONE"
    return client.get(ROOT + address) if call.method == "GET" else post(client, address)


def kind_of(call: Operation) -> str:
    """Of what the address names one: `return` in `return-short-close`."""
    name = NAMED_OTHERWISE.get(name_of(call), name_of(call))
    return max((kind for kind in KINDS if name.startswith(kind)), key=len)


KINDS = (
    "bulk",
    *("allocation", "credit-memo", "decision", "document", "exchange", "order", "parcel"),
    *("payment", "quote", "reservation", "return", "shipment", "visit"),
    *("webhook", "webhook-message"),
)


class TestTheMatrix:
    def test_has_every_address_and_method(self) -> None:
        assert {(name_of(call), call.method) for call in CALLS} == set(SCOPES)

    def test_lets_a_key_in_by_its_scope_alone(self) -> None:
        """Each address with the one scope that opens it, with every other, and with none."""
        make_partner()
        keys = {scope: program(make_key(scope)) for scope in Scope}
        others = {
            scope: program(make_key(*(each for each in Scope if each != scope))) for scope in Scope
        }
        for call in CALLS:
            scope = scope_of(call)
            within = send(keys[scope], call)
            assert within.status_code in {200, 400, 404}, call
            problem = problem_of(send(others[scope], call), 403)
            assert scope in problem["detail"], call

    def test_refuses_whoever_has_no_key_that_lives(self, admin_client: Client) -> None:
        dead = [program(make_expired_key()), program(make_revoked_key())]
        for call in CALLS:
            answer = send(program(None), call)
            assert problem_of(answer, 401)["code"] == "not_authenticated"
            assert answer["WWW-Authenticate"].startswith("Bearer")
            for client in dead:
                problem = problem_of(send(client, call), 401)
                assert problem["code"] == "authentication_failed"
            assert send(admin_client, call).status_code == 401, "it knows no people"

    @pytest.mark.parametrize("address", sorted({call.address for call in CALLS}))
    def test_refuses_every_other_method(self, address: str) -> None:
        mine = {call.method for call in CALLS if call.address == address}
        client = program(make_key())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - mine:
            asked = address.replace("{reference}", ABSENT)
            assert client.generic(method, asked).status_code == 405

    def test_shows_each_partner_its_own_and_of_others_what_is_not_there(self) -> None:
        """Own, its sandbox's (a sibling), a stranger's and an absent row, at every address."""
        world = make_world()
        sandbox = make_partner("house-sandbox", is_sandbox=True)
        callers = [program(make_key(partner=each)) for each in (sandbox, make_partner("rival"))]
        own = program(make_key(partner=world.partner))
        named = [call for call in CALLS if call.pattern]
        assert {kind_of(call) for call in named} == set(KINDS) == set(world.references)
        for call in named:
            reference = world.references[kind_of(call)]
            assert send(own, call, reference).status_code in {200, 400, 409, 428}, call
            absent = told(send(own, call))
            for client in callers:
                assert told(send(client, call, reference)) == absent, call

    def test_lists_nothing_of_another_partner(self) -> None:
        make_world()
        stranger = program(make_key(partner=make_partner("rival")))
        for call in CALLS:
            is_list = call.method == "GET" and not call.pattern
            # A stranger's own requests are theirs to see: tests/api/test_requests.py.
            if is_list and name_of(call) not in ("availability", "clock", "requests"):
                assert send(stranger, call).json()["data"] == [], call


def told(answer: Any) -> dict[str, Any]:
    """A problem without what names the call itself."""
    problem = problem_of(answer, 404)
    return {key: problem[key] for key in problem if key not in ("instance", "request_id")}


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
