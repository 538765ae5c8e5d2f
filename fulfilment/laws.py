"""What must hold between the desk and its warehouses; ``manage.py verify`` asks.

A link that stands still is no broken law while its warehouse is down: what is queued is not lost.
"""

from __future__ import annotations

from core.laws import register_sql

# What has happened so lately may still be on its way through the outbox.
HEARD = """NOT EXISTS (
    SELECT FROM core_eventdelivery d
    WHERE d.subscriber LIKE 'fulfilment.%' AND d.state = 'pending'
      AND d.subject IN ({subject}, 'warehouse:' || w.id))"""

register_sql(
    "warehouse_messages_count_without_a_gap",
    "What each warehouse is told counts from 1 without a gap.",
    among="SELECT count(*) FROM fulfilment_warehouse",
    violating="""
        SELECT 'warehouse:' || w.id FROM fulfilment_warehouse w
        LEFT JOIN (SELECT warehouse_id, count(*) AS told, max(sequence) AS last, min(sequence) AS
                   first FROM fulfilment_warehousemessage GROUP BY warehouse_id) m
          ON m.warehouse_id = w.id
        WHERE w.last_told <> coalesce(m.told, 0) OR w.last_told <> coalesce(m.last, 0)
           OR coalesce(m.first, 1) <> 1 ORDER BY w.id""",
)

register_sql(
    "a_warehouse_knows_its_committed_holds",
    "Every committed hold at a warehouse's location was told to it and not taken back.",
    among="""
        SELECT count(*) FROM inventory_reservation r
        JOIN fulfilment_warehouse w ON w.location_id = r.location_id WHERE r.state = 'committed'""",
    violating=f"""
        SELECT 'reservation:' || r.id FROM inventory_reservation r
        JOIN fulfilment_warehouse w ON w.location_id = r.location_id
        WHERE r.state = 'committed' AND {HEARD.format(subject="'reservation:' || r.id")}
          AND coalesce((
            SELECT m.kind FROM fulfilment_warehousemessage m
            WHERE m.warehouse_id = w.id AND m.subject = 'reservation:' || r.id
            ORDER BY m.sequence DESC LIMIT 1), 'release') = 'release' ORDER BY r.id""",
)

register_sql(
    "a_warehouse_knows_what_it_is_to_ship",
    "Every released parcel of a warehouse's location was told to it, and no cancelled one stands.",
    among="""
        SELECT count(*) FROM fulfilment_shipment s
        JOIN fulfilment_warehouse w ON w.location_id = s.location_id
        WHERE s.state IN ('released', 'cancelled')""",
    violating=f"""
        SELECT 'shipment:' || s.id FROM fulfilment_shipment s
        JOIN fulfilment_warehouse w ON w.location_id = s.location_id
        LEFT JOIN LATERAL (
            SELECT m.kind FROM fulfilment_warehousemessage m
            WHERE m.warehouse_id = w.id AND m.subject = 'shipment:' || s.id
            ORDER BY m.sequence DESC LIMIT 1) last ON true
        WHERE {HEARD.format(subject="'shipment:' || s.id")}
          AND ((s.state = 'released' AND last.kind IS DISTINCT FROM 'ship')
            OR (s.state = 'cancelled' AND last.kind = 'ship')) ORDER BY s.id""",
)

register_sql(
    "warehouse_reports_are_settled_in_their_order",
    "No report was applied before one with a lower number, unless a person said so.",
    among="SELECT count(*) FROM fulfilment_warehousereport",
    violating="""
        SELECT 'warehousereport:' || r.id FROM fulfilment_warehousereport r
        JOIN fulfilment_warehouse w ON w.id = r.warehouse_id
        WHERE r.state = 'applied' AND r.sequence > w.last_settled ORDER BY r.id""",
)

register_sql(
    "no_warehouse_report_waits_for_ever",
    "No report has waited for an earlier one for more than an hour, and none was given up.",
    among="SELECT count(*) FROM fulfilment_warehousereport WHERE state <> 'applied'",
    violating="""
        SELECT 'warehousereport:' || id FROM fulfilment_warehousereport
        WHERE state = 'dead'
           OR (state IN ('received', 'parked') AND due_at < app_now() - interval '1 hour')
        ORDER BY id""",
)

register_sql(
    "no_warehouse_message_is_given_up",
    "No message to a warehouse was given up.",
    among="SELECT count(*) FROM fulfilment_warehousemessage",
    violating="""
        SELECT 'warehousemessage:' || id FROM fulfilment_warehousemessage
        WHERE state = 'dead' ORDER BY id""",
)

register_sql(
    "a_crew_keeps_one_appointment_at_a_time",
    "A work order stands where its newest visit does, and what was reported says of every task"
    " what came of it.",
    among="SELECT count(*) FROM fulfilment_visit",
    violating="""
        SELECT 'visit:' || v.id FROM fulfilment_visit v
        JOIN fulfilment_workorder w ON w.id = v.work_order_id
        WHERE (v.number = (SELECT max(o.number) FROM fulfilment_visit o
                            WHERE o.work_order_id = v.work_order_id)
               AND w.state <> CASE v.state WHEN 'scheduled' THEN 'scheduled'
                   WHEN 'dispatched' THEN CASE WHEN v.begun_at IS NULL THEN 'dispatched'
                                               ELSE 'under_way' END
                   WHEN 'done' THEN 'done' WHEN 'cancelled' THEN 'cancelled'
                   ELSE w.state END)
           OR v.state IN ('done', 'failed') AND EXISTS (
                SELECT FROM fulfilment_worktask t WHERE t.visit_id = v.id AND t.state = 'to_do')
        ORDER BY v.id""",
)
