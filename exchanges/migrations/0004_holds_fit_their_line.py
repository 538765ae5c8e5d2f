"""Live holds of an exchange line are never of more units than the line.

Looked at when the transaction ends, so that goods may be held before others are given back. The
line stays locked until then: of two that hold for it at once, the second sees the first's.
"""

from django.db import migrations

from core.migrating import function

# What is held is found by its reference, whatever the statistics say: a plan that was kept from an
# empty desk walks all holds for each new one. Without walking the table, and with `OFFSET 0`, the
# index that is meant is left. The plan is kept: it was made anew at every commit of a hold.
CHECK_LINE = """
CREATE FUNCTION exchanges_check_holds_of(p_line bigint, p_reference text) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    v_units integer;
BEGIN
    SELECT l.quantity INTO v_units FROM exchanges_exchangeline l
     WHERE l.id = p_line FOR NO KEY UPDATE;
    IF FOUND AND v_units < (
        SELECT sum(r.quantity) FROM (
               SELECT h.quantity, h.state FROM inventory_reservation h
                WHERE h.reference = p_reference OFFSET 0) r
         WHERE r.state IN ('active', 'committed'))
    THEN
        RAISE EXCEPTION 'more is held for % than its % units', p_reference, v_units
            USING ERRCODE = 'check_violation', CONSTRAINT = 'holds_fit_their_exchange_line';
    END IF;
END
$$
"""

# Whether there is a line at all, for every hold there is: no pattern, no setting, and what is asked
# first is what tells most apart. What matching the number took was a sixth of a hold, and settings
# of this function another hundredth, under the level's lock.
CHECK = """
CREATE FUNCTION exchanges_check_holds_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF length(NEW.reference) BETWEEN 14 AND 31 AND starts_with(NEW.reference, 'exchangeline:') THEN
        IF translate(substr(NEW.reference, 14), '0123456789', '') = ''
           AND NEW.state IN ('active', 'committed') THEN
            PERFORM exchanges_check_holds_of(substr(NEW.reference, 14)::bigint, NEW.reference);
        END IF;
    END IF;
    RETURN NULL;
END
$$
"""

# A state never turns live again, so only what is new, grows or changes hands can be too much. Most
# new holds are one for a line: the function looks whether they are, since the condition of a trigger
# is text to be parsed for every one of them.
TRIGGERS = """
CREATE CONSTRAINT TRIGGER exchanges_new_holds_fit AFTER INSERT ON inventory_reservation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION exchanges_check_holds_of_line();
CREATE CONSTRAINT TRIGGER exchanges_changed_holds_fit
    AFTER UPDATE OF quantity, reference, state ON inventory_reservation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.reference LIKE 'exchangeline:%' AND NEW.state IN ('active', 'committed')
          AND (NEW.quantity > OLD.quantity OR NEW.reference <> OLD.reference
               OR OLD.state NOT IN ('active', 'committed')))
    EXECUTE FUNCTION exchanges_check_holds_of_line()
"""


class Migration(migrations.Migration):
    replaces = [
        ("exchanges", "0003_holds_within_lines"),
        ("exchanges", "0011_holds_of_a_line_by_reference"),
        ("exchanges", "0012_new_holds_are_looked_at_by_a_function"),
    ]

    dependencies = [
        ("exchanges", "0003_nothing_leaves_uncovered"),
        ("inventory", "0002_tables"),
    ]

    operations = [
        function(CHECK_LINE),
        function(CHECK),
        migrations.RunSQL(
            TRIGGERS,
            "DROP TRIGGER exchanges_new_holds_fit ON inventory_reservation;"
            "DROP TRIGGER exchanges_changed_holds_fit ON inventory_reservation",
        ),
    ]
