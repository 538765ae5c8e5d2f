"""`Idempotency-Key`: a call that changes something happens once, however often it is sent.

The answer is saved in the transaction of the effect, so there is never one without the other:
a crash leaves neither, and a repetition does the whole again. A twin that comes while the first
is still at work waits at the unique key, for five seconds at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid5

from django.db import OperationalError, connection
from rest_framework import status
from rest_framework.response import Response

from api.models import SavedAnswer
from api.problems import MEDIA_TYPE, BadCall, answer_to
from api.views import ApiView
from core import clock, documents
from core.errors import DomainError, StaleVersion
from core.operations import content_hash
from core.transactions import opens_transaction, sqlstate

LONGEST_KEY = 255  # characters
_KEY = re.compile(rf"[ -~]{{1,{LONGEST_KEY}}}")
LONGEST_WAIT = "5s"
LOCK_NOT_AVAILABLE = "55P03"
# Of the desk; operation ids of calls are made from it and the caller's own key.
_NAMESPACE = UUID("5b0a35b8-6d52-4f5b-9a55-5d3a3c1f0c11")

Handler = Callable[..., Response]


class InFlight(DomainError):
    """The first call with this key is still at work."""

    code = "in_flight"
    retry_after = 1  # seconds


class KeyReused(DomainError):
    """One Idempotency-Key was sent with two different calls."""

    code = "idempotency_key_reused"
    status = 422


def once(handler: Handler) -> Handler:
    """The handler of a POST: it gets the `op_id` that belongs to the caller's key.

    Its answer is saved when it is final: done, or refused by the state of things (409). What is
    wrong with the call itself is not saved, so that it can be mended under the same key.
    """

    @wraps(handler)
    def wrapper(view: ApiView, *args: Any, **kwargs: Any) -> Response:
        key = _key_of(view)
        op_id = uuid5(_NAMESPACE, f"{view.partner.pk} {key}")
        return _answer(view, key, lambda: handler(view, *args, op_id=op_id, **kwargs))

    wrapper.is_once = True  # type: ignore[attr-defined]
    return wrapper


def _key_of(view: ApiView) -> str:
    key = str(view.request.headers.get("Idempotency-Key", ""))
    if not _KEY.fullmatch(key):
        raise BadCall(
            f"Send an Idempotency-Key of 1 to {LONGEST_KEY} ASCII characters, new for each intent.",
            code="idempotency_key_needed",
        )
    return key


@opens_transaction
def _answer(view: ApiView, key: str, handle: Callable[[], Response]) -> Response:
    request_hash = content_hash([view.request.method, view.request.path, view.request.data])
    saved, is_first = _claim(view, key, request_hash)
    if saved.request_hash != request_hash:
        raise KeyReused("This Idempotency-Key was already used for another call.")
    if not is_first:
        return _again(saved)
    answer = _settle(view, handle)
    _save(saved, view, answer)
    return answer


def _claim(view: ApiView, key: str, request_hash: str) -> tuple[SavedAnswer, bool]:
    """The row of this key, ours alone until the transaction ends."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
            cursor.execute(
                "INSERT INTO api_savedanswer (partner_id, idempotency_key, request_hash, made_at)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (partner_id, idempotency_key) DO NOTHING",
                [view.partner.pk, key, request_hash, clock.now()],
            )
            is_first = cursor.rowcount == 1
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise InFlight("The first call with this Idempotency-Key is still at work.") from error
        raise
    saved = SavedAnswer.objects.for_partner(view.partner).select_related("body__key")
    return saved.get(idempotency_key=key), is_first


def _settle(view: ApiView, handle: Callable[[], Response]) -> Response:
    try:
        return handle()
    except DomainError as refusal:
        if refusal.status != status.HTTP_409_CONFLICT or isinstance(refusal, StaleVersion):
            raise  # nothing to keep: whoever has read anew sends it again
        return answer_to(refusal, {"request": view.request, "view": view})


def _save(saved: SavedAnswer, view: ApiView, answer: Response) -> None:
    saved.status = answer.status_code
    saved.body = documents.store(
        partner_id=view.partner.pk,
        kind="api_answer",
        person="",
        content=json.dumps(answer.data).encode(),
        content_type=answer.content_type or "application/json",
        now=clock.now(),
    )
    saved.save(update_fields=["status", "body"])


def _again(saved: SavedAnswer) -> Response:
    assert saved.body is not None
    answer = Response(json.loads(documents.read(saved.body)), status=saved.status)
    if saved.body.content_type == MEDIA_TYPE:
        answer.content_type = MEDIA_TYPE
    answer["Idempotent-Replayed"] = "true"
    return answer
