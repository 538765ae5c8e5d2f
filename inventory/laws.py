"""What must hold for stock at any moment: each query names the rows that break it.

Registered with `core.laws`, so that ``manage.py verify`` and the tests ask the same questions.
"""

from __future__ import annotations

# I1: the CHECK constraints say the same; this one notices if they are gone.
BUCKETS_ARE_NOT_NEGATIVE = """
SELECT id FROM inventory_stocklevel WHERE least(available, held, allocated, quarantine) < 0
"""

# I2: the exchange pool is what live holds add up to.
HELD_IS_THE_SUM_OF_LIVE_HOLDS = """
SELECT l.id FROM inventory_stocklevel l
  LEFT JOIN (SELECT stock_level_id, sum(quantity) AS units FROM inventory_reservation
              WHERE state IN ('active', 'committed') GROUP BY stock_level_id) live
    ON live.stock_level_id = l.id
 WHERE l.held <> coalesce(live.units, 0)
"""

# I3: every bucket is the sum of its ledger lines, and the lines count without a gap.
BUCKETS_ARE_THE_SUM_OF_THEIR_LEDGER = """
SELECT l.id FROM inventory_stocklevel l
  LEFT JOIN (
       SELECT e.stock_level_id, count(*) AS lines,
              sum(change) FILTER (WHERE bucket = 'available') AS available,
              sum(change) FILTER (WHERE bucket = 'held') AS held,
              sum(change) FILTER (WHERE bucket = 'allocated') AS allocated,
              sum(change) FILTER (WHERE bucket = 'quarantine') AS quarantine
         FROM inventory_stockentry e
        CROSS JOIN LATERAL (VALUES (e.to_bucket, e.quantity), (e.from_bucket, -e.quantity))
              AS side (bucket, change)
        GROUP BY e.stock_level_id) ledger ON ledger.stock_level_id = l.id
 WHERE (l.available, l.held, l.allocated, l.quarantine)
       <> (coalesce(ledger.available, 0), coalesce(ledger.held, 0),
           coalesce(ledger.allocated, 0), coalesce(ledger.quarantine, 0))
    OR l.sequence <> coalesce(ledger.lines, 0) / 2
"""

# I4, liveness: the sweep runs every 15 seconds; a minute past its time a hold is overdue.
NO_HOLD_OUTLIVES_ITS_TIME = """
SELECT id FROM inventory_reservation
 WHERE state = 'active' AND expires_at < app_now() - interval '60 seconds'
"""

# A hold, its level, its place and its variant belong to one partner and to each other.
HOLDS_BELONG_WHERE_THEY_LIE = """
SELECT r.id FROM inventory_reservation r JOIN inventory_stocklevel l ON l.id = r.stock_level_id
 WHERE (r.partner_id, r.variant_id, r.location_id)
       <> (l.partner_id, l.variant_id, l.location_id)
"""

LAWS = {
    "stock.buckets_are_not_negative": BUCKETS_ARE_NOT_NEGATIVE,
    "stock.held_is_the_sum_of_live_holds": HELD_IS_THE_SUM_OF_LIVE_HOLDS,
    "stock.buckets_are_the_sum_of_their_ledger": BUCKETS_ARE_THE_SUM_OF_THEIR_LEDGER,
    "stock.no_hold_outlives_its_time": NO_HOLD_OUTLIVES_ITS_TIME,
    "stock.holds_belong_where_they_lie": HOLDS_BELONG_WHERE_THEY_LIE,
}
