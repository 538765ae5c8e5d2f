from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict
from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from api.bulk.bodies import BulkReturns
from api.bulk.carrying_out import JOB, start_bulk
from api.finding import find_by_id
from api.problems import ErrorAt
from api.repeating import once
from api.scopes import Scope
from api.shapes import AllowedAction, Moment, moment
from api.views import ApiView
from core import clock
from core.models import Job


class BulkResult(TypedDict):
    """What became of one: `opened`, in a dry run `would_open`, or `refused` with its code."""

    key: str
    outcome: str
    state: NotRequired[str]
    id: NotRequired[str]
    number: NotRequired[str]
    code: NotRequired[str]
    detail: NotRequired[str]
    errors: NotRequired[list[ErrorAt]]
    reasons: NotRequired[list[str]]


class BulkTold(TypedDict):
    """How far it is, and what became of each once it is done.

    `allowed_actions` is always empty: it goes on to its end, and each return is a case then.
    """

    object: Literal["bulk"]
    id: str
    state: Annotated[str, Job.State]
    total: int | None
    done: int
    failed: int
    dry_run: bool
    results: list[BulkResult]
    asked_at: Moment
    ended_at: Moment | None
    allowed_actions: list[AllowedAction]
    livemode: bool


class NewBulkReturns(ApiView):
    """Many returns at once: 202, and each is told of when it is done."""

    scopes = {"POST": Scope.WRITE_RETURNS}
    bodies = {"POST": BulkReturns}
    answers = {"POST": BulkTold}
    status_by_method = {"POST": status.HTTP_202_ACCEPTED}

    @once
    def post(self, request: Request, *, op_id: UUID) -> Response:
        said = self.read()
        job = start_bulk(
            partner_id=self.partner.pk,
            returns=[dict(each) for each in said["returns"]],
            dry_run=said["dry_run"],
            actor=self.actor,
            op_id=op_id,
            now=clock.now(),
        )
        told = tell_bulk(job, livemode=self.livemode)
        return Response(told, status=status.HTTP_202_ACCEPTED)


class OneBulk(ApiView):
    """How far a bulk is, and what became of each."""

    scopes = {"GET": Scope.READ_RETURNS}
    answers = {"GET": BulkTold}

    def get(self, request: Request, reference: str) -> Response:
        rows = Job.objects.for_partner(self.partner).filter(kind=JOB)
        return Response(tell_bulk(find_by_id(rows, reference, what="bulk"), livemode=self.livemode))


def tell_bulk(job: Job, *, livemode: bool) -> BulkTold:
    results: list[Any] = job.result.get("results", [])
    return {
        "object": "bulk",
        "id": job.public_id,
        "state": job.state,
        "total": job.total,
        "done": job.done,
        "failed": job.failed,
        "dry_run": job.arguments["dry_run"],
        "results": results,
        "asked_at": moment(job.asked_at),
        "ended_at": moment(job.ended_at),
        "allowed_actions": [],
        "livemode": livemode,
    }
