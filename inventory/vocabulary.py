"""The codes that policy rules may name from here: what is sold."""

from __future__ import annotations

from inventory.models import Product
from policies import vocabulary


def offer_codes() -> None:
    vocabulary.offer("category", _categories)


def _categories(partner_id: int) -> list[tuple[str, str]]:
    products = Product.objects.for_partner(partner_id).order_by("category")
    categories = products.values_list("category", flat=True).distinct()
    return [(category, category.replace("_", " ").capitalize()) for category in categories]
