"""Every refusal as `application/problem+json` (RFC 9457), whoever refused.

`code` is what programs branch on; `errors` names each wrong field by a JSON pointer into the
body, or each wrong parameter by its name. What a `DomainError` knows goes along with it.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict

from django.core.exceptions import PermissionDenied
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from api.refusals import publish_facts
from api.shapes import AllowedAction
from core.errors import DomainError, StaleVersion

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
SECONDS_TO_TRY_AGAIN = 1


class ErrorAt(TypedDict, total=False):
    """Where it is wrong: at a field of the body, at a parameter, or at a place in no JSON."""

    pointer: str
    parameter: str
    position: str
    code: str
    detail: str


class ProblemTold(TypedDict):
    """Every refusal (RFC 9457). What else is known about it are members of their own."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: NotRequired[list[ErrorAt]]
    reasons: NotRequired[list[str]]
    allowed_actions: NotRequired[list[AllowedAction]]


class BadCall(exceptions.APIException):
    """A call that can never be right as it is. `errors` says where, as the answer will."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "bad_request"

    def __init__(self, detail: str, *, code: str = "", errors: list[dict[str, Any]] | None = None):
        super().__init__(detail, code or self.default_code)
        self.errors = errors or []


class NoSuchThing(BadCall):
    """Nobody's, or somebody else's: the answer is the same."""

    status_code = HTTPStatus.NOT_FOUND
    default_code = "not_found"


class TooLarge(BadCall):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def answer_to(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to any exception of a view. What nobody foresaw is logged and is a 500."""
    match error:
        case Http404():
            error = NoSuchThing("There is nothing here.")
        case PermissionDenied():
            error = exceptions.PermissionDenied()
        case DataError():
            # A value no check of ours refused; the log says which check is missing.
            log.warning("refused_by_the_database", exc_info=error)
            error = BadCall("A value is outside of what the desk can look for.", code="bad_value")
        case OperationalError() | InterfaceError():
            log.warning("database_away", exc_info=error)
            return _busy("The desk cannot be reached right now. Please try again.", context)
    if isinstance(error, DomainError):
        return _refused(error, context)
    if isinstance(error, exceptions.APIException):
        return _declined(error, context)
    log.error("api_fault", exc_info=error)
    return _problem(500, "fault", "The desk failed. It has been noted.", context)


def _refused(error: DomainError, context: dict[str, Any]) -> Response:
    """A rule of the desk said no; what it knows about it becomes members of the problem."""
    told = publish_facts(error, context["view"].partner)
    facts = {name: as_json(value) for name, value in told.items() if value != ""}
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _busy(error.message, context, code=error.code, **facts)
    if isinstance(error, StaleVersion):
        return _problem(412, error.code, error.message, context, **facts)
    wait = getattr(error, "retry_after", None)
    headers = {"Retry-After": str(wait)} if wait else {}
    return _problem(error.status, error.code, error.message, context, headers=headers, **facts)


def _declined(error: exceptions.APIException, context: dict[str, Any]) -> Response:
    errors = getattr(error, "errors", [])
    if isinstance(error, exceptions.ValidationError):
        errors = list(_pointers(error.get_full_details()))
        detail, code = "The body is not as it should be.", "bad_body"
    else:
        detail, code = str(error.detail), str(error.get_codes())
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    extra = {"errors": errors} if errors else {}
    return _problem(error.status_code, code, detail, context, headers=headers, **extra)


def _busy(
    detail: str, context: dict[str, Any], *, code: str = "try_again", **facts: Any
) -> Response:
    headers = {"Retry-After": str(SECONDS_TO_TRY_AGAIN)}
    return _problem(503, code, detail, context, headers=headers, **facts)


def _problem(
    status: int,
    code: str,
    detail: str,
    context: dict[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> Response:
    problem = {
        "type": f"urn:swapdesk:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "instance": context["request"].path,
        "code": code,
        "request_id": context["view"].request_id,
    }
    answer = Response(facts | problem, status=status, headers=headers)
    answer.content_type = MEDIA_TYPE
    return answer


def _pointers(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors, flat: one JSON pointer (RFC 6901) for each."""
    match detail:
        case {"message": str(message), "code": str(code)}:
            yield {"pointer": path, "code": code, "detail": message}
        case dict():
            for name, inner in detail.items():
                is_whole = name == api_settings.NON_FIELD_ERRORS_KEY
                yield from _pointers(inner, path if is_whole else f"{path}/{escape(name)}")
        case list() if detail and isinstance(detail[0], dict) and "message" in detail[0]:
            for each in detail:
                yield from _pointers(each, path)
        case list():
            for number, inner in enumerate(detail):
                yield from _pointers(inner, f"{path}/{number}")


def escape(name: Any) -> str:
    """A key as a part of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def as_json(value: Any) -> Any:
    """Facts of a refusal in plain JSON: dataclasses as objects, amounts as strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): as_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(inner) for inner in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
