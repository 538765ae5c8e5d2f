"""Quarantine: what lies in which bin, putting more there, and the ways out of it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from console.adjust.asking import ask
from console.adjust.page import QuarantinePage, QuarantineRow
from console.adjust.putting_aside import LettingOut, PuttingAside
from console.adjust.shelf import list_quarantine_bins, read_shelf
from console.components import EmptyState
from console.goods import get_goods, line_of
from console.people import name_people, word_for
from console.queue.paging import draw_pager, take_page
from console.reader import Reader
from console.rights import Rights, rights_of
from core.permissions import requires
from core.roles import Permission
from inventory.models import QuarantineBalance, StockEntry, Variant
from inventory.states import Bucket, EntryCause

SEE, MAY = Permission.SEE_STOCK, Permission.ADJUST_STOCK


@requires(SEE)
def quarantine(request: HttpRequest) -> HttpResponse:
    """Everything that lies in a quarantine bin."""
    page = _list(request, _list_balances(rights_of(request)))
    return render(request, "console/quarantine.html", {"quarantine": page})


@requires(SEE)
def of_sku(request: HttpRequest, sku: str) -> HttpResponse:
    """What of one SKU lies in quarantine."""
    rights = rights_of(request)
    variant = get_goods(sku, rights, SEE)
    balances = _list_balances(rights).filter(stock_level__variant=variant)
    page = _list(request, balances, variant=variant)
    return render(request, "console/quarantine.html", {"quarantine": page})


@requires(MAY)
def put_aside(request: HttpRequest, sku: str) -> HttpResponse:
    """Free units go into a quarantine bin."""
    variant = get_goods(sku, rights_of(request), MAY)
    bins = list_quarantine_bins(variant.partner_id)
    back = reverse("console:stock_quarantine", args=[sku])
    return ask(request, lambda: PuttingAside(read_shelf(variant), bins, back))


@requires(MAY)
def let_out(request: HttpRequest, sku: str, balance: int) -> HttpResponse:
    """Units of one bin are cleared, scrapped, sent back or made into another SKU."""
    variant = get_goods(sku, rights_of(request), MAY)
    if not QuarantineBalance.objects.filter(stock_level__variant=variant, pk=balance).exists():
        raise Http404(balance)
    back = reverse("console:stock_quarantine", args=[sku])
    actor = f"user:{rights_of(request).user.pk}"
    return ask(
        request, lambda: LettingOut(read_shelf(variant), _get(balance), actor=actor, back_url=back)
    )


def _get(balance: int) -> QuarantineBalance:
    found: QuarantineBalance = QuarantineBalance.objects.select_related(
        "stock_level__location", "bin"
    ).get(pk=balance)
    return found


def _list_balances(rights: Rights) -> QuerySet[QuarantineBalance]:
    """With the id of the ledger line that last put something there.

    Its id alone: of goods that move much it is found behind all that moved since.
    """
    last = StockEntry.objects.filter(
        Q(bin=OuterRef("bin")) | Q(bin__isnull=True),
        stock_level=OuterRef("stock_level"),
        to_bucket=Bucket.QUARANTINE,
    ).order_by("-sequence")
    balances: QuerySet[QuarantineBalance] = QuarantineBalance.objects.visible_to(rights.user, SEE)
    return (
        balances.filter(quantity__gt=0)
        .select_related("stock_level__variant__product", "stock_level__location", "bin", "partner")
        .annotate(put=Subquery(last.values("pk")[:1]))
    )


def _list(
    request: HttpRequest, balances: QuerySet[QuarantineBalance], *, variant: Variant | None = None
) -> QuarantinePage:
    rights, reader = rights_of(request), Reader.of(request)
    page = take_page(balances, key="put_at", descends=True, query=request.GET)
    puts = StockEntry.objects.in_bulk([row.put for row in page.rows if row.put])
    names = name_people({put.actor for put in puts.values()})
    may_change = MAY in rights
    rows = [
        _draw_row(row, puts.get(row.put), names, reader, may_change=may_change) for row in page.rows
    ]
    return QuarantinePage(
        rows=rows,
        pager=draw_pager(page, request.GET),
        sku=variant.sku if variant else "",
        goods=line_of(variant) if variant else None,
        put_in_url=reverse("console:stock_put_aside", args=[variant.sku])
        if variant and may_change
        else "",
        empty=None if rows else _empty(),
    )


def _draw_row(
    balance: Any,
    put: StockEntry | None,
    names: dict[str, str],
    reader: Reader,
    *,
    may_change: bool,
) -> QuarantineRow:
    level, variant = balance.stock_level, balance.stock_level.variant
    worth = variant.unit_cost * balance.quantity
    name = "stock_let_out" if may_change else "stock_quarantine"
    args = [variant.sku, balance.pk] if may_change else [variant.sku]
    return QuarantineRow(
        title=variant.full_title,
        sku=variant.sku,
        place=level.location.name,
        bin=balance.bin.code,
        lot=level.lot,
        units=balance.quantity,
        value=reader.money(worth, balance.partner.base_currency),
        since=reader.moment(balance.put_at),
        why=str(EntryCause(put.cause).label) if put else "",
        by=word_for(put.actor, names, reader) if put else "",
        url=reverse(f"console:{name}", args=args),
    )


def _empty() -> EmptyState:
    return EmptyState(
        title="Nothing lies in quarantine",
        words="What fails inspection goes there, and what somebody puts aside. Nobody is sold it "
        "until another person has cleared it.",
        icon="box",
    )
