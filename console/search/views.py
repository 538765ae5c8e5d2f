"""Search over everything with a name: a whole number goes straight there, words give lists."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.components import Banner, EmptyState, Found
from console.finding import (
    find_by_tracking,
    find_case,
    list_visible_cases,
    looks_like_number,
)
from console.links import order_url, stock_url
from console.palette.finding import find
from console.rights import Rights, rights_of
from core.numbers import MistypedNumber
from core.permissions import partners_granting, requires
from core.roles import Permission
from inventory.models import Variant
from inventory.queries import find_variants, get_availability
from orders.models import Customer, Order
from orders.queries import find_orders

EACH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    found: list[Found]


@requires(Permission.USE_DESK)
def search(request: HttpRequest) -> HttpResponse:
    rights, words = rights_of(request), request.GET.get("q", "").strip()
    address, banner = _straight_to(words, rights) if words else ("", None)
    if address:
        return redirect(address)
    groups = _list_groups(words, rights) if words else []
    context = {
        "words": words,
        "banner": banner,
        "groups": groups,
        "empty": None if groups or banner else _empty(words),
    }
    return render(request, "console/search.html", context)


def _straight_to(words: str, rights: Rights) -> tuple[str, Banner | None]:
    """Where a whole number leads; a mistyped one says so before anybody looks in vain."""
    if looks_like_number(words):
        try:
            case = find_case(words, rights)
        except MistypedNumber as error:
            return "", Banner(words=f"{error.message} Check it once more.", tone="bad")
        return (_case_url(case.number), None) if case else ("", None)
    parcels = find_by_tracking(words, rights)
    if len(parcels) == 1:
        return _case_url(parcels[0].number), None
    orders = find_orders(user=rights.user, text=words, limit=2)
    wanted = words.casefold().lstrip("#")
    if len(orders) == 1 and orders[0].number.casefold().lstrip("#") == wanted:
        return order_url(orders[0]), None
    return "", None


def _list_groups(words: str, rights: Rights) -> list[Group]:
    groups = (
        Group(title="Cases", found=_list_cases(words, rights)),
        Group(title="Orders", found=_list_orders(words, rights)),
        Group(title="Customers", found=_list_customers(words, rights)),
        Group(title="Goods", found=_list_goods(words, rights)),
    )
    return [group for group in groups if group.found]


def _list_cases(words: str, rights: Rights) -> list[Found]:
    by_name = [each for each in find(words, rights, []) if each.icon == "swap"]
    return [*by_name, *_cases_of_goods(words, rights, known={each.label for each in by_name})]


def _cases_of_goods(words: str, rights: Rights, *, known: set[str]) -> list[Found]:
    """Cases in which this SKU comes back."""
    cases = list_visible_cases(rights).filter(lines__order_line__sku__iexact=words)
    return [
        Found(
            label=case.number,
            url=_case_url(case.number),
            icon="swap",
            hint=f"{case.customer} · {case.get_state_display().lower()}",
        )
        for case in cases.distinct().order_by("-opened_at")[:EACH]
        if case.number not in known
    ]


def _list_orders(words: str, rights: Rights) -> list[Found]:
    return [
        Found(label=order.number, url=order_url(order), icon="order", hint=_about(order))
        for order in find_orders(user=rights.user, text=words, limit=EACH)
    ]


def _about(order: Order) -> str:
    titles = ", ".join(line.title for line in order.lines.all())
    return f"{order.customer} · {titles}"


def _list_customers(words: str, rights: Rights) -> list[Found]:
    """By a whole e-mail address only, so that a search never lists people."""
    customers = Customer.objects.visible_to(rights.user, Permission.SEE_ORDERS)
    return [
        Found(
            label=customer.name or customer.public_id,
            url=reverse("console:customer", args=[customer.public_id]),
            icon="person",
            hint=str(customer.channel),
        )
        for customer in customers.filter(email__iexact=words).select_related("channel")[:EACH]
    ]


def _list_goods(words: str, rights: Rights) -> list[Found]:
    variants: list[Variant] = []
    for partner_id in partners_granting(rights.user, Permission.SEE_STOCK):
        variants += find_variants(partner_id=partner_id, text=words, limit=EACH)
    free = get_availability([variant.pk for variant in variants])
    return [
        Found(
            label=f"{variant.full_title} · {variant.sku}",
            url=stock_url(variant),
            icon="box",
            hint=f"{free[variant.pk]} free",
        )
        for variant in variants
    ]


def _empty(words: str) -> EmptyState:
    return EmptyState(
        title=f"Nothing for “{words}”" if words else "What are you looking for?",
        words="Numbers may be partial; an e-mail address, a SKU or a tracking number has to be "
        "whole.",
        icon="search",
    )


def _case_url(number: str) -> str:
    return reverse("console:case", args=[number])
