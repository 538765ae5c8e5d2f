"""What must hold for stock at any moment; ``manage.py verify`` asks, and so do the tests.

The caps of channels are no law: they bound new holds, and may be lowered below what is held.
"""

from __future__ import annotations

from functools import partial

from core import laws

stock_law = partial(laws.register_sql, group="stock")

stock_law(
    "no_bucket_is_negative",
    "No bucket of a stock level is below zero.",
    among="SELECT count(*) FROM inventory_stocklevel",
    # CHECK constraints say the same; this notices when one is gone.
    violating="""
        SELECT 'stocklevel:' || id FROM inventory_stocklevel
        WHERE least(available, held, allocated, quarantine) < 0 ORDER BY id""",
)

stock_law(
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

stock_law(
    "allocated_stock_is_what_open_allocations_add_up_to",
    "The allocated bucket of every level is the sum of its open allocations.",
    among="SELECT count(*) FROM inventory_stocklevel",
    violating="""
        SELECT 'stocklevel:' || l.id FROM inventory_stocklevel l
        LEFT JOIN (SELECT stock_level_id, sum(quantity) AS units FROM inventory_allocation
                   WHERE state = 'open' GROUP BY stock_level_id) sold
          ON sold.stock_level_id = l.id
        WHERE l.allocated <> coalesce(sold.units, 0) ORDER BY l.id""",
)

stock_law(
    "quarantine_is_what_its_bins_hold",
    "The quarantine bucket of every level is the sum of its quarantine bins.",
    among="SELECT count(*) FROM inventory_stocklevel",
    violating="""
        SELECT 'stocklevel:' || l.id FROM inventory_stocklevel l
        LEFT JOIN (SELECT stock_level_id, sum(quantity) AS units FROM inventory_quarantinebalance
                   GROUP BY stock_level_id) put_aside
          ON put_aside.stock_level_id = l.id
        WHERE l.quarantine <> coalesce(put_aside.units, 0) ORDER BY l.id""",
)

stock_law(
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

stock_law(
    "no_hold_outlives_its_time",
    "No active hold is more than a minute past its end and the grace of a payment: the sweep"
    " comes every 15 seconds.",
    among="SELECT count(*) FROM inventory_reservation WHERE state = 'active'",
    violating="""
        SELECT 'reservation:' || id FROM inventory_reservation
        WHERE state = 'active'
          AND inventory_is_due(expires_at, grace_until, app_now() - interval '1 minute')
        ORDER BY id""",
)

stock_law(
    "only_an_active_hold_has_an_end",
    "A hold runs out while it is active, and a committed one never does.",
    among="SELECT count(*) FROM inventory_reservation",
    violating="""
        SELECT 'reservation:' || id FROM inventory_reservation
        WHERE (state = 'active' AND expires_at IS NULL)
           OR (state = 'committed' AND expires_at IS NOT NULL) ORDER BY id""",
)

stock_law(
    "a_hold_ends_once",
    "An ended hold has one event that ended it, and a live one has none.",
    among="SELECT count(*) FROM inventory_reservation",
    violating="""
        SELECT 'reservation:' || r.id FROM inventory_reservation r
        LEFT JOIN core_event e ON e.subject = 'reservation:' || r.id
         AND e.kind IN ('reservation.consumed', 'reservation.released', 'reservation.expired')
        GROUP BY r.id, r.state
        HAVING array_agg(e.kind) IS DISTINCT FROM ARRAY[
            CASE WHEN r.state NOT IN ('active', 'committed')
                 THEN 'reservation.' || r.state END]::varchar[]
        ORDER BY r.id""",
)

stock_law(
    "a_hold_goes_on_from_one_that_was",
    "The hold that another one continues is of the same case.",
    among="SELECT count(*) FROM inventory_reservation WHERE continues <> ''",
    violating="""
        SELECT 'reservation:' || r.id FROM inventory_reservation r
        LEFT JOIN inventory_reservation old ON old.number = r.continues
        WHERE r.continues <> '' AND (old.id IS NULL OR old."case" <> r."case") ORDER BY r.id""",
)

stock_law(
    "a_hold_belongs_where_it_lies",
    "Partner, variant and location of a hold are those of its stock level.",
    among="SELECT count(*) FROM inventory_reservation",
    violating="""
        SELECT 'reservation:' || r.id FROM inventory_reservation r
        JOIN inventory_stocklevel l ON l.id = r.stock_level_id
        WHERE (r.partner_id, r.variant_id, r.location_id)
              <> (l.partner_id, l.variant_id, l.location_id) ORDER BY r.id""",
)

stock_law(
    "a_stock_entry_belongs_to_its_level",
    "A ledger line is of the same partner as its stock level.",
    among="SELECT count(*) FROM inventory_stockentry",
    violating="""
        SELECT 'stockentry:' || e.id FROM inventory_stockentry e
        JOIN inventory_stocklevel l ON l.id = e.stock_level_id
        WHERE e.partner_id <> l.partner_id ORDER BY e.id""",
)

stock_law(
    "nobody_clears_what_they_put_aside",
    "Units come out of quarantine by another person than the one who put units there.",
    among="SELECT count(*) FROM inventory_stockentry WHERE cause = 'cleared'",
    violating="""
        SELECT 'stockentry:' || out.id FROM inventory_stockentry out
        WHERE out.cause = 'cleared' AND NOT EXISTS (
            SELECT FROM inventory_stockentry e
            WHERE e.stock_level_id = out.stock_level_id AND e.sequence < out.sequence
              AND e.bin_id IS NOT DISTINCT FROM out.bin_id
              AND e.to_bucket = 'quarantine' AND e.actor <> out.actor)
        ORDER BY out.id""",
)
