"""Whether this copy of the desk can do its work."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from core.permissions import public


@public
@never_cache
def answering(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when it does not. The broker may be away: work waits."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
