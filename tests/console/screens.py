"""What tests of the desk's screens share: people signed in, and what a page says."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from core.models import User
from core.roles import Role
from exchanges.models import Exchange
from tests.factories.people import make_user

HTMX = {"HX-Request": "true", "HX-Target": "case-body"}
DESK_ROLES = [Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.ADMIN, Role.AUDITOR]


def sign_in(role: Role = Role.AGENT, **fields: Any) -> Client:
    """A browser in which a new person of this role is signed in."""
    return browser_of(make_user(role, **fields))


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def case_url(exchange: Exchange, code: str = "") -> str:
    """The case's address, or that of one of its commands."""
    name = f"console:case_{code.replace('-', '_')}" if code else "console:case"
    return reverse(name, args=[exchange.return_case.number])


def fields_of(exchange: Exchange, **typed: str) -> dict[str, str]:
    """What a form of the case sends, from a page that has just been loaded."""
    exchange.return_case.refresh_from_db()
    return {
        "version": str(exchange.return_case.version),
        "op_id": str(uuid4()),
        "seen": "0",
    } | typed


def text_of(content: bytes) -> str:
    """What a person reads of a page, on one line."""
    without_tags = re.sub(r"<[^>]+>", " ", content.decode())
    return " ".join(html.unescape(without_tags).split())


def buttons_of(content: bytes) -> list[str]:
    """The labels in the action bar, in order."""
    bar = content.decode().split('class="action-bar"')[1].split("<dialog")[0]
    labels = re.findall(r'class="button"[^>]*>\s*([^<]+?)\s*<', bar)
    return [html.unescape(label).strip() for label in labels]
