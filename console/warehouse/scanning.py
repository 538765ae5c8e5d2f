"""What a scan at the dock stands for: a case by its number, a parcel, a serial number or a SKU."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from console.finding import find_by_tracking, find_case, list_visible_cases, looks_like_number
from console.rights import Rights
from core.numbers import MistypedNumber
from returns.models import Return
from returns.rules import GOODS_MAY_COME

FOUND_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """The cases that a scan may mean; `trouble` says why there are none."""

    cases: list[Return]
    trouble: str = ""


def resolve_scan(words: str, rights: Rights) -> Scanned:
    """One case for a number or a parcel, any number of awaited ones for goods."""
    text = words.strip()
    if looks_like_number(text):
        return _by_number(text, rights)
    found = find_by_tracking(text, rights) or _awaiting(text, rights)
    return Scanned(found, "" if found else f"“{text}” is no parcel, number or awaited SKU here.")


def _by_number(text: str, rights: Rights) -> Scanned:
    try:
        case = find_case(text, rights)
    except MistypedNumber as error:
        return Scanned([], error.message)
    return Scanned([case]) if case else Scanned([], f"There is no case {text.upper()} here.")


def _awaiting(text: str, rights: Rights) -> list[Return]:
    awaited = list_visible_cases(rights).filter(
        Q(lines__order_line__units__serial__iexact=text)
        | Q(lines__order_line__sku__iexact=text)
        | Q(lines__order_line__variant__barcode=text),
        state__in=GOODS_MAY_COME,
    )
    return list(awaited.distinct().order_by("opened_at")[:FOUND_AT_MOST])
