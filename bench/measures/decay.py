"""Holding one line of a SKU that a hundred thousand open holds lie on."""

from functools import partial

from django.db import connection

from bench.measures.holds import hold_often, make_levels
from bench.measuring import Found, Measure, alternate
from inventory.models import StockLevel

OPEN = 100_000
AT_ONCE = 2

# As the desk would have left them; what a hold meets is rows and indexes, not how they came.
FILL = """
INSERT INTO inventory_reservation
    (partner_id, number, reference, "case", stock_level_id, variant_id, location_id, quantity,
     state, cause, expires_at, ranking, made_at, made_by, channel, exchange_type, tier, continues,
     grace_for)
SELECT l.partner_id, 'HLD-' || l.id || '-' || n, 'exchangeline:' || l.id || '-' || n, 'return:1',
       l.id, l.variant_id, l.location_id, 1, 'active', '', %s, '[]', now(), 'system:bench', '',
       '', '', '', ''
  FROM inventory_stocklevel l CROSS JOIN generate_series(1, %s) AS n WHERE l.id = %s
"""


def fill(level: StockLevel, *, units: int, expires_at: str) -> None:
    """So many open holds of one unit each on a level, with its counter."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [expires_at, units, level.pk])
        cursor.execute(
            "UPDATE inventory_stocklevel SET held = held + %s WHERE id = %s", [units, level.pk]
        )


def settle() -> None:
    """What autovacuum would have done by then."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE inventory_reservation")


def take() -> Found:
    empty, full = make_levels(2)
    fill(full, units=OPEN, expires_at="infinity")
    settle()
    rates = alternate(
        {
            "empty": partial(hold_often, [empty], AT_ONCE),
            "full": partial(hold_often, [full], AT_ONCE),
        }
    )
    return Found(
        ours=rates["full"].per_second, beside=rates["empty"].per_second, p99=rates["full"].p99
    )


DECAY = Measure(
    "hold-decay",
    "hold one line, 100,000 holds open on its SKU",
    take,
    floor=0.9,
    goal=1.0,
    beside="none open",
)
