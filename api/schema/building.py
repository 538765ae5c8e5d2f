"""The whole document: every address with what is asked, sent and answered, from the URL conf."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern

from api.editions import HEADER, newest
from api.matching import etag_of
from api.repeating import LONGEST_KEY
from api.schema.answers import Schema, Shapes
from api.schema.questions import Fields
from api.views import ApiView

ROOT = "/api/"
OPENAPI = "3.1.0"
REFERENCE = re.compile(r"\(\?P<reference>(?P<pattern>[^)]+)\)")
ALWAYS = ("400", "401", "403", "404", "429", "500", "503")
OF_BODIES = ("413", "415", "422")
OF_COMMANDS = ("409",)
OF_VERSIONS = ("412", "428")
# The one answer that the desk does not make: gunicorn reads no further than this.
ADDRESS_TOO_LONG = {
    "description": "The address is longer than the web server reads, 4,094 bytes with the method."
    " It answers by itself: there is no problem document."
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to call: an address, a method, and the view that declares them."""

    name: str
    address: str
    method: str
    view: type[ApiView]
    pattern: str = ""

    @property
    def operation_id(self) -> str:
        words = self.name.removeprefix("api-").replace("-", "_")
        return f"{self.method.lower()}_{words}"

    @property
    def tag(self) -> str:
        return self.address.removeprefix("/api/v1/").partition("/")[0]

    @property
    def is_once(self) -> bool:
        return self.method == "POST" and not self.view.changes_nothing

    @property
    def status(self) -> int:
        return self.view.status_by_method.get(self.method, 200)

    @property
    def scope(self) -> str:
        return str(self.view.scopes[self.method])

    @property
    def words(self) -> tuple[str, str]:
        """What it does in a sentence, and all of it: the handler's words, else the address's."""
        handler = getattr(self.view, self.method.lower())
        said = inspect.cleandoc(_own_doc(handler) or self.view.__doc__ or "")
        if self.method == "POST" and _own_doc(handler):
            said = f"{inspect.cleandoc(self.view.__doc__ or '')}\n\n{said}"
        return said.partition("\n")[0].rstrip("."), said


def _own_doc(handler: Any) -> str:
    return handler.__doc__ or ""


def list_operations(patterns: Iterable[Any]) -> Iterator[Operation]:
    """Every call there is; addresses without scopes are no calls."""
    for route in patterns:
        view = getattr(route.callback, "cls", None) if isinstance(route, URLPattern) else None
        if view is None:
            continue
        stated = str(route.pattern).removeprefix("^").removesuffix(r"\Z")
        named = REFERENCE.search(stated)
        address = ROOT + REFERENCE.sub("{reference}", stated)
        for method in view.scopes:
            yield Operation(
                str(route.name), address, method, view, named["pattern"] if named else ""
            )


@cache
def build_document() -> Schema:
    """Built once for each process: nothing in it depends on who asks."""
    from api.urls import urlpatterns

    return build(list(list_operations(urlpatterns)))


def build(operations: list[Operation]) -> Schema:
    shapes, fields = Shapes(), Fields()
    paths: dict[str, Schema] = {}
    for each in operations:
        paths.setdefault(each.address, {})[each.method.lower()] = _operation(
            each, shapes, fields, operations
        )
    problem = shapes.of(_problem_shape())
    if twice := shapes.components.keys() & fields.components.keys():
        raise TypeError(f"a body and an answer are called {twice}")
    return {
        "openapi": OPENAPI,
        "info": _info(),
        "servers": [{"url": "/", "description": "This desk"}],
        "security": [{"key": []}],
        "tags": [{"name": tag} for tag in sorted({each.tag for each in operations})],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted((shapes.components | fields.components).items())),
            "responses": {"Problem": _problem(problem), "AddressTooLong": ADDRESS_TOO_LONG},
            "headers": _headers(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`sk_live_…` opens the desk, `sk_test_…` a sandbox.",
                }
            },
        },
    }


def _info() -> Schema:
    from api.schema.words import ABOUT

    return {
        "title": "Swapdesk partner API",
        "version": newest().name,
        "description": ABOUT,
        "license": {"name": "Proprietary", "identifier": "LicenseRef-Proprietary"},
    }


def _problem_shape() -> Any:
    from api.problems import ProblemTold

    return ProblemTold


