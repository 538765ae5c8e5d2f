"""Goods as addresses name them: by SKU, among the partners this person works for."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from console.components import GoodsLine
from console.rights import Rights
from core.roles import Permission
from inventory.models import Variant


def get_goods(sku: str, rights: Rights, permission: Permission) -> Variant:
    """The variant with its product and partner, by its SKU, or by its id where two partners have
    the same one. Raises Http404 where it may not be seen."""
    variants = Variant.objects.visible_to(rights.user, permission)
    named = variants.filter(Q(sku=sku) | Q(public_id=sku)).select_related("product", "partner")
    found: Variant | None = named.order_by("pk").first()
    if found is None:
        raise Http404(sku)
    return found


def line_of(variant: Variant, *, detail: str = "", amount: str = "") -> GoodsLine:
    """The goods with their picture."""
    return GoodsLine(
        title=variant.full_title,
        sku=variant.sku,
        category=variant.product.category,
        detail=detail,
        amount=amount,
    )
