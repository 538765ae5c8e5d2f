from __future__ import annotations

import itertools
from typing import Any

from core.models import Membership, Partner, User
from core.roles import Role

PASSWORD = "secret"
_count = itertools.count(1)


def make_partner(code: str = "house", **fields: Any) -> Partner:
    """The house partner unless another code is named; made once per test."""
    defaults = {"name": code.title(), "is_house": code == "house", "base_currency": "EUR"}
    partner, _ = Partner.objects.get_or_create(code=code, defaults=defaults | fields)
    return partner


def make_user(
    role: Role | None = Role.AGENT, partner: Partner | None = None, **fields: Any
) -> User:
    """A person with one role with one partner (the house unless named). Password: ``secret``."""
    number = next(_count)
    user = User.objects.create_user(
        email=fields.pop("email", f"person{number}@desk.example"),
        password=PASSWORD,
        name=fields.pop("name", f"Person {number}"),
        **fields,
    )
    if role is not None:
        Membership.objects.create(partner=partner or make_partner(), user=user, role=role)
    return user
