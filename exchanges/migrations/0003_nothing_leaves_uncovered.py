"""No exchange gets to the warehouse, or on its way, with money due or an approval missing.

Nor on money that is promised back or that nobody knows the end of, nor on credit before the card
is held that answers for its goods, nor in part with less than that paid. Services and the state
machine refuse it before; this refuses it to whoever writes SQL by hand (ADR 79).
"""

from django.db import migrations

from core.migrating import function

# Credit of the case's other lines may pay the difference: it is on the replacement's order by the
# time that it leaves, and what of it is more than its own goods gave is the other lines'.
#
# A card's hold is asked for at the door alone: once the goods are here it is let go, with parcels
# still to leave. What a part costs is in the order before it leaves: credit and payments together.
# Of what left ahead of its goods the credit comes when they pass, and is owed for till then.
CHECK = """
CREATE FUNCTION exchanges_check_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_quote exchanges_quote%ROWTYPE;
    v_captured numeric;
BEGIN
    SELECT * INTO v_quote FROM exchanges_quote WHERE id = NEW.accepted_quote_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% leaves without an accepted quote', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_leaves_without_a_quote';
    END IF;
    SELECT coalesce(sum(t.captured - t.refunded - t.pending), 0) INTO v_captured FROM orders_tender t
     WHERE t.order_id = NEW.replacement_order_id AND t.kind <> 'exchange_credit';
    IF v_quote.is_netted THEN
        v_captured := v_captured + greatest(0,
            (SELECT coalesce(sum(t.captured), 0) FROM orders_tender t
              WHERE t.order_id = NEW.replacement_order_id AND t.kind = 'exchange_credit')
            - least(v_quote.returned_value, v_quote.outbound_value + v_quote.shipping));
    END IF;
    IF v_captured < v_quote.needed - NEW.let_off THEN
        RAISE EXCEPTION '% leaves with % of % captured', NEW.number, v_captured, v_quote.needed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_leaves_with_money_due';
    END IF;
    IF v_quote.approval_kind <> '' AND NOT EXISTS (
        SELECT 1 FROM approvals_approval a
         WHERE a.subject = 'exchange:' || NEW.id AND a.content_hash = v_quote.content_hash
           AND a.state = 'approved')
    THEN
        RAISE EXCEPTION '% leaves without its approval', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_leaves_unapproved';
    END IF;
    IF EXISTS (
        SELECT 1 FROM payments_moneyoperation m
         WHERE m.purpose = 'exchange:' || NEW.id AND m.state = 'unknown')
    THEN
        RAISE EXCEPTION '% leaves while nobody knows whether money moved', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_leaves_on_unknown_money';
    END IF;
    IF NEW.state = 'releasing' AND NEW.goods_accepted_at IS NULL AND v_quote.card_hold > (
        SELECT coalesce(sum(m.amount), 0) FROM payments_moneyoperation m
         WHERE m.purpose = 'exchange:' || NEW.id AND m.kind = 'authorise'
           AND m.state = 'succeeded' AND NOT EXISTS (
            SELECT 1 FROM payments_moneyoperation c WHERE c.parent_id = m.id
               AND c.kind IN ('capture', 'void') AND c.state = 'succeeded'))
    THEN
        RAISE EXCEPTION '% leaves with no card held for its goods', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_leaves_with_no_card_held';
    END IF;
    IF NEW.part_value - least(v_quote.returned_value, NEW.part_value)
                        * (NEW.type = 'advanced' AND NEW.goods_accepted_at IS NULL)::int > (
        SELECT coalesce(sum(t.captured - t.refunded - t.pending), 0) FROM orders_tender t
         WHERE t.order_id = NEW.replacement_order_id)
    THEN
        RAISE EXCEPTION '% leaves in part with less than that paid', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_part_leaves_unpaid';
    END IF;
    RETURN NEW;
END
$$
"""

# A step between two states beyond the door is checked while parcels still leave, and no longer:
# what is refunded afterwards, when the replacement itself comes back, takes nothing from before.
TRIGGERS = """
CREATE TRIGGER exchanges_leave_covered BEFORE UPDATE OF state, accepted_quote_id
    ON exchanges_exchange FOR EACH ROW
    WHEN ((NEW.state IN ('releasing', 'partly_shipped', 'in_transit')
           AND (NEW.state <> OLD.state OR NEW.accepted_quote_id IS DISTINCT FROM
                OLD.accepted_quote_id))
          OR (NEW.state IN ('delivered', 'completed') AND OLD.state IN
              ('draft', 'quoted', 'pending_approval', 'awaiting_payment', 'awaiting_goods',
               'ready')))
    EXECUTE FUNCTION exchanges_check_leaving();
CREATE TRIGGER exchanges_begin_covered BEFORE INSERT ON exchanges_exchange FOR EACH ROW
    WHEN (NEW.state IN ('releasing', 'partly_shipped', 'in_transit', 'delivered', 'completed'))
    EXECUTE FUNCTION exchanges_check_leaving()
"""


class Migration(migrations.Migration):
    replaces = [
        ("exchanges", "0005_nothing_leaves_with_money_due"),
        ("exchanges", "0006_nor_with_money_unknown"),
        ("exchanges", "0007_cards_are_held"),
        ("exchanges", "0008_netting"),
        ("exchanges", "0009_part_by_part"),
    ]

    dependencies = [
        ("exchanges", "0002_quotes_stay"),
        ("approvals", "0001_tables"),
        ("orders", "0001_tables"),
        ("payments", "0001_tables"),
    ]

    operations = [
        function(CHECK),
        migrations.RunSQL(
            TRIGGERS,
            "DROP TRIGGER exchanges_leave_covered ON exchanges_exchange;"
            "DROP TRIGGER exchanges_begin_covered ON exchanges_exchange",
        ),
    ]
