"""The document as pages: one for each resource, with every field in a row."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.docs.examples import Examples, Schema
from api.schema.building import build_document

HOST = "https://desk.example.org"
ETAG = '"7"'


@dataclass(frozen=True, slots=True)
class Field:
    """A row of a table: a parameter, or a field of a body or of an answer."""

    name: str
    kind: str
    is_needed: bool
    says: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One way to call. `body` and `answer` are examples, as JSON."""

    anchor: str
    method: str
    address: str
    summary: str
    words: list[str]
    scope: str
    parameters: list[Field]
    sent: list[Field]
    told: list[Field]
    curl: str
    answer: str
    status: str


@dataclass(frozen=True, slots=True)
class Resource:
    """Everything under one noun."""

    tag: str
    title: str
    calls: list[Call]


@cache
def list_resources() -> list[Resource]:
    """Drawn once for each process, like the document itself."""
    document = build_document()
    examples = Examples(document["components"]["schemas"])
    calls: dict[str, list[Call]] = {}
    for address, methods in document["paths"].items():
        for method, told in methods.items():
            (tag,) = told["tags"]
            calls.setdefault(tag, []).append(_call(address, method, told, examples))
    return [
        Resource(tag, tag.replace("-", " ").capitalize(), sorted(found, key=_by_length))
        for tag, found in sorted(calls.items())
    ]


def _by_length(call: Call) -> tuple[int, str, str]:
    return call.address.count("/"), call.address, call.method


def _call(address: str, method: str, told: Mapping[str, Any], examples: Examples) -> Call:
    *words, scope = told["description"].split("\n\n")
    status, answer = next(iter(told["responses"].items()))
    answered = answer["content"]["application/json"]["schema"]
    body = told.get("requestBody")
    sent = body and body["content"]["application/json"]["schema"]
    return Call(
        anchor=told["operationId"],
        method=method.upper(),
        address=address,
        summary=told["summary"],
        words=[" ".join(each.split()) for each in words],
        scope=scope.partition("`")[2].partition("`")[0],
        parameters=[_parameter(each) for each in told["parameters"]],
        sent=list(_rows(sent, examples)) if sent else [],
        told=list(_rows(answered, examples)),
        curl=_curl(address, method.upper(), told, examples.of(sent) if sent else None),
        answer=examples.text(answered),
        status=status,
    )


def _parameter(told: Mapping[str, Any]) -> Field:
    where = {"path": "in the address", "query": "parameter", "header": "header"}[told["in"]]
    says = told.get("description", "")
    return Field(
        told["name"],
        f"{where}, {_kind(told['schema'])}",
        told["required"],
        says or _range(told["schema"]),
    )


def _rows(schema: Schema, examples: Examples, depth: int = 0) -> Iterator[Field]:
    """Each field, and below an object or a list of them those inside, two deep."""
    schema = examples.resolve(schema)
    needed = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        says = " ".join(str(inner.get("description", "")).split())
        yield Field(name, _kind(inner), name in needed, says or _range(inner), depth)
        if depth < 2:
            yield from _rows(inner.get("items", inner), examples, depth + 1)


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    kinds = schema.get("type", "anything")
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    written = {"date-time": "time", "date": "day"}.get(schema.get("format", ""), "")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    return f"{written or kind}{'' if isinstance(kinds, str) else ' or null'}"


def _range(schema: Schema) -> str:
    values = schema.get("enum") or schema.get("x-extensible-enum")
    if values:
        return ", ".join(map(str, values))
    if "const" in schema:
        return f"always {schema['const']}"
    if "maximum" in schema:
        return f"{schema.get('minimum', 0)} to {schema['maximum']}"
    return f"at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _curl(address: str, method: str, told: Mapping[str, Any], body: Any) -> str:
    address = address.replace("{reference}", "ret_9h2m…" if "returns" in address else "…")
    lines = [f"curl {'-X POST ' if method == 'POST' else ''}{HOST}{address}"]
    lines.append('-H "Authorization: Bearer $KEY"')
    sent = {each["name"] for each in told["parameters"] if each["in"] == "header"}
    if "Idempotency-Key" in sent:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if "If-Match" in sent:
        lines.append(f"-H {shlex.quote(f'If-Match: {ETAG}')}")
    if body is not None:
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}")
    return " \\\n  ".join(lines)
