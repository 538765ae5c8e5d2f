from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from api.models import LoggedRequest
from api.pages import PageQuestion

OUTCOMES = {"2xx": "Done", "4xx": "Refused", "5xx": "Failed"}
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


class RequestQuestion(PageQuestion):
    """What of the log is asked for, by programs and by people."""

    request_id = serializers.CharField(
        required=False, max_length=64, help_text="As the header `Request-Id` of the answer said."
    )
    outcome = serializers.ChoiceField(
        choices=list(OUTCOMES), required=False, help_text="The class of the answer's status."
    )
    method = serializers.ChoiceField(choices=METHODS, required=False)


def find_requests(
    rows: QuerySet[LoggedRequest], asked: Mapping[str, Any]
) -> QuerySet[LoggedRequest]:
    """Those that were asked for, with their keys and partners."""
    rows = rows.select_related("key", "partner")
    for name in ("request_id", "method"):
        if name in asked:
            rows = rows.filter(**{name: asked[name]})
    if "outcome" in asked:
        first = 100 * int(asked["outcome"][0])
        rows = rows.filter(status__gte=first, status__lt=first + 100)
    return rows
