"""A row for each request of a known key, written when its answer is already made.

The answer never waits for the disk and never fails for the log's sake: after a crash of the
database the last few rows may be missing, and a row that cannot be written is an error in our own
log instead.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from rest_framework.response import Response

from api.models import ApiKey, LoggedRequest, Repetition
from core.asking import tell

if TYPE_CHECKING:
    from api.views import ApiView

log = logging.getLogger(__name__)

INSERT = """
WITH m AS MATERIALIZED (
    SELECT clock_timestamp() AS now, set_config('synchronous_commit', 'off', true))
INSERT INTO api_loggedrequest (partner_id, key_id, request_id, method, path, status, code,
                               milliseconds, edition, repetition, at)
SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, m.now FROM m
"""


def log_request(view: ApiView, answer: Response, *, seconds: float) -> None:
    """Keep what became of the request, if its key is one that was given out. Raises nothing."""
    caller: ApiKey | None = getattr(view.request, "caller", None)
    if caller is None:
        return
    try:
        tell(INSERT, _row(view, answer, caller, round(seconds * 1000)))
    except Exception:
        log.exception("request_not_logged")


def _row(view: ApiView, answer: Response, caller: ApiKey, milliseconds: int) -> list[Any]:
    request = view.request
    return [
        caller.partner_id,
        caller.pk,
        _cut(view.request_id, "request_id"),
        _cut(str(request.method), "method"),
        _cut(request.path, "path"),
        answer.status_code,
        _cut(str(answer.data.get("code", "")), "code") if answer.status_code >= 400 else "",
        milliseconds,
        view.edition.name if view.edition else "",
        _repetition(request.headers, answer),
    ]


def _repetition(headers: Any, answer: Response) -> str:
    if "Idempotent-Replayed" in answer:
        return Repetition.REPLAYED
    return Repetition.SENT if headers.get("Idempotency-Key") else Repetition.NONE


def _cut(text: str, column: str) -> str:
    """A proxy may name the id of a request, and a caller a method of any length."""
    field: Any = LoggedRequest._meta.get_field(column)
    return text[: field.max_length]
