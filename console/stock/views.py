"""Stock by SKU: found, seen over all places, and followed through the ledger."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.components import Action, EmptyState
from console.holds.rows import Onlooker
from console.reader import Reader
from console.rights import rights_of
from console.stock.listing import LONGEST_LIST, find_variant, list_skus
from console.stock.page import StockPage
from console.stock.picture import draw_sku
from core import clock
from core.permissions import requires
from core.roles import Permission


@require_GET
@requires(Permission.SEE_STOCK)
def stock(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("words", "").strip()
    rows = list_skus(words, rights_of(request), Reader.of(request))
    page = StockPage(
        words=words,
        rows=rows,
        note=f"{_many(len(rows))} that changed last" if not words else f"{_many(len(rows))} found",
        empty=None if rows else _empty(words),
    )
    return render(request, "console/stock.html", {"page": page})


@require_GET
@requires(Permission.SEE_STOCK)
def sku(request: HttpRequest, sku: str) -> HttpResponse:
    rights = rights_of(request)
    variant = find_variant(sku, rights)
    onlooker = Onlooker(
        reader=Reader.of(request),
        rights=rights,
        as_of=clock.database_now(),
        back=request.get_full_path(),
    )
    return render(request, "console/sku.html", {"page": draw_sku(variant, onlooker)})


def _many(count: int) -> str:
    if count == LONGEST_LIST:
        return f"The first {count} SKUs"
    return f"{count} SKU{'s' * (count != 1)}"


def _empty(words: str) -> EmptyState:
    if not words:
        return EmptyState(
            title="No stock yet",
            words="Stock comes in by an import or by hand; then what changed last stands here.",
            icon="box",
        )
    return EmptyState(
        title="No such goods",
        words=f"No SKU or barcode begins with “{words}”, and no title has it.",
        icon="box",
        action=Action(label="Show what changed last", url=reverse("console:stock"), method="get"),
    )
