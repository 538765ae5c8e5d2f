"""The desk as `config.wsgi` serves it, but for one thing: it looks first and sells later.

For the control of a proof, which must show what the guard prevents. Nothing else imports it.
"""

import time

from config.wsgi import application
from inventory import services
from inventory.models import Allocation, StockLevel

__all__ = ["application"]

A_MOMENT = 0.05  # seconds; between the look and the sale of a screen it is more


def sell_what_was_seen(*, partner_id, lines, channel, actor, op_id, now):  # type: ignore[no-untyped-def]
    sold = []
    for line in lines:
        level = StockLevel.objects.get(variant=line.variant_id)
        if level.available < line.quantity:
            raise services.OutOfStock("Not enough stock.", shortages=[])
        time.sleep(A_MOMENT)
        StockLevel.objects.filter(pk=level.pk).update(
            available=level.available - line.quantity, allocated=level.allocated + line.quantity
        )
        sold.append(
            Allocation.objects.create(
                partner_id=partner_id,
                reference=line.reference,
                stock_level=level,
                variant_id=level.variant_id,
                location_id=level.location_id,
                quantity=line.quantity,
                channel=channel,
                made_at=now,
                made_by=actor.ref,
            )
        )
    return sold


services.allocate_stock = sell_what_was_seen
