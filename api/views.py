"""What every address of the API has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import uuid4

import structlog
from django.http import HttpRequest
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import BearerKey
from api.bodies import OnlyJSON, StrictJSONParser
from api.models import ApiKey
from api.permissions import HasScope
from api.problems import NoSuchThing
from api.questions import NoQuestion, Question
from api.scopes import Scope
from core.actors import Actor
from core.models import Partner


class ApiView(APIView):
    """One address: its scope by method, its query parameters by `question`.

    Handlers read rows of `self.partner` alone, so what is another's is not there.
    """

    scopes: Mapping[str, Scope] = {}
    question: type[Question] = NoQuestion

    authentication_classes = [BearerKey]
    permission_classes: list[Any] = [HasScope]
    parser_classes = [StrictJSONParser]
    content_negotiation_class = OnlyJSON
    metadata_class = None

    asked: Mapping[str, Any]
    request_id = ""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.request_id = _request_id()
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in self.scopes or request.method == "HEAD":
            self.asked = self.question.read(request.query_params)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response["X-Request-Id"] = self.request_id
        response["Cache-Control"] = "no-store"
        return super().finalize_response(request, response, *args, **kwargs)

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