def _problem(schema: Schema) -> Schema:
    return {
        "description": "Refused. `code` says why; the error catalogue says what to do.",
        "headers": {"Request-Id": {"$ref": "#/components/headers/Request-Id"}},
        "content": {"application/problem+json": {"schema": schema}},
    }


def _headers() -> Schema:
    def text(description: str) -> Schema:
        return {"description": description, "schema": {"type": "string"}}

    return {
        "Request-Id": text("Quote it when you ask us."),
        "RateLimit": text("Calls that are left (`r`), seconds until all are (`t`)."),
        "RateLimit-Policy": text("Calls (`q`) that a key has in so many seconds (`w`)."),
        HEADER: text("The edition that was answered."),
        "ETag": text("The version of the case: send it back as `If-Match`."),
        "Idempotent-Replayed": text("`true`: this is the first answer once more."),
    }


def _operation(
    each: Operation, shapes: Shapes, fields: Fields, operations: list[Operation]
) -> Schema:
    summary, description = each.words
    told: Schema = {
        "operationId": each.operation_id,
        "tags": [each.tag],
        "summary": summary,
        "description": f"{description}\n\nScope: `{each.scope}`.",
        "parameters": _parameters(each, fields),
        "responses": _responses(each, shapes, operations),
    }
    if each.method in each.view.bodies:
        body = each.view.bodies[each.method]
        schema = fields.of_body(body)
        told["requestBody"] = {
            # Nothing at all is read as an empty object, where that is enough.
            "required": any(field.required for field in body().fields.values()),
            "content": {"application/json": {"schema": schema}},
        }
    return told


def _parameters(each: Operation, fields: Fields) -> list[Schema]:
    parameters: list[Schema] = []
    if each.pattern:
        schema = {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,120}$", "maxLength": 120}
        parameters.append(
            {"name": "reference", "in": "path", "required": True, "schema": schema}
            | {"description": "Its id or its number."}
        )
    for name, field in each.view.question().fields.items():
        schema = fields.of(field)
        described = schema.pop("description", "")
        parameters.append(
            {"name": name, "in": "query", "required": field.required, "schema": schema}
            | ({"description": described} if described else {})
        )
    if each.is_once:
        parameters.append(_key_parameter())
    if each.view.is_versioned:
        parameters.append(_match_parameter())
    return parameters


def _key_parameter() -> Schema:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "New for each intent; the same again is answered the same.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_KEY,
            "pattern": "^[ -~]+$",
        },
    }


def _match_parameter() -> Schema:
    return {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of what the program has read.",
        "schema": {"type": "string", "examples": [etag_of(7)], "pattern": '^("[0-9]{1,9}"|\\*)$'},
    }


def _responses(each: Operation, shapes: Shapes, operations: list[Operation]) -> Schema:
    schema = shapes.of(each.view.answers[each.method])
    headers = ["Request-Id", "RateLimit", "RateLimit-Policy", HEADER]
    headers += ["ETag"] if each.view.is_versioned else []
    headers += ["Idempotent-Replayed"] if each.is_once else []
    answer: Schema = {
        "description": "Done." if each.method == "POST" else "Found.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {"application/json": {"schema": schema}},
    }
    if each.method == "POST" and (links := _links(each, operations)):
        answer["links"] = links
    codes = [*ALWAYS]
    if each.method == "POST":
        codes += [*OF_BODIES, *OF_COMMANDS, *(OF_VERSIONS if each.view.is_versioned else ())]
    answers = {str(each.status): answer}
    for status in each.view.other_answers:
        answers[str(status)] = {key: value for key, value in answer.items() if key != "links"}
    problems = {code: {"$ref": "#/components/responses/Problem"} for code in codes}
    of_the_server = {"414": {"$ref": "#/components/responses/AddressTooLong"}}
    return answers | dict(sorted((problems | of_the_server).items()))


def _links(each: Operation, operations: list[Operation]) -> Schema:
    """What can be asked of, or done with, what was just made."""
    links: Schema = {}
    if each.address.count("/") != 3 or each.status != 201 or each.view.makes == "":
        return links
    for other in operations:
        if other.address.startswith(f"/api/v1/{each.view.makes or each.tag}/{{reference}}"):
            parameters = {"reference": "$response.body#/id"}
            if other.view.is_versioned:
                parameters["If-Match"] = "$response.header.ETag"
            links[other.operation_id] = {
                "operationId": other.operation_id,
                "parameters": parameters,
            }
    return links
