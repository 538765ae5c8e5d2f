"""Which case a number or a tracking number stands for, among those the reader may see."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from console.rights import Rights
from core.numbers import read_number
from core.roles import Permission
from exchanges.models import Exchange
from fulfilment.models import InboundParcel, Shipment
from inventory.models import Reservation
from returns.models import Return

PREFIXES = ("RMA-", "EXC-", "HLD-")


def looks_like_number(words: str) -> bool:
    return words.strip().upper().startswith(PREFIXES)


def list_visible_cases(rights: Rights) -> QuerySet[Return]:
    """With customer and lines, as lists show them."""
    cases: QuerySet[Return] = Return.objects.visible_to(rights.user, Permission.SEE_CASES)
    return cases.select_related("customer", "channel").prefetch_related("lines__order_line")


def find_case(words: str, rights: Rights) -> Return | None:
    """The case of an RMA, exchange or hold number.

    Raises `MistypedNumber` when the check character does not fit.
    """
    number = read_number(words)
    cases = list_visible_cases(rights)
    if number.startswith("EXC-"):
        exchanges = Exchange.objects.filter(number=number)
        return cases.filter(pk__in=exchanges.values("return_case_id")).first()
    if number.startswith("HLD-"):
        holds = Reservation.objects.filter(number=number)
        return cases.filter(pk__in=_pks(holds.values_list("case", flat=True))).first()
    return cases.filter(number=number).first()


def find_by_tracking(tracking_number: str, rights: Rights) -> list[Return]:
    """The cases of parcels with this number, on their way in or out."""
    pks: list[int] = []
    for model in (InboundParcel, Shipment):
        parcels = model.objects.visible_to(rights.user, Permission.SEE_CASES)
        named = parcels.filter(tracking_number__iexact=tracking_number)
        pks += _pks(named.values_list("case", flat=True))
    return list(list_visible_cases(rights).filter(pk__in=pks)) if pks else []


def _pks(cases: Iterable[str]) -> list[int]:
    """“return:12” → 12."""
    return [int(case.partition(":")[2]) for case in cases if case]
