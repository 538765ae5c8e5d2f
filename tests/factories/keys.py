"""Programs of partners, with a key each."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any
from uuid import uuid4

from django.test import Client

from api.models import ApiKey, LoggedRequest
from api.scopes import Scope
from api.services import IssuedKey, issue_key
from core.actors import Actor
from core.models import Partner
from tests.factories.people import make_partner

A_DAY = dt.timedelta(days=1)
_count = itertools.count(1)


def make_key(*scopes: Scope, partner: Partner | None = None, **fields: Any) -> IssuedKey:
    """A key that may do everything, unless scopes are named."""
    defaults: dict[str, Any] = {"name": f"Program {next(_count)}", "now": dt.datetime.now(dt.UTC)}
    return issue_key(
        partner_id=(partner or make_partner()).pk,
        scopes=scopes or list(Scope),
        actor=Actor.system("test"),
        op_id=uuid4(),
        **defaults | fields,
    )


def make_expired_key(*scopes: Scope) -> IssuedKey:
    long_ago = dt.datetime.now(dt.UTC) - 2 * A_DAY
    return make_key(*scopes, now=long_ago, expires_at=long_ago + A_DAY)


def make_revoked_key(*scopes: Scope) -> IssuedKey:
    issued = make_key(*scopes)
    ApiKey.objects.filter(pk=issued.key.pk).update(revoked_at=issued.key.made_at)
    return issued


def program(issued: IssuedKey | None) -> Client:
    """A client that calls with this key, or with none."""
    if issued is None:
        return Client()
    return Client(headers={"authorization": f"Bearer {issued.secret}"})


def log_one(issued: IssuedKey, **fields: Any) -> LoggedRequest:
    """A row as an answered call leaves one."""
    usual: dict[str, Any] = {"request_id": "r-1", "method": "GET", "path": "/api/v1/returns"}
    usual |= {
        "status": 200,
        "milliseconds": 12,
        "repetition": "none",
        "at": dt.datetime.now(dt.UTC),
    }
    made: LoggedRequest = LoggedRequest.objects.create(
        partner=issued.key.partner, key=issued.key, **usual | fields
    )
    return made
