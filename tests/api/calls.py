"""How tests call the API, and what they look for in an answer."""

from __future__ import annotations

from typing import Any

from django.test import Client

ROOT = "/api/v1/"


def get(client: Client, address: str, **parameters: Any) -> Any:
    return client.get(ROOT + address, parameters)


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
