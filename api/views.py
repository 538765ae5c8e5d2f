"""What every address of the API has in common."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import uuid4

import structlog
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.allowance import Allowance
from api.authentication import BearerKey
from api.bodies import Body, OnlyJSON, StrictJSONParser, read_body
from api.editions import HEADER, Edition, find_edition, headers_of
from api.matching import etag_of
from api.models import ApiKey
from api.permissions import HasScope
from api.problems import NoSuchThing
from api.questions import NoQuestion, Question
from api.requests.keeping import log_request
from api.scopes import Scope
from core.actors import Actor
from core.models import Partner

M = TypeVar("M", bound=Model)


class ApiView(APIView):
    """One address: by method its scope, body and answer, and its query parameters by `question`.

    What is declared here is what is checked, and what the API's own document says. Handlers read
    rows of `self.partner` alone, so what is another's is not there.
    """

    scopes: Mapping[str, Scope] = {}
    question: type[Question] = NoQuestion
    bodies: Mapping[str, type[Body]] = {}
    answers: Mapping[str, Any] = {}
    status_by_method: Mapping[str, int] = {}
    other_answers: tuple[int, ...] = ()  # beside that one, with the same body
    makes: str | None = None  # the resource whose id a POST answers, where it is not its own
    columns: Mapping[str, str] = {}  # what a parameter narrows: its path from the row
    # POSTs that keep nothing need no Idempotency-Key.
    changes_nothing = False
    # Whether a command here names the version of the case that its program saw.
    is_versioned = False

    authentication_classes = [BearerKey]
    permission_classes: list[Any] = [HasScope]
    parser_classes = [StrictJSONParser]
    content_negotiation_class = OnlyJSON
    metadata_class = None

    asked: Mapping[str, Any]
    edition: Edition | None = None
    request_id = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Logged when all is done, so that what a command undoes does not undo its row."""
        began = time.perf_counter()
        answer = cast(Response, super().dispatch(request, *args, **kwargs))
        log_request(self, answer, seconds=time.perf_counter() - began)
        return answer

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.request_id = _request_id()
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.edition = find_edition(request.headers.get(HEADER) or self.key.edition)
        if request.method in self.scopes or request.method == "HEAD":
            self.asked = self.question.read(request.query_params)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        headers = {"Request-Id": self.request_id, "X-Request-Id": self.request_id}
        headers |= {"Cache-Control": "no-store"} | Allowance.headers_of(request)
        headers |= headers_of(self.edition) if self.edition else {}
        for name, value in headers.items():
            response[name] = value
        version = response.data.get("version") if isinstance(response.data, dict) else None
        if isinstance(version, int):
            response["ETag"] = etag_of(version)
        return super().finalize_response(request, response, *args, **kwargs)

    def read(self) -> Mapping[str, Any]:
        """The body as it is declared for this method. Raises `ValidationError` naming all of it."""
        return read_body(self.bodies[str(self.request.method)], self.request)

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Only the parameters that were given narrow, each by the column it stands for."""
        given = {name: self.asked[name] for name in self.columns if name in self.asked}
        return rows.filter(**{self.columns[name]: value for name, value in given.items()})

    @property
    def allowed_methods(self) -> list[str]:
        """For `Allow`: what has a scope, and asking for the headers alone where one may read."""
        return [*self.scopes, *(["HEAD"] if "GET" in self.scopes else [])]

    @property
    def key(self) -> ApiKey:
        """The key of the caller; whoever has none does not get this far."""
        return cast(ApiKey, self.request.auth)

    @property
    def partner(self) -> Partner:
        return self.key.partner

    @property
    def actor(self) -> Actor:
        return Actor("partner", self.key.prefix)

    @property
    def livemode(self) -> bool:
        """Whether what is answered is the real thing: a sandbox is a partner of its own."""
        return not self.partner.is_sandbox


class NoSuchAddress(ApiView):
    """Whatever else is asked below `/api/`: a problem document, not a page."""

    permission = "public"
    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NoSuchThing("There is no such address.")


def _request_id() -> str:
    """The one of the log line, so that a partner who quotes it is found."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid4())
