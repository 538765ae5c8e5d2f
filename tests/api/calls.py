"""How tests call the API, and what they look for in an answer."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.test import Client

ROOT = "/api/v1/"


def get(client: Client, address: str, **parameters: Any) -> Any:
    return client.get(ROOT + address, parameters)


def post(client: Client, address: str, body: Any = None, *, key: str = "", match: str = "") -> Any:
    """With a new Idempotency-Key unless one is given; `match` is the ETag that was seen."""
    headers = {"idempotency-key": key or str(uuid4())} | ({"if-match": match} if match else {})
    content = json.dumps({} if body is None else body)
    return client.post(ROOT + address, content, content_type="application/json", headers=headers)


def problem_of(answer: Any, status: int) -> dict[str, Any]:
    """The problem document; every one has all its parts."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:swapdesk:problem:{problem['code']}"
    assert problem["request_id"] == answer["X-Request-Id"]
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith("/api/")
    return problem
