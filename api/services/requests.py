"""The log of partners' requests, forgotten when nobody will ask about them any more."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from api.models import LoggedRequest
from core.transactions import opens_transaction

# A minute's tick keeps up with more than a hundred and sixty calls a second.
MOST_FORGOTTEN = 10_000


@opens_transaction
def forget_requests(*, now: dt.datetime, limit: int = MOST_FORGOTTEN) -> int:
    """Delete requests older than the setting says, the oldest `limit` at most; says how many.

    Rows lie in the order of their time, so the oldest are found without an index over it.
    """
    past = now - dt.timedelta(days=settings.API_REQUEST_LOG_DAYS)
    oldest = LoggedRequest.objects.order_by("pk").values_list("pk", "at")[:limit]
    gone = [pk for pk, at in oldest if at < past]
    LoggedRequest.objects.filter(pk__in=gone).delete()
    return len(gone)
