"""`ETag` and `If-Match`: a command says which version of the case its program saw.

The version is the return's and counts every command on the case, on its exchanges too.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from rest_framework.request import Request

from api.problems import BadCall

_ETAG = re.compile(r'"([0-9]{1,9})"')


class VersionNeeded(BadCall):
    """A command came without `If-Match`."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_code = "version_needed"


def etag_of(version: int) -> str:
    return f'"{version}"'


def read_version(request: Request) -> int | None:
    """The version that the caller saw; None for ``*``, which any version matches (RFC 9110)."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionNeeded("Send If-Match with the ETag of what you have read.")
    if given == "*":
        return None
    found = _ETAG.fullmatch(given)
    if found is None:
        raise BadCall("If-Match is not an ETag of the desk: one quoted number.", code="bad_version")
    return int(found.group(1))
