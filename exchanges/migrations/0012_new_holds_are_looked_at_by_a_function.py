"""What is held for a line is looked at without planning anew, for what has no line not at all.

Each new hold is one for a line: the condition of its trigger was text to be parsed for every one
of them, and the plan of the lookup was made anew at every commit.
"""

from django.db import migrations

CHECK = """
CREATE OR REPLACE FUNCTION exchanges_check_holds_of_line() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    v_line bigint := substring(NEW.reference FROM '^exchangeline:([0-9]{1,18})$')::bigint;
    v_units integer;
BEGIN
    IF v_line IS NULL OR NEW.state NOT IN ('active', 'committed') THEN
        RETURN NULL;
    END IF;
    SELECT l.quantity INTO v_units FROM exchanges_exchangeline l
     WHERE l.id = v_line FOR NO KEY UPDATE;
    IF FOUND AND v_units < (
        SELECT sum(r.quantity) FROM (
               SELECT h.quantity, h.state FROM inventory_reservation h
                WHERE h.reference = NEW.reference OFFSET 0) r
         WHERE r.state IN ('active', 'committed'))
    THEN
        RAISE EXCEPTION 'more is held for % than its % units', NEW.reference, v_units
            USING ERRCODE = 'check_violation', CONSTRAINT = 'holds_fit_their_exchange_line';
    END IF;
    RETURN NULL;
END
$$
"""

TRIGGER = """
DROP TRIGGER exchanges_new_holds_fit ON inventory_reservation;
CREATE CONSTRAINT TRIGGER exchanges_new_holds_fit AFTER INSERT ON inventory_reservation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION exchanges_check_holds_of_line()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchanges", "0011_holds_of_a_line_by_reference"),
        ("inventory", "0022_a_plain_hold_for_less"),
    ]

    operations = [
        migrations.RunSQL(CHECK, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER, migrations.RunSQL.noop),
    ]
