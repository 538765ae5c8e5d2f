"""What the palette offers for some words: pages, cases, orders; never what one may not see."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from console.components import Found
from console.links import order_url, stock_url
from console.rights import Rights
from core.errors import BadInput
from core.numbers import read_number
from core.roles import Permission
from exchanges.models import Exchange
from inventory.models import Reservation
from inventory.queries import find_skus
from orders import queries as orders
from returns.models import Return

EACH = 5


def find(words: str, rights: Rights, places: list[Found]) -> list[Found]:
    """Pages by name, then cases, orders, holds and goods; at most five of each."""
    wanted = words.strip()
    pages = [place for place in places if wanted.casefold() in place.label.casefold()]
    if len(wanted) < 2:
        return pages
    return [
        *pages,
        *_find_cases(wanted, rights),
        *_find_orders(wanted, rights),
        *_find_holds(wanted, rights),
        *_find_goods(wanted, rights),
    ]


def _find_cases(words: str, rights: Rights) -> list[Found]:
    cases = Return.objects.visible_to(rights.user, Permission.SEE_CASES)
    matches = (
        Q(number__istartswith=words)
        | Q(customer__name__icontains=words)
        | Q(customer__email__iexact=words)
    )
    number = _case_of(words, rights)
    if number:
        matches |= Q(number=number)
    found = cases.filter(matches).select_related("customer").order_by("-opened_at")[:EACH]
    return [
        Found(
            label=case.number,
            url=reverse("console:case", args=[case.number]),
            icon="swap",
            hint=str(case.customer),
        )
        for case in found
    ]


def _case_of(words: str, rights: Rights) -> str:
    """The case that a whole number stands for, be it the case's, its exchange's or its hold's."""
    try:
        number = read_number(words)
    except BadInput:
        return ""
    if number.startswith("EXC-"):
        found = Exchange.objects.visible_to(rights.user, Permission.SEE_CASES)
        return (
            found.filter(number=number).values_list("return_case__number", flat=True).first() or ""
        )
    if number.startswith("HLD-"):
        held = Reservation.objects.visible_to(rights.user, Permission.SEE_CASES)
        case = held.filter(number=number).values_list("case", flat=True).first() or ""
        pk = case.removeprefix("return:") or "0"
        return Return.objects.filter(pk=pk).values_list("number", flat=True).first() or ""
    return number


def _find_orders(words: str, rights: Rights) -> list[Found]:
    if Permission.SEE_ORDERS not in rights:
        return []
    found = orders.find_orders(user=rights.user, text=words, limit=EACH)
    return [
        Found(label=order.number, url=order_url(order), icon="order", hint=str(order.customer))
        for order in found
    ]


def _find_holds(words: str, rights: Rights) -> list[Found]:
    """By its number, whole or begun, never by guesswork: nothing shorter than the prefix."""
    if not words.upper().startswith("HLD-"):
        return []
    holds = Reservation.objects.visible_to(rights.user, Permission.SEE_STOCK)
    found = holds.filter(number__istartswith=words).select_related("variant", "location")
    return [
        Found(
            label=hold.number,
            url=reverse("console:hold", args=[hold.number]),
            icon="hold",
            hint=f"{hold.quantity} × {hold.variant.sku}, {hold.location.name}",
        )
        for hold in found.order_by("-pk")[:EACH]
    ]


def _find_goods(words: str, rights: Rights) -> list[Found]:
    return [
        Found(label=variant.full_title, url=stock_url(variant), icon="box", hint=variant.sku)
        for variant in find_skus(user=rights.user, text=words, limit=EACH)
    ]
