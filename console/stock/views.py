"""Stock by SKU: found, seen over all places, and followed through the ledger."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.components import Action, EmptyState
from console.goods import get_goods
from console.holds.rows import Onlooker
from console.reader import Reader
from console.rights import rights_of
from console.stock.forms import LedgerFilter
from console.stock.ledger import draw_ledger, write_csv
from console.stock.listing import LONGEST_LIST, list_skus
from console.stock.page import StockPage
from console.stock.picture import draw_sku
from core.permissions import requires
from core.roles import Permission
from inventory.models import Location, Variant
from inventory.queries import get_sku_picture


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
    """One SKU over all its places, and what keeps its units back."""
    rights, reader = rights_of(request), Reader.of(request)
    variant = get_goods(sku, rights, Permission.SEE_STOCK)
    picture = get_sku_picture(partner_id=variant.partner_id, variant_id=variant.pk, now=reader.now)
    onlooker = Onlooker(
        reader=reader, rights=rights, as_of=picture.as_of, back=request.get_full_path()
    )
    return render(request, "console/sku.html", {"page": draw_sku(picture, onlooker)})


@require_GET
@requires(Permission.SEE_STOCK)
def ledger(request: HttpRequest, sku: str) -> HttpResponse:
    rights = rights_of(request)
    variant, form = _read_ledger(request, sku)
    page = draw_ledger(variant, form, request.GET, rights=rights, reader=Reader.of(request))
    return render(request, "console/ledger.html", {"page": page, "filter_form": form})


@require_GET
@requires(Permission.SEE_STOCK)
def ledger_csv(request: HttpRequest, sku: str) -> StreamingHttpResponse:
    """The same lines as a file, as many as there are."""
    variant, form = _read_ledger(request, sku)
    answer = StreamingHttpResponse(
        write_csv(variant, form, Reader.of(request)), content_type="text/csv; charset=utf-8"
    )
    name = f"ledger-{variant.public_id}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _read_ledger(request: HttpRequest, sku: str) -> tuple[Variant, LedgerFilter]:
    variant = get_goods(sku, rights_of(request), Permission.SEE_STOCK)
    places = Location.objects.filter(stock__variant=variant).distinct().order_by("name")
    return variant, LedgerFilter(request.GET, places=list(places))


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
