"""The API's document: what it says is what the API does, and clients can be made of it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, TypedDict
from uuid import uuid4

import pytest
import requests
import schemathesis
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, Response
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.schema.answers import Shapes
from api.schema.building import build_document
from tests.api.world import make_world
from tests.factories.keys import make_key, program

EXAMPLES = 3  # of each kind for each call; `make prove` makes thousands
OPERATIONS = [
    (address, method) for address, calls in build_document()["paths"].items() for method in calls
]
PLENTY = 1_000_000  # calls a minute

load_all_checks()


class TestTheDocument:
    def test_is_open_to_everyone_and_says_nothing_twice(self, client: Client) -> None:
        told = client.get("/api/v1/openapi.json").json()
        assert told == json.loads(json.dumps(build_document()))
        assert told["openapi"] == "3.1.0"
        names = [call["operationId"] for calls in told["paths"].values() for call in calls.values()]
        assert len(names) == len(set(names)) > 50

    def test_describes_every_call_with_its_scope(self) -> None:
        for address, method in OPERATIONS:
            call = build_document()["paths"][address][method]
            assert len(call["summary"]) > 10, address
            assert "Scope: `" in call["description"]
            answer = next(iter(call["responses"].values()))
            assert answer["content"]["application/json"]["schema"], address
            sent = {each["name"] for each in call["parameters"] if each["in"] == "header"}
            if method == "post" and not address.endswith("-previews"):
                assert "Idempotency-Key" in sent
            assert ("If-Match" in sent) == ("412" in call["responses"])


class ThingTold(TypedDict):
    id: str


class Thing(TypedDict):
    number: int


class TestShapes:
    def test_of_one_name_are_one_shape(self) -> None:
        shapes = Shapes()
        for _ in range(2):
            assert shapes.of(ThingTold) == {"$ref": "#/components/schemas/Thing"}
        with pytest.raises(TypeError, match=r"\.Thing and .*\.ThingTold are both Thing"):
            shapes.of(Thing)


@pytest.mark.django_db
class TestEveryCall:
    """In every way that the document allows, and in some it does not: the answer is as it says."""

    def test_is_answered_as_the_document_says(self) -> None:
        make_world()
        think_as_long_as_it_takes()
        shop = program(make_key(calls_per_minute=PLENTY))
        found: dict[str, str] = {}
        calls = 0
        # That each call needs a key is the matrix's to show; here each has one.
        document = build_document() | {"security": []}
        for result in schemathesis.openapi.from_dict(document).get_all_operations():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                calls += _try_out(result.ok(), mode, shop, found)  # type: ignore[union-attr]
        assert not found, "\n".join(f"{kind}: {why}" for kind, why in found.items())
        assert calls > 2 * len(OPERATIONS)


def think_as_long_as_it_takes() -> None:
    """Making up calls is work, all of it inside the test's transaction, which may not idle."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _try_out(operation: Any, mode: GenerationMode, shop: Client, found: dict[str, str]) -> int:
    """Calls made; into `found` goes what was not as it should be, once for each kind."""
    calls = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        nonlocal calls
        calls += 1
        if mode == GenerationMode.POSITIVE and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = str(uuid4())
        answer = send(shop, case)
        try:
            case.validate_response(answer, excluded_checks=[positive_data_acceptance])
        except FailureGroup as group:
            for failure in group.exceptions:
                kind = f"{operation.label} {mode.value} {failure.title}"
                found.setdefault(kind, f"{failure.message[:300]} {answer.content[:400]!r}")

    with suppress(Unsatisfiable):  # where nothing is asked, nothing can be asked wrongly
        call()
    return calls


def send(shop: Client, case: Any) -> Response:
    """The call as it would go over the wire, to the desk in this process."""
    wire = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    answer = shop.generic(
        str(wire.method),
        wire.path_url,
        wire.body or b"",
        content_type=str(wire.headers.get("Content-Type", "application/json")),
        headers={name: str(value) for name, value in wire.headers.items()},
    )
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.headers.items()},
        content=answer.content,
        request=wire,
        elapsed=0.01,
        verify=False,
    )
