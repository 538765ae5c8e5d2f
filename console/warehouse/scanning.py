"""What scans at the dock stand for, in whatever order: a case, a parcel, a serial number, a SKU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from console.finding import find_by_tracking, find_case, list_visible_cases, looks_like_number
from console.rights import Rights
from console.warehouse.gs1 import list_spellings, read_label
from core.numbers import MistypedNumber
from returns.models import Return
from returns.rules import GOODS_MAY_COME

FOUND_AT_MOST = 20
HEARD_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """The cases that all scans together may mean; `trouble` says why there are none.

    `goods` are the scans that a count goes on from once there is one case.
    """

    cases: list[Return]
    trouble: str = ""
    goods: list[str] = field(default_factory=list)


def resolve_scans(scans: Sequence[str], rights: Rights) -> Scanned:
    """Each scan leaves fewer cases over. The last one that fits none of them is the trouble."""
    cases: list[Return] | None = None
    goods: list[str] = []
    for words in list(scans)[-HEARD_AT_MOST:]:
        found, is_case, trouble = _resolve(words.strip(), rights)
        if trouble:
            return Scanned([], trouble, goods)
        if not is_case:
            goods.append(words.strip())
        both = found if cases is None else [case for case in cases if case in found]
        if not both:
            # Whatever was in a parcel that is known belongs into its count, announced or not.
            both = cases if cases is not None and len(cases) == 1 else []
        if not both:
            return Scanned([], f"“{words}” and what was scanned before are no one case.", goods)
        cases = both
    return Scanned(cases or [], "", goods)


def _resolve(text: str, rights: Rights) -> tuple[list[Return], bool, str]:
    """The cases of one scan, whether it names one by itself, and what is wrong with it."""
    if looks_like_number(text):
        return _by_number(text, rights)
    if parcel := find_by_tracking(text, rights):
        return parcel, False, ""
    found = _awaiting(text, rights)
    if found:
        return found, False, ""
    return [], False, f"“{text}” is no parcel, number or awaited SKU here."


def _by_number(text: str, rights: Rights) -> tuple[list[Return], bool, str]:
    try:
        case = find_case(text, rights)
    except MistypedNumber as error:
        return [], True, error.message
    return ([case], True, "") if case else ([], True, f"There is no case {text.upper()} here.")


def _awaiting(text: str, rights: Rights) -> list[Return]:
    label = read_label(text)
    barcodes = list_spellings(label.article) if label else {text}
    if label and label.serial:
        text = label.serial
    awaited = list_visible_cases(rights).filter(
        Q(lines__order_line__units__serial__iexact=text)
        | Q(lines__order_line__sku__iexact=text)
        | Q(lines__order_line__variant__barcode__in=barcodes),
        state__in=GOODS_MAY_COME,
    )
    return list(awaited.distinct().order_by("opened_at")[:FOUND_AT_MOST])
