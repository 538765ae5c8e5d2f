from __future__ import annotations

import itertools
from typing import Any

from core.kept import KeptQuery
from core.models import Membership, Partner, User
from core.roles import Role

PASSWORD = "secret"
_count = itertools.count(1)
_PARTNERS: KeptQuery[Partner] = KeptQuery(lambda code: Partner.objects.filter(code=code))


def make_partner(code: str = "house", **fields: Any) -> Partner:
    """The house partner unless another code is named; made once per test."""
    for partner in _PARTNERS(code):
        return partner
    defaults = {"name": code.title(), "is_house": code == "house", "base_currency": "EUR"}
    return Partner.objects.create(code=code, **defaults | fields)


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
