"""What must hold for stock at any moment; ``manage.py verify`` asks, and so do the tests."""

from __future__ import annotations

from core.laws import register_sql

register_sql(
    "no_bucket_is_negative",
    "No bucket of a stock level is below zero.",
    among="SELECT count(*) FROM inventory_stocklevel",
    # CHECK constraints say the same; this notices when one is gone.
    violating="""
        SELECT 'stocklevel:' || id FROM inventory_stocklevel
        WHERE least(available, held, allocated, quarantine) < 0 ORDER BY id""",
)

register_sql(
    "held_stock_is_what_live_holds_add_up_to",
    "The held bucket of every level is the sum of its active and committed holds.",
    among="SELECT count(*) FROM inventory_stocklevel",
    violating="""
        SELECT 'stocklevel:' || l.id FROM inventory_stocklevel l
        LEFT JOIN (SELECT stock_level_id, sum(quantity) AS units FROM inventory_reservation
                   WHERE state IN ('active', 'committed') GROUP BY stock_level_id) live
          ON live.stock_level_id = l.id
        WHERE l.held <> coalesce(live.units, 0) ORDER BY l.id""",
)

register_sql(
    "stock_is_what_its_ledger_adds_up_to",
    "Every bucket is the sum of its ledger lines, and the lines of a level count without a gap.",
    among="SELECT count(*) FROM inventory_stockentry",
    violating="""
        SELECT 'stocklevel:' || l.id FROM inventory_stocklevel l
        LEFT JOIN (
            SELECT e.stock_level_id, count(*) / 2 AS lines,
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
           OR l.sequence <> coalesce(ledger.lines, 0)
        ORDER BY l.id""",
)

register_sql(
    "no_hold_outlives_its_time",
    "No active hold is more than a minute past its end: the sweep comes every 15 seconds.",
    among="SELECT count(*) FROM inventory_reservation WHERE state = 'active'",
    violating="""
        SELECT 'reservation:' || id FROM inventory_reservation
        WHERE state = 'active' AND expires_at < app_now() - interval '1 minute' ORDER BY id""",
)

register_sql(
    "only_an_active_hold_has_an_end",
    "A hold runs out while it is active, and a committed one never does.",
    among="SELECT count(*) FROM inventory_reservation",
    violating="""
        SELECT 'reservation:' || id FROM inventory_reservation
        WHERE (state = 'active' AND expires_at IS NULL)
           OR (state = 'committed' AND expires_at IS NOT NULL) ORDER BY id""",
)

register_sql(
    "a_hold_belongs_where_it_lies",
    "Partner, variant and location of a hold are those of its stock level.",
    among="SELECT count(*) FROM inventory_reservation",
    violating="""
        SELECT 'reservation:' || r.id FROM inventory_reservation r
        JOIN inventory_stocklevel l ON l.id = r.stock_level_id
        WHERE (r.partner_id, r.variant_id, r.location_id)
              <> (l.partner_id, l.variant_id, l.location_id) ORDER BY r.id""",
)

register_sql(
    "a_stock_entry_belongs_to_its_level",
    "A ledger line is of the same partner as its stock level.",
    among="SELECT count(*) FROM inventory_stockentry",
    violating="""
        SELECT 'stockentry:' || e.id FROM inventory_stockentry e
        JOIN inventory_stocklevel l ON l.id = e.stock_level_id
        WHERE e.partner_id <> l.partner_id ORDER BY e.id""",
)
