"""Goods as addresses name them: by SKU, among the partners this person works for."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from console.components import GoodsLine
from console.rights import Rights
from core.roles import Permission
from inventory.models import Variant


def get_goods(sku: str, rights: Rights, permission: Permission) -> Variant:
    """The variant with its product and partner. Raises Http404 where it may not be seen.

    SKUs are unique per partner; of two partners with the same one, the older row is meant.
    """
    variants = Variant.objects.visible_to(rights.user, permission)
    found = variants.filter(sku=sku).order_by("pk").values_list("pk", flat=True)[:1]
    return get_object_or_404(
        Variant.objects.select_related("product", "partner"), pk__in=list(found)
    )


def line_of(variant: Variant, *, detail: str = "", amount: str = "") -> GoodsLine:
    """The goods with their picture."""
    return GoodsLine(
        title=variant.full_title,
        sku=variant.sku,
        category=variant.product.category,
        detail=detail,
        amount=amount,
    )
