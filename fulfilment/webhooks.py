"""Signed reports of warehouses: checked, kept, acknowledged; applied by the worker.

The signature is checked over the raw bytes. What is not signed leaves no trace but a count; what
is answered with 202 is kept.
"""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock, signatures
from core.actors import Actor
from core.errors import DomainError
from core.permissions import public
from core.strict_json import MalformedDocument, parse_document
from fulfilment import queries, services, tasks
from fulfilment.models import Warehouse
from fulfilment.reading import UnreadableReport, read_report

LARGEST_REPORT = 256 * 1024  # bytes
WAREHOUSE = Actor.system("warehouse-report")


@public
@csrf_exempt
@require_POST
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    """202 with the report's id once it is kept, each time it comes; 4xx says what is wrong.

    401 not signed, 404 no such warehouse, 413 too large, 400 no JSON, 422 no report. A 503 asks
    to send it again.
    """
    warehouse = queries.get_warehouse(public_id)
    if warehouse is None:
        return _problem(404, "no_warehouse", "There is no such warehouse.")
    body = _body(request)
    if body is None:
        limit = f"A report has at most {LARGEST_REPORT // 1024} KiB."
        return _problem(413, "too_large", limit)
    try:
        message_id = signatures.verify(
            request.headers,
            body,
            secrets=queries.list_live_secrets(warehouse),
            now=clock.now(),
        )
    except signatures.BadSignature:
        return _refuse_forgery(warehouse)
    return _keep(warehouse, body, message_id)


def _keep(warehouse: Warehouse, body: bytes, message_id: str) -> HttpResponse:
    try:
        read = read_report(parse_document(body))
        if read.message_id != message_id:
            raise UnreadableReport("id", "the same as in the header webhook-id")
        report = services.receive_report(
            warehouse=warehouse,
            read=read,
            content=body,
            actor=WAREHOUSE,
            op_id=uuid4(),
            now=clock.now(warehouse.partner),
        )
    except MalformedDocument as error:
        return _problem(400, "malformed", str(error))
    except UnreadableReport as error:
        return _problem(422, "unreadable", f"Wanted is {error.wanted}.", field=error.field)
    except DomainError as refusal:
        return _problem(refusal.status, refusal.code, refusal.message)
    tasks.wake_settling()
    return JsonResponse({"report": report.public_id}, status=202)


def _refuse_forgery(warehouse: Warehouse) -> HttpResponse:
    """The same words whatever is wrong: a forger learns nothing."""
    services.count_forgery(
        warehouse_id=warehouse.pk, actor=WAREHOUSE, op_id=uuid4(), now=clock.now()
    )
    return _problem(401, "not_signed", "The signature does not fit.")


def _body(request: HttpRequest) -> bytes | None:
    """Not read at all when it says that it is too large."""
    try:
        if int(request.headers.get("Content-Length") or 0) > LARGEST_REPORT:
            return None
        body = request.body
    except (RequestDataTooBig, ValueError):
        return None
    return body if len(body) <= LARGEST_REPORT else None


def _problem(status: int, code: str, detail: str, **more: str) -> HttpResponse:
    problem = {"type": "about:blank", "status": status, "code": code, "detail": detail, **more}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
