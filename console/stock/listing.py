"""SKUs with what lies there of each, those that changed last first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, QuerySet, Subquery

from console.links import stock_url
from console.reader import Reader
from console.rights import Rights
from console.stock.page import Buckets, SkuRow
from core.roles import Permission
from inventory.models import StockEntry, StockLevel, Variant
from inventory.states import EntryCause

LONGEST_LIST = 50
# So many of the newest ledger lines say what changed last: enough for a page of SKUs.
NEWEST_LINES = 400


@dataclass(slots=True)
class _Sum:
    """What all places have of one SKU, and the last thing that happened to it anywhere."""

    buckets: Buckets = field(default_factory=Buckets)
    places: set[int] = field(default_factory=set)
    changed_at: dt.datetime | None = None
    cause: str = ""


def list_skus(words: str, rights: Rights, reader: Reader) -> list[SkuRow]:
    """The SKUs that these words find; without words, those that changed last."""
    variants = list(_find(words, rights))
    sums = _add_up([variant.pk for variant in variants])
    long_ago = dt.datetime.min.replace(tzinfo=dt.UTC)
    variants.sort(key=lambda variant: sums[variant.pk].changed_at or long_ago, reverse=True)
    skus = Counter(variant.sku for variant in variants)
    return [
        _draw(variant, sums[variant.pk], reader, is_ambiguous=skus[variant.sku] > 1)
        for variant in variants
    ]


def list_visible_variants(rights: Rights) -> QuerySet[Variant]:
    variants: QuerySet[Variant] = Variant.objects.visible_to(rights.user, Permission.SEE_STOCK)
    return variants.select_related("product")


def _find(words: str, rights: Rights) -> QuerySet[Variant]:
    variants = list_visible_variants(rights)
    for word in words.split():
        variants = variants.filter(
            Q(sku__istartswith=word)
            | Q(barcode__istartswith=word)
            | Q(title__icontains=word)
            | Q(product__title__icontains=word)
        )
    if words.strip():
        return variants.order_by("product__title", "sku")[:LONGEST_LIST]
    return variants.filter(pk__in=_list_changed(rights))


def _list_changed(rights: Rights) -> list[int]:
    entries = StockEntry.objects.visible_to(rights.user, Permission.SEE_STOCK)
    newest = entries.order_by("-pk").values_list("stock_level__variant", flat=True)[:NEWEST_LINES]
    return list(dict.fromkeys(newest))[:LONGEST_LIST]


def _add_up(variant_ids: Collection[int]) -> dict[int, _Sum]:
    last = StockEntry.objects.filter(stock_level=OuterRef("pk")).order_by("-sequence")
    levels = StockLevel.objects.filter(variant__in=variant_ids).annotate(
        changed_at=Subquery(last.values("at")[:1]), changed_by=Subquery(last.values("cause")[:1])
    )
    sums = {pk: _Sum() for pk in variant_ids}
    for level in levels:
        found = sums[level.variant_id]
        found.buckets = found.buckets + Buckets.of(level)
        found.places.add(level.location_id)
        if level.changed_at and (not found.changed_at or level.changed_at > found.changed_at):
            found.changed_at, found.cause = level.changed_at, level.changed_by
    return sums


def _draw(variant: Variant, found: _Sum, reader: Reader, *, is_ambiguous: bool) -> SkuRow:
    cause = str(EntryCause(found.cause).label) if found.cause in EntryCause else ""
    return SkuRow(
        title=variant.full_title,
        sku=variant.sku,
        barcode=variant.barcode,
        category=variant.product.category,
        url=stock_url(variant, is_ambiguous=is_ambiguous),
        buckets=found.buckets,
        places=len(found.places),
        changed=f"{reader.ago(found.changed_at)} ago" if found.changed_at else "never",
        cause=cause,
    )
