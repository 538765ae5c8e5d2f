"""Commands as addresses of their own below the case: `POST /returns/{id}/cancel`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body, Text
from api.matching import read_version
from api.repeating import once
from api.shapes import AllowedAction
from api.views import ApiView
from core import clock
from core.errors import ActionBlocked


class Nothing(Body):
    """A command that needs no more words: an empty object."""


class Reasoned(Body):
    """Why. It is kept as a note on the case."""

    reason = Text(max_length=500)


class Command(ApiView):
    """One command on one case. A program says which version it saw, with `If-Match`.

    A kind of case says how to `find` and `tell` one, a command how to `act` on it: by one call of
    the service that the console's button calls.
    """

    is_versioned = True

    @once
    def post(self, request: Request, reference: str, *, op_id: UUID) -> Response:
        found = self.find(reference)
        said = self.read()
        who: dict[str, Any] = {
            "actor": self.actor,
            "op_id": op_id,
            "now": clock.now(self.partner),
        }
        if self.is_versioned:
            who["version"] = read_version(request)
        try:
            self.act(found, said, **who)
        except ActionBlocked as refusal:
            refusal.data["allowed_actions"] = self.list_actions(self.find(reference))
            raise
        return Response(self.tell(self.find(reference)))

    def find(self, reference: str) -> Any:
        """The row of the partner. Raises `NoSuchThing`."""
        raise NotImplementedError

    def act(self, found: Any, said: Mapping[str, Any], **who: Any) -> None:
        """Carry the command out. `who`: actor, op_id, now, and version where it takes one."""
        raise NotImplementedError

    def list_actions(self, found: Any) -> list[AllowedAction]:
        raise NotImplementedError

    def tell(self, found: Any) -> Any:
        raise NotImplementedError
