"""The shop's rules for its stock: what stays free of holds, and how much one channel may hold.

Written as an admin writes them: they count at once, for every hold there is.
"""

from __future__ import annotations

from demo.shop import Shop
from inventory.models import HoldRule, StockRule
from inventory.states import LastUnits

# category, units of each SKU that stay free at each centre
SAFETY_STOCK = (("phones", 1), ("coffee machines", 2))
# channel, the most units of one SKU that its exchanges hold at once
POOL_CAPS = (("woo-uk", 3), ("shopify-us", 4))


def set_limits(shop: Shop) -> None:
    StockRule.objects.bulk_create(
        [
            *(
                StockRule(partner=shop.partner, category=category, safety_stock=units)
                for category, units in SAFETY_STOCK
            ),
            *(
                StockRule(partner=shop.partner, channel=channel, pool_cap=units)
                for channel, units in POOL_CAPS
            ),
        ]
    )
    HoldRule.objects.create(
        partner=shop.partner, last_units=1, last_units_for=LastUnits.OLDEST_CASE
    )
