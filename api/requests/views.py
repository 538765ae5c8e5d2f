from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from api.models import LoggedRequest, Repetition
from api.pages import cut
from api.requests.reading import RequestQuestion, find_requests
from api.scopes import Scope
from api.shapes import AllowedAction, Listed, Moment, moment
from api.views import ApiView


class RequestTold(TypedDict):
    """A request that was made with a key of yours. `request_id` is what `Request-Id` said.

    `allowed_actions` is always empty: it has been answered.
    """

    object: Literal["request"]
    request_id: str
    key: Annotated[str, "How the key begins"]
    method: str
    path: Annotated[str, "Without its query"]
    status: int
    code: Annotated[str | None, "Of the problem, if it was refused"]
    milliseconds: Annotated[int, "From when the desk had it until its answer was made"]
    edition: Annotated[str | None, "That was answered; none if it was refused before"]
    repetition: Annotated[str, Repetition]
    at: Moment
    allowed_actions: list[AllowedAction]
    livemode: bool


class Requests(ApiView):
    """What your programs asked in the last days, and how each request ended.

    A request stands here once it is answered, also if it was refused for its key's scopes, its
    allowance, or because the key had ended. Neither bodies nor the values of queries are kept.
    """

    scopes = {"GET": Scope.READ_REQUESTS}
    question = RequestQuestion
    answers = {"GET": Listed[RequestTold]}

    def get(self, request: Request) -> Response:
        rows = find_requests(LoggedRequest.objects.for_partner(self.partner), self.asked)
        page = cut(rows, self.asked)
        return Response(page.answer([_tell(row, livemode=self.livemode) for row in page.rows]))


def _tell(row: LoggedRequest, *, livemode: bool) -> RequestTold:
    return {
        "object": "request",
        "request_id": row.request_id,
        "key": row.key.prefix,
        "method": row.method,
        "path": row.path,
        "status": row.status,
        "code": row.code or None,
        "milliseconds": row.milliseconds,
        "edition": row.edition or None,
        "repetition": row.repetition,
        "at": moment(row.at),
        "allowed_actions": [],
        "livemode": livemode,
    }
