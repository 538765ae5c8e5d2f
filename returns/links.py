"""Links that let a customer fetch the papers of their return without signing in.

The link is the right: whoever has the letter has it. It names one case, opens its papers alone,
and ends when nothing is to be sent any more, or after half a year.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing

from returns.models import Return

SALT = "returns.papers"
LASTS = dt.timedelta(days=180)
PAPERS = ("label", "slip", "code")


def make_links(case: Return) -> dict[str, str]:
    """Where each paper is, by its name; blank where the desk has no address to the outside."""
    address = settings.PUBLIC_ADDRESS.rstrip("/")
    if not address:
        return dict.fromkeys(PAPERS, "")
    token = make_token(case)
    return {paper: f"{address}/papers/{token}/{paper}.pdf" for paper in PAPERS}


def make_token(case: Return) -> str:
    return signing.dumps(case.public_id, salt=SALT)


def read_token(token: str) -> str | None:
    """The public id of the case that a link names; None for one that is forged or over."""
    try:
        public_id: str = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return public_id
