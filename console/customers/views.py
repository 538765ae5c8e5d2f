"""One customer: what they bought, what they sent back, and where to write to them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from console.components import Fact
from console.customers.page import CustomerPage, OrderRow
from console.links import order_url
from console.masking import email_for, phone_for
from console.orders.drawing import draw_case_row
from console.reader import Reader
from console.rights import Rights, rights_of
from core.permissions import requires
from core.roles import Permission
from orders.models import Customer, Order
from orders.states import Purpose
from returns.models import Return

SHOWN = 50


@requires(Permission.SEE_ORDERS)
def customer(request: HttpRequest, public_id: str) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    customers = Customer.objects.visible_to(rights.user, Permission.SEE_ORDERS)
    shown = customers.select_related("channel").filter(public_id=public_id).first()
    if shown is None:
        raise Http404(public_id)
    orders = _list_orders(shown)
    page = CustomerPage(
        name=shown.name or "Unnamed customer",
        about=f"{shown.channel} · {shown.account_tier}",
        facts=_facts(shown, reader, rights),
        orders=[_order_row(order, reader) for order in orders],
        cases=[draw_case_row(case, reader) for case in _list_cases(shown, rights)],
        says_only_newest=len(orders) == SHOWN,
    )
    return render(request, "console/customer.html", {"customer": page})


def _list_orders(shown: Customer) -> list[Order]:
    orders = shown.orders.select_related("channel").prefetch_related("lines")
    return list(orders.order_by("-placed_at")[:SHOWN])


def _list_cases(shown: Customer, rights: Rights) -> list[Return]:
    cases = Return.objects.visible_to(rights.user, Permission.SEE_CASES).filter(customer=shown)
    return list(
        cases.prefetch_related("lines__order_line", "exchanges").order_by("-opened_at")[:SHOWN]
    )


def _facts(shown: Customer, reader: Reader, rights: Rights) -> list[Fact]:
    facts = [
        Fact(term="E-mail", value=email_for(rights, shown.email) or "–"),
        Fact(term="Phone", value=phone_for(rights, shown.phone) or "–"),
        Fact(term="Writes to us in", value=shown.locale or shown.channel.locale),
        Fact(term="Country", value=shown.country or "–"),
        Fact(term="Their time", value=_local_time(shown, reader.now)),
        *_bought(shown, reader),
    ]
    if shown.erased_at:
        facts.append(Fact(term="Erased", value=reader.day(shown.erased_at)))
    return facts


def _local_time(shown: Customer, now: dt.datetime) -> str:
    zone = shown.time_zone or shown.channel.time_zone
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M} ({zone})"


def _bought(shown: Customer, reader: Reader) -> list[Fact]:
    """Sales only: a replacement is no purchase. One sum per currency, never across."""
    sums = (
        shown.orders.filter(purpose=Purpose.SALE)
        .values("currency")
        .annotate(total=Sum("grand_total"), count=Count("pk"))
        .order_by("currency")
    )
    return [
        Fact(
            term="Bought in all",
            value=f"{reader.money(Decimal(row['total']), row['currency'])} in "
            f"{row['count']} {'order' if row['count'] == 1 else 'orders'}",
        )
        for row in sums
    ]


def _order_row(order: Order, reader: Reader) -> OrderRow:
    return OrderRow(
        number=order.number,
        url=order_url(order),
        about=", ".join(line.title for line in order.lines.all()),
        placed=reader.day(order.placed_at),
        total=reader.money(order.grand_total, order.currency),
    )
