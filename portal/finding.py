"""An order by its number and something only its buyer is likely to know; and what a finder sees.

Number and proof are asked for in one statement, so a wrong proof costs what an unknown number
costs and reads the same. Whoever finds an order sees it masked: to act on it they need the link
in a letter to its address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Replace, Upper

from core.models import Partner
from orders.models import Order

LONGEST_NUMBER, LONGEST_PROOF = 80, 254
_BLANKS = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed, tidied."""

    number: str
    proof: str

    @property
    def is_complete(self) -> bool:
        return bool(self.number and self.proof)


def read_asked(number: str, proof: str) -> Asked:
    """Nothing unprintable reaches the database, and nothing longer than it could hold."""
    return Asked(_tidy(number)[:LONGEST_NUMBER].lstrip("#"), _tidy(proof)[:LONGEST_PROOF])


def find_order(asked: Asked) -> Order | None:
    """The newest that matches; shops of different partners may count alike."""
    if not asked.is_complete:
        return None
    return _matching(asked).order_by("-placed_at", "-pk").first()


def _matching(asked: Asked) -> QuerySet[Order]:
    postcode: Func = Upper(F("ship_to__postcode"))
    for blank in (" ", "-"):
        postcode = Replace(postcode, Value(blank), Value(""))
    plain = _BLANKS.sub("", asked.proof).upper()
    spellings = {asked.number, asked.number.upper(), f"#{asked.number}", f"#{asked.number.upper()}"}
    partners = list(Partner.objects.values_list("pk", flat=True))
    orders = Order.objects.filter(
        partner__in=partners, number__in=spellings, customer__erased_at=None, is_test=False
    ).annotate(plain_postcode=postcode)
    proved = Q(customer__email__iexact=asked.proof) | Q(plain_postcode=plain)
    return orders.filter(proved).select_related("channel", "customer__channel", "ship_to")


def mask_email(address: str) -> str:
    """“a•••@c•••.example”: enough to know one's own, too little to learn another's."""
    name, at, domain = address.partition("@")
    if not (name and at and domain):
        return ""
    host, _, ending = domain.rpartition(".")
    return f"{name[0]}•••@{host[:1]}•••.{ending}"


def _tidy(typed: str) -> str:
    return "".join(each for each in typed if each.isprintable()).strip()
