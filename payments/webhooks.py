"""Signed notices of payment providers: checked over the raw bytes, kept, answered, acted on later.

What is not signed leaves no trace but a count; what is answered with 200 is kept. Nothing in a
notice is believed: it says where to look.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from celery import current_app
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from core import clock
from core.actors import Actor
from core.errors import DomainError
from core.permissions import public
from payments import queries, services
from payments.gateways import gateway_of
from payments.gateways.port import BadNotice

LARGEST_NOTICE = 256 * 1024  # bytes
PROVIDER = Actor.system("provider-notice")


@public
@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str, account: str) -> HttpResponse:
    """200 once it is kept, each time it comes; 401 not signed, 404 no such account, 413 too large.

    Any 5xx asks to send it again.
    """
    found = queries.get_account(account)
    if found is None or found.adapter != provider:
        return _problem(404, "no_account", "There is no such account.")
    body = _body(request)
    if body is None:
        return _problem(413, "too_large", "A notice has at most 256 KiB.")
    who: dict[str, Any] = {"actor": PROVIDER, "op_id": uuid4(), "now": clock.now()}
    try:
        notice = gateway_of(provider).read_notice(
            request.headers,
            body,
            secrets=queries.list_live_secrets(found),
            now=clock.now(),
        )
    except BadNotice:
        services.count_forged_notice(account_id=found.pk, **who)
        return _problem(401, "not_signed", "The signature does not fit.")
    try:
        kept = services.receive_notice(account=found, notice=notice, content=body, **who)
    except DomainError as refusal:
        return _problem(refusal.status, refusal.code, refusal.message)
    _wake()
    return JsonResponse({"kept": kept.notice_id})


def _wake() -> None:
    """Without a broker the schedule's round finds the notice."""
    try:
        current_app.send_task("payments.settle_notices")
    except OperationalError:
        return


def _body(request: HttpRequest) -> bytes | None:
    """Not read at all when it says that it is too large."""
    try:
        if int(request.headers.get("Content-Length") or 0) > LARGEST_NOTICE:
            return None
        body = request.body
    except (RequestDataTooBig, ValueError):
        return None
    return body if len(body) <= LARGEST_NOTICE else None


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    problem = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
